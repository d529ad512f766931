"""The Encounter entity with the rows of its episode."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import strawberry
from strawberry import federation

from access.categories import Category
from access.context import AccessContext
from access.subjects import subject_of_row
from resolvers.datatypes.connections import After, First, PageRequest, Position
from resolvers.datatypes.directives import consent, subject
from resolvers.datatypes.values import CodeableConcept, Identifier, Period
from resolvers.encounter.diagnoses import labels_together
from resolvers.encounter.elements import (
    concept,
    concepts,
    first_at,
    identifiers,
    integer,
    objects,
    period,
    text,
    values_at,
)
from resolvers.encounter.gathering import Gathered, is_visible
from resolvers.encounter.kinds import (
    CONDITIONS,
    DIAGNOSTIC_REPORTS,
    DISCHARGE_SUMMARIES,
    ENCOUNTERS,
    FOLLOW_UPS,
    IMAGING_STUDIES,
    MEDICATION_REQUESTS,
    OBSERVATIONS,
    PROCEDURES,
    REFERRALS,
    Row,
    RowKind,
    reference_id,
)
from resolvers.encounter.schema.clinical import Condition, Procedure, condition_of, procedure_of
from resolvers.encounter.schema.context import EncounterInfo, unavailable
from resolvers.encounter.schema.enums import (
    CLASSES,
    STATUSES,
    EncounterKind,
    EncounterStatus,
)
from resolvers.encounter.schema.filters import CategoryFilter, has_category
from resolvers.encounter.schema.imaging import ImagingStudy, imaging_study_of
from resolvers.encounter.schema.institutions import (
    Facility,
    Practitioner,
    facility,
    referenced_practitioners,
)
from resolvers.encounter.schema.lists import Connection, Listing, listed, newest_row, row_list
from resolvers.encounter.schema.medications import MedicationRequest, medication_request_of
from resolvers.encounter.schema.observations import Observation, observation_of
from resolvers.encounter.schema.papers import (
    DischargeSummary,
    FollowUpAppointment,
    Referral,
    discharge_summary_of,
    follow_up_of,
    referral_of,
)
from resolvers.encounter.schema.reports import DiagnosticReport, diagnostic_report_of
from resolvers.encounter.schema.rows import gated, scopes_of
from resolvers.federation import text_key
from resolvers.upstream import UpstreamFault

_UNRANKED = 999
_NOBODY = "unknown"


@federation.type(
    keys=["id"],
    description="A visit to a facility.",
    directives=[subject(), consent(Category.ENCOUNTERS)],
    requires_scopes=scopes_of(ENCOUNTERS),
)
class Encounter:
    """FHIR Encounter."""

    id: strawberry.ID = federation.field(description="Opaque id.")
    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whose encounter it is."
    )
    identifiers: list[Identifier] | None = federation.field(
        default=None, description="The facility's numbers of the episode, e.g. MA_LK."
    )
    kind: EncounterKind | None = federation.field(default=None, description="Kind of encounter.")
    types: list[CodeableConcept] | None = federation.field(
        default=None,
        description="The kind as the facility codes it (MA_LOAI_KCB), and other types.",
    )
    status: EncounterStatus | None = federation.field(default=None, description="Where it stands.")
    period: Period | None = federation.field(
        default=None, description="From when until when; no end while it lasts."
    )
    outcome: CodeableConcept | None = federation.field(
        default=None, description="Condition at discharge (KET_QUA_DTRI)."
    )
    facility: Facility | None = federation.field(default=None, description="Where it was.")
    practitioners: list[Practitioner] | None = federation.field(
        default=None, description="Who treated."
    )
    row: strawberry.Private[Row]

    @gated(CONDITIONS, "Why the patient came, as the facility wrote it down.")
    async def reasons(self, info: EncounterInfo) -> list[CodeableConcept] | None:
        """The reasons: in words what the diagnoses say in codes, so they bear their labels."""
        if not info.context.permits(self.row.subject, Category.CONDITIONS):
            return None
        diagnoses = await info.context.loaders.diagnoses_of(self.row)
        if isinstance(diagnoses, UpstreamFault):
            raise unavailable()
        whole = self.row.labelled(labels_together(diagnoses))
        if not is_visible(whole, CONDITIONS, info.context.access):
            return []
        return concepts(self.row.resource.get("reasonCode"))

    @gated(CONDITIONS, "Diagnoses, the main one first.")
    async def conditions(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Condition] | None:
        """The conditions of this encounter."""
        ranks = _ranks(self.row.resource)

        def position(row: Row) -> Position:
            rank = ranks.get(row.resource["id"], _UNRANKED)
            return Position(f"{_UNRANKED - rank:03}", row.date, row.id)

        listing = Listing(CONDITIONS, condition_of, first, after, position=position)
        return await listed(self, info, listing)

    @gated(OBSERVATIONS, "Results, vital signs and other findings, newest first.")
    async def observations(
        self,
        info: EncounterInfo,
        first: First = 20,
        after: After = None,
        category: CategoryFilter = None,
    ) -> Connection[Observation] | None:
        """The observations of this encounter."""
        accept = None if category is None else has_category(category)
        return await listed(
            self, info, Listing(OBSERVATIONS, observation_of, first, after, accept=accept)
        )

    diagnostic_reports: Connection[DiagnosticReport] | None = row_list(
        DIAGNOSTIC_REPORTS, diagnostic_report_of, "Reports of its examinations, newest first."
    )
    imaging_studies: Connection[ImagingStudy] | None = row_list(
        IMAGING_STUDIES, imaging_study_of, "Imaging studies, newest first."
    )
    procedures: Connection[Procedure] | None = row_list(
        PROCEDURES, procedure_of, "Procedures and operations, newest first."
    )
    medication_requests: Connection[MedicationRequest] | None = row_list(
        MEDICATION_REQUESTS,
        medication_request_of,
        "What was ordered or given without a national prescription code.",
    )
    discharge_summary: DischargeSummary | None = newest_row(
        DISCHARGE_SUMMARIES, discharge_summary_of, "The summary at its end, where one was written."
    )
    referral: Referral | None = newest_row(
        REFERRALS, referral_of, "The referral to another facility, where one was issued."
    )
    follow_up: FollowUpAppointment | None = newest_row(
        FOLLOW_UPS, follow_up_of, "The appointment to come back, where one was given."
    )

    def patient_id(self) -> str:
        """Whose rows they are: the patient's whose encounter it is."""
        return self.row.subject

    async def gathered(
        self,
        info: EncounterInfo,
        kind: RowKind,
        page: PageRequest,  # noqa: ARG002 - an episode's rows are few and read whole
        parameters: tuple[tuple[str, str], ...] = (),  # noqa: ARG002 - and narrowed here
    ) -> Gathered:
        """The visible rows of a kind that belong to this encounter."""
        return await info.context.loaders.of_encounter(self.row, kind)

    @classmethod
    async def resolve_reference(
        cls, info: EncounterInfo, representation: Mapping[str, object]
    ) -> "Encounter | None":
        """The encounter of a representation."""
        return await encounter_by_id(info, text_key(representation))


async def encounter_by_id(info: EncounterInfo, encounter_id: str) -> Encounter | None:
    """An encounter; without permission its id and subject only, by which permission is found.

    The subject says which labels may hide it, so that one that is hidden answers as one that does
    not exist.

    Raises:
        SubgraphError: ``UPSTREAM_UNAVAILABLE``.
    """
    found = await info.context.loaders.encounter(encounter_id)
    if isinstance(found, UpstreamFault):
        raise unavailable()
    if found is None:
        return None
    access = info.context.access
    if access.permits(found.subject, Category.ENCOUNTERS.value) and not is_visible(
        found, ENCOUNTERS, access
    ):
        return None
    category = Category.ENCOUNTERS.value
    stated = subject_of_row(found.subject, category, found.labels, found.encounter)
    return replace(encounter_of(found, access), subject_id=strawberry.ID(stated))


def nobodys_encounter(encounter_id: str) -> Encounter:
    """What stands for an encounter that does not exist: its id, and no subject that is known."""
    row = Row(encounter_id, "", _NOBODY, None, "", frozenset(), {})
    return Encounter(id=strawberry.ID(encounter_id), subject_id=strawberry.ID(_NOBODY), row=row)


def encounter_of(row: Row, access: AccessContext) -> Encounter:
    """The object of a FHIR Encounter; where encounters are not permitted, its keys alone."""
    bare = Encounter(id=strawberry.ID(row.id), subject_id=strawberry.ID(row.subject), row=row)
    if not access.permits(row.subject, Category.ENCOUNTERS.value):
        return bare
    given = row.resource
    class_code = first_at(given, "class.code")
    status = given.get("status")
    return replace(
        bare,
        identifiers=identifiers(given.get("identifier")),
        kind=CLASSES.get(class_code, EncounterKind.OTHER)
        if isinstance(class_code, str)
        else EncounterKind.OTHER,
        types=concepts(given.get("type")),
        status=STATUSES.get(status, EncounterStatus.UNKNOWN)
        if isinstance(status, str)
        else EncounterStatus.UNKNOWN,
        period=period(given.get("period")),
        outcome=concept(first_at(given, "hospitalization.dischargeDisposition")),
        facility=facility(row.facility, _provider_name(given)),
        practitioners=referenced_practitioners(
            list(values_at(given, "participant.individual")), row.facility
        ),
    )


def _provider_name(given: Mapping[str, Any]) -> str | None:
    return text(first_at(given, "serviceProvider.display"))


def _ranks(given: Mapping[str, Any]) -> dict[str, int]:
    """The rank of each diagnosis of an Encounter by the id of its Condition, from 1."""
    ranks: dict[str, int] = {}
    for at, each in enumerate(objects(given.get("diagnosis")), 1):
        local = reference_id(first_at(each, "condition.reference"), "Condition")
        if local is not None:
            rank = integer(each.get("rank")) or at
            ranks[local] = min(max(rank, 1), _UNRANKED - 1)
    return ranks
