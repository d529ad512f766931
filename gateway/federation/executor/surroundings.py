"""What one execution works with, whichever path it takes."""

import asyncio
from typing import Any, TypeAlias

import msgspec
from graphql import GraphQLSchema

from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.ports import FetchFailure, GuardPort, SubgraphTransport
from gateway.federation.response.errors import ErrorValue

NO_GUARD = ErrorValue("Not permitted", {"code": "FORBIDDEN"})
"""Stands for a refused field where no guard port was given: nothing is permitted then."""

FetchFuture: TypeAlias = asyncio.Future[bytes | FetchFailure]
SentFetches: TypeAlias = dict[int, list[tuple[bytes, FetchFuture]]]
"""Bodies and future answers of what has been sent already, by step."""


class Surroundings(msgspec.Struct, frozen=True):
    """What one execution works with. A struct, as one is made per request.

    Attributes:
        transport: Sends requests.
        guard: Decides; ``None`` permits nothing.
        scope: The caller's own object.
        variables: Coerced variables.
        masking: What clients may know of errors.
        schema: The API schema.
    """

    transport: SubgraphTransport
    guard: GuardPort | None
    scope: object
    variables: dict[str, Any]
    masking: ErrorMasking
    schema: GraphQLSchema

    def refusal(self, group: str) -> ErrorValue:
        """Return the error for a group that is not permitted."""
        return NO_GUARD if self.guard is None else self.guard.refusal(self.scope, group)


def cancel_fetches(sent: SentFetches) -> None:
    """Cancel what has no answer yet: nobody waits for it any more."""
    for requests in sent.values():
        for _, future in requests:
            future.cancel()
