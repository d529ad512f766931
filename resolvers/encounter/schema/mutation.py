"""The root field of the encounter subgraph that changes something."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import Enum
from typing import Any

import strawberry

from access.categories import Action, Category
from access.context import AccessContext
from resolvers.datatypes.directives import consent, scopes
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.problems import Problem, problems_of
from resolvers.datatypes.scalars import DateTime, PartialDate, to_instant
from resolvers.encounter.dates import parse_instant
from resolvers.encounter.elements import first_at
from resolvers.encounter.locations import FINISHED
from resolvers.encounter.noticed import visit_of
from resolvers.encounter.notices import HospitalsEpisode, Notice
from resolvers.encounter.schema.context import EncounterInfo, unavailable
from resolvers.encounter.schema.encounter import Encounter, encounter_of
from resolvers.encounter.schema.enums import EncounterKind
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.idempotency import attempt
from resolvers.upstream import UpstreamFault

_OVER = frozenset({"finished", "cancelled", "entered-in-error"})
"""Statuses of FHIR encounters that are over, or never were."""


@strawberry.enum(description="Whether an episode still lasts.")
class EpisodeStatus(Enum):
    """Status of a notice."""

    IN_PROGRESS = strawberry.enum_value(
        "IN_PROGRESS",
        description=(
            "It lasts (đang khám chữa bệnh): those who treat may read the record, for 30 days "
            "from the last notice, 180 where the patient is admitted. Needs a care relationship "
            "or the patient's consent."
        ),
    )
    FINISHED = strawberry.enum_value(
        "FINISHED",
        description=(
            "It is over (đã kết thúc): those who treated it, by an earlier notice, may read the "
            "record for 24 hours more. A facility's duty by law, for any patient; it gives nobody "
            "anything to read."
        ),
    )


@strawberry.input(description="A person by a number that she showed, as staff look her up.")
class PatientIdentifierInput:
    """Number and birth date."""

    system: str = strawberry.field(
        description="URI of the numbering system of VN Core, e.g. that of the national id."
    )
    value: str = strawberry.field(description="The number.")
    birth_date: PartialDate = strawberry.field(
        description="Her birth date, as far as it is registered."
    )


@strawberry.input(
    description=(
        "A facility's notice of an episode. The facility is the caller's own; the record itself "
        "stays there and is read there."
    )
)
class RecordEncounterInput:
    """Input of recordEncounter."""

    idempotency_key: str = strawberry.field(description="Chosen by the caller, kept 30 days.")
    patient_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Whose episode it is. Either this or `patientIdentifier` is required.",
    )
    patient_identifier: PatientIdentifierInput | None = strawberry.field(
        default=None,
        description="Whose episode it is, where the facility knows her by a number alone.",
    )
    encounter_id: strawberry.ID = strawberry.field(
        description="Id of the FHIR Encounter at the facility."
    )
    local_id: strawberry.ID = strawberry.field(
        description="Id of the FHIR Patient at the facility."
    )
    status: EpisodeStatus = strawberry.field(description="Whether it still lasts.")
    kind: EncounterKind = strawberry.field(description="Kind of encounter.")
    start: DateTime = strawberry.field(description="When it began.")
    end: DateTime | None = strawberry.field(
        default=None, description="When it ended; required where it is finished."
    )
    shares_record: bool | None = strawberry.field(
        default=None,
        description=(
            "Whether the facility agrees that practitioners of others read what it holds of this "
            "patient (Law 15/2023 art. 69). Left out, what it said before holds; at first it does "
            "not agree."
        ),
    )
    practitioner: strawberry.ID | None = strawberry.field(
        default=None,
        description=(
            "Who treats, beside those who were named before; the caller herself where it is left "
            "out and she is one."
        ),
    )


@strawberry.type(description="Outcome of recordEncounter.")
class RecordEncounterPayload:
    """The encounter, or why there is none."""

    encounter: Encounter | None = strawberry.field(
        description="The encounter as the notice describes it."
    )
    problems: list[Problem] = strawberry.field(description="Why nothing was done.")


@strawberry.type
class Mutation:
    """Changes of the encounter subgraph."""

    @resolved(
        description=(
            "Takes note that an episode began or ended at the caller's facility: the record "
            "locator and the care relationship follow it before the answer. It answers what the "
            "caller said, and nothing else about the patient."
        ),
        directives=[consent(Category.ENCOUNTERS, Action.WRITE)],
        requires_scopes=scopes("Encounter", "c", ("user",)),
    )
    async def record_encounter(
        self,
        info: EncounterInfo,
        input: RecordEncounterInput,  # noqa: A002
    ) -> RecordEncounterPayload | None:
        """Records."""
        context = info.context
        subject = await _subject(info, input)
        context.demand(subject, Category.ENCOUNTERS)
        notice = _notice(input, subject, context.access)
        trial = attempt("recordEncounter", input.idempotency_key, asdict(notice), context.access)
        held = await _held(info, notice)
        outcome = await context.commands.record_encounter(notice, held, trial, context.now)
        return RecordEncounterPayload(
            encounter=_encounter(info, outcome["notice"]), problems=problems_of(outcome)
        )


async def _subject(info: EncounterInfo, given: RecordEncounterInput) -> str:
    """Whose episode it is; nobody's, which is permitted to nobody, where the number is unknown.

    Raises:
        SubgraphError: ``BAD_USER_INPUT`` unless she is named in one way.
    """
    named = given.patient_identifier
    if (given.patient_id is None) == (named is None):
        raise SubgraphError(
            ErrorCode.BAD_USER_INPUT, "either patientId or patientIdentifier is required"
        )
    if named is None:
        return given.patient_id or ""
    bearer = info.context.commands.bearer
    return await bearer(named.system, named.value, str(named.birth_date)) or ""


def _notice(given: RecordEncounterInput, subject: str, access: AccessContext) -> Notice:
    """What the caller's facility says.

    Raises:
        SubgraphError: ``BAD_USER_INPUT`` where the caller acts for no facility.
    """
    if access.organization is None:
        raise SubgraphError(ErrorCode.BAD_USER_INPUT, "the caller acts for no facility")
    return Notice(
        subject=subject,
        facility=access.organization,
        encounter=given.encounter_id,
        patient_number=given.local_id,
        status=str(given.status.value),
        kind=str(given.kind.value),
        start=to_instant(given.start),
        end=None if given.end is None else to_instant(given.end),
        shares=given.shares_record,
        practitioner=given.practitioner or access.practitioner,
    )


async def _held(info: EncounterInfo, notice: Notice) -> HospitalsEpisode | None:
    """The episode as the facility's own server has it.

    Raises:
        SubgraphError: ``UPSTREAM_UNAVAILABLE`` where an episode would open a record and the server
            does not answer. A duty to report does not wait for it.
    """
    found = await info.context.loaders.held(notice.facility, notice.encounter)
    if isinstance(found, UpstreamFault):
        if notice.status == FINISHED:
            return None
        raise unavailable()
    if found is None:
        return None
    end = parse_instant(first_at(found.resource, "period.end"))
    is_over = found.resource.get("status") in _OVER or (
        end is not None and end <= info.context.now
    )
    return HospitalsEpisode(found.patient_number, is_over)


def _encounter(info: EncounterInfo, notice: Mapping[str, Any] | None) -> Encounter | None:
    """The encounter of a stored notice, which need not be at the hospital's server yet."""
    return None if notice is None else encounter_of(visit_of(notice), info.context.access)
