"""A key of an interface is a key of each of its implementations.

Source: federation specification 2.3, "Entity interfaces".
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.field_sets import field_set_text, parse_field_set, problems
from gateway.federation.subgraph.model import (
    Directive,
    TypeDefinition,
    TypeKind,
    is_resolvable,
    specified,
)


def check_interface_keys(view: SubgraphView) -> Iterator[CompositionError]:
    """Report keys of interfaces that implementations lack."""
    for interface in view.subgraph.types.values():
        if interface.kind is not TypeKind.INTERFACE:
            continue
        for key in specified(interface.directives, "key"):
            wanted = _selection(key)
            if not _is_valid(view, interface.name, key):
                continue
            for implementation in view.subgraph.implementations(interface.name):
                problem = _problem(implementation, wanted, resolvable=is_resolvable(key))
                if problem is not None and wanted is not None:
                    yield CompositionError(
                        ErrorCode.INTERFACE_KEY_NOT_ON_IMPLEMENTATION,
                        f'@key(fields: "{key.text("fields")}") of interface "{interface.name}"'
                        f' {problem} its implementation "{implementation.name}"',
                        (interface.name, implementation.name),
                    )


def _is_valid(view: SubgraphView, interface: str, key: Directive) -> bool:
    """Whether the key is one of the interface; if not, that is reported already."""
    selections = parse_field_set(key.text("fields") or "").selections
    if selections is None:
        return False
    return next(problems(view.subgraph.types, interface, selections), None) is None


def _selection(key: Directive) -> frozenset[str] | None:
    """The key's top-level selections as a set: the order does not matter."""
    text = key.text("fields")
    selections = parse_field_set(text).selections if text is not None else None
    if selections is None:
        return None
    return frozenset(
        field_set_text(type(selections)(selections=(s,))) for s in selections.selections
    )


def _problem(
    implementation: TypeDefinition, wanted: frozenset[str] | None, *, resolvable: bool
) -> str | None:
    for key in specified(implementation.directives, "key"):
        if _selection(key) == wanted:
            if resolvable and not is_resolvable(key):
                return "is not resolvable on"
            return None
    return "is missing on"
