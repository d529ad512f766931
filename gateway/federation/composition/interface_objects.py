"""Fields that an ``@interfaceObject`` gives to all implementations of its interface.

Source: federation specification 2.3, ``@interfaceObject``.
"""

from collections.abc import Mapping
from dataclasses import replace

from gateway.federation.composition.access import Requirements, access_directives
from gateway.federation.composition.applied import merge_applied
from gateway.federation.composition.context import MergeContext
from gateway.federation.composition.fields import JOIN_FIELD
from gateway.federation.composition.override import Overrides
from gateway.federation.composition.sharing import check_sharing
from gateway.federation.subgraph.model import (
    Argument,
    Directive,
    Directives,
    Field,
    TypeDefinition,
    TypeKind,
    is_interface_object,
)
from gateway.federation.subgraph.values import constant


def with_interface_object_fields(
    context: MergeContext, types: Mapping[str, TypeDefinition], requirements: Requirements
) -> dict[str, TypeDefinition]:
    """Give implementations the fields of their interfaces that interface objects resolve."""
    completed = {}
    for name, definition in types.items():
        if definition.kind is TypeKind.OBJECT and definition.interfaces:
            fields = _completed(context, types, requirements, definition)
            completed[name] = replace(definition, fields=fields)
        else:
            completed[name] = definition
    return completed


def _completed(
    context: MergeContext,
    types: Mapping[str, TypeDefinition],
    requirements: Requirements,
    definition: TypeDefinition,
) -> dict[str, Field]:
    fields = dict(definition.fields)
    for interface in definition.interfaces:
        for field in types[interface].fields.values() if interface in types else ():
            if not _is_resolved(context, interface, field.name):
                continue
            coordinate = f"{definition.name}.{field.name}"
            demanded = requirements.on(coordinate)
            if field.name not in fields:
                inherited = (
                    *merge_applied(context, coordinate, {}, demanded),
                    *_carried(field.directives),
                )
                join = Directive(JOIN_FIELD)
                fields[field.name] = replace(
                    field, directives=(*inherited, join), arguments=_arguments(field)
                )
                nobody: dict[int, Field | None] = dict.fromkeys(range(len(context.sources)))
                check_sharing(context, definition.name, field.name, nobody, Overrides())
            elif _is_fully_external(fields[field.name]):
                own = fields[field.name]
                fields[field.name] = replace(
                    own, directives=own.directives + _carried(field.directives)
                )
    return fields


def _arguments(field: Field) -> dict[str, Argument]:
    return {k: replace(a, directives=_carried(a.directives)) for k, a in field.arguments.items()}


def _carried(directives: Directives) -> Directives:
    """What is applied to the interface's field apart from joins and requirements."""
    demanding = access_directives(directives)
    return tuple(d for d in directives if not d.name.startswith("join__") and d not in demanding)


def _is_fully_external(field: Field) -> bool:
    joins = [d for d in field.directives if d.name == JOIN_FIELD]
    external = constant(value=True)
    return bool(joins) and all(d.arguments.get("external") == external for d in joins)


def _is_resolved(context: MergeContext, interface: str, field: str) -> bool:
    for index, source in enumerate(context.sources):
        definition = context.definition(index, interface)
        if (
            definition is not None
            and is_interface_object(definition)
            and field in definition.fields
            and f"{interface}.{field}" not in source.facts.external
        ):
            return True
    return False
