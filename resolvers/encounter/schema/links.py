"""From a row to the encounter that it belongs to."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from access.categories import Category
from resolvers.encounter.gathering import is_visible
from resolvers.encounter.kinds import ENCOUNTERS, Row
from resolvers.encounter.schema.context import EncounterInfo, unavailable
from resolvers.upstream import UpstreamFault

if TYPE_CHECKING:
    from resolvers.encounter.schema.encounter import Encounter

EncounterLink = Annotated["Encounter", strawberry.lazy("resolvers.encounter.schema.encounter")]
"""The Encounter type, which has these rows in its turn."""

SUBJECT = "The patient whom the row is about."
ROW_ID = "Opaque id."


async def linked_encounter(info: EncounterInfo, row: Row) -> "Encounter | None":
    """The encounter of a row, if the caller may see it.

    Raises:
        SubgraphError: ``UPSTREAM_UNAVAILABLE``.
    """
    from resolvers.encounter.schema.encounter import encounter_of  # noqa: PLC0415 - each has other

    if row.encounter is None or not info.context.permits(row.subject, Category.ENCOUNTERS):
        return None
    found = await info.context.loaders.encounter(row.encounter)
    if isinstance(found, UpstreamFault):
        raise unavailable()
    if found is None or found.subject != row.subject:
        return None
    if not is_visible(found, ENCOUNTERS, info.context.access):
        return None
    return encounter_of(found, info.context.access)
