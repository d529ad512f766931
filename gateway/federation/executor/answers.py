"""Reads what a subgraph answered, and turns its errors into ours.

Source: GraphQL specification (October 2021), section 7.1 "Response Format".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gateway.federation.executor.ports import FetchFailure
from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    Fault,
    MergedValue,
    PathKey,
    ResponsePath,
    fault,
)

MALFORMED: Final = "SUBREQUEST_MALFORMED_RESPONSE"
DOWNSTREAM: Final = "DOWNSTREAM_SERVICE_ERROR"
TOO_DEEP: Final = "The subgraph's answer is nested too deeply"
_NO_RESPONSE: Final = "The subgraph's answer is not a GraphQL response"
_MASKED: Final = "A subgraph could not answer"


class _Response(msgspec.Struct):
    """A response as it is read; what else stands in it (``extensions``) is skipped."""

    data: Any = None
    errors: Any = None


_decode = msgspec.json.Decoder(_Response).decode


@dataclass(frozen=True, slots=True)
class ErrorMasking:
    """What clients may know of a subgraph's errors.

    Attributes:
        masked: Messages and extensions of subgraphs are withheld; the code is kept.
        kept_extensions: Extensions that pass although masked.
    """

    masked: bool = False
    kept_extensions: frozenset[str] = frozenset()

    def failure(self, failure: FetchFailure, subgraph: str) -> ErrorValue:
        """Return the error for a fetch that brought no answer."""
        extensions = {"code": failure.code, "serviceName": subgraph}
        message = _MASKED if self.masked else failure.message
        return ErrorValue(message, extensions | dict(failure.extensions))

    def subgraph_error(self, raw: dict[Any, Any], subgraph: str) -> ErrorValue:
        """Return the error for one entry of a subgraph's ``errors``."""
        sent = raw.get("extensions")
        extensions: dict[str, Any] = dict(sent) if sent.__class__ is dict else {}
        code = extensions.pop("code", None)
        if self.masked:
            extensions = {k: v for k, v in extensions.items() if k in self.kept_extensions}
        message = raw.get("message")
        if self.masked or message.__class__ is not str:
            message = _MASKED
        own = {"code": code if code.__class__ is str else DOWNSTREAM, "serviceName": subgraph}
        return ErrorValue(message, own | {k: v for k, v in extensions.items() if k not in own})


@dataclass(frozen=True, slots=True)
class RawError:
    """One entry of a subgraph's ``errors``.

    Attributes:
        error: The error as the client sees it.
        path: Its path in the subgraph's answer; empty where none is given.
    """

    error: ErrorValue
    path: tuple[PathKey, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a subgraph answered.

    Attributes:
        data: The answer's ``data``.
        errors: The answer's errors.
    """

    data: dict[str, Any] | None
    errors: tuple[RawError, ...]


def read_answer(body: bytes, subgraph: str, masking: ErrorMasking) -> Answer | FetchFailure:
    """Decode a response body.

    Numbers keep their value: integers of any size are exact, and what does not fit a double makes
    the answer malformed.
    """
    try:
        document = _decode(body)
    except msgspec.ValidationError:
        return FetchFailure(_NO_RESPONSE, MALFORMED)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return FetchFailure("The subgraph's answer is not JSON", MALFORMED)
    data, raw_errors = document.data, document.errors or []
    well_formed = data is None or data.__class__ is dict
    if not well_formed or raw_errors.__class__ is not list or (data is None and not raw_errors):
        return FetchFailure(_NO_RESPONSE, MALFORMED)
    return Answer(data, read_errors(raw_errors, subgraph, masking))


def read_errors(
    raw_errors: list[Any], subgraph: str, masking: ErrorMasking
) -> tuple[RawError, ...]:
    """Return the entries of a subgraph's ``errors`` as the client sees them."""
    return tuple(_raw_error(raw, subgraph, masking) for raw in raw_errors)


def errors_by_index(
    errors: tuple[RawError, ...], alias: str
) -> dict[int, list[tuple[ResponsePath, ErrorValue]]]:
    """Return the errors of an ``_entities`` call by entity, each with its path below that."""
    by_index: dict[int, list[tuple[ResponsePath, ErrorValue]]] = {}
    for raw in errors:
        if len(raw.path) > 1 and raw.path[0] == alias and isinstance(raw.path[1], int):
            by_index.setdefault(raw.path[1], []).append((raw.path[2:], raw.error))
    return by_index


class Unexplained:
    """The errors of an answer that name no field: the first explains nulls without an error."""

    def __init__(self, errors: list[ErrorValue]) -> None:
        self._errors = errors
        self.cause = fault(errors[0]) if errors else None
        self._is_used = False

    @classmethod
    def of_root(cls, errors: tuple[RawError, ...]) -> "Unexplained":
        """Return the errors that name no root field."""
        return cls([raw.error for raw in errors if not raw.path])

    def used(self) -> None:
        """Note that the first error stands somewhere in the data."""
        self._is_used = True

    def take(self) -> Fault | None:
        """Return the first error as the cause of a null."""
        self._is_used = True
        return self.cause

    def left(self) -> list[ExecutionError]:
        """Return the errors that have no place in the data."""
        left = self._errors[1:] if self._is_used else self._errors
        return [ExecutionError(error, None) for error in left]


class UnexplainedEntities:
    """The errors of an answer that name no entity; one that names a call explains that call alone.

    Args:
        errors: The errors of the answer.
        lengths: How many entities each call asked about, by its alias.
    """

    def __init__(self, errors: tuple[RawError, ...], lengths: Mapping[str, int]) -> None:
        of_calls: dict[PathKey, list[ErrorValue]] = {alias: [] for alias in lengths}
        rest: list[ErrorValue] = []
        for raw in errors:
            if not _is_entity_path(raw.path, lengths):
                (of_calls.get(raw.path[0], rest) if raw.path else rest).append(raw.error)
        self._all = [raw.error for raw in errors]
        self._of_calls = {alias: Unexplained(own) for alias, own in of_calls.items()}
        self._rest = Unexplained(rest)

    def of_call(self, alias: str, is_answered: bool) -> Unexplained:
        """Return the errors that explain the nulls of a call.

        Args:
            alias: The call's alias.
            is_answered: Its list came. Otherwise any error may have taken it away.
        """
        for errors in (self._of_calls[alias], self._rest):
            if errors.cause is not None:
                return errors
        return self._rest if is_answered else Unexplained(self._all)

    def left(self) -> list[ExecutionError]:
        """Return the errors that have no place in the data."""
        all_of_them = (*self._of_calls.values(), self._rest)
        return [error for each in all_of_them for error in each.left()]


def _is_entity_path(path: ResponsePath, lengths: Mapping[str, int]) -> bool:
    if len(path) < 2 or not isinstance(path[0], str) or not isinstance(path[1], int):
        return False
    return 0 <= path[1] < lengths.get(path[0], 0)


def _raw_error(raw: MergedValue, subgraph: str, masking: ErrorMasking) -> RawError:
    entry = raw if raw.__class__ is dict else {}
    path = entry.get("path")
    keys: tuple[PathKey, ...] = ()
    if path.__class__ is list and all(
        key.__class__ is str or key.__class__ is int for key in path
    ):
        keys = tuple(path)
    return RawError(masking.subgraph_error(entry, subgraph), keys)
