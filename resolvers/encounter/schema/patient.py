"""What hospitals hold of a patient: one list of each kind over all of them."""

from collections.abc import Mapping

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.connections import After, First, page_request
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.references import PATIENT, PATIENT_ID
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
)
from resolvers.encounter.schema.clinical import Condition, Procedure, condition, procedure
from resolvers.encounter.schema.context import EncounterInfo
from resolvers.encounter.schema.encounter import Encounter, encounter_of
from resolvers.encounter.schema.filters import CategoryFilter, CodeFilter, token_parameter
from resolvers.encounter.schema.imaging import ImagingStudy, imaging_study
from resolvers.encounter.schema.lists import Connection, Listing, NodeT, listed
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

_SYSTEM_TOO = ("patient", "user", "system")


@federation.type(keys=["id"], description=PATIENT, directives=[subject("id")])
class Patient:
    """The patient by her key."""

    id: strawberry.ID = federation.field(description=PATIENT_ID)

    @resolved(
        description="Visits to facilities, newest first.",
        directives=[consent(Category.ENCOUNTERS)],
        requires_scopes=scopes("Encounter", contexts=_SYSTEM_TOO),
    )
    async def encounters(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Encounter] | None:
        """A page of encounters."""
        access = info.context.access

        def node(row: Row) -> Encounter:
            return encounter_of(row, access)

        return await self._listed(info, Listing(ENCOUNTERS, node, first, after))

    @resolved(
        description="Diagnoses and problems that facilities recorded, newest first.",
        directives=[consent(Category.CONDITIONS)],
        requires_scopes=scopes("Condition", contexts=_SYSTEM_TOO),
    )
    async def conditions(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Condition] | None:
        """A page of conditions."""
        return await self._listed(info, Listing(CONDITIONS, condition, first, after))

    @resolved(
        description="Results, vital signs and other findings of facilities, newest first.",
        directives=[consent(Category.OBSERVATIONS)],
        requires_scopes=scopes("Observation"),
    )
    async def observations(
        self,
        info: EncounterInfo,
        first: First = 20,
        after: After = None,
        category: CategoryFilter = None,
        code: CodeFilter = None,
    ) -> Connection[Observation] | None:
        """A page of observations."""
        parameters = (*token_parameter("category", category), *token_parameter("code", code))
        listing = Listing(OBSERVATIONS, observation, first, after)
        return await self._listed(info, listing, parameters)

    @resolved(
        description="Imaging studies, newest first.",
        directives=[consent(Category.IMAGING)],
        requires_scopes=scopes("ImagingStudy"),
    )
    async def imaging_studies(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[ImagingStudy] | None:
        """A page of imaging studies."""
        return await self._listed(info, Listing(IMAGING_STUDIES, imaging_study, first, after))

    @resolved(
        description="Procedures and operations, newest first.",
        directives=[consent(Category.PROCEDURES)],
        requires_scopes=scopes("Procedure"),
    )
    async def procedures(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Procedure] | None:
        """A page of procedures."""
        return await self._listed(info, Listing(PROCEDURES, procedure, first, after))

    @resolved(
        description=(
            "What facilities ordered or gave without a national prescription code, newest first."
        ),
        directives=[consent(Category.MEDICATIONS)],
        requires_scopes=scopes("MedicationRequest"),
    )
    async def medication_requests(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[MedicationRequest] | None:
        """A page of medication requests."""
        listing = Listing(MEDICATION_REQUESTS, medication_request, first, after)
        return await self._listed(info, listing)

    @resolved(
        description="Summaries of episodes at their end, newest first.",
        directives=[consent(Category.CLINICAL_NOTES)],
        requires_scopes=scopes("DocumentReference"),
    )
    async def discharge_summaries(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[DischargeSummary] | None:
        """A page of discharge summaries."""
        listing = Listing(DISCHARGE_SUMMARIES, discharge_summary, first, after)
        return await self._listed(info, listing)

    @resolved(
        description="Referrals to other facilities (giấy chuyển tuyến), newest first.",
        directives=[consent(Category.REFERRALS)],
        requires_scopes=scopes("ServiceRequest"),
    )
    async def referrals(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Referral] | None:
        """A page of referrals."""
        return await self._listed(info, Listing(REFERRALS, referral, first, after))

    @resolved(
        description="Appointments to come back (giấy hẹn khám lại), latest first.",
        directives=[consent(Category.REFERRALS)],
        requires_scopes=scopes("Appointment"),
    )
    async def follow_ups(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[FollowUpAppointment] | None:
        """A page of follow-up appointments."""
        return await self._listed(info, Listing(FOLLOW_UPS, follow_up, first, after))

    async def _listed(
        self,
        info: EncounterInfo,
        listing: Listing[NodeT],
        parameters: tuple[tuple[str, str], ...] = (),
    ) -> Connection[NodeT] | None:
        kind: RowKind = listing.kind
        if not info.context.permits(self.id, kind.category):
            return None
        page = page_request(listing.first, listing.after)

        found = info.context.loaders.of_patient(self.id, kind, page, parameters)
        return await listed(info, page, found, listing)

    @classmethod
    def resolve_reference(
        cls, _info: EncounterInfo, representation: Mapping[str, object]
    ) -> "Patient":
        """The patient of a representation; whether she exists is the patient subgraph's to say."""
        return cls(id=text_key(representation))
