"""Collecting errors and hints while merging, and wording who says what."""

from collections.abc import Iterable, Mapping

from gateway.federation.errors import CompositionError, CompositionHint, ErrorCode, HintCode


class Findings:
    """Errors and hints in the order in which they were found; doubles are kept once."""

    def __init__(self) -> None:
        self._errors: dict[CompositionError, None] = {}
        self._hints: dict[CompositionHint, None] = {}

    @property
    def errors(self) -> tuple[CompositionError, ...]:
        """All errors so far."""
        return tuple(self._errors)

    @property
    def hints(self) -> tuple[CompositionHint, ...]:
        """All hints so far."""
        return tuple(self._hints)

    def error(
        self,
        code: ErrorCode,
        message: str,
        coordinates: Iterable[str] = (),
        subgraphs: Iterable[str] = (),
    ) -> None:
        """Add an error."""
        found = CompositionError(code, message, tuple(coordinates), tuple(subgraphs))
        self._errors.setdefault(found)

    def extend(self, errors: Iterable[CompositionError]) -> None:
        """Add errors."""
        for error in errors:
            self._errors.setdefault(error)

    def hint(self, code: HintCode, message: str, coordinate: str = "") -> None:
        """Add a hint."""
        self._hints.setdefault(CompositionHint(code, message, coordinate))


def subgraph_names(names: Iterable[str]) -> str:
    """``subgraph "a"`` or ``subgraphs "a", "b" and "c"``."""
    quoted = [f'"{n}"' for n in names]
    if len(quoted) == 1:
        return f"subgraph {quoted[0]}"
    return f"subgraphs {', '.join(quoted[:-1])} and {quoted[-1]}" if quoted else "no subgraph"


def who_says_what(statements: Mapping[str, str]) -> str:
    """Group subgraphs by what they say: ``String in subgraph "a" but Int in subgraph "b"``.

    Args:
        statements: What each subgraph says, by subgraph name.
    """
    grouped: dict[str, list[str]] = {}
    for name, statement in statements.items():
        grouped.setdefault(statement, []).append(name)
    return " but ".join(f"{what} in {subgraph_names(who)}" for what, who in grouped.items())
