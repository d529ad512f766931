"""What the census counts: a construct, and what one case did."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from graphql import GraphQLSchema

from tests.federation.oracle.in_memory import Request
from tests.federation.oracle.model import FieldModel, ObjectModel, Universe


@dataclass(frozen=True)
class Seen:
    """What one case did.

    Attributes:
        resolved: Types and fields that the monolith resolved for the client.
        requests: What the subgraphs were asked.
        places: Objects and fields that the monolith resolved.
        errors: Whether the monolith's answer has errors.
        monolith: The schema that the client sees.
    """

    universe: Universe
    document: str
    resolved: frozenset[tuple[str, str]]
    requests: tuple[Request, ...]
    places: frozenset[tuple[str, str]]
    errors: bool
    monolith: GraphQLSchema

    @cached_property
    def fields(self) -> list[tuple[ObjectModel, FieldModel]]:
        """The fields that the client reached."""
        return [
            (model, field)
            for model in self.universe.objects
            for field in model.fields
            if (model.name, field.name) in self.resolved
        ]

    @cached_property
    def representations(self) -> list[dict[str, Any]]:
        """All that entities were asked for by."""
        return [
            given
            for request in self.requests
            for value in request.variables.values()
            if isinstance(value, list)
            for given in value
            if isinstance(given, dict) and "__typename" in given
        ]


OfField: TypeAlias = Callable[[Universe, ObjectModel, FieldModel], bool]


@dataclass(frozen=True, slots=True)
class Construct:
    """What is counted.

    Attributes:
        exists: Whether a schema has it; ``None`` where only operations can.
        reached: Whether an operation reaches it.
    """

    name: str
    exists: Callable[[Universe], bool] | None
    reached: Callable[[Seen], bool]


def by_field(name: str, matches: OfField) -> Construct:
    """A construct that stands at a field."""

    def exists(universe: Universe) -> bool:
        return any(matches(universe, m, f) for m in universe.objects for f in m.fields)

    def reached(seen: Seen) -> bool:
        return any(matches(seen.universe, m, f) for m, f in seen.fields)

    return Construct(name, exists, reached)


def by_text(name: str, pattern: str) -> Construct:
    """A construct of the operation's text."""
    compiled = re.compile(pattern)
    return Construct(name, None, lambda seen: bool(compiled.search(seen.document)))
