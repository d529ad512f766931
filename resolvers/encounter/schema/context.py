"""What the resolvers of the encounter subgraph get, and how they read lists of hospitals."""

from typing import TypeAlias

from strawberry.types.info import Info

from resolvers.encounter.gathering import Gathered
from resolvers.encounter.loaders import EncounterLoaders
from resolvers.encounter.notices import EncounterCommands
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.requests import RequestContext
from resolvers.upstream import UpstreamFault

EncounterInfo: TypeAlias = Info[RequestContext[EncounterLoaders, EncounterCommands], None]
"""What the resolvers of this subgraph get."""


def unavailable() -> SubgraphError:
    """The error that stands beside a list, or in place of a row, that a hospital did not give."""
    return SubgraphError(
        ErrorCode.UPSTREAM_UNAVAILABLE,
        "a facility that holds a part of the record does not answer",
        retryable=True,
    )


def note_missing(info: EncounterInfo, found: Gathered) -> None:
    """Adds one error for a list, if any facility is missing that should have answered.

    One that is not connected is named beside the list and is no fault: nobody can mend it by
    asking again.
    """
    if any(fault is not UpstreamFault.NOT_CONNECTED for fault in found.missing.values()):
        info.context.note(unavailable(), info.path)
