"""The root fields of the encounter subgraph that read."""

from typing import Annotated

import strawberry

from resolvers.datatypes.directives import scopes
from resolvers.datatypes.fields import resolved
from resolvers.encounter.schema.context import EncounterInfo
from resolvers.encounter.schema.encounter import Encounter, encounter_by_id, nobodys_encounter
from resolvers.encounter.schema.institutions import (
    Facility,
    Practitioner,
    registered_facility,
    registered_practitioner,
)

EncounterId = Annotated[
    strawberry.ID, strawberry.argument(description="The encounter's opaque id.")
]
FacilityId = Annotated[strawberry.ID, strawberry.argument(description="The facility's id.")]
PractitionerId = Annotated[
    strawberry.ID, strawberry.argument(description="The practitioner's id.")
]


@strawberry.type
class Query:
    """Reads of the encounter subgraph."""

    @resolved(
        description=(
            "A visit by its id. One that the caller may not know of and one that does not exist "
            "answer alike: with nothing but the id that was asked for."
        ),
        requires_scopes=scopes("Encounter", contexts=("patient", "user", "system")),
    )
    async def encounter(self, info: EncounterInfo, id: EncounterId) -> Encounter | None:  # noqa: A002
        """The encounter of an id.

        Nobody's encounter is about nobody, which the gateway refuses as it refuses a stranger's:
        so nobody learns by guessing which encounters there are.
        """
        found = await encounter_by_id(info, id)
        return found or nobodys_encounter(id)

    @resolved(description="A facility of the national register.")
    async def facility(self, info: EncounterInfo, id: FacilityId) -> Facility | None:  # noqa: A002
        """The facility of an id."""
        record = await registered_facility(info, id)
        return None if record is None else Facility(id=strawberry.ID(record.id))

    @resolved(description="A practitioner of the national register.")
    async def practitioner(
        self,
        info: EncounterInfo,
        id: PractitionerId,  # noqa: A002
    ) -> Practitioner | None:
        """The practitioner of an id."""
        record = await registered_practitioner(info, id)
        return None if record is None else Practitioner(number=record.id)
