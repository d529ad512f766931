"""Entities of the encounter subgraph that other subgraphs name by their key only."""

import strawberry
from strawberry import federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

PATIENT = "A person with a health book (FHIR Patient)."
"""Description of the Patient type, the same in every subgraph."""

PATIENT_ID = "Opaque id, stable through renumbering and merging."
"""Description of the Patient's key, the same in every subgraph."""


@federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)],
    description="A facility that examines and treats, a pharmacy or another organization.",
)
class Facility:
    """A facility by its key."""

    id: strawberry.ID = federation.field(description="Opaque id.")


@federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)],
    description="A licensed practitioner.",
)
class Practitioner:
    """A practitioner by her key."""

    id: strawberry.ID = federation.field(description="Opaque id.")


@federation.type(
    keys=[Key(fields=FieldSet("id"), resolvable=False)],
    description="A visit to a facility.",
)
class Encounter:
    """An encounter by its key."""

    id: strawberry.ID = federation.field(description="Opaque id.")


def encounter(encounter_id: object) -> Encounter | None:
    """The reference to an encounter, or nothing where none is known."""
    return Encounter(id=strawberry.ID(str(encounter_id))) if encounter_id else None


def facility(facility_id: object) -> Facility | None:
    """The reference to a facility, or nothing where none is known."""
    return Facility(id=strawberry.ID(str(facility_id))) if facility_id else None


def practitioner(practitioner_id: object) -> Practitioner | None:
    """The reference to a practitioner, or nothing where none is known."""
    return Practitioner(id=strawberry.ID(str(practitioner_id))) if practitioner_id else None
