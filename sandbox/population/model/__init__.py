"""People and what is recorded about them, as frozen values.

Times are aware and meant in Vietnam (+07:00). Codes are those of the named systems; who stores or
serves these values translates them into its own form.
"""

from sandbox.population.model.book import (
    Book,
    RecordLocation,
)
from sandbox.population.model.codes import (
    ATC,
    CVX,
    DICOM,
    ICD9CM,
    ICD10,
    INSURANCE_NUMBER,
    LICENCE_NUMBER,
    LOINC,
    NATIONAL_ID,
    OLD_CITIZEN_ID,
    VIETNAM,
    Code,
)
from sandbox.population.model.history import (
    Allergy,
    Consent,
    Immunization,
    Measurement,
    PastCondition,
)
from sandbox.population.model.institutions import (
    Drug,
    Facility,
    Pharmacist,
    Pharmacy,
    Practitioner,
)
from sandbox.population.model.people import (
    Address,
    Card,
    Identifier,
    Name,
    Person,
    Representative,
)
from sandbox.population.model.prescriptions import (
    Dispense,
    DispenseLine,
    Prescription,
    PrescriptionItem,
)
from sandbox.population.model.visits import (
    Claim,
    Diagnosis,
    FollowUp,
    Imaging,
    Medication,
    Operation,
    Referral,
    Result,
    Visit,
)

__all__ = [
    "ATC",
    "CVX",
    "DICOM",
    "ICD9CM",
    "ICD10",
    "INSURANCE_NUMBER",
    "LICENCE_NUMBER",
    "LOINC",
    "NATIONAL_ID",
    "OLD_CITIZEN_ID",
    "VIETNAM",
    "Address",
    "Allergy",
    "Book",
    "Card",
    "Claim",
    "Code",
    "Consent",
    "Diagnosis",
    "Dispense",
    "DispenseLine",
    "Drug",
    "Facility",
    "FollowUp",
    "Identifier",
    "Imaging",
    "Immunization",
    "Measurement",
    "Medication",
    "Name",
    "Operation",
    "PastCondition",
    "Person",
    "Pharmacist",
    "Pharmacy",
    "Practitioner",
    "Prescription",
    "PrescriptionItem",
    "RecordLocation",
    "Referral",
    "Representative",
    "Result",
    "Visit",
]
