"""The Prescription entity with its items, dispenses and recipient."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.connections import After, Connection, First, page_request
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.documents import concept
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.references import (
    Encounter,
    Facility,
    Practitioner,
    encounter,
    facility,
    practitioner,
)
from resolvers.datatypes.scalars import DateTime, date_time
from resolvers.datatypes.values import CodeableConcept
from resolvers.federation import text_key
from resolvers.pharmacy.schema.context import PharmacyInfo
from resolvers.pharmacy.schema.enums import PrescriptionStatus, PrescriptionType
from resolvers.pharmacy.schema.items import (
    Dispense,
    PrescriptionCourse,
    PrescriptionItem,
    course_of,
    dispense_of,
    item_of,
)
from resolvers.pharmacy.schema.recipient import PrescriptionRecipient, recipient_of
from resolvers.pharmacy.state import claim_in_force, status
from resolvers.rows import row_connection

PatientReference = Annotated["Patient", strawberry.lazy(__name__)]
PrescriptionReference = Annotated["Prescription", strawberry.lazy(__name__)]
ShownIdentifier = Annotated[
    str,
    strawberry.argument(description="National id or insurance number on the document shown."),
]

_INSURED_READ = scopes("MedicationRequest", contexts=("patient", "user", "system"))


@federation.type(
    keys=["id"],
    description="A national electronic prescription. It never changes; a correction replaces it.",
    directives=[subject(), consent(Category.PRESCRIPTIONS)],
    requires_scopes=_INSURED_READ,
)
class Prescription:
    """A prescription."""

    id: strawberry.ID = federation.field(description="Opaque id.")
    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whom it is for."
    )
    code: str | None = federation.field(
        default=None, description="Code that the citizen presents, e.g. `79014a1b2c3d-C`."
    )
    type: PrescriptionType | None = federation.field(
        default=None, description="Kind of prescription."
    )
    status: PrescriptionStatus | None = federation.field(
        default=None, description="Where it stands now."
    )
    issued: DateTime | None = federation.field(default=None, description="When it was issued.")
    valid_from: DateTime | None = federation.field(
        default=None, description="From when it may be collected."
    )
    valid_until: DateTime | None = federation.field(
        default=None, description="When it can no longer be collected; exclusive."
    )
    items: list[PrescriptionItem] | None = federation.field(
        default=None, description="The drugs and what is left of them."
    )
    dispenses: list[Dispense] | None = federation.field(
        default=None, description="What was handed over, oldest first."
    )
    claimed_until: DateTime | None = federation.field(
        default=None, description="Until when a pharmacy claims it; absent where none does."
    )
    claimed_by_caller: bool | None = federation.field(
        default=None, description="Whether the claim is that of the caller's pharmacy."
    )
    course: PrescriptionCourse | None = federation.field(
        default=None, description="The course, for a narcotic."
    )
    facility: Facility | None = federation.field(default=None, description="Where it was issued.")
    prescriber: Practitioner | None = federation.field(default=None, description="Who issued it.")
    encounter: Encounter | None = federation.field(
        default=None,
        description="The encounter in which it was issued; never for a pharmacy.",
        directives=[consent(Category.ENCOUNTERS)],
        requires_scopes=scopes("Encounter", contexts=("patient", "user", "system")),
    )
    recipient: PrescriptionRecipient | None = federation.field(
        default=None, description="For whom it is, without saying who she is."
    )
    patient: PatientReference | None = federation.field(
        default=None,
        description="The patient; never for a pharmacy.",
        directives=[consent(Category.PRESCRIPTION_PATIENT)],
        requires_scopes=scopes("Patient", contexts=("patient", "user", "system")),
    )
    row: strawberry.Private[Mapping[str, Any]]

    @resolved(
        description="Why it was issued; never for a pharmacy.",
        directives=[consent(Category.CONDITIONS)],
        requires_scopes=scopes("Condition", contexts=("patient", "user", "system")),
    )
    def diagnoses(self, info: PharmacyInfo) -> list[CodeableConcept] | None:
        """The diagnoses; a label that is permitted for the drugs alone does not open them."""
        if not info.context.loaders.may_read(self.row, Category.CONDITIONS):
            return []
        meanings = (concept(diagnosis) for diagnosis in self.row["diagnoses"])
        return [meaning for meaning in meanings if meaning is not None]

    @resolved(
        description="What the practitioner told the patient; never for a pharmacy.",
        directives=[consent(Category.CLINICAL_NOTES)],
        requires_scopes=scopes("DocumentReference"),
    )
    def advice(self, info: PharmacyInfo) -> str | None:
        """The advice, which may tell in words what the diagnoses tell in codes."""
        permitted = info.context.loaders.may_read(self.row, Category.CLINICAL_NOTES)
        return self.row["advice"] if permitted else None

    @resolved(
        description="Who brings the child; never for a pharmacy.",
        directives=[consent(Category.PRESCRIPTION_PATIENT)],
        requires_scopes=scopes("Patient"),
    )
    def accompanying_adult(self, info: PharmacyInfo) -> str | None:
        """The name of the adult who accompanies a child under 72 months."""
        return info.context.loaders.repository.open_adult(self.row)

    @resolved(
        description="The prescription that it replaces; never for a pharmacy.",
        directives=[consent(Category.PRESCRIPTION_PATIENT)],
    )
    async def replaces(self, info: PharmacyInfo) -> PrescriptionReference | None:
        """The one it corrects."""
        return await _by_id(info, self.row.get("replaces"))

    @resolved(
        description="The prescription that replaced it; never for a pharmacy.",
        directives=[consent(Category.PRESCRIPTION_PATIENT)],
    )
    async def replaced_by(self, info: PharmacyInfo) -> PrescriptionReference | None:
        """The one that corrects it."""
        return await _by_id(info, self.row.get("replaced_by"))

    @resolved(
        description=(
            "Whether the document shown at the counter is the recipient's: yes or no, never whose."
        )
    )
    async def recipient_matches(
        self, info: PharmacyInfo, identifier: ShownIdentifier
    ) -> bool | None:
        """Whether the patient bears a number."""
        return await info.context.loaders.matches(self.subject_id, identifier)

    @classmethod
    async def resolve_reference(
        cls, info: PharmacyInfo, representation: Mapping[str, object]
    ) -> "Prescription | None":
        """The prescription of a representation."""
        return await _by_id(info, text_key(representation))


@federation.type(keys=["id"], directives=[subject("id")])
class Patient:
    """The patient by her key."""

    id: strawberry.ID

    @resolved(
        description="National prescriptions, newest first.",
        directives=[consent(Category.PRESCRIPTIONS)],
        requires_scopes=scopes("MedicationRequest"),
    )
    async def prescriptions(
        self, info: PharmacyInfo, first: First = 20, after: After = None
    ) -> Connection[Prescription] | None:
        """A page of prescriptions."""
        rows = info.context.loaders.by_patient
        now, organization = info.context.now, info.context.access.organization
        return await row_connection(
            rows,
            self.id,
            page_request(first, after),
            lambda row: prescription_of(row, now, organization),
        )

    @classmethod
    def resolve_reference(
        cls, _info: PharmacyInfo, representation: Mapping[str, object]
    ) -> "Patient":
        """The patient of a representation; whether she exists is the patient subgraph's to say."""
        return cls(id=text_key(representation))


async def _by_id(info: PharmacyInfo, prescription_id: str | None) -> Prescription | None:
    """A prescription, if the caller may see it."""
    if prescription_id is None:
        return None
    row = await info.context.loaders.prescriptions.load(prescription_id)
    if row is None or not info.context.loaders.may_see(row):
        return None
    return prescription_of(row, info.context.now, info.context.access.organization)


def prescription_of(
    row: Mapping[str, Any], now: datetime, organization: str | None
) -> Prescription:
    """The object of a stored prescription.

    Args:
        row: As the repository stores it.
        now: The instant that its state is told for.
        organization: The caller's pharmacy or facility.
    """
    claim = claim_in_force(row, now)
    return Prescription(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        code=row["code"],
        type=PrescriptionType(row["type"]),
        status=status(row, now),
        issued=date_time(row["date"]),
        valid_from=date_time(row["valid_from"]),
        valid_until=date_time(row["valid_until"]),
        items=[item_of(item) for item in row["items"]],
        dispenses=[dispense_of(row, dispense) for dispense in row["dispenses"]],
        claimed_until=None if claim is None else date_time(claim["until"]),
        claimed_by_caller=None if claim is None else claim["pharmacy_id"] == organization,
        course=course_of(row.get("course")),
        facility=facility(row["facility_id"]),
        prescriber=practitioner(row["practitioner_id"]),
        encounter=encounter(row.get("encounter_id")),
        recipient=recipient_of(row),
        patient=Patient(id=strawberry.ID(row["subject_id"])),
        row=row,
    )
