"""A book's visits as the FHIR R4 resources that one hospital keeps of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sandbox.hospitals.resources import (
    concept_of,
    condition_resource,
    imaging_report_resource,
    imaging_study_resource,
    laboratory_report_resource,
    medication_request_resource,
    meta_of,
    observation_resource,
    patient_resource,
    procedure_resource,
    summary_resource,
)
from sandbox.population.model import (
    LICENCE_NUMBER,
    Book,
    Facility,
    Practitioner,
    Visit,
)

FACILITY_CODE = "http://fhir.ehealth.gov.vn/core/sid/provider-code"
EPISODE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/ma-lk"
VISIT_KIND = "http://fhir.ehealth.gov.vn/core/CodeSystem/ma-loai-kcb"
OUTCOME = "http://fhir.ehealth.gov.vn/core/CodeSystem/ket-qua-dtri"
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
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
    """Yield the Organization of every facility and the Practitioners of this one.

    Args:
        facility: The hospital whose server it is.
        others: Every facility that its records may name, itself among them.
        practitioners: Who works there.
        now: When the resources are written.
    """
    meta = meta_of(now)
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
        yield patient_resource(book.person, location.local_id, meta_of(location.since))
        for visit in book.visits:
            if visit.facility == code:
                yield from self._visit(visit, patient)

    def _visit(self, visit: Visit, patient: dict[str, str]) -> Iterator[dict[str, Any]]:
        meta = meta_of(visit.end or visit.start)
        about = {
            "meta": meta,
            "subject": patient,
            "encounter": {"reference": f"Encounter/{visit.id}"},
        }
        doctor = self._doctor(visit.practitioner)
        yield self._encounter(visit, patient, meta)
        for diagnosis in visit.diagnoses:
            yield condition_resource(diagnosis, visit, about)
        for result in visit.results:
            yield observation_resource(result, about)
        tests = [result for result in visit.results if result.category == "laboratory"]
        if tests:
            yield laboratory_report_resource(tests, about)
        for study in visit.imaging:
            yield imaging_study_resource(study, about)
            yield imaging_report_resource(study, about)
        for operation in visit.operations:
            yield procedure_resource(operation, about, doctor)
        for medication in visit.medications:
            yield medication_request_resource(medication, about, doctor)
        if visit.summary is not None:
            yield summary_resource(visit, patient, meta, doctor)
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
            "reasonCode": [concept_of(paper.reason)],
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
            "reasonCode": [concept_of(paper.reason)],
            "supportingInformation": [{"reference": f"Encounter/{visit.id}"}],
            "participant": [
                {"actor": patient, "status": "accepted"},
                {"actor": doctor, "status": "accepted"},
            ],
        }
