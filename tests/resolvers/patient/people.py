"""A small population for the tests of the patient subgraph."""

from datetime import UTC, date, datetime
from typing import Any

from resolvers.datatypes.identifiers import INSURANCE_NUMBER, NATIONAL_ID
from resolvers.patient.records import IdentifierRecord, PatientRecord, RepresentativeRecord
from resolvers.patient.repository import (
    ALLERGIES,
    IMMUNIZATIONS,
    PAST_CONDITIONS,
    PatientRepository,
)
from storage.access_profiles.model import AccessProfile
from storage.access_profiles.repository import AccessProfiles

ICD10 = "http://hl7.org/fhir/sid/icd-10"

MOTHER = PatientRecord(
    id="p-mother",
    full_name="Nguyễn Thị Hoa",
    birth_date="1990-05-17",
    sex="FEMALE",
    identifiers=(
        IdentifierRecord(NATIONAL_ID, "079190000001", datetime(2021, 1, 1, tzinfo=UTC)),
        IdentifierRecord(
            NATIONAL_ID,
            "024000001",
            datetime(2005, 1, 1, tzinfo=UTC),
            datetime(2021, 1, 1, tzinfo=UTC),
        ),
        IdentifierRecord(INSURANCE_NUMBER, "DN4797912345678", datetime(2020, 1, 1, tzinfo=UTC)),
    ),
    ethnicity={"coding": [{"code": "01", "display": "Kinh"}], "text": "Kinh"},
    phone="0901234567",
    address={
        "line": "12 Lê Lợi",
        "commune": {"code": "26734", "name": "Phường Bến Thành"},
        "province": {"code": "79", "name": "TP Hồ Chí Minh"},
        "country": "VN",
        "list_version": "2025-07",
    },
    no_known_allergy=datetime(2025, 1, 1, tzinfo=UTC),
)
CHILD = PatientRecord(
    id="p-child",
    full_name="Trần Văn Bé",
    birth_date="2026-05-10",
    sex="MALE",
    representatives=(
        RepresentativeRecord(
            kind="PARENT",
            relationship="mother",
            patient_id="p-mother",
            full_name="Nguyễn Thị Hoa",
            identifier="079190000001",
            phone="0901234567",
        ),
    ),
)
STRANGER = PatientRecord(id="p-stranger", full_name="Lê Văn Lạ", birth_date="1970")


def concept(code: str, display: str, system: str = ICD10) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


async def settle(patients: PatientRepository, profiles: AccessProfiles) -> None:
    """Stores the population."""
    await patients.import_patients([MOTHER, CHILD, STRANGER])
    await profiles.load(
        [
            AccessProfile("p-mother", 1, date(1990, 5, 17)),
            AccessProfile("p-child", 1, date(2026, 5, 10)),
            AccessProfile("p-stranger", 1, date(1970, 1, 1)),
        ]
    )


async def record_history(patients: PatientRepository) -> None:
    """Gives the mother past conditions (one of them sensitive) and the child vaccinations."""
    await patients.import_rows(
        PAST_CONDITIONS,
        [
            {
                "_id": f"c{year}",
                "subject_id": "p-mother",
                "date": datetime(year, 3, 1, tzinfo=UTC),
                "labels": ["HIV"] if year == 2022 else [],
                "kind": "disease",
                "code": concept("B20" if year == 2022 else "I10", "a disease"),
                "onset": str(year),
            }
            for year in range(2019, 2026)
        ],
    )
    await patients.import_rows(
        IMMUNIZATIONS,
        [
            {
                "_id": "v1",
                "subject_id": "p-child",
                "date": datetime(2026, 5, 11, 2, tzinfo=UTC),
                "labels": [],
                "status": "completed",
                "vaccine": concept("08", "Hep B", "http://hl7.org/fhir/sid/cvx"),
                "facility_id": "79014",
            },
            {
                "_id": "v2",
                "subject_id": "p-child",
                "date": datetime(2026, 7, 12, 2, tzinfo=UTC),
                "labels": [],
                "status": "completed",
                "vaccine": concept("198", "DTP-HepB-Hib", "http://hl7.org/fhir/sid/cvx"),
                "facility_id": "79014",
            },
        ],
    )


def allergy_row(row_id: str, subject: str = "p-mother", **members: Any) -> dict[str, Any]:
    return {
        "_id": row_id,
        "subject_id": subject,
        "date": datetime(2024, 1, 1, tzinfo=UTC),
        "labels": [],
        "code": concept("372687004", "Amoxicillin", "http://snomed.info/sct"),
        "clinical_status": "active",
        "verification_status": "confirmed",
        "criticality": "high",
        "categories": ["medication"],
        "reactions": [{"manifestation": [concept("271807003", "Rash")], "severity": "mild"}],
        **members,
    }


async def record_allergy(patients: PatientRepository, row: dict[str, Any]) -> None:
    await patients.import_rows(ALLERGIES, [row])
