"""Merging the fields of objects and interfaces, with their ``@join__field``.

Source: federation specification, "Composition rules"; join specification v0.3 to v0.5.
"""

from collections.abc import Iterable

from graphql import ConstValueNode

from gateway.federation.composition.applied import merge_applied
from gateway.federation.composition.context import MergeContext, Sources, mapped, present
from gateway.federation.composition.elements import (
    MergedType,
    merge_arguments,
    merge_description,
    merge_type,
)
from gateway.federation.composition.findings import subgraph_names
from gateway.federation.composition.override import Overrides, review_overrides
from gateway.federation.composition.sharing import (
    check_externals,
    check_sharing,
    check_subscription_sharing,
)
from gateway.federation.errors import ErrorCode
from gateway.federation.subgraph.facts import context_reference
from gateway.federation.subgraph.model import (
    Directive,
    Directives,
    Field,
    TypeKind,
    has_specified,
    specified,
)
from gateway.federation.subgraph.values import Plain, constant, enum_node

JOIN_FIELD = "join__field"


def merge_field(
    context: MergeContext,
    type_name: str,
    name: str,
    sources: Sources[Field],
    requirements: Iterable[tuple[int, Directive]] = (),
) -> Field | None:
    """Merge one field of an object or interface type.

    Args:
        context: The merge.
        type_name: The merged type.
        name: The field's name.
        sources: What each subgraph concerned says of it.
        requirements: Requirements on the caller that reach it through interfaces.

    Returns:
        The merged field, or ``None`` if nobody resolves it.
    """
    coordinate = f"{type_name}.{name}"
    overrides = review_overrides(context, type_name, name, sources)
    if type_name == "Subscription":
        check_subscription_sharing(context, coordinate, sources)
    declared = present(sources)
    resolved = {
        i: f for i, f in declared.items() if coordinate not in context.sources[i].facts.external
    }
    if not resolved and not _abstracted(context, type_name, name, sources):
        _report_missing_base(context, coordinate, context.names(declared))
        return None
    _check_directives_on_external(context, coordinate, declared, resolved)
    merged = merge_type(context, coordinate, resolved or declared)
    arguments = merge_arguments(context, coordinate, {i: f.arguments for i, f in resolved.items()})
    if len(resolved) < len(declared):
        check_externals(context, coordinate, sources, merged, arguments)
    applied = merge_applied(
        context, coordinate, mapped(resolved, lambda f: f.directives), requirements
    )
    joins = join_fields(context, type_name, sources, merged, overrides)
    if context.kinds[type_name] is TypeKind.OBJECT:
        check_sharing(context, type_name, name, sources, overrides)
    return Field(
        name,
        merged.type,
        arguments,
        None,
        merge_description(context, coordinate, resolved),
        ordered(applied, joins),
    )


def _report_missing_base(
    context: MergeContext, coordinate: str, subgraphs: tuple[str, ...]
) -> None:
    context.findings.error(
        ErrorCode.EXTERNAL_MISSING_ON_BASE,
        f'Field "{coordinate}" is @external in every subgraph that declares it:'
        f" {subgraph_names(subgraphs)}",
        (coordinate,),
        subgraphs,
    )


def ordered(applied: Directives, joins: Directives) -> Directives:
    """``@inaccessible``, then joins, then the rest: the order that other composers print."""
    first = tuple(d for d in applied if d.specified == "inaccessible")
    return first + joins + tuple(d for d in applied if d.specified != "inaccessible")


def _abstracted(context: MergeContext, type_name: str, name: str, sources: Sources[Field]) -> bool:
    """Whether an ``@interfaceObject`` of some subgraph resolves the field."""
    return any(
        c not in context.sources[i].facts.external
        for i, f in sources.items()
        if f is None
        for c in context.interface_object_fields(type_name, name, i)
    )


def _check_directives_on_external(
    context: MergeContext,
    coordinate: str,
    declared: dict[int, Field],
    resolved: dict[int, Field],
) -> None:
    for index in declared.keys() - resolved.keys():
        for directive in declared[index].directives:
            if context.is_merged_directive(index, directive):
                context.findings.error(
                    ErrorCode.MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL,
                    f"[{context.name(index)}] @{directive.name} cannot stand on @external field"
                    f' "{coordinate}": it would be merged into the supergraph',
                    (coordinate,),
                    (context.name(index),),
                )


def join_fields(
    context: MergeContext,
    type_name: str,
    sources: Sources[Field],
    merged: MergedType,
    overrides: Overrides,
) -> Directives:
    """The ``@join__field`` applications; none where every subgraph plainly resolves the field."""
    if not _is_needed(context, type_name, sources, merged, overrides):
        return ()
    joins = []
    for index, field in present(sources).items():
        if index in overrides.unused and index not in overrides.labels:
            continue
        coordinate = f"{type_name}.{field.name}"
        override = specified(field.directives, "override")
        arguments: dict[str, ConstValueNode | None] = {
            "graph": enum_node(context.sources[index].graph),
            "requires": _fields(field, "requires"),
            "provides": _fields(field, "provides"),
            "override": override[0].arguments.get("from") if override else None,
            "type": None if merged.all_equal else constant(str(field.type)),
            "external": _flag(coordinate in context.sources[index].facts.external),
            "usedOverridden": _flag(index in overrides.used),
            "overrideLabel": _text(overrides.labels.get(index)),
            "contextArguments": _context_arguments(context.name(index), field),
        }
        joins.append(Directive(JOIN_FIELD, {k: v for k, v in arguments.items() if v is not None}))
    return tuple(joins)


def _is_needed(
    context: MergeContext,
    type_name: str,
    sources: Sources[Field],
    merged: MergedType,
    overrides: Overrides,
) -> bool:
    if not merged.all_equal or overrides.used or overrides.labels:
        return True
    for index, field in sources.items():
        if field is None or index in overrides.unused:
            if context.definition(index, type_name) is not None:
                return True
            continue
        external = f"{type_name}.{field.name}" in context.sources[index].facts.external
        if _is_special(field, external=external):
            return True
    return False


def _is_special(field: Field, *, external: bool) -> bool:
    return (
        external
        or any(has_specified(field.directives, d) for d in ("provides", "requires"))
        or any(has_specified(a.directives, "fromContext") for a in field.arguments.values())
    )


def _fields(field: Field, directive: str) -> ConstValueNode | None:
    applied = specified(field.directives, directive)
    return applied[0].arguments.get("fields") if applied else None


def _flag(value: bool) -> ConstValueNode | None:
    return constant(value=True) if value else None


def _text(value: str | None) -> ConstValueNode | None:
    return None if value is None else constant(value)


def _context_arguments(subgraph: str, field: Field) -> ConstValueNode | None:
    found: list[Plain] = []
    for argument in field.arguments.values():
        for use in specified(argument.directives, "fromContext"):
            reference = context_reference(use.text("field") or "")
            if reference is not None:
                found.append(
                    {
                        "context": f"{subgraph}__{reference[0]}",
                        "name": argument.name,
                        "type": str(argument.type),
                        "selection": reference[1],
                    }
                )
    return constant(found) if found else None
