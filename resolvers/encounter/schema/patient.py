"""What hospitals hold of a patient: one list of each kind over all of them."""

from collections.abc import Mapping

import strawberry
from strawberry import federation

from resolvers.datatypes.connections import After, First, PageRequest
from resolvers.datatypes.directives import subject
from resolvers.encounter.gathering import Gathered
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
)
from resolvers.encounter.schema.clinical import Condition, Procedure, condition_of, procedure_of
from resolvers.encounter.schema.context import EncounterInfo
from resolvers.encounter.schema.encounter import Encounter, encounter_of
from resolvers.encounter.schema.filters import CategoryFilter, CodeFilter, token_parameter
from resolvers.encounter.schema.imaging import ImagingStudy, imaging_study_of
from resolvers.encounter.schema.lists import Connection, Listing, listed, row_list
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
from resolvers.encounter.schema.rows import gated
from resolvers.federation import text_key


@federation.type(keys=["id"], directives=[subject("id")])
class Patient:
    """The patient by her key."""

    id: strawberry.ID

    @gated(ENCOUNTERS, "Visits to facilities, newest first.")
    async def encounters(
        self, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[Encounter] | None:
        """A page of encounters."""
        access = info.context.access

        def node(row: Row) -> Encounter:
            return encounter_of(row, access)

        return await listed(self, info, Listing(ENCOUNTERS, node, first, after))

    conditions: Connection[Condition] | None = row_list(
        CONDITIONS, condition_of, "Diagnoses and problems that facilities recorded, newest first."
    )

    @gated(OBSERVATIONS, "Results, vital signs and other findings of facilities, newest first.")
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
        listing = Listing(OBSERVATIONS, observation_of, first, after, parameters)
        return await listed(self, info, listing)

    diagnostic_reports: Connection[DiagnosticReport] | None = row_list(
        DIAGNOSTIC_REPORTS,
        diagnostic_report_of,
        "Reports of laboratories, imaging and other examinations, newest first.",
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
        "What facilities ordered or gave without a national prescription code, newest first.",
    )
    discharge_summaries: Connection[DischargeSummary] | None = row_list(
        DISCHARGE_SUMMARIES,
        discharge_summary_of,
        "Summaries of episodes at their end, newest first.",
    )
    referrals: Connection[Referral] | None = row_list(
        REFERRALS, referral_of, "Referrals to other facilities (giấy chuyển tuyến), newest first."
    )
    follow_ups: Connection[FollowUpAppointment] | None = row_list(
        FOLLOW_UPS, follow_up_of, "Appointments to come back (giấy hẹn khám lại), latest first."
    )

    def patient_id(self) -> str:
        """Whose rows they are: her own."""
        return self.id

    async def gathered(
        self,
        info: EncounterInfo,
        kind: RowKind,
        page: PageRequest,
        parameters: tuple[tuple[str, str], ...] = (),
    ) -> Gathered:
        """Her visible rows of a kind at every hospital, at least those of a page."""
        return await info.context.loaders.of_patient(self.id, kind, page, parameters)

    @classmethod
    def resolve_reference(
        cls, _info: EncounterInfo, representation: Mapping[str, object]
    ) -> "Patient":
        """The patient of a representation; whether she exists is the patient subgraph's to say."""
        return cls(id=text_key(representation))
