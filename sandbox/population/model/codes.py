"""Codes, the systems they are of, and the zone that times are meant in."""

from dataclasses import dataclass
from datetime import timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
OLD_CITIZEN_ID = "http://fhir.ehealth.gov.vn/core/sid/citizen_id"
INSURANCE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
LICENCE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/provider-license-number"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"
LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
CVX = "http://hl7.org/fhir/sid/cvx"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its Vietnamese and English names."""

    system: str
    code: str
    vi: str
    en: str
