"""Changes of what a schema tells people: descriptions and deprecations. No client feels one.

Source: GraphQL specification (September 2025), sections 3.1 "Type System Descriptions" and 3.13.3
"@deprecated".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
)


@dataclass(frozen=True, slots=True)
class _Documentation:
    """What is told of one element."""

    description: str | None
    deprecation: str | None = None


class _Documented(Protocol):
    description: str | None
    deprecation_reason: str | None


def documentation_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[str]:
    """Changes of descriptions and deprecations of what is in both schemas.

    Args:
        old: The schema as it was.
        new: The schema as it will be.

    Yields:
        A line for each: its kind and what changed.
    """
    was, now = dict(_documented(old)), dict(_documented(new))
    for place, before in was.items():
        after = now.get(place)
        if after is not None:
            yield from _redescribed(place, before.description, after.description)
            yield from _deprecated(place, before.deprecation, after.deprecation)


def _redescribed(place: str, before: str | None, after: str | None) -> Iterator[str]:
    if (before or None) == (after or None):
        return
    if not before:
        yield f"DESCRIPTION_ADDED: {place} has a description now."
    elif not after:
        yield f"DESCRIPTION_REMOVED: {place} has no description any more."
    else:
        yield f"DESCRIPTION_CHANGED: {place} has another description now."


def _deprecated(place: str, before: str | None, after: str | None) -> Iterator[str]:
    if before == after:
        return
    if after is None:
        yield f"DEPRECATION_REMOVED: {place} is deprecated no longer."
        return
    reason = " ".join(after.split())
    if before is None:
        yield f"DEPRECATION_ADDED: {place} is deprecated: {reason}"
    else:
        yield f"DEPRECATION_CHANGED: {place} is deprecated now because: {reason}"


def _documented(schema: GraphQLSchema) -> Iterator[tuple[str, _Documentation]]:
    """All elements of a schema with their coordinates."""
    yield "The schema", _Documentation(schema.description)
    for directive in schema.directives:
        yield f"@{directive.name}", _Documentation(directive.description)
        yield from _arguments(f"@{directive.name}", directive.args)
    for name, named in schema.type_map.items():
        if not name.startswith("__"):
            yield name, _Documentation(named.description)
            yield from _members(named)


def _members(named: GraphQLNamedType) -> Iterator[tuple[str, _Documentation]]:
    if isinstance(named, GraphQLEnumType):
        for name, value in named.values.items():
            yield f"{named.name}.{name}", _of(value)
    elif isinstance(named, GraphQLInputObjectType):
        for name, member in named.fields.items():
            yield f"{named.name}.{name}", _of(member)
    elif isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in named.fields.items():
            yield f"{named.name}.{name}", _of(field)
            yield from _arguments(f"{named.name}.{name}", field.args)


def _arguments(
    place: str, arguments: Mapping[str, GraphQLArgument]
) -> Iterator[tuple[str, _Documentation]]:
    for name, argument in arguments.items():
        yield f"{place}({name}:)", _of(argument)


def _of(element: _Documented) -> _Documentation:
    return _Documentation(element.description, element.deprecation_reason)
