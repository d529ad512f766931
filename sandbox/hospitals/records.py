"""A book's visits as the FHIR R4 resources that one hospital keeps of them."""

import base64
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.population.model import (
    ATC,
    DICOM,
    INSURANCE_NUMBER,
    LICENCE_NUMBER,
    LOINC,
    NATIONAL_ID,
    Book,
    Code,
    Diagnosis,
    Drug,
    Facility,
    Imaging,
    Medication,
    Operation,
    Person,
    Practitioner,
    Result,
    Visit,
)

FACILITY_CODE = "http://fhir.ehealth.gov.vn/core/sid/provider-code"
EPISODE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/ma-lk"
VISIT_KIND = "http://fhir.ehealth.gov.vn/core/CodeSystem/ma-loai-kcb"
DRUG_REGISTRATION = "http://fhir.ehealth.gov.vn/core/sid/drug-registration-number"
OUTCOME = "http://fhir.ehealth.gov.vn/core/CodeSystem/ket-qua-dtri"
_HL7 = "http://terminology.hl7.org/CodeSystem"
_ACT_CODE = f"{_HL7}/v3-ActCode"
_KINDS = {
    "01": ("AMB", "Khám bệnh"),
    "02": ("AMB", "Điều trị ngoại trú"),
    "03": ("IMP", "Điều trị nội trú"),
    "04": ("SS", "Điều trị nội trú ban ngày"),
    "05": ("AMB", "Điều trị ngoại trú bệnh mạn tính"),
    "07": ("AMB", "Nhận thuốc theo hẹn"),
    "09": ("SS", "Điều trị nội trú dưới 4 giờ"),
    "12": ("HH", "Khám chữa bệnh tại nhà"),
    "14": ("VR", "Khám chữa bệnh từ xa"),
}
_OUTCOMES = {"1": "Khỏi", "2": "Đỡ", "3": "Không thay đổi", "4": "Nặng hơn", "5": "Tử vong"}


def institution_resources(
    facility: Facility,
    others: Sequence[Facility],
    practitioners: Sequence[Practitioner],
    now: datetime,
) -> Iterator[dict[str, Any]]:
    """Yield the Organization of every facility and the Practitioners of this one."""
    meta = _meta(now)
    for one in others:
        yield {
            "resourceType": "Organization",
            "id": one.code,
            "meta": meta,
            "identifier": [{"system": FACILITY_CODE, "value": one.code}],
            "active": True,
            "name": one.name,
            "telecom": [{"system": "phone", "value": one.phone}],
            "address": [{"text": one.address, "country": "VN"}],
        }
    for doctor in practitioners:
        if doctor.facility == facility.code:
            yield {
                "resourceType": "Practitioner",
                "id": doctor.id,
                "meta": meta,
                "identifier": [{"system": LICENCE_NUMBER, "value": doctor.licence}],
                "active": True,
                "name": [{"text": doctor.name}],
                "gender": doctor.sex,
                "qualification": [{"code": {"text": doctor.speciality}}],
            }


class HospitalRecords:
    """Turns books into the resources of one hospital.

    Args:
        facility: The hospital.
        practitioners: All doctors, whose names stand beside references.
        facilities: All facilities, for the same reason.
        now: When the records are made.
    """

    def __init__(
        self,
        facility: Facility,
        practitioners: Sequence[Practitioner],
        facilities: Sequence[Facility],
        now: datetime,
    ) -> None:
        self._facility = facility
        self._doctors = {doctor.id: doctor.name for doctor in practitioners}
        self._facilities = {one.code: one.name for one in facilities}
        self._now = now

    def of(self, book: Book) -> Iterator[dict[str, Any]]:
        """Yield what this hospital keeps of a person; nothing when she was never here."""
        code = self._facility.code
        location = next((one for one in book.locations if one.facility == code), None)
        if location is None:
            return
        patient = {"reference": f"Patient/{location.local_id}"}
        yield _patient(book.person, location.local_id, _meta(location.since))
        for visit in book.visits:
            if visit.facility == code:
                yield from self._visit(visit, patient)

    def _visit(self, visit: Visit, patient: dict[str, str]) -> Iterator[dict[str, Any]]:
        meta = _meta(visit.end or visit.start)
        about = {
            "meta": meta,
            "subject": patient,
            "encounter": {"reference": f"Encounter/{visit.id}"},
        }
        doctor = self._doctor(visit.practitioner)
        yield self._encounter(visit, patient, meta)
        for diagnosis in visit.diagnoses:
            yield _condition(diagnosis, visit, about)
        for result in visit.results:
            yield _observation(result, about)
        for study in visit.imaging:
            yield _imaging_study(study, about)
            yield _imaging_report(study, about)
        for operation in visit.operations:
            yield _procedure(operation, about, doctor)
        for medication in visit.medications:
            yield _medication_request(medication, about, doctor)
        if visit.summary is not None:
            yield _summary(visit, patient, meta, doctor)
        if visit.referral is not None:
            yield self._referral(visit, about, doctor)
        if visit.follow_up is not None:
            yield self._appointment(visit, patient, meta, doctor)

    def _doctor(self, identifier: str) -> dict[str, str]:
        name = self._doctors.get(identifier, "")
        return {"reference": f"Practitioner/{identifier}", "display": name}

    def _organization(self, code: str) -> dict[str, str]:
        return {"reference": f"Organization/{code}", "display": self._facilities[code]}

    def _encounter(
        self, visit: Visit, patient: dict[str, str], meta: dict[str, str]
    ) -> dict[str, Any]:
        class_code, name = _KINDS[visit.kind]
        period = {"start": visit.start.isoformat()}
        if visit.end is not None:
            period["end"] = visit.end.isoformat()
        encounter = {
            "resourceType": "Encounter",
            "id": visit.id,
            "meta": meta,
            "identifier": [{"system": EPISODE_NUMBER, "value": visit.number}],
            "status": "in-progress" if visit.end is None else "finished",
            "class": {"system": _ACT_CODE, "code": class_code},
            "type": [
                {"coding": [{"system": VISIT_KIND, "code": visit.kind, "display": name}],
                 "text": name}
            ],
            "subject": patient,
            "participant": [{"individual": self._doctor(visit.practitioner)}],
            "period": period,
            "reasonCode": [{"text": visit.reason}],
            "diagnosis": [
                {"condition": {"reference": f"Condition/{one.id}"}, "rank": at}
                for at, one in enumerate(visit.diagnoses, 1)
            ],
            "serviceProvider": self._organization(visit.facility),
        }  # fmt: skip
        if visit.outcome is not None:
            words = _OUTCOMES[visit.outcome]
            encounter["hospitalization"] = {
                "dischargeDisposition": {
                    "coding": [{"system": OUTCOME, "code": visit.outcome, "display": words}],
                    "text": words,
                }
            }
        return encounter

    def _referral(
        self, visit: Visit, about: dict[str, Any], doctor: dict[str, str]
    ) -> dict[str, Any]:
        paper = visit.referral
        if paper is None:
            return {}
        return {
            "resourceType": "ServiceRequest",
            "id": paper.id,
            **about,
            "identifier": [{"system": "urn:vn:so-chuyen-tuyen", "value": paper.number}],
            "status": "active",
            "intent": "order",
            "category": [
                {"coding": [{"system": "http://snomed.info/sct", "code": "3457005",
                             "display": "Patient referral"}],
                 "text": "Giấy chuyển cơ sở khám bệnh, chữa bệnh"}
            ],
            "code": {"text": "Chuyển cơ sở khám bệnh, chữa bệnh"},
            "authoredOn": paper.signed.isoformat(),
            "occurrencePeriod": {
                "start": paper.signed.date().isoformat(),
                "end": paper.valid_until.isoformat(),
            },
            "requester": doctor,
            "performer": [self._organization(paper.to_facility)],
            "reasonCode": [_concept(paper.reason)],
        }  # fmt: skip

    def _appointment(
        self,
        visit: Visit,
        patient: dict[str, str],
        meta: dict[str, str],
        doctor: dict[str, str],
    ) -> dict[str, Any]:
        paper = visit.follow_up
        if paper is None:
            return {}
        return {
            "resourceType": "Appointment",
            "id": paper.id,
            "meta": meta,
            "identifier": [{"system": "urn:vn:so-giay-hen", "value": paper.number}],
            "status": "booked" if paper.at > self._now else "fulfilled",
            "description": "Giấy hẹn khám lại",
            "start": paper.at.isoformat(),
            "end": (paper.at + timedelta(minutes=30)).isoformat(),
            "reasonCode": [_concept(paper.reason)],
            "supportingInformation": [{"reference": f"Encounter/{visit.id}"}],
            "participant": [
                {"actor": patient, "status": "accepted"},
                {"actor": doctor, "status": "accepted"},
            ],
        }


def _meta(moment: datetime) -> dict[str, str]:
    return {"versionId": "1", "lastUpdated": moment.isoformat(timespec="milliseconds")}


def _patient(person: Person, local_id: str, meta: dict[str, str]) -> dict[str, Any]:
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


def _concept(code: Code) -> dict[str, Any]:
    coding = {"system": code.system, "code": code.code, "display": code.en}
    return {"coding": [coding], "text": code.vi}


def _drug(drug: Drug) -> dict[str, Any]:
    coding = [{"system": DRUG_REGISTRATION, "code": drug.registration, "display": drug.brand}]
    if drug.atc:
        coding.append({"system": ATC, "code": drug.atc, "display": drug.generic})
    return {"coding": coding, "text": f"{drug.generic} {drug.strength}".strip()}


def _condition(diagnosis: Diagnosis, visit: Visit, about: dict[str, Any]) -> dict[str, Any]:
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
        "code": _concept(diagnosis.condition),
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


def _observation(result: Result, about: dict[str, Any]) -> dict[str, Any]:
    category = {"system": f"{_HL7}/observation-category", "code": result.category}
    observation = {
        "resourceType": "Observation",
        "id": result.id,
        **about,
        "status": "final",
        "category": [{"coding": [category]}],
        "code": _concept(result.what),
        "effectiveDateTime": result.taken.isoformat(),
        "issued": result.taken.isoformat(),
    }
    if result.value is not None:
        observation["valueQuantity"] = _quantity(result.value, result.unit, result.ucum)
    if result.text is not None:
        observation["valueString"] = result.text
    if result.components:
        observation["component"] = [
            {"code": _concept(code), "valueQuantity": _quantity(value, unit, ucum)}
            for code, value, unit, ucum in result.components
        ]
    if result.value is not None and (result.low is not None or result.high is not None):
        limits = {
            name: _quantity(limit, result.unit, result.ucum)
            for name, limit in (("low", result.low), ("high", result.high))
            if limit is not None
        }
        observation["referenceRange"] = [limits]
        observation["interpretation"] = [_interpretation(result)]
    return observation


def _interpretation(result: Result) -> dict[str, Any]:
    value = float(result.value or 0)
    code = "N"
    if result.high is not None and value > float(result.high):
        code = "H"
    elif result.low is not None and value < float(result.low):
        code = "L"
    return {"coding": [{"system": f"{_HL7}/v3-ObservationInterpretation", "code": code}]}


def _imaging_study(study: Imaging, about: dict[str, Any]) -> dict[str, Any]:
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


def _imaging_report(study: Imaging, about: dict[str, Any]) -> dict[str, Any]:
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


def _procedure(
    operation: Operation, about: dict[str, Any], doctor: dict[str, str]
) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": operation.id,
        **about,
        "status": "completed",
        "code": _concept(operation.what),
        "performedDateTime": operation.performed.isoformat(),
        "performer": [{"actor": doctor}],
        "outcome": {"text": operation.outcome},
    }


def _medication_request(
    medication: Medication, about: dict[str, Any], doctor: dict[str, str]
) -> dict[str, Any]:
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


def _summary(
    visit: Visit, patient: dict[str, str], meta: dict[str, str], doctor: dict[str, str]
) -> dict[str, Any]:
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
