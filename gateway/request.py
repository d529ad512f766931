"""The GraphQL request as a value, whatever transport brought it."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from gateway.errors import Language
from gateway.principal import Principal


class GraphQLRequest(msgspec.Struct, frozen=True):
    """One operation to execute. A struct, as one is made per request.

    Attributes:
        query: The document's text.
        operation_name: Which of its operations, or ``None``.
        variables: Raw variable values by name.
        extensions: The request's extensions.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = msgspec.field(default_factory=dict)
    extensions: Mapping[str, Any] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caller:
    """What a transport knows of the caller before authentication.

    Attributes:
        authorization: Value of the ``Authorization`` header, or ``None``.
        peer: Address of the peer; limits callers without a token.
        language: Of messages.
        is_read_only: Only queries may be executed (GET is safe).
    """

    authorization: bytes | None = None
    peer: str = ""
    language: Language = Language.ENGLISH
    is_read_only: bool = False


class RequestScope(Protocol):
    """What execution hands through to guards and transports, without looking at it."""

    @property
    def principal(self) -> Principal:
        """Who asks."""

    @property
    def sharing_key(self) -> Hashable:
        """What the key of anything that shares data between requests must carry."""


class PendingRecord(Awaitable[None], Protocol):
    """Access events on their way to where they are durable; an ``asyncio.Future`` is one."""

    def done(self) -> bool:
        """Whether they are durable, or may not be."""

    def result(self) -> None:
        """Return if they are durable.

        Raises:
            OSError: They may not be.
        """

    def add_done_callback(self, callback: Callable[[Any], object], /) -> None:
        """Have the loop call back when they are durable, or may not be."""


async def durable(records: Iterable[PendingRecord]) -> None:
    """Wait until access events are durable.

    Raises:
        OSError: Some may not be.
    """
    for record in records:
        await record


class BareScope(msgspec.Struct, frozen=True):
    """The scope of a request on a graph without guards."""

    principal: Principal

    @property
    def sharing_key(self) -> Hashable:
        """The principal's own key: actor and purpose."""
        return self.principal.sharing_key


def bare_scope(principal: Principal, caller: Caller) -> BareScope:  # noqa: ARG001 - a ScopeFactory
    """Return the scope of a request on a graph without guards."""
    return BareScope(principal)
