"""Merging what all elements share: descriptions, types, default values, arguments.

Source: federation specification, "Composition rules"; GraphQL specification, section 3.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from graphql import ConstValueNode

from gateway.federation.composition.applied import merge_applied
from gateway.federation.composition.context import (
    EnumUse,
    MergeContext,
    Sources,
    mapped,
    present,
)
from gateway.federation.composition.findings import subgraph_names, who_says_what
from gateway.federation.errors import ErrorCode, HintCode
from gateway.federation.subgraph.model import Argument, TypeKind, has_specified
from gateway.federation.subgraph.type_reference import TypeReference, is_subtype
from gateway.federation.subgraph.values import same_value, value_text


class Described(Protocol):
    """Whatever has a description."""

    @property
    def description(self) -> str | None:
        """The description."""


class Typed(Protocol):
    """Whatever has a type."""

    @property
    def type(self) -> TypeReference:
        """The type."""


class Defaulted(Protocol):
    """Whatever may have a default value."""

    @property
    def default(self) -> ConstValueNode | None:
        """The default value."""


@dataclass(frozen=True, slots=True)
class MergedType:
    """A merged type reference and whether all subgraphs said the same."""

    type: TypeReference
    all_equal: bool


def merge_description(
    context: MergeContext, coordinate: str, sources: Mapping[int, Described]
) -> str | None:
    """The description that most subgraphs give; the first of those where they tie."""
    counts: dict[str, int] = {}
    for source in sources.values():
        if source.description is not None:
            counts[source.description] = counts.get(source.description, 0) + 1
    texts = [t for t in counts if t] or list(counts)
    if len(texts) > 1:
        context.findings.hint(
            HintCode.INCONSISTENT_DESCRIPTION,
            f'"{coordinate}" has different descriptions in the subgraphs; the supergraph uses'
            " that of most of them",
            coordinate,
        )
    return max(texts, key=lambda t: counts[t]) if texts else None


def merge_type(
    context: MergeContext,
    coordinate: str,
    sources: Mapping[int, Typed],
    *,
    kind: str = "field",
    is_input: bool = False,
) -> MergedType:
    """One type that serves all subgraphs: the most general for output, the strictest for input.

    Args:
        context: The merge.
        coordinate: The element's coordinate.
        sources: The element by subgraph; not empty.
        kind: ``field`` or ``argument``, for messages and codes.
        is_input: Whether values go into the subgraphs.
    """
    merged, *others = (source.type for source in sources.values())
    compatible = incompatible = False
    for other in others:
        if merged == other:
            continue
        if is_subtype(merged, other, context.is_strict_subtype):
            compatible = True
            merged = other if is_input else merged
        elif is_subtype(other, merged, context.is_strict_subtype):
            compatible = True
            merged = merged if is_input else other
        else:
            incompatible = True
    note_enum(context, coordinate, merged, is_input=is_input)
    if incompatible or compatible:
        kept = None if incompatible else merged
        _tell_difference(context, coordinate, sources, kind, kept)
    return MergedType(merged, not (incompatible or compatible))


def _tell_difference(
    context: MergeContext,
    coordinate: str,
    sources: Mapping[int, Typed],
    kind: str,
    merged: TypeReference | None,
) -> None:
    """Says that types differ: an error if they have no merged type, else a hint."""
    said = who_says_what({context.name(i): f'type "{s.type}"' for i, s in sources.items()})
    if merged is None:
        mismatch = (
            ErrorCode.FIELD_ARGUMENT_TYPE_MISMATCH
            if kind == "argument"
            else ErrorCode.FIELD_TYPE_MISMATCH
        )
        context.findings.error(
            mismatch,
            f'The types of {kind} "{coordinate}" cannot be merged: it has {said}',
            (coordinate,),
            context.names(sources),
        )
    else:
        hint = (
            HintCode.INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE
            if kind == "argument"
            else HintCode.INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE
        )
        context.findings.hint(
            hint,
            f'{kind.capitalize()} "{coordinate}" becomes "{merged}": it has {said}',
            coordinate,
        )


def note_enum(
    context: MergeContext, coordinate: str, merged: TypeReference, *, is_input: bool
) -> None:
    """Remember where an enum is used: what it is used for decides how its values merge."""
    if context.kinds.get(merged.name) is not TypeKind.ENUM:
        return
    use = context.enum_uses.setdefault(merged.name, EnumUse())
    if is_input:
        use.input = use.input or coordinate
    else:
        use.output = use.output or coordinate


def merge_default(
    context: MergeContext, coordinate: str, sources: Mapping[int, Defaulted], kind: str
) -> ConstValueNode | None:
    """The default value that all subgraphs give; none where some give none."""
    defaults = [s.default for s in sources.values()]
    given = [d for d in defaults if d is not None]
    if not given:
        return None
    said = who_says_what(
        {
            context.name(i): "no default value"
            if s.default is None
            else f"default value {value_text(s.default)}"
            for i, s in sources.items()
        }
    )
    if any(not same_value(d, given[0]) for d in given):
        context.findings.error(
            ErrorCode.FIELD_ARGUMENT_DEFAULT_MISMATCH
            if kind == "argument"
            else ErrorCode.INPUT_FIELD_DEFAULT_MISMATCH,
            f'The default values of {kind} "{coordinate}" differ: it has {said}',
            (coordinate,),
            context.names(sources),
        )
        return given[0]
    if len(given) < len(defaults):
        context.findings.hint(
            HintCode.INCONSISTENT_DEFAULT_VALUE_PRESENCE,
            f'{kind.capitalize()} "{coordinate}" gets no default value: it has {said}',
            coordinate,
        )
        return None
    return given[0]


def merge_arguments(
    context: MergeContext,
    coordinate: str,
    sources: Mapping[int, Mapping[str, Argument]],
) -> dict[str, Argument]:
    """Merge arguments: those that all subgraphs know; contextual ones are left out.

    Args:
        context: The merge.
        coordinate: Coordinate of the field or directive.
        sources: The arguments by subgraph, of subgraphs that declare the field.
    """
    names = dict.fromkeys(name for arguments in sources.values() for name in arguments)
    merged = {}
    for name in names:
        declared: dict[int, Argument | None] = {i: a.get(name) for i, a in sources.items()}
        where = f"{coordinate}({name}:)"
        if any(has_specified(a.directives, "fromContext") for a in present(declared).values()):
            _check_contextual(context, where, declared)
        elif all(declared.values()):
            merged[name] = merge_argument(context, where, present(declared))
        else:
            _report_missing(context, where, declared)
    return merged


def merge_argument(
    context: MergeContext, coordinate: str, sources: Mapping[int, Argument]
) -> Argument:
    """Merge one argument that all the given subgraphs declare."""
    first = next(iter(sources.values()))
    return Argument(
        first.name,
        merge_type(context, coordinate, sources, kind="argument", is_input=True).type,
        merge_default(context, coordinate, sources, "argument"),
        merge_description(context, coordinate, sources),
        merge_applied(context, coordinate, mapped(sources, lambda a: a.directives)),
    )


def _check_contextual(context: MergeContext, where: str, declared: Sources[Argument]) -> None:
    for index, argument in present(declared).items():
        if has_specified(argument.directives, "fromContext"):
            continue
        name = context.name(index)
        if argument.is_required:
            context.findings.error(
                ErrorCode.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS,
                f'Argument "{where}" takes its value from a context in some subgraphs but is'
                f' required of the client in subgraph "{name}"',
                (where,),
                (name,),
            )
        else:
            context.findings.hint(
                HintCode.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS,
                f'Argument "{where}" is left out: it takes its value from a context in some'
                f' subgraphs, though not in "{name}"',
                where,
            )


def _report_missing(context: MergeContext, where: str, declared: Sources[Argument]) -> None:
    having = present(declared)
    required = context.names(i for i, a in having.items() if a.is_required)
    missing = context.names(i for i in declared if i not in having)
    if required:
        context.findings.error(
            ErrorCode.REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH,
            f'Argument "{where}" is required in {subgraph_names(required)} but missing in'
            f" {subgraph_names(missing)}",
            (where,),
            (*required, *missing),
        )
    else:
        context.findings.hint(
            HintCode.INCONSISTENT_ARGUMENT_PRESENCE,
            f'Argument "{where}" is left out: it is defined in'
            f" {subgraph_names(context.names(having))} but not in {subgraph_names(missing)}",
            where,
        )
