"""Visits that the book knows of by a facility's notice alone, because it has no server here.

A notice does not say what was diagnosed. So such a visit bears every label: it is there for the
patient, for who stands in for the law, and for those who treat that episode.
"""

from collections.abc import Mapping
from typing import Any

from resolvers.datatypes.scalars import VIETNAM
from resolvers.encounter.classes import class_of_kind
from resolvers.encounter.diagnoses import LABELS_OF_DIAGNOSES
from resolvers.encounter.fhir import Resource
from resolvers.encounter.kinds import ENCOUNTERS, Row


def noticed_visit(notice: Mapping[str, Any]) -> Row:
    """The encounter of a stored notice, for whoever may see all that may have been diagnosed."""
    return visit_of(notice).labelled(LABELS_OF_DIAGNOSES)


def visit_of(notice: Mapping[str, Any]) -> Row:
    """The encounter of a stored notice, for the facility that gave it."""
    resource = _resource(notice)
    return ENCOUNTERS.row(resource, notice["facility_id"], notice["subject_id"])


def _resource(notice: Mapping[str, Any]) -> Resource:
    practitioner = notice["practitioner_id"]
    individual = {"reference": f"Practitioner/{practitioner}"}
    return {
        "resourceType": "Encounter",
        "id": notice["encounter"],
        "status": notice["status"].lower().replace("_", "-"),
        "class": {"code": class_of_kind(notice["kind"])},
        "subject": {"reference": f"Patient/{notice['local_id']}"},
        "period": {
            name: notice[name].astimezone(VIETNAM).isoformat()
            for name in ("start", "end")
            if notice[name] is not None
        },
        "participant": [] if practitioner is None else [{"individual": individual}],
    }
