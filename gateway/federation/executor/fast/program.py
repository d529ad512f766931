"""The fast path of one variant of a plan, as ``compiler`` makes it.

Anything out of the ordinary (errors, missing fields, nulls where none may be) raises and leaves
the execution to the careful path, or to the general one if that cannot end it either.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from gateway.federation.executor.fast.completion import Findings, Visit
from gateway.federation.executor.fast.deviation import DeviationError
from gateway.federation.executor.outcome import ErrorListing, FailedFetch
from gateway.federation.executor.requests import RequestTemplate, encode_json
from gateway.federation.response.errors import ErrorValue, ExecutionError

State: TypeAlias = list[Any]
"""The pieces of an execution, each at a fixed index (see ``walks``)."""


@dataclass(frozen=True, slots=True)
class FastStep:
    """One fetch, compiled.

    Attributes:
        subgraph: The subgraph.
        is_mutation: It must never be sent twice.
        template: Its request.
        decode: Decodes an answer.
        collect: Returns the encoded representations of each call; ``None`` for root fetches.
        merge: Takes an answer's ``data`` into the state.
    """

    subgraph: str
    is_mutation: bool
    template: RequestTemplate
    decode: Callable[[bytes], Any]
    collect: Callable[[State], list[bytes] | None] | None
    merge: Callable[[State, Any], None]


class _Response(msgspec.Struct):
    """A response without errors: encoded as a whole, megabytes of data are not copied."""

    data: Any


class FastAnswer(msgspec.Struct, frozen=True):
    """A response that a faster path has made.

    Attributes:
        body: The complete response.
        errors: Its errors.
        failures: Fetches that brought nothing usable.
    """

    body: bytes
    errors: tuple[ExecutionError, ...] = ()
    failures: tuple[FailedFetch, ...] = ()


def fast_answer(
    root: msgspec.Struct | None,
    errors: list[ExecutionError],
    encode: Callable[[Any], bytes] = encode_json,
    failures: Iterable[FailedFetch] = (),
) -> FastAnswer:
    """Encode a response."""
    body = b'{"data":' + encode(root)
    if errors:
        body += b',"errors":' + encode_json([error.formatted() for error in errors])
    return FastAnswer(body + b"}", tuple(errors), tuple(failures))


def no_refusal(_mark: msgspec.Raw) -> ErrorValue:
    """Stand for the error of a guard in plans that have none."""
    raise DeviationError


@dataclass(frozen=True, slots=True)
class FastProgram:
    """A plan's fast path.

    Attributes:
        steps: The fetches by step.
        new_state: Makes the state of an execution.
        finish: Takes the plan's own fields out and returns the response's root.
        encode_shared: Encodes complete objects that stand at several places.
        refusals: Finds what was refused; ``None`` if nothing can be.
        errors: How an answer lists its errors.
    """

    steps: tuple[FastStep, ...]
    new_state: Callable[[], State]
    finish: Callable[[State], Any]
    encode_shared: Callable[[State], None]
    refusals: Visit | None
    errors: ErrorListing

    def answer(self, state: State) -> FastAnswer:
        """Return the response."""
        root = self.finish(state)
        if self.refusals is None:
            self.encode_shared(state)
            return FastAnswer(encode_json(_Response(root)))
        findings = Findings(no_refusal)
        self.refusals(root, (), findings)
        return fast_answer(root, self.errors.listed(findings.errors))
