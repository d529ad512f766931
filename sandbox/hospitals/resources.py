"""One FHIR R4 resource each: a person, a diagnosis, a result, a study, a paper.

`about` are the members that all rows of a visit share: its meta, patient and encounter.
"""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.population.model import (
    ATC,
    DICOM,
    INSURANCE_NUMBER,
    LOINC,
    NATIONAL_ID,
    Code,
    Diagnosis,
    Drug,
    Imaging,
    Medication,
    Operation,
    Person,
    Result,
    Visit,
)

DRUG_REGISTRATION = "http://fhir.ehealth.gov.vn/core/sid/drug-registration-number"
_HL7 = "http://terminology.hl7.org/CodeSystem"


def meta_of(moment: datetime) -> dict[str, str]:
    """Return the meta of a first version that was written at an instant."""
    return {"versionId": "1", "lastUpdated": moment.isoformat(timespec="milliseconds")}


def patient_resource(person: Person, local_id: str, meta: dict[str, str]) -> dict[str, Any]:
    """Return a Patient under the number that the hospital gave her."""
    identifiers = [
        {"system": one.system, "value": one.value}
        for one in person.identifiers
        if one.end is None and one.system in {NATIONAL_ID, INSURANCE_NUMBER}
    ]
    patient: dict[str, Any] = {
        "resourceType": "Patient",
        "id": local_id,
        "meta": meta,
        "identifier": identifiers,
        "active": True,
        "name": [
            {
                "use": "official",
                "text": person.name.full,
                "family": person.name.family,
                "given": [part for part in (person.name.middle, person.name.given) if part],
            }
        ],
        "gender": person.sex,
        "birthDate": person.birth_date.isoformat(),
        "address": [
            {
                "line": [person.address.line],
                "city": person.address.ward,
                "state": person.address.province,
                "country": "VN",
            }
        ],
    }
    if person.phone is not None:
        patient["telecom"] = [{"system": "phone", "value": person.phone}]
    return patient


def concept_of(code: Code) -> dict[str, Any]:
    """Return a CodeableConcept: the code with its English display, the text in Vietnamese."""
    coding = {"system": code.system, "code": code.code, "display": code.en}
    return {"coding": [coding], "text": code.vi}


def _drug(drug: Drug) -> dict[str, Any]:
    coding = [{"system": DRUG_REGISTRATION, "code": drug.registration, "display": drug.brand}]
    if drug.atc:
        coding.append({"system": ATC, "code": drug.atc, "display": drug.generic})
    return {"coding": coding, "text": f"{drug.generic} {drug.strength}".strip()}


def condition_resource(
    diagnosis: Diagnosis, visit: Visit, about: dict[str, Any]
) -> dict[str, Any]:
    """Return a diagnosis of a visit as a Condition."""
    return {
        "resourceType": "Condition",
        "id": diagnosis.id,
        **about,
        "clinicalStatus": {
            "coding": [{"system": f"{_HL7}/condition-clinical", "code": diagnosis.status}]
        },
        "verificationStatus": {
            "coding": [{"system": f"{_HL7}/condition-ver-status", "code": "confirmed"}]
        },
        "category": [
            {"coding": [{"system": f"{_HL7}/condition-category", "code": "encounter-diagnosis"}]}
        ],
        "code": concept_of(diagnosis.condition),
        "onsetDateTime": visit.start.date().isoformat(),
        "recordedDate": visit.start.isoformat(),
    }


def _quantity(value: str, unit: str, ucum: str) -> dict[str, Any]:
    number: float | int = float(value) if "." in value else int(value)
    return {
        "value": number,
        "unit": unit,
        "system": "http://unitsofmeasure.org",
        "code": ucum,
    }


def observation_resource(result: Result, about: dict[str, Any]) -> dict[str, Any]:
    """Return a result, with its parts, as an Observation."""
    category = {"system": f"{_HL7}/observation-category", "code": result.category}
    observation = {
        "resourceType": "Observation",
        "id": result.id,
        **about,
        "status": "final",
        "category": [{"coding": [category]}],
        "code": concept_of(result.what),
        "effectiveDateTime": result.taken.isoformat(),
        "issued": result.taken.isoformat(),
    }
    if result.value is not None:
        observation["valueQuantity"] = _quantity(result.value, result.unit, result.ucum)
    if result.text is not None:
        observation["valueString"] = result.text
    if result.components:
        observation["component"] = [
            {"code": concept_of(code), "valueQuantity": _quantity(value, unit, ucum)}
            for code, value, unit, ucum in result.components
        ]
    if result.value is not None and (result.low is not None or result.high is not None):
        limits = {
            name: _quantity(limit, result.unit, result.ucum)
            for name, limit in (("low", result.low), ("high", result.high))
            if limit is not None
        }
        observation["referenceRange"] = [limits]
        coding = {
            "system": f"{_HL7}/v3-ObservationInterpretation",
            "code": _interpreted(result),
        }
        observation["interpretation"] = [{"coding": [coding]}]
    return observation


def _interpreted(result: Result) -> str | None:
    """High, low or normal; None without a number or a limit."""
    if result.value is None or (result.low is None and result.high is None):
        return None
    value = float(result.value)
    if result.high is not None and value > float(result.high):
        return "H"
    if result.low is not None and value < float(result.low):
        return "L"
    return "N"


def imaging_study_resource(study: Imaging, about: dict[str, Any]) -> dict[str, Any]:
    """Return the DICOM references of a study as an ImagingStudy."""
    modality = {"system": DICOM, "code": study.modality}
    return {
        "resourceType": "ImagingStudy",
        "id": study.id,
        **about,
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{study.study_uid}"}],
        "status": "available",
        "modality": [modality],
        "started": study.taken.isoformat(),
        "numberOfSeries": 1,
        "numberOfInstances": study.images,
        "description": study.description,
        "series": [
            {
                "uid": study.series_uid,
                "number": 1,
                "modality": modality,
                "description": study.description,
                "numberOfInstances": study.images,
                "bodySite": {"display": study.body_site},
            }
        ],
    }


def laboratory_report_resource(results: Sequence[Result], about: dict[str, Any]) -> dict[str, Any]:
    """Return what a laboratory says of a visit's results, one at least, as a DiagnosticReport."""
    first = results[0]
    outside = [one.what.vi for one in results if _interpreted(one) not in {None, "N"}]
    conclusion = f"Ngoài giới hạn tham chiếu: {', '.join(outside)}" if outside else None
    return {
        "resourceType": "DiagnosticReport",
        "id": f"{first.id}r",
        **about,
        "status": "final",
        "category": [{"coding": [{"system": f"{_HL7}/v2-0074", "code": "LAB"}]}],
        "code": {"text": "Phiếu kết quả xét nghiệm"},
        "effectiveDateTime": first.taken.isoformat(),
        "issued": (first.taken + timedelta(minutes=90)).isoformat(),
        "result": [{"reference": f"Observation/{one.id}"} for one in results],
        "conclusion": conclusion or "Các chỉ số trong giới hạn tham chiếu",
    }


def imaging_report_resource(study: Imaging, about: dict[str, Any]) -> dict[str, Any]:
    """Return what was read of a study as a DiagnosticReport."""
    return {
        "resourceType": "DiagnosticReport",
        "id": f"{study.id}r",
        **about,
        "status": "final",
        "category": [{"coding": [{"system": f"{_HL7}/v2-0074", "code": "RAD"}]}],
        "code": {"text": study.description},
        "effectiveDateTime": study.taken.isoformat(),
        "issued": (study.taken + timedelta(minutes=30)).isoformat(),
        "imagingStudy": [{"reference": f"ImagingStudy/{study.id}"}],
        "conclusion": study.conclusion,
    }


def procedure_resource(
    operation: Operation, about: dict[str, Any], doctor: dict[str, str]
) -> dict[str, Any]:
    """Return an operation that a doctor did as a Procedure."""
    return {
        "resourceType": "Procedure",
        "id": operation.id,
        **about,
        "status": "completed",
        "code": concept_of(operation.what),
        "performedDateTime": operation.performed.isoformat(),
        "performer": [{"actor": doctor}],
        "outcome": {"text": operation.outcome},
    }


def medication_request_resource(
    medication: Medication, about: dict[str, Any], doctor: dict[str, str]
) -> dict[str, Any]:
    """Return what a doctor ordered as a MedicationRequest."""
    quantity = {"value": medication.quantity, "unit": medication.drug.unit}
    return {
        "resourceType": "MedicationRequest",
        "id": medication.id,
        **about,
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": _drug(medication.drug),
        "authoredOn": medication.ordered.isoformat(),
        "requester": doctor,
        "dosageInstruction": [{"text": medication.dosage}],
        "dispenseRequest": {"quantity": quantity},
    }


def summary_resource(
    visit: Visit, patient: dict[str, str], meta: dict[str, str], doctor: dict[str, str]
) -> dict[str, Any]:
    """Return the discharge summary of a visit as a DocumentReference with its text."""
    text = base64.b64encode((visit.summary or "").encode()).decode()
    moment = (visit.end or visit.start).isoformat()
    kind = {"system": LOINC, "code": "18842-5", "display": "Discharge summary"}
    return {
        "resourceType": "DocumentReference",
        "id": f"{visit.id}s",
        "meta": meta,
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [kind], "text": "Tóm tắt hồ sơ bệnh án"},
        "subject": patient,
        "date": moment,
        "author": [doctor],
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "language": "vi",
                    "data": text,
                    "title": "Tóm tắt hồ sơ bệnh án",
                    "creation": moment,
                }
            }
        ],
        "context": {
            "encounter": [{"reference": f"Encounter/{visit.id}"}],
            "period": {"start": visit.start.isoformat(), "end": moment},
        },
    }
