"""A type is of one kind everywhere; some subgraph defines it; interface objects have interfaces.

Source: federation specification, "Merging types", ``@interfaceObject``, ``@extends``.
"""

from collections.abc import Iterator, Sequence

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import TypeDefinition, TypeKind, is_interface_object

_ROOTS = frozenset({"Query", "Mutation", "Subscription"})


def check_type_kinds(views: Sequence[SubgraphView]) -> Iterator[CompositionError]:
    """Report types of different kinds under one name."""
    for name in _names(views):
        kinds: dict[str, list[str]] = {}
        for view in views:
            definition = view.subgraph.types.get(name)
            if definition is not None:
                kinds.setdefault(_kind(definition), []).append(view.subgraph.name)
        if len({k.removeprefix("@interfaceObject ") for k in kinds}) > 1:
            said = " but ".join(
                f"{kind} in {', '.join(subgraphs)}" for kind, subgraphs in kinds.items()
            )
            yield CompositionError(
                ErrorCode.TYPE_KIND_MISMATCH,
                f'Type "{name}" is of different kinds: {said}',
                (name,),
                tuple(s for subgraphs in kinds.values() for s in subgraphs),
            )
        elif list(kinds) == [f"@interfaceObject {TypeKind.INTERFACE}"]:
            subgraphs = next(iter(kinds.values()))
            yield CompositionError(
                ErrorCode.INTERFACE_OBJECT_USAGE_ERROR,
                f'Type "{name}" is an @interfaceObject wherever it is defined'
                f" ({', '.join(subgraphs)}): no subgraph has the interface",
                (name,),
                tuple(subgraphs),
            )


def _names(views: Sequence[SubgraphView]) -> list[str]:
    return list(dict.fromkeys(name for view in views for name in view.subgraph.types))


def _kind(definition: TypeDefinition) -> str:
    if is_interface_object(definition):
        return f"@interfaceObject {TypeKind.INTERFACE}"
    return str(definition.kind)


def check_extensions_have_base(views: Sequence[SubgraphView]) -> Iterator[CompositionError]:
    """Report types that are extended but nowhere defined."""
    for name in _names(views):
        if name in _ROOTS:
            continue
        declared = {
            v.subgraph.name: v.subgraph.types[name] for v in views if name in v.subgraph.types
        }
        if any(d.has_definition for d in declared.values()):
            continue
        for subgraph in declared:
            yield CompositionError(
                ErrorCode.EXTENSION_WITH_NO_BASE,
                f'[{subgraph}] Type "{name}" is extended but defined in no subgraph',
                (name,),
                (subgraph,),
            )
