"""Interfaces of the merged schema: every field implemented, every key and object usable.

Source: federation specification, "Merging interfaces", 2.3 "Entity interfaces".
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import MergedView
from gateway.federation.subgraph.model import (
    TypeKind,
    is_interface_object,
    is_resolvable,
    specified,
)


def check_interface_fields_are_implemented(view: MergedView) -> Iterator[CompositionError]:
    """Report types that lack a field of an interface that they implement."""
    for definition in view.types.values():
        for name in definition.interfaces:
            interface = view.types.get(name)
            for field in interface.fields if interface is not None else ():
                if field not in definition.fields:
                    yield CompositionError(
                        ErrorCode.INTERFACE_FIELD_NO_IMPLEM,
                        f'Type "{definition.name}" implements "{name}" but lacks its field'
                        f' "{field}"',
                        (f"{definition.name}.{field}", f"{name}.{field}"),
                        tuple(_declaring(view, name, field)),
                    )


def _declaring(view: MergedView, interface: str, field: str) -> Iterator[str]:
    for subgraph in (v.subgraph for v in view.subgraphs):
        definition = subgraph.types.get(interface)
        if definition is not None and field in definition.fields:
            yield subgraph.name


def check_interface_keys_know_implementations(view: MergedView) -> Iterator[CompositionError]:
    """Report subgraphs that resolve an interface by key without all its implementations."""
    for subgraph in (v.subgraph for v in view.subgraphs):
        for definition in subgraph.types.values():
            keys = [k for k in specified(definition.directives, "key") if is_resolvable(k)]
            if definition.kind is not TypeKind.INTERFACE or not keys:
                continue
            known = subgraph.runtime_types(definition.name)
            missing = [t for t in view.runtime_types(definition.name) if t not in known]
            if missing:
                yield CompositionError(
                    ErrorCode.INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE,
                    f'[{subgraph.name}] Interface "{definition.name}" has a resolvable @key but'
                    f" the subgraph lacks {', '.join(missing)}, which implement it elsewhere",
                    (definition.name, *missing),
                    (subgraph.name,),
                )


def check_interface_objects_stand_alone(view: MergedView) -> Iterator[CompositionError]:
    """Report subgraphs that have an interface object and implementations of the interface."""
    for subgraph in (v.subgraph for v in view.subgraphs):
        for definition in subgraph.types.values():
            merged = view.types.get(definition.name)
            if not is_interface_object(definition) or merged is None:
                continue
            if merged.kind is not TypeKind.INTERFACE:
                continue
            known = [t for t in view.runtime_types(definition.name) if t in subgraph.types]
            if known:
                yield CompositionError(
                    ErrorCode.INTERFACE_OBJECT_USAGE_ERROR,
                    f'[{subgraph.name}] Type "{definition.name}" is an @interfaceObject, so the'
                    f" subgraph cannot define {', '.join(known)}, which implement it",
                    (definition.name, *known),
                    (subgraph.name,),
                )
