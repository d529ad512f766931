"""The Encounter entity with the rows of its episode."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import strawberry
from strawberry import federation

from access.categories import Category
from access.context import AccessContext
from resolvers.datatypes.connections import After, First, Position, page_request
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.values import CodeableConcept, Identifier, Period
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
from resolvers.encounter.gathering import is_visible
from resolvers.encounter.kinds import (
    CONDITIONS,
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
from resolvers.encounter.loaders import labels_together
from resolvers.encounter.schema.clinical import Condition, Procedure, condition, procedure
from resolvers.encounter.schema.context import EncounterInfo, note_missing, unavailable
from resolvers.encounter.schema.enums import (
    CLASSES,
    STATUSES,
    EncounterKind,
    EncounterStatus,
)
from resolvers.encounter.schema.filters import CategoryFilter, has_category
from resolvers.encounter.schema.imaging import ImagingStudy, imaging_study
from resolvers.encounter.schema.institutions import (
    Facility,
    Practitioner,
    facility,
    referenced_practitioners,
)
from resolvers.encounter.schema.lists import Connection, Listing, listed
from resolvers.encounter.schema.medications import MedicationRequest, medication_request
from resolvers.encounter.schema.observations import Observation, observation
from resolvers.encounter.schema.papers import (
    DischargeSummary,
    FollowUpAppointment,
    Referral,
    discharge_summary,
    follow_up,
    referral,
)
from resolvers.federation import text_key
from resolvers.upstream import UpstreamFault

NodeT = TypeVar("NodeT")

_UNRANKED = 999
_NOBODY = "unknown"
_CONDITION = scopes("Condition", contexts=("patient", "user", "system"))


@federation.type(
    keys=["id"],
    description="A visit to a facility.",
    directives=[subject(), consent(Category.ENCOUNTERS)],
    requires_scopes=scopes("Encounter", contexts=("patient", "user", "system")),
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

    @resolved(
        description="Why the patient came, as the facility wrote it down.",
        directives=[consent(Category.CONDITIONS)],
        requires_scopes=_CONDITION,
    )
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

    @resolved(
        description="Diagnoses, the main one first.",
        directives=[consent(Category.CONDITIONS)],
        requires_scopes=_CONDITION,
    )
    async def conditions(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Condition] | None:
        """The conditions of this encounter."""
        ranks = _ranks(self.row.resource)

        def position(row: Row) -> Position:
            rank = ranks.get(row.resource["id"], _UNRANKED)
            return Position(f"{_UNRANKED - rank:03}", row.date, row.id)

        listing = Listing(CONDITIONS, condition, first, after, position=position)
        return await self._listed(info, listing)

    @resolved(
        description="Results, vital signs and other findings, newest first.",
        directives=[consent(Category.OBSERVATIONS)],
        requires_scopes=scopes("Observation"),
    )
    async def observations(
        self,
        info: EncounterInfo,
        first: First = 20,
        after: After = None,
        category: CategoryFilter = None,
    ) -> Connection[Observation] | None:
        """The observations of this encounter."""
        accept = None if category is None else has_category(category)
        return await self._listed(info, Listing(OBSERVATIONS, observation, first, after, accept))

    @resolved(
        description="Imaging studies, newest first.",
        directives=[consent(Category.IMAGING)],
        requires_scopes=scopes("ImagingStudy"),
    )
    async def imaging_studies(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[ImagingStudy] | None:
        """The imaging studies of this encounter."""
        return await self._listed(info, Listing(IMAGING_STUDIES, imaging_study, first, after))

    @resolved(
        description="Procedures and operations, newest first.",
        directives=[consent(Category.PROCEDURES)],
        requires_scopes=scopes("Procedure"),
    )
    async def procedures(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Procedure] | None:
        """The procedures of this encounter."""
        return await self._listed(info, Listing(PROCEDURES, procedure, first, after))

    @resolved(
        description="What was ordered or given without a national prescription code.",
        directives=[consent(Category.MEDICATIONS)],
        requires_scopes=scopes("MedicationRequest"),
    )
    async def medication_requests(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[MedicationRequest] | None:
        """The medication requests of this encounter."""
        return await self._listed(
            info, Listing(MEDICATION_REQUESTS, medication_request, first, after)
        )

    @resolved(
        description="The summary at its end, where one was written.",
        directives=[consent(Category.CLINICAL_NOTES)],
        requires_scopes=scopes("DocumentReference"),
    )
    async def discharge_summary(self, info: EncounterInfo) -> DischargeSummary | None:
        """The newest summary of this encounter."""
        return await self._newest(info, DISCHARGE_SUMMARIES, discharge_summary)

    @resolved(
        description="The referral to another facility, where one was issued.",
        directives=[consent(Category.REFERRALS)],
        requires_scopes=scopes("ServiceRequest"),
    )
    async def referral(self, info: EncounterInfo) -> Referral | None:
        """The newest referral of this encounter."""
        return await self._newest(info, REFERRALS, referral)

    @resolved(
        description="The appointment to come back, where one was given.",
        directives=[consent(Category.REFERRALS)],
        requires_scopes=scopes("Appointment"),
    )
    async def follow_up(self, info: EncounterInfo) -> FollowUpAppointment | None:
        """The newest appointment of this encounter."""
        return await self._newest(info, FOLLOW_UPS, follow_up)

    async def _listed(
        self, info: EncounterInfo, listing: "Listing[NodeT]"
    ) -> Connection[NodeT] | None:
        kind = listing.kind
        if not info.context.permits(self.row.subject, kind.category):
            return None
        page = page_request(listing.first, listing.after)

        found = info.context.loaders.of_encounter(self.row, kind)
        return await listed(info, page, found, listing)

    async def _newest(
        self, info: EncounterInfo, kind: RowKind, node: Callable[[Row], NodeT]
    ) -> NodeT | None:
        """The newest row of a kind; beside nothing an error, if the facility does not answer."""
        if not info.context.permits(self.row.subject, kind.category):
            return None
        found = await info.context.loaders.of_encounter(self.row, kind)
        note_missing(info, found)
        newest = max(found.rows, key=lambda row: (row.date, row.id), default=None)
        return None if newest is None else node(newest)

    @classmethod
    async def resolve_reference(
        cls, info: EncounterInfo, representation: Mapping[str, object]
    ) -> "Encounter | None":
        """The encounter of a representation."""
        return await encounter_by_id(info, text_key(representation))


async def encounter_by_id(info: EncounterInfo, encounter_id: str) -> Encounter | None:
    """An encounter; without permission its id and subject only, by which permission is found.

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
    return encounter_of(found, access)


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
