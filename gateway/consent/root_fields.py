"""The root fields of the health book whose subject is known before anything is fetched."""

from collections.abc import Mapping
from types import MappingProxyType

from access.categories import Category
from gateway.consent.groups import LOOK_UP_SUFFIX
from gateway.consent.guards import ConsentSchema, ConsentSchemaError
from gateway.consent.subjects import (
    RootSubjectRule,
    by_argument,
    by_episode,
    by_identifier,
    by_prescription_code,
    own_patient,
)
from gateway.federation.planner.guard_spec import GuardSpec, RootSubject

LOOK_UPS = frozenset(
    {
        "Query.patientByIdentifier",
        "Query.verifyPrescription",
        "Mutation.recordEncounter",
        "Mutation.claim",
        "Mutation.releaseClaim",
        "Mutation.dispense",
        "Mutation.reverseDispense",
    }
)
"""The root fields that find a person by a number or a prescription by its code: who may guess as
often as she likes finds somebody, so these are counted (see ``gateway.rate_limit``)."""


LOOKED_UP = MappingProxyType(
    {("Query", "verifyPrescription"): f"{Category.PRESCRIPTIONS}{LOOK_UP_SUFFIX}"}
)
"""Look-ups that tell something of a person to whoever presents a code, with their group."""


def health_book_root_subjects() -> Mapping[str, RootSubjectRule]:
    """How the subject of each guarded root field is found, by coordinate."""
    by_patient = by_argument("input", "patientId")
    by_code = by_prescription_code("input", "code")
    return {
        "Query.me": own_patient,
        "Query.patient": by_argument("id", whole_book=True),
        "Query.patientByIdentifier": by_identifier,
        "Query.verifyPrescription": by_prescription_code("code"),
        "Mutation.grantConsent": by_patient,
        "Mutation.withdrawConsent": by_patient,
        "Mutation.recordVitals": by_patient,
        "Mutation.recordEncounter": by_episode,
        "Mutation.issuePrescription": by_patient,
        "Mutation.claim": by_code,
        "Mutation.releaseClaim": by_code,
        "Mutation.dispense": by_code,
        "Mutation.reverseDispense": by_code,
    }


def guard_spec(schema: ConsentSchema, root_subjects: Mapping[str, RootSubjectRule]) -> GuardSpec:
    """What the planner must guard.

    Args:
        schema: Subjects and categories, read off the supergraph.
        root_subjects: Rules for the root fields' subjects, by coordinate.

    Raises:
        ConsentSchemaError: for a root field with a category for whose subject there is no rule: it
            could never be permitted.
    """
    roots = {
        (type_name, field_name): group
        for (type_name, field_name), group in schema.groups.items()
        if type_name in {"Query", "Mutation"}
    }
    asked = {**LOOKED_UP, **roots}
    problems = tuple(
        f"{type_name}.{field_name}: no rule says whose data this root field is about"
        for type_name, field_name in roots
        if f"{type_name}.{field_name}" not in root_subjects
    )
    if problems:
        raise ConsentSchemaError(problems)
    root_fields = {}
    for coordinate in root_subjects:
        type_name, _, field_name = coordinate.partition(".")
        root_fields[type_name, field_name] = RootSubject(asked.get((type_name, field_name)))
    groups = {place: group for place, group in schema.groups.items() if place not in roots}
    return GuardSpec(schema.subjects, groups, root_fields)
