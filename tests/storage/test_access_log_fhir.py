"""An access event as a FHIR AuditEvent."""

import pytest
from msgspec.structs import replace

from storage.access_log import Actor, Decision, Outcome, Phase, as_fhir
from tests.storage.access_events import EVENT


def test_fhir_form_of_a_permitted_read() -> None:
    assert {
        "resourceType": "AuditEvent",
        "id": "e0",
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
            "display": "RESTful Operation",
        },
        "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": "read"}],
        "action": "R",
        "recorded": "2026-06-01T12:00:00.123Z",
        "outcome": "0",
        "outcomeDesc": "permit: CONSENT",
        "purposeOfEvent": [{"coding": [TREAT]}],
        "agent": [
            {
                "role": [{"text": "practitioner"}],
                "altId": "his",
                "requestor": True,
                "purposeOfUse": [{"coding": [TREAT]}],
                "who": {"reference": "Practitioner/practitioner-1"},
            },
            {"who": {"reference": "Organization/hospital-1"}, "requestor": False},
        ],
        "source": {"observer": {"display": "gateway"}},
        "entity": [
            {
                "what": {"reference": "Patient/p1"},
                "type": {
                    "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
                    "code": "1",
                    "display": "Person",
                },
                "role": {
                    "system": "http://terminology.hl7.org/CodeSystem/object-role",
                    "code": "1",
                    "display": "Patient",
                },
                "detail": [
                    {"type": "category", "valueString": "CONDITIONS"},
                    {"type": "request", "valueString": "r0"},
                    {"type": "phase", "valueString": "outcome"},
                    {"type": "trace", "valueString": "t1"},
                ],
            },
            {
                "what": {"reference": "Consent/c1/_history/3"},
                "type": {
                    "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
                    "code": "2",
                    "display": "System Object",
                },
            },
        ],
    } == as_fhir(EVENT, "gateway")


TREAT = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"decision": Decision.DENY}, "4"),
        ({"outcome": Outcome.FAILURE}, "8"),
        ({"outcome": Outcome.UNKNOWN}, "4"),
        ({"phase": Phase.INTENT, "outcome": None}, "0"),
    ],
)
def test_fhir_outcomes(change: dict[str, object], outcome: str) -> None:
    assert outcome == as_fhir(replace(EVENT, **change), "gateway")["outcome"]


def test_fhir_form_of_a_citizen_names_a_patient_and_no_organization() -> None:
    citizen = replace(EVENT, actor=Actor("p1", None, "citizen", "app"), consent_id=None)

    resource = as_fhir(citizen, "gateway")

    assert ["Patient/p1"] == [agent["who"]["reference"] for agent in resource["agent"]]
    assert 1 == len(resource["entity"])
