"""Entities of the encounter subgraph that other subgraphs name by their key only.

What an entity is, is described by the subgraph that owns it; the others leave it undescribed.
"""

import strawberry
from strawberry import federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

_KEY = Key(fields=FieldSet("id"), resolvable=False)


@federation.type(keys=[_KEY])
class Facility:
    """A facility by its key."""

    id: strawberry.ID


@federation.type(keys=[_KEY])
class Practitioner:
    """A practitioner by her key."""

    id: strawberry.ID


@federation.type(keys=[_KEY])
class Encounter:
    """An encounter by its key."""

    id: strawberry.ID


def encounter(encounter_id: object) -> Encounter | None:
    """The reference to an encounter, or nothing where none is known."""
    return Encounter(id=strawberry.ID(str(encounter_id))) if encounter_id else None


def facility(facility_id: object) -> Facility | None:
    """The reference to a facility, or nothing where none is known."""
    return Facility(id=strawberry.ID(str(facility_id))) if facility_id else None


def practitioner(practitioner_id: object) -> Practitioner | None:
    """The reference to a practitioner, or nothing where none is known."""
    return Practitioner(id=strawberry.ID(str(practitioner_id))) if practitioner_id else None
