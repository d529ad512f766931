"""Merging named types, with their ``@join__type`` and ``@join__implements``.

Source: federation specification, "Merging types"; join specification v0.3 to v0.5.
"""

from collections.abc import Iterable, Mapping

from graphql import BooleanValueNode, ConstValueNode

from gateway.federation.composition.access import Requirements
from gateway.federation.composition.applied import merge_applied
from gateway.federation.composition.context import MergeContext, field_sources, mapped
from gateway.federation.composition.elements import merge_description
from gateway.federation.composition.fields import merge_field
from gateway.federation.composition.findings import subgraph_names
from gateway.federation.composition.leaves import (
    merge_enum_values,
    merge_input_fields,
    merge_members,
)
from gateway.federation.errors import HintCode
from gateway.federation.subgraph.model import (
    Directive,
    Directives,
    Field,
    TypeDefinition,
    TypeKind,
    has_specified,
    is_entity,
    is_interface_object,
    specified,
)
from gateway.federation.subgraph.values import constant, enum_node, string_node

_ORDER = (
    TypeKind.UNION,
    TypeKind.SCALAR,
    TypeKind.INPUT,
    TypeKind.INTERFACE,
    TypeKind.OBJECT,
    TypeKind.ENUM,
)
"""Enums last: how they are used is known only after all fields and arguments."""

ROOT_TYPES = frozenset({"Query", "Mutation", "Subscription"})


def merge_types(context: MergeContext, requirements: Requirements) -> dict[str, TypeDefinition]:
    """Merge all types; object types that are left without fields are dropped."""
    merged: dict[str, TypeDefinition] = {}
    for kind in _ORDER:
        for name, merged_kind in context.kinds.items():
            if merged_kind is kind:
                definition = _merge_type(context, requirements, name)
                if definition.kind is not TypeKind.OBJECT or definition.fields:
                    merged[name] = definition
    return merged


def _merge_type(context: MergeContext, requirements: Requirements, name: str) -> TypeDefinition:
    sources = context.definitions(name)
    kind = context.kinds[name]
    joins = (*_join_implements(context, sources), *_join_type(context, sources))
    additional: Iterable[tuple[int, Directive]] = (
        requirements.on(name) if kind is TypeKind.INTERFACE else ()
    )
    applied = merge_applied(context, name, mapped(sources, lambda t: t.directives), additional)
    inaccessible = tuple(d for d in applied if d.specified == "inaccessible")
    rest = tuple(d for d in applied if d.specified != "inaccessible")
    members = merge_members(context, name, sources) if kind is TypeKind.UNION else ()
    return TypeDefinition(
        kind,
        name,
        merge_description(context, name, sources),
        (*joins, *inaccessible, *members, *rest),
        context.interfaces.get(name, ()),
        _merge_fields(context, requirements, name, sources),
        context.members.get(name, ()),
        merge_enum_values(context, name, sources) if kind is TypeKind.ENUM else {},
    )


def _merge_fields(
    context: MergeContext,
    requirements: Requirements,
    name: str,
    sources: Mapping[int, TypeDefinition],
) -> dict[str, Field]:
    kind = context.kinds[name]
    if kind is TypeKind.INPUT:
        return merge_input_fields(context, name, sources)
    if kind not in {TypeKind.OBJECT, TypeKind.INTERFACE}:
        return {}
    entity = _hint_entity(context, name, sources)
    fields: dict[str, Field] = {}
    for field_name, declared in field_sources(context, name).items():
        if not entity and name not in ROOT_TYPES:
            _hint_value_type_field(context, name, field_name, sources)
        merged = merge_field(
            context, name, field_name, declared, requirements.on(f"{name}.{field_name}")
        )
        if merged is not None:
            fields[field_name] = merged
    return fields


def _join_implements(context: MergeContext, sources: Mapping[int, TypeDefinition]) -> Directives:
    return tuple(
        Directive(
            "join__implements",
            {"graph": enum_node(context.sources[i].graph), "interface": string_node(interface)},
        )
        for i, source in sources.items()
        for interface in source.interfaces
    )


def _join_type(context: MergeContext, sources: Mapping[int, TypeDefinition]) -> Directives:
    joins = []
    for index, source in sources.items():
        graph = enum_node(context.sources[index].graph)
        keys = specified(source.directives, "key")
        if not keys:
            joins.append(Directive("join__type", {"graph": graph}))
        for key in keys:
            arguments: dict[str, ConstValueNode] = {"graph": graph, "key": key.arguments["fields"]}
            extended = has_specified(source.directives, "extends")
            if key.extension is not None or extended:
                arguments["extension"] = constant(value=True)
            resolvable = key.arguments.get("resolvable")
            if isinstance(resolvable, BooleanValueNode):
                arguments["resolvable"] = resolvable
            if is_interface_object(source):
                arguments["isInterfaceObject"] = constant(value=True)
            joins.append(Directive("join__type", arguments))
    return tuple(joins)


def _hint_entity(context: MergeContext, name: str, sources: Mapping[int, TypeDefinition]) -> bool:
    entities = [i for i, s in sources.items() if is_entity(s)]
    others = [i for i in sources if i not in entities]
    if entities and others and context.kinds[name] is TypeKind.OBJECT:
        context.findings.hint(
            HintCode.INCONSISTENT_ENTITY,
            f'Type "{name}" has a @key in {subgraph_names(context.names(entities))} but none in'
            f" {subgraph_names(context.names(others))}",
            name,
        )
    return bool(entities)


def _hint_value_type_field(
    context: MergeContext, name: str, field: str, sources: Mapping[int, TypeDefinition]
) -> None:
    missing = [
        i
        for i, s in sources.items()
        if field not in s.fields
        and not all(f"{name}.{f}" in context.sources[i].facts.external for f in s.fields)
    ]
    if not missing:
        return
    context.findings.hint(
        HintCode.INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD
        if context.kinds[name] is TypeKind.INTERFACE
        else HintCode.INCONSISTENT_OBJECT_VALUE_TYPE_FIELD,
        f'Field "{name}.{field}" is missing in {subgraph_names(context.names(missing))}, which'
        f' define "{name}" too',
        f"{name}.{field}",
    )
