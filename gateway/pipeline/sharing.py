"""Plans shared by operations that ask the same under different names, or in different words.

What an operation asks is known by its normalized form, without its name. The requests of a plan
bear the name of the operation that it was made for; for any other the name is exchanged while a
request leaves, so that subgraphs see who asks.
"""

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

from gateway.errors import Language
from gateway.federation.executor.compiled import CompiledPlan
from gateway.federation.executor.ports import (
    FetchFailure,
    SubgraphRequest,
    SubgraphTransport,
)
from gateway.federation.operation.model import Operation
from gateway.federation.selection import count_fields

_BYTES_PER_OPERATION = 1_500
_BYTES_PER_FIELD = 200
_BYTES_PER_PLAN = 8_500
_BYTES_PER_PLANNED_FIELD = 900
_BYTES_PER_CLASS = 3_000

PlanVariant = tuple[int, Language, int]
"""Static requirements that hold, language of denials, position of the set of override labels."""


class SharedPlans(dict[PlanVariant, CompiledPlan]):
    """The compiled plans of all operations that ask the same.

    Attributes:
        operation: The operation that they are made for.
        classes: Classes that were made for them: those of a plan come with its use.
    """

    __slots__ = ("__weakref__", "_fields", "classes", "operation")

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self.operation = operation
        self.classes = 0
        self._fields = count_fields(operation.selections)

    def size_in_bytes(self) -> int:
        """Estimate the memory that they take; the constants are measured."""
        per_plan = _BYTES_PER_PLAN + self._fields * _BYTES_PER_PLANNED_FIELD
        own = _BYTES_PER_OPERATION + self._fields * _BYTES_PER_FIELD
        return own + len(self) * per_plan + self.classes * _BYTES_PER_CLASS


class PlanPool:
    """Finds the plans of operations that ask the same, while any of these is kept."""

    def __init__(self) -> None:
        self._known: WeakValueDictionary[Operation, SharedPlans] = WeakValueDictionary()

    def shared(self, plans: SharedPlans) -> SharedPlans:
        """Return the plans that stand for these: those of the first operation that asks so."""
        operation = plans.operation
        anonymous = replace(operation, name=None if operation.name is None else "")
        return self._known.setdefault(anonymous, plans)


class RenamingTransport:
    """Sends the requests of a plan that was made for an operation of another name."""

    def __init__(self, transport: SubgraphTransport, made_for: Operation, name: str) -> None:
        """Take where requests go, the operation that they name, and what they are to name."""
        kind = made_for.kind
        # Quotes inside the query's text are escaped: the second stands at its place only.
        self._query = _encoded('{"query":"', f"{kind} ", made_for.name, name)
        self._name = _encoded('","operationName":"', "", made_for.name, name)
        self._transport = transport

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        """Send a request under the other name (see ``SubgraphTransport.send``)."""
        body = request.body.replace(*self._query, 1).replace(*self._name, 1)
        return self._transport.send(
            SubgraphRequest(
                request.subgraph, body, request.is_mutation, request.scope, request.decisions
            )
        )


def _encoded(before: str, kind: str, old: str | None, new: str) -> tuple[bytes, bytes]:
    return f"{before}{kind}{old}__".encode("ascii"), f"{before}{kind}{new}__".encode("ascii")
