"""Resources of an ingested FHIR bundle as documents: the person, allergies, vaccines, history."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from resolvers.datatypes.documents import row_labels
from resolvers.patient.records import IdentifierRecord, PatientRecord
from resolvers.patient.repository import ALLERGIES, IMMUNIZATIONS, PAST_CONDITIONS
from sandbox.population.model import VIETNAM

Resource = Mapping[str, Any]
Row = dict[str, Any]
_SEXES = {"male": "MALE", "female": "FEMALE", "other": "OTHER"}


def ingested_patient(patient: Resource) -> PatientRecord:
    """Return the person of a FHIR Patient, under the id that the hospital gave her."""
    names = patient.get("name") or [{}]
    phones = [one for one in patient.get("telecom", ()) if one.get("system") == "phone"]
    return PatientRecord(
        id=patient["id"],
        full_name=_full_name(names[0]),
        birth_date=patient.get("birthDate"),
        sex=_SEXES.get(str(patient.get("gender")), "UNKNOWN"),
        identifiers=tuple(
            IdentifierRecord(one["system"], one["value"])
            for one in patient.get("identifier", ())
            if "system" in one and "value" in one
        ),
        phone=phones[0].get("value") if phones else None,
        address=_address(patient),
    )


def _full_name(name: Mapping[str, Any]) -> str | None:
    if "text" in name:
        return str(name["text"])
    parts = [*name.get("given", ()), name.get("family", "")]
    return " ".join(part for part in parts if part) or None


def _address(patient: Resource) -> dict[str, Any] | None:
    known = patient.get("address") or []
    if not known:
        return None
    first = known[0]
    parts = [*first.get("line", ()), first.get("city"), first.get("state"), first.get("country")]
    return {
        "text": first.get("text") or ", ".join(part for part in parts if part),
        "line": " ".join(first.get("line", ())) or None,
        "commune": {"code": None, "name": first.get("city")},
        "district": None,
        "province": {"code": None, "name": first.get("state")},
        "country": first.get("country"),
        "list_version": None,
    }


def birth_day(patient: Resource) -> date | None:
    """Return the birth date; unknown parts count as the first of the year or month."""
    text = patient.get("birthDate")
    if not isinstance(text, str):
        return None
    return date.fromisoformat(text + "-01-01"[len(text) - 10 :] if len(text) < 10 else text)


def ingested_rows(subject: str, resources: Iterable[Resource]) -> Iterator[tuple[str, Row]]:
    """Yield the rows that belong into documents, with the names of their collections.

    Conditions that are over become past conditions; all stay at the hospital as well.
    """
    for resource in resources:
        kind = resource["resourceType"]
        if kind == "AllergyIntolerance":
            yield ALLERGIES, _allergy(subject, resource)
        elif kind == "Immunization" and "occurrenceDateTime" in resource:
            yield IMMUNIZATIONS, _immunization(subject, resource)
        elif kind == "Condition" and "abatementDateTime" in resource:
            yield PAST_CONDITIONS, _past_condition(subject, resource)


def _allergy(subject: str, resource: Resource) -> Row:
    code = _concept(resource.get("code"))
    recorded = resource.get("recordedDate") or resource.get("onsetDateTime") or "1900-01-01"
    return {
        "_id": resource["id"],
        "subject_id": subject,
        "date": moment(recorded),
        "labels": row_labels([code]),
        "code": code,
        "clinical_status": _code(resource.get("clinicalStatus")),
        "verification_status": _code(resource.get("verificationStatus")),
        "type": resource.get("type"),
        "categories": list(resource.get("category", ())),
        "criticality": resource.get("criticality"),
        "onset": _day(resource.get("onsetDateTime")),
        "reactions": [
            {
                "manifestation": [_concept(sign) for sign in reaction.get("manifestation", ())],
                "severity": reaction.get("severity"),
            }
            for reaction in resource.get("reaction", ())
        ],
    }


def _immunization(subject: str, resource: Resource) -> Row:
    vaccine = _concept(resource.get("vaccineCode"))
    doses = resource.get("protocolApplied") or [{}]
    return {
        "_id": resource["id"],
        "subject_id": subject,
        "date": moment(resource["occurrenceDateTime"]),
        "labels": row_labels([vaccine]),
        "status": resource.get("status"),
        "vaccine": vaccine,
        "dose_number": doses[0].get("doseNumberPositiveInt"),
        "lot_number": resource.get("lotNumber"),
        "facility_id": None,
        "location": (resource.get("location") or {}).get("display"),
    }


def _past_condition(subject: str, resource: Resource) -> Row:
    code = _concept(resource.get("code"))
    recorded = resource.get("recordedDate") or resource["abatementDateTime"]
    return {
        "_id": resource["id"],
        "subject_id": subject,
        "date": moment(recorded),
        "labels": row_labels([code]),
        "kind": "disease",
        "code": code,
        "clinical_status": _code(resource.get("clinicalStatus")),
        "relative": None,
        "onset": _day(resource.get("onsetDateTime")),
        "abatement": _day(resource["abatementDateTime"]),
        "note": None,
    }


def _concept(stored: object) -> dict[str, Any] | None:
    if not isinstance(stored, Mapping):
        return None
    members = ("system", "version", "code", "display")
    codings = [
        {name: coding[name] for name in members if name in coding}
        for coding in stored.get("coding", ())
    ]
    return {"coding": codings, "text": stored.get("text")}


def _code(concept: object) -> str | None:
    if not isinstance(concept, Mapping):
        return None
    for coding in concept.get("coding", ()):
        if "code" in coding:
            return str(coding["code"])
    return None


def _day(text: object) -> str | None:
    return text[:10] if isinstance(text, str) else None


def moment(text: str) -> datetime:
    """Return the instant of a FHIR date or dateTime; a day begins in Vietnam."""
    if len(text) < 10:
        text = text + "-01-01"[len(text) - 10 :]
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=VIETNAM)
