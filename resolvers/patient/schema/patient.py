"""The Patient entity as this subgraph knows it."""

from collections.abc import Mapping
from datetime import date
from enum import Enum

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.connections import After, Connection, First, connection, page_request
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.documents import concept
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.scalars import VIETNAM, PartialDate
from resolvers.datatypes.values import Address, CodeableConcept
from resolvers.federation import text_key
from resolvers.patient.records import DependantRecord, PatientRecord
from resolvers.patient.schedule import schedule
from resolvers.patient.schema.access_log import AccessLogEntry, access_log_entry
from resolvers.patient.schema.consents import Consent, consent_of
from resolvers.patient.schema.context import PatientInfo
from resolvers.patient.schema.persons import (
    Dependant,
    LegalRepresentative,
    PatientIdentifier,
    address,
    identifier,
    legal_representative,
    period_of,
)
from resolvers.patient.schema.rows import (
    AllergyIntolerance,
    AllergyStatus,
    Immunization,
    PastCondition,
    ScheduledDose,
    allergy,
    immunization,
    past_condition,
    scheduled_dose,
)
from resolvers.patient.schema.vitals import SelfReportedVital, vital
from resolvers.rows import RowRequest, row_connection

_DEMOGRAPHICS = [consent(Category.DEMOGRAPHICS)]
_CONTACT = [consent(Category.CONTACT)]
_PATIENT = scopes("Patient", contexts=("patient", "user", "system"))
_PERSON = scopes("Patient")


@strawberry.enum(description="Sex as registered. Values may be added.")
class Sex(Enum):
    """FHIR administrative gender."""

    MALE = strawberry.enum_value("MALE", description="Male (nam).")
    FEMALE = strawberry.enum_value("FEMALE", description="Female (nữ).")
    OTHER = strawberry.enum_value("OTHER", description="Registered as neither (khác).")
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="Not registered (không rõ).")


@federation.type(
    keys=["id"],
    description="A person with a health book (FHIR Patient).",
    directives=[subject("id")],
)
class Patient:
    """FHIR Patient."""

    id: strawberry.ID = federation.field(
        description="Opaque id, stable through renumbering and merging."
    )
    full_name: str | None = federation.field(
        default=None,
        description="Name in one line, as the civil register writes it.",
        directives=_DEMOGRAPHICS,
        requires_scopes=_PATIENT,
    )
    birth_date: PartialDate | None = federation.field(
        default=None,
        description="Birth date, as far as it is known.",
        directives=_DEMOGRAPHICS,
        requires_scopes=_PATIENT,
    )
    sex: Sex | None = federation.field(
        default=None,
        description="Sex as registered.",
        directives=_DEMOGRAPHICS,
        requires_scopes=_PATIENT,
    )
    ethnicity: CodeableConcept | None = federation.field(
        default=None,
        description="Ethnic group (dân tộc).",
        directives=_DEMOGRAPHICS,
        requires_scopes=_PERSON,
    )
    nationality: CodeableConcept | None = federation.field(
        default=None,
        description="Nationality.",
        directives=_DEMOGRAPHICS,
        requires_scopes=_PERSON,
    )
    occupation: CodeableConcept | None = federation.field(
        default=None,
        description="Occupation.",
        directives=_DEMOGRAPHICS,
        requires_scopes=_PERSON,
    )
    phone: str | None = federation.field(
        default=None,
        description="Telephone number.",
        directives=_CONTACT,
        requires_scopes=_PERSON,
    )
    email: str | None = federation.field(
        default=None, description="Mail address.", directives=_CONTACT, requires_scopes=_PERSON
    )
    address: Address | None = federation.field(
        default=None, description="Where she lives.", directives=_CONTACT, requires_scopes=_PERSON
    )
    record: strawberry.Private[PatientRecord]

    @resolved(
        description="Numbers that authorities gave her, present and past, newest first.",
        directives=[consent(Category.IDENTIFIERS)],
        requires_scopes=_PERSON,
    )
    def identifiers(self, info: PatientInfo) -> list[PatientIdentifier] | None:
        """Every number with its period."""
        return [identifier(known, info.context.now) for known in self.record.identifiers]

    @resolved(
        description="Who acts for her by law or by her will.",
        directives=[consent(Category.REPRESENTATIVES)],
        requires_scopes=_PERSON,
    )
    def legal_representatives(self) -> list[LegalRepresentative] | None:
        """Every representative with her period."""
        return [legal_representative(self.id, known) for known in self.record.representatives]

    @resolved(
        description="For whom she acts.",
        directives=[consent(Category.REPRESENTATIVES)],
        requires_scopes=_PERSON,
    )
    async def dependants(self, info: PatientInfo) -> list[Dependant] | None:
        """Everybody whose record names her as representative."""
        known = await info.context.loaders.dependants.load(self.id)
        return [dependant(self.id, one) for one in known]

    @resolved(
        description="Allergies and intolerances, newest first.",
        directives=[consent(Category.ALLERGIES)],
        requires_scopes=scopes("AllergyIntolerance"),
    )
    async def allergies(
        self, info: PatientInfo, first: First = 20, after: After = None
    ) -> Connection[AllergyIntolerance] | None:
        """A page of allergies."""
        rows = info.context.loaders.allergies
        return await row_connection(rows, self.id, page_request(first, after), allergy)

    @resolved(
        description="What an empty list of allergies means.",
        directives=[consent(Category.ALLERGIES)],
        requires_scopes=scopes("AllergyIntolerance"),
    )
    async def allergy_status(self, info: PatientInfo) -> AllergyStatus | None:
        """None known is not the same as not recorded."""
        if await info.context.loaders.all_allergies.load(self.id):
            return AllergyStatus.RECORDED
        if self.record.no_known_allergy is not None:
            return AllergyStatus.NONE_KNOWN
        return AllergyStatus.NOT_RECORDED

    @resolved(
        description="Diseases, operations and family diseases of the past, newest first.",
        directives=[consent(Category.HISTORY)],
        requires_scopes=scopes("Condition"),
    )
    async def past_conditions(
        self, info: PatientInfo, first: First = 20, after: After = None
    ) -> Connection[PastCondition] | None:
        """A page of past conditions."""
        rows = info.context.loaders.past_conditions
        return await row_connection(rows, self.id, page_request(first, after), past_condition)

    @resolved(
        description="Vaccinations, newest first.",
        directives=[consent(Category.IMMUNIZATIONS)],
        requires_scopes=scopes("Immunization"),
    )
    async def immunizations(
        self, info: PatientInfo, first: First = 20, after: After = None
    ) -> Connection[Immunization] | None:
        """A page of vaccinations."""
        rows = info.context.loaders.immunizations
        return await row_connection(rows, self.id, page_request(first, after), immunization)

    @resolved(
        description=(
            "The vaccination programme for a child under eight, dose by dose: given, due, "
            "overdue, upcoming. Empty for anybody older, and where the birth date is not known to "
            "the day."
        ),
        directives=[consent(Category.IMMUNIZATIONS)],
        requires_scopes=scopes("Immunization"),
    )
    async def immunization_schedule(self, info: PatientInfo) -> list[ScheduledDose] | None:
        """The schedule as of today in Vietnam."""
        born = self.record.birth_date
        if born is None or len(born) != len("YYYY-MM-DD"):
            return []
        given = await info.context.loaders.all_immunizations.load(self.id)
        today = info.context.now.astimezone(VIETNAM).date()
        return [scheduled_dose(dose) for dose in schedule(date.fromisoformat(born), today, given)]

    @resolved(
        description="Measurements that she took with devices of her own, newest first.",
        directives=[consent(Category.VITALS)],
        requires_scopes=scopes("Observation"),
    )
    async def self_reported_vitals(
        self, info: PatientInfo, first: First = 20, after: After = None
    ) -> Connection[SelfReportedVital] | None:
        """A page of measurements."""
        rows = info.context.loaders.vitals
        return await row_connection(rows, self.id, page_request(first, after), vital)

    @resolved(
        description="Her consents and refusals, newest first.",
        directives=[consent(Category.CONSENTS)],
        requires_scopes=scopes("Consent", contexts=("patient",)),
    )
    async def consents(
        self, info: PatientInfo, first: First = 20, after: After = None
    ) -> Connection[Consent] | None:
        """A page of consents."""
        now, rows = info.context.now, info.context.loaders.consents
        return await row_connection(
            rows, self.id, page_request(first, after), lambda row: consent_of(row, now)
        )

    @resolved(
        description="Who looked at the book, when, why, and with what outcome, newest first.",
        directives=[consent(Category.ACCESS_LOG)],
        requires_scopes=scopes("AuditEvent", contexts=("patient",)),
    )
    async def access_log(
        self, info: PatientInfo, first: First = 20, after: After = None
    ) -> Connection[AccessLogEntry] | None:
        """A page of the access log."""
        request = RowRequest(self.id, page_request(first, after))
        page = await info.context.loaders.access_log.load(request)
        return connection(page, access_log_entry, lambda entry: entry.position)

    @classmethod
    async def resolve_reference(
        cls, info: PatientInfo, representation: Mapping[str, object]
    ) -> "Patient | None":
        """The patient of a representation."""
        record = await info.context.loaders.patients.load(text_key(representation))
        return None if record is None else patient_of(record)


def patient_of(record: PatientRecord) -> Patient:
    """The object of a person's record."""
    return Patient(
        id=strawberry.ID(record.id),
        full_name=record.full_name,
        birth_date=None if record.birth_date is None else PartialDate(record.birth_date),
        sex=None if record.sex is None else Sex(record.sex),
        ethnicity=concept(record.ethnicity),
        nationality=concept(record.nationality),
        occupation=concept(record.occupation),
        phone=record.phone,
        email=record.email,
        address=address(record.address),
        record=record,
    )


def dependant(patient: strawberry.ID, record: DependantRecord) -> Dependant:
    """The object of a dependant of a patient, whose own record names the patient."""
    representative = record.representative
    return Dependant(
        subject_id=patient,
        patient=patient_of(record.patient),
        kind=representative.kind,
        relationship=representative.relationship,
        period=period_of(representative.start, representative.end),
    )
