"""One resource of each kind with every element that is read."""

from typing import Any

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
    RowKind,
)

PATIENT: dict[str, Any] = {"reference": "Patient/p1"}
DOCTOR = {"reference": "Practitioner/dr-1", "display": "BS. Lê Minh"}
PLACE = {"reference": "Organization/01901", "display": "Bệnh viện khác"}
CONCEPT = {
    "coding": [{"system": "http://s", "version": "1", "code": "A00", "display": "Tả"}],
    "text": "Bệnh tả",
}
AMOUNT = {"value": "5.10", "comparator": "<", "unit": "mmol/L", "system": "u", "code": "mmol/L"}
SPAN = {"start": "2026-11-01T08:00:00+07:00", "end": "2026-11-02"}
NUMBER = {"system": "http://s", "value": "7", "period": SPAN, "type": CONCEPT}
DATE = "2026-11-01T08:00:00+07:00"
EPISODE = {"reference": "Encounter/e1"}


def resource(type_name: str, **members: Any) -> dict[str, Any]:
    return {
        "resourceType": type_name,
        "id": "x1",
        "meta": {"security": [{"system": "http://s", "code": "N"}]},
        "subject": PATIENT,
        "encounter": EPISODE,
        "status": "final",
        "identifier": [NUMBER],
        "note": [{"text": "ghi chú"}],
        "reasonCode": [CONCEPT],
        **members,
    }


VALUES: dict[str, Any] = {
    "valueQuantity": AMOUNT,
    "valueCodeableConcept": CONCEPT,
    "valueString": "âm tính",
    "valueBoolean": True,
    "valueInteger": 3,
    "valueRange": {"low": AMOUNT, "high": AMOUNT},
    "valueRatio": {"numerator": AMOUNT, "denominator": AMOUNT},
    "valueTime": "13:45:00",
    "valueDateTime": "2026-11",
    "valuePeriod": SPAN,
    "valueSampledData": {
        "origin": AMOUNT,
        "period": "10",
        "factor": "1.5",
        "lowerLimit": "-3300",
        "upperLimit": "3300",
        "dimensions": 1,
        "data": "2041 E L 2049",
    },
}
LIMITS = {"low": AMOUNT, "high": AMOUNT, "type": CONCEPT, "appliesTo": [CONCEPT], "text": "3-5"}

SAMPLES: dict[RowKind, dict[str, Any]] = {
    ENCOUNTERS: resource(
        "Encounter",
        **{"class": {"code": "AMB"}},
        type=[CONCEPT],
        period=SPAN,
        participant=[{"individual": DOCTOR}],
        diagnosis=[{"condition": {"reference": "Condition/c1"}, "rank": 1}],
        hospitalization={"dischargeDisposition": CONCEPT},
        serviceProvider=PLACE,
    ),
    CONDITIONS: resource(
        "Condition",
        code=CONCEPT,
        category=[CONCEPT],
        clinicalStatus=CONCEPT,
        verificationStatus=CONCEPT,
        severity=CONCEPT,
        bodySite=[CONCEPT],
        onsetPeriod=SPAN,
        onsetAge=AMOUNT,
        abatementDateTime="2026",
        recordedDate=DATE,
        recorder=DOCTOR,
    ),
    OBSERVATIONS: resource(
        "Observation",
        category=[CONCEPT],
        code=CONCEPT,
        effectivePeriod=SPAN,
        issued=DATE,
        **VALUES,
        interpretation=[CONCEPT],
        referenceRange=[LIMITS],
        component=[{"code": CONCEPT, **VALUES, "referenceRange": [LIMITS]}],
        bodySite=CONCEPT,
        method=CONCEPT,
        performer=[DOCTOR],
    ),
    DIAGNOSTIC_REPORTS: resource(
        "DiagnosticReport",
        category=[CONCEPT],
        code=CONCEPT,
        effectivePeriod=SPAN,
        issued=DATE,
        performer=[DOCTOR],
        resultsInterpreter=[DOCTOR],
        result=[{"reference": "Observation/o1"}],
        conclusion="Thiếu máu nhẹ",
        conclusionCode=[CONCEPT],
    ),
    IMAGING_STUDIES: resource(
        "ImagingStudy",
        identifier=[{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}],
        modality=[{"system": "http://d", "code": "CT"}],
        started=DATE,
        description="CT sọ não",
        procedureCode=[CONCEPT],
        numberOfSeries=1,
        numberOfInstances=20,
        referrer=DOCTOR,
        interpreter=[DOCTOR],
        series=[
            {
                "uid": "1.2.3.4",
                "number": 1,
                "modality": {"code": "CT"},
                "description": "mặt cắt",
                "numberOfInstances": 20,
                "bodySite": {"display": "sọ"},
                "started": DATE,
            }
        ],
    ),
    PROCEDURES: resource(
        "Procedure",
        code=CONCEPT,
        category=CONCEPT,
        performedPeriod=SPAN,
        performer=[{"actor": DOCTOR}],
        bodySite=[CONCEPT],
        outcome=CONCEPT,
        complication=[CONCEPT],
    ),
    MEDICATION_REQUESTS: resource(
        "MedicationRequest",
        intent="order",
        medicationReference={"reference": "#med1", "display": "Panadol"},
        contained=[{"resourceType": "Medication", "id": "med1", "code": CONCEPT}],
        authoredOn=DATE,
        requester=DOCTOR,
        dosageInstruction=[{"text": "ngày 2 viên"}],
        dispenseRequest={"quantity": AMOUNT},
    ),
    DISCHARGE_SUMMARIES: resource(
        "DocumentReference",
        type={"coding": [{"code": "18842-5"}], "text": "Tóm tắt"},
        date=DATE,
        author=[DOCTOR],
        content=[{"attachment": {"contentType": "text/plain", "data": "S2jhu49p", "title": "T"}}],
        context={"encounter": [EPISODE], "period": SPAN},
    ),
    REFERRALS: resource(
        "ServiceRequest",
        category=[{"coding": [{"code": "3457005"}]}],
        code=CONCEPT,
        authoredOn=DATE,
        occurrencePeriod=SPAN,
        requester=DOCTOR,
        performer=[PLACE],
    ),
    FOLLOW_UPS: resource(
        "Appointment",
        description="Giấy hẹn khám lại",
        start=DATE,
        end=DATE,
        supportingInformation=[EPISODE],
        participant=[{"actor": PATIENT}, {"actor": DOCTOR}],
        patientInstruction="nhịn ăn",
    ),
}
