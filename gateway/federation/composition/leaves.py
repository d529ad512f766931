"""Merging enums, unions and input objects.

Source: federation specification, "Merging types": unions and output enums by union, input enums
and input objects by intersection.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.federation.composition.applied import merge_applied
from gateway.federation.composition.context import (
    EnumUse,
    MergeContext,
    field_sources,
    mapped,
    present,
)
from gateway.federation.composition.elements import (
    merge_default,
    merge_description,
    merge_type,
)
from gateway.federation.composition.fields import join_fields, ordered
from gateway.federation.composition.findings import subgraph_names
from gateway.federation.composition.override import Overrides
from gateway.federation.errors import ErrorCode, HintCode
from gateway.federation.subgraph.model import (
    Directive,
    Directives,
    EnumValue,
    Field,
    TypeDefinition,
    has_specified,
)
from gateway.federation.subgraph.values import enum_node, string_node


@dataclass(frozen=True, slots=True)
class _Enum:
    name: str
    use: EnumUse
    sources: Mapping[int, TypeDefinition]


def merge_enum_values(
    context: MergeContext, name: str, sources: Mapping[int, TypeDefinition]
) -> dict[str, EnumValue]:
    """All values for an enum that is only used for output, the common ones for input."""
    use = context.enum_uses.get(name, EnumUse())
    if not use.input and not use.output:
        context.findings.hint(
            HintCode.UNUSED_ENUM_TYPE,
            f'Enum "{name}" is not used; the supergraph has all its values',
            name,
        )
    enum = _Enum(name, use, sources)
    merged: dict[str, EnumValue] = {}
    for value in dict.fromkeys(v for s in sources.values() for v in s.values):
        joined = _merge_value(context, enum, value)
        if joined is not None:
            merged[value] = joined
    if not merged:
        context.findings.error(
            ErrorCode.EMPTY_MERGED_ENUM_TYPE,
            f'Enum "{name}" is used for input, but the subgraphs that define it have no value in'
            " common",
            (name,),
            context.names(sources),
        )
    return merged


def _merge_value(context: MergeContext, enum: _Enum, value: str) -> EnumValue | None:
    declared = {i: s.values[value] for i, s in enum.sources.items() if value in s.values}
    missing = [i for i in enum.sources if i not in declared]
    coordinate = f"{enum.name}.{value}"
    applied = merge_applied(context, coordinate, mapped(declared, lambda v: v.directives))
    said = (
        f"it is defined in {subgraph_names(context.names(declared))} but not in"
        f" {subgraph_names(context.names(missing))}"
    )
    if missing and not has_specified(applied, "inaccessible"):
        if enum.use.input and enum.use.output:
            context.findings.error(
                ErrorCode.ENUM_VALUE_MISMATCH,
                f'Enum "{enum.name}" is used for input (as in "{enum.use.input}") and for output'
                f' (as in "{enum.use.output}"), so all must have value "{value}": {said}',
                (coordinate,),
                context.names(enum.sources),
            )
        elif enum.use.input:
            context.findings.hint(
                HintCode.INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM,
                f'Value "{coordinate}" is left out: {said}',
                coordinate,
            )
            return None
    if missing and not enum.use.input:
        context.findings.hint(
            HintCode.INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM,
            f'Value "{coordinate}" is not known everywhere: {said}',
            coordinate,
        )
    joins = tuple(
        Directive("join__enumValue", {"graph": enum_node(context.sources[i].graph)})
        for i in declared
    )
    return EnumValue(
        value, merge_description(context, coordinate, declared), ordered(applied, joins)
    )


def merge_members(
    context: MergeContext, name: str, sources: Mapping[int, TypeDefinition]
) -> Directives:
    """The ``@join__unionMember`` applications of a merged union."""
    joins = []
    for member in context.members[name]:
        having = [i for i, s in sources.items() if member in s.members]
        missing = [i for i in sources if i not in having]
        if missing:
            context.findings.hint(
                HintCode.INCONSISTENT_UNION_MEMBER,
                f'Union "{name}" has member "{member}" in'
                f" {subgraph_names(context.names(having))} but not in"
                f" {subgraph_names(context.names(missing))}",
                name,
            )
        joins += [
            Directive(
                "join__unionMember",
                {"graph": enum_node(context.sources[i].graph), "member": string_node(member)},
            )
            for i in having
        ]
    return tuple(joins)


def merge_input_fields(
    context: MergeContext, name: str, sources: Mapping[int, TypeDefinition]
) -> dict[str, Field]:
    """The fields of an input object that all subgraphs that define it have."""
    merged: dict[str, Field] = {}
    for field_name, declared in field_sources(context, name).items():
        field = _merge_input_field(context, name, declared)
        missing = [i for i, f in declared.items() if f is None]
        if missing and not has_specified(field.directives, "inaccessible"):
            _report_missing(context, f"{name}.{field_name}", declared)
        else:
            merged[field_name] = field
    if not merged:
        context.findings.error(
            ErrorCode.EMPTY_MERGED_INPUT_TYPE,
            f'The subgraphs that define input object "{name}" have no field in common',
            (name,),
            context.names(sources),
        )
    return merged


def _merge_input_field(
    context: MergeContext, type_name: str, sources: Mapping[int, Field | None]
) -> Field:
    declared = present(sources)
    first = next(iter(declared.values()))
    coordinate = f"{type_name}.{first.name}"
    description = merge_description(context, coordinate, declared)
    applied = merge_applied(context, coordinate, mapped(declared, lambda f: f.directives))
    merged = merge_type(context, coordinate, declared, is_input=True)
    joins = join_fields(context, type_name, sources, merged, Overrides())
    default = merge_default(context, coordinate, declared, "input field")
    return Field(first.name, merged.type, {}, default, description, ordered(applied, joins))


def _report_missing(
    context: MergeContext, coordinate: str, declared: Mapping[int, Field | None]
) -> None:
    required = context.names(i for i, f in declared.items() if f is not None and f.is_required)
    missing = context.names(i for i, f in declared.items() if f is None)
    if required:
        context.findings.error(
            ErrorCode.REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH,
            f'Input field "{coordinate}" is required in {subgraph_names(required)} but missing in'
            f" {subgraph_names(missing)}",
            (coordinate,),
            (*required, *missing),
        )
    else:
        context.findings.hint(
            HintCode.INCONSISTENT_INPUT_OBJECT_FIELD,
            f'Input field "{coordinate}" is left out: it is missing in {subgraph_names(missing)}',
            coordinate,
        )
