"""Which subgraphs may resolve the same field.

Source: federation specification, ``@shareable``, ``@external``.
"""

from gateway.federation.composition.context import MergeContext, Sources, present
from gateway.federation.composition.elements import MergedType
from gateway.federation.composition.findings import subgraph_names, who_says_what
from gateway.federation.composition.override import Overrides
from gateway.federation.errors import ErrorCode
from gateway.federation.subgraph.model import Argument, Field, has_specified
from gateway.federation.subgraph.type_reference import is_subtype
from gateway.federation.subgraph.values import same_value, value_text


def check_sharing(
    context: MergeContext,
    type_name: str,
    name: str,
    sources: Sources[Field],
    overrides: Overrides,
) -> None:
    """Report a field that several subgraphs resolve although one of them does not share it."""
    coordinate = f"{type_name}.{name}"
    shareable: list[int] = []
    exclusive: list[int] = []
    for index, field in sources.items():
        coordinates = (
            [coordinate]
            if field is not None
            else context.interface_object_fields(type_name, name, index)
        )
        if field is not None and index in overrides.overridden:
            continue
        facts = context.sources[index].facts
        for c in coordinates:
            if not facts.fully_external(c):
                (shareable if c in facts.shareable else exclusive).append(index)
    if not exclusive or (not shareable and len(exclusive) == 1):
        return
    resolving = context.names(sorted([*shareable, *exclusive]))
    misspelt = (
        " (an @override of it names a subgraph that does not exist)"
        if set(exclusive) & overrides.unknown_origin
        else ""
    )
    context.findings.error(
        ErrorCode.INVALID_FIELD_SHARING,
        f'Field "{coordinate}" is resolved by {subgraph_names(resolving)} but not @shareable in'
        f" {subgraph_names(context.names(exclusive))}{misspelt}",
        (coordinate,),
        resolving,
    )


def check_subscription_sharing(
    context: MergeContext, coordinate: str, sources: Sources[Field]
) -> None:
    """Report ``@shareable`` on a field of the subscription root."""
    marked = [i for i, f in present(sources).items() if has_specified(f.directives, "shareable")]
    if marked:
        context.findings.error(
            ErrorCode.INVALID_FIELD_SHARING,
            f'Field "{coordinate}" of the subscription root cannot be @shareable',
            (coordinate,),
            context.names(marked),
        )


def check_externals(
    context: MergeContext,
    coordinate: str,
    sources: Sources[Field],
    merged: MergedType,
    arguments: dict[str, Argument],
) -> None:
    """Report ``@external`` fields whose type or arguments do not fit the field elsewhere."""
    external = {
        i: f
        for i, f in present(sources).items()
        if coordinate in context.sources[i].facts.external
    }
    names = context.names(external)
    if any(not _fits(context, f, merged) for f in external.values()):
        said = who_says_what(
            {context.name(i): f'type "{f.type}"' for i, f in present(sources).items()}
        )
        context.findings.error(
            ErrorCode.EXTERNAL_TYPE_MISMATCH,
            f'The type of @external field "{coordinate}" does not fit: it has {said}',
            (coordinate,),
            names,
        )
    for argument in arguments.values():
        _check_external_argument(context, coordinate, external, argument)


def _fits(context: MergeContext, field: Field, merged: MergedType) -> bool:
    if field.type == merged.type:
        return True
    return not merged.all_equal and is_subtype(merged.type, field.type, context.is_strict_subtype)


def _check_external_argument(
    context: MergeContext, coordinate: str, external: dict[int, Field], argument: Argument
) -> None:
    where = f"{coordinate}({argument.name}:)"
    for index, field in external.items():
        name = context.name(index)
        declared = field.arguments.get(argument.name)
        if declared is None:
            context.findings.error(
                ErrorCode.EXTERNAL_ARGUMENT_MISSING,
                f'Argument "{where}" is missing in subgraph "{name}", where the field is'
                " @external",
                (where,),
                (name,),
            )
            continue
        if declared.type != argument.type and not is_subtype(
            declared.type, argument.type, context.is_strict_subtype
        ):
            context.findings.error(
                ErrorCode.EXTERNAL_ARGUMENT_TYPE_MISMATCH,
                f'Argument "{where}" has type "{declared.type}" in subgraph "{name}", where the'
                f' field is @external, but type "{argument.type}" elsewhere',
                (where,),
                (name,),
            )
        if not same_value(declared.default, argument.default):
            told = "none" if argument.default is None else value_text(argument.default)
            context.findings.error(
                ErrorCode.EXTERNAL_ARGUMENT_DEFAULT_MISMATCH,
                f'Argument "{where}" has another default value in subgraph "{name}", where the'
                f" field is @external, than elsewhere ({told})",
                (where,),
                (name,),
            )
