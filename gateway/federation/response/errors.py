"""Execution errors as values, and the marks that stand in merged data where a value is missing.

Source: GraphQL specification (October 2021), sections 6.4.4 "Handling Field Errors" and 7.1.2
"Errors".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

MergedValue: TypeAlias = Any
"""A JSON value of an answer, or a :class:`Fault` in the place of one."""

PathKey: TypeAlias = str | int
ResponsePath: TypeAlias = tuple[PathKey, ...]


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """Why a field has no value, without the place.

    Attributes:
        message: Text for the client.
        extensions: The error's extensions; ``code`` first.
    """

    message: str
    extensions: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The stable code, or the empty string."""
        return str(self.extensions.get("code", ""))


@dataclass(frozen=True, slots=True)
class ExecutionError:
    """One entry of the response's ``errors``.

    Attributes:
        error: What went wrong.
        path: Response names and list indexes from the root; ``None`` where no field is known.
    """

    error: ErrorValue
    path: ResponsePath | None

    def formatted(self) -> dict[str, Any]:
        """Return the entry as it is sent."""
        entry: dict[str, Any] = {"message": self.error.message}
        if self.path is not None:
            entry["path"] = self.path
        if self.error.extensions:
            entry["extensions"] = self.error.extensions
        return entry


class Fault:
    """Stands in the merged data for a value that an error took away.

    No dataclass: two of them are never equal, so that objects with different ones are not either,
    and an encoder asks what to write for them.

    Attributes:
        errors: The causes, each with the rest of the path below this place (a subgraph may null
            an ancestor of the field that failed).
    """

    __slots__ = ("_paths", "errors")

    def __init__(self, errors: Iterable[tuple[ErrorValue, ResponsePath]]) -> None:
        self.errors = [*errors]
        self._paths: set[ResponsePath] | None = None

    @property
    def is_growing(self) -> bool:
        """Whether it was made for one place, where more errors are told of."""
        return self._paths is not None

    def add(self, error: ErrorValue, rest: ResponsePath) -> None:
        """Add an error with its path below this place, unless there is one of that path."""
        if self._paths is None:
            self._paths = {path for _, path in self.errors}
        if rest not in self._paths:
            self._paths.add(rest)
            self.errors.append((error, rest))


def fault(error: ErrorValue) -> Fault:
    """Return the mark of a value that ``error`` itself took away."""
    return Fault(((error, ()),))


def with_error(known: Fault | None, error: ErrorValue, rest: ResponsePath) -> Fault:
    """Return what stands for a null for which there is one more error.

    Several subgraphs may have failed to resolve the same field: it has one error all the same.

    Args:
        known: What stands for it so far. One that this function has made stands at no other place
            and grows: a list of thousands may be null for as many reasons.
        error: The error.
        rest: The error's path below the null.
    """
    if known is None or not known.is_growing:
        known = Fault(() if known is None else known.errors)
    known.add(error, rest)
    return known
