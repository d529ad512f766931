"""Requirements on the caller that reach an element by way of interfaces.

A requirement on an object type or its field holds for whoever reads it through an interface; one
on a field of an ``@interfaceObject`` holds for that field of every implementation.

Source: federation specification 2.5 and 2.6, ``@authenticated``, ``@requiresScopes``, ``@policy``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.federation.composition.context import MergeContext
from gateway.federation.directives import ACCESS_DIRECTIVES
from gateway.federation.subgraph.model import (
    Directive,
    Directives,
    TypeDefinition,
    TypeKind,
    is_interface_object,
)


@dataclass(frozen=True, slots=True)
class Requirements:
    """Requirements by the coordinate that they reach, each with the subgraph that makes it."""

    by_coordinate: Mapping[str, Sequence[tuple[int, Directive]]] = field(default_factory=dict)

    def on(self, coordinate: str) -> Sequence[tuple[int, Directive]]:
        """The requirements that reach the element through interfaces."""
        return self.by_coordinate.get(coordinate, ())


def access_directives(directives: Directives) -> Directives:
    """Those that demand something of the caller."""
    return tuple(d for d in directives if d.specified in ACCESS_DIRECTIVES)


def reaching_requirements(context: MergeContext) -> Requirements:
    """Find all requirements that reach another element than the one that bears them."""
    found: dict[str, list[tuple[int, Directive]]] = {}
    for index, source in enumerate(context.sources):
        for definition in source.subgraph.types.values():
            if definition.kind is not TypeKind.OBJECT:
                continue
            for coordinate, directive in _reached(context, index, definition):
                found.setdefault(coordinate, []).append((index, directive))
    return Requirements(found)


def _reached(
    context: MergeContext, index: int, definition: TypeDefinition
) -> Iterator[tuple[str, Directive]]:
    abstracts = is_interface_object(definition)
    external = context.sources[index].facts.external
    if not abstracts:
        for directive in access_directives(definition.directives):
            for interface in context.interfaces.get(definition.name, ()):
                yield interface, directive
    for declared in definition.fields.values():
        if f"{definition.name}.{declared.name}" in external:
            continue
        for directive in access_directives(declared.directives):
            for target in _abstracted(context, definition.name, abstracts=abstracts):
                yield f"{target}.{declared.name}", directive


def _abstracted(context: MergeContext, name: str, *, abstracts: bool) -> Iterator[str]:
    """The types through which the fields of a type are read too."""
    if not abstracts:
        yield from context.interfaces.get(name, ())
        return
    implementations = context.implementations(name)
    yield from implementations
    others = {i: None for t in implementations for i in context.interfaces.get(t, ())}
    yield from (i for i in others if i != name)
