"""Access events as FHIR R4 AuditEvent (http://hl7.org/fhir/R4/auditevent.html)."""

from typing import Any

from storage.access_log.model import AccessEvent, Decision, Outcome, Phase
from storage.values import to_milliseconds

_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_INTERACTION = "http://hl7.org/fhir/restful-interaction"
_PURPOSE = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
_SUBJECT_ROLES = frozenset({"citizen", "patient"})

# https://hl7.org/fhir/R4/valueset-audit-event-outcome.html
_SUCCESS, _MINOR, _SERIOUS = "0", "4", "8"


def as_fhir(event: AccessEvent, source: str) -> dict[str, Any]:
    """Answer the AuditEvent resource of an event.

    Args:
        event: The event.
        source: The system that recorded it, as `source.observer` displays it.
    """
    write = event.action == "write"
    time = to_milliseconds(event.time).isoformat(timespec="milliseconds")
    return {
        "resourceType": "AuditEvent",
        "id": event.event_id,
        "type": {"system": _TYPE, "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": _INTERACTION, "code": "update" if write else "read"}],
        "action": "U" if write else "R",
        "recorded": time.replace("+00:00", "Z"),
        "outcome": _outcome(event),
        "outcomeDesc": f"{event.decision}: {event.reason}",
        "purposeOfEvent": [{"coding": [{"system": _PURPOSE, "code": event.purpose}]}],
        "agent": _agents(event),
        "source": {"observer": {"display": source}},
        "entity": _entities(event),
    }


def _outcome(event: AccessEvent) -> str:
    if event.decision is Decision.DENY:
        return _MINOR
    if event.phase is Phase.INTENT or event.outcome is Outcome.SUCCESS:
        return _SUCCESS
    return _MINOR if event.outcome is Outcome.UNKNOWN else _SERIOUS


def _agents(event: AccessEvent) -> list[dict[str, Any]]:
    actor = event.actor
    purpose = [{"coding": [{"system": _PURPOSE, "code": event.purpose}]}]
    person: dict[str, Any] = {
        "role": [{"text": actor.role}],
        "altId": actor.client_id,
        "requestor": True,
        "purposeOfUse": purpose,
    }
    if actor.person_id is not None:
        kind = "Patient" if actor.role in _SUBJECT_ROLES else "Practitioner"
        person["who"] = {"reference": f"{kind}/{actor.person_id}"}
    agents = [person]
    if actor.organization_id is not None:
        who = {"reference": f"Organization/{actor.organization_id}"}
        agents.append({"who": who, "requestor": False})
    return agents


def _entities(event: AccessEvent) -> list[dict[str, Any]]:
    details = {"category": event.category, "request": event.request_id, "phase": event.phase}
    details |= {"trace": event.trace_id} if event.trace_id is not None else {}
    details |= {"intent": event.intent_id} if event.intent_id is not None else {}
    entities: list[dict[str, Any]] = [
        {
            "what": {"reference": f"Patient/{event.subject_id}"},
            "type": {"system": _ENTITY, "code": "1", "display": "Person"},
            "role": {"system": _ROLE, "code": "1", "display": "Patient"},
            "detail": [{"type": key, "valueString": str(text)} for key, text in details.items()],
        }
    ]
    if event.consent_id is not None:
        reference = f"Consent/{event.consent_id}"
        if event.consent_version is not None:
            reference += f"/_history/{event.consent_version}"
        kind = {"system": _ENTITY, "code": "2", "display": "System Object"}
        entities.append({"what": {"reference": reference}, "type": kind})
    return entities
