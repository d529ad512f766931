"""Merging applied directives: those of the specifications, built-in ones and composed ones.

Source: federation specification, "Directive composition"; a requirement that several subgraphs
make of the caller is combined by AND.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from graphql import ConstValueNode, NullValueNode

from gateway.federation.composition.context import MergeContext, Sources, present
from gateway.federation.directives import (
    DirectiveSpecification,
    MergeStrategy,
    specification,
)
from gateway.federation.errors import HintCode
from gateway.federation.subgraph.model import Directive, Directives
from gateway.federation.subgraph.values import (
    Plain,
    canonical_text,
    constant,
    int_value,
    string_groups,
    string_node,
    strings,
)

Groups = tuple[tuple[str, ...], ...]

_DEFAULTS: Mapping[str, Mapping[str, Plain]] = {
    "deprecated": {"reason": "No longer supported"},
    "listSize": {"requireOneSlicingArgument": True},
}
_REPEATABLE = frozenset({"tag", "context"})


def merge_applied(
    context: MergeContext,
    coordinate: str,
    sources: Sources[Directives],
    additional: Iterable[tuple[int, Directive]] = (),
) -> Directives:
    """Merge what the subgraphs apply to one element.

    Args:
        context: The merge.
        coordinate: The element's schema coordinate, for hints.
        sources: The applied directives by subgraph.
        additional: Further applications that bear on the element (requirements that reach it
            through interfaces), with their subgraphs.

    Returns:
        The merged applications: ``@inaccessible`` first; then, on fields and where requirements
        come from elsewhere too, what demands something of the caller.
    """
    by_name: dict[str, dict[int, list[Directive]]] = {}
    extra: dict[str, list[Directive]] = {}
    for index, applied in present(sources).items():
        for directive in applied:
            if context.is_merged_directive(index, directive):
                by_name.setdefault(directive.name, {}).setdefault(index, []).append(directive)
    for _index, directive in additional:
        by_name.setdefault(directive.name, {})
        extra.setdefault(directive.name, []).append(directive)
    merged: list[Directive] = []
    for name, per_subgraph in by_name.items():
        everything = [*per_subgraph.values(), *([d] for d in extra.get(name, ()))]
        first = everything[0][0]
        if first.specified in _REPEATABLE or _composed_repeatable(context, first):
            merged.extend(_repeated(context, per_subgraph))
        else:
            merged.append(_single(context, coordinate, [ds[0] for ds in everything]))
    leading = ("inaccessible", *(context.access_order if extra or "." in coordinate else ()))
    ranks = {name: rank for rank, name in enumerate(leading)}
    return tuple(sorted(merged, key=lambda d: ranks.get(d.specified or "", len(ranks))))


def _composed_repeatable(context: MergeContext, directive: Directive) -> bool:
    definition = context.composed.get(directive.name)
    return directive.specified is None and definition is not None and definition.repeatable


def _repeated(context: MergeContext, per_subgraph: Mapping[int, list[Directive]]) -> Directives:
    """Each distinct application once; the names of contexts are made unique by subgraph."""
    distinct: dict[str, Directive] = {}
    for index, applied in per_subgraph.items():
        for directive in applied:
            arguments = dict(directive.arguments)
            if directive.specified == "context":
                name = f"{context.name(index)}__{directive.text('name')}"
                arguments["name"] = string_node(name)
            plain = Directive(directive.name, arguments, directive.specified)
            distinct.setdefault(_key(context, plain), plain)
    return tuple(distinct.values())


def _key(context: MergeContext, directive: Directive) -> str:
    """A text that is equal for applications that mean the same."""
    arguments: dict[str, ConstValueNode] = {
        k: constant(v) for k, v in _DEFAULTS.get(directive.specified or directive.name, {}).items()
    }
    composed = context.composed.get(directive.name) if directive.specified is None else None
    if composed is not None:
        arguments |= {k: a.default for k, a in composed.arguments.items() if a.default is not None}
    arguments.update(directive.arguments)
    given = {k: v for k, v in arguments.items() if not isinstance(v, NullValueNode)}
    return ",".join(f"{k}:{canonical_text(v)}" for k, v in sorted(given.items()))


def _single(context: MergeContext, coordinate: str, applied: Sequence[Directive]) -> Directive:
    counts: dict[str, int] = {}
    examples: dict[str, Directive] = {}
    for directive in applied:
        key = _key(context, directive)
        counts[key] = counts.get(key, 0) + 1
        examples.setdefault(key, directive)
    first = applied[0]
    known = specification(first.specified) if first.specified else None
    if len(examples) == 1:
        return Directive(first.name, dict(first.arguments), first.specified)
    if known is not None and any(a.strategy for a in known.arguments):
        context.findings.hint(
            HintCode.MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
            f'@{first.name} is applied to "{coordinate}" with different arguments in several'
            " subgraphs; the supergraph has them merged",
            coordinate,
        )
        return Directive(
            first.name, merged_arguments(known, list(examples.values())), first.specified
        )
    chosen = examples[max(counts, key=lambda k: counts[k])]
    context.findings.hint(
        HintCode.INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
        f'@{first.name} is applied to "{coordinate}" with different arguments in several'
        " subgraphs; the supergraph uses those of most subgraphs",
        coordinate,
    )
    return Directive(chosen.name, dict(chosen.arguments), chosen.specified)


def merged_arguments(
    known: DirectiveSpecification, applied: Sequence[Directive]
) -> dict[str, ConstValueNode]:
    """The arguments of one application that stands for several."""
    merged: dict[str, ConstValueNode] = {}
    defaults = {k: constant(v) for k, v in _DEFAULTS.get(known.name, {}).items()}
    for argument in known.arguments:
        given = [{**defaults, **d.arguments}.get(argument.name) for d in applied]
        nodes = [n for n in given if n is not None and not isinstance(n, NullValueNode)]
        if argument.strategy is None or not nodes:
            continue
        merged[argument.name] = constant(_combined(argument.strategy, nodes))
    return merged


def _combined(strategy: MergeStrategy, nodes: Sequence[ConstValueNode]) -> Plain:
    match strategy:
        case MergeStrategy.MAX | MergeStrategy.NULLABLE_MAX:
            return max((n for n in map(int_value, nodes) if n is not None), default=None)
        case MergeStrategy.NULLABLE_UNION:
            return list(dict.fromkeys(s for n in nodes for s in strings(n)))
        case MergeStrategy.NULLABLE_AND:
            return all(getattr(n, "value", True) is not False for n in nodes)
        case MergeStrategy.DNF_CONJUNCTION:
            return conjunction([string_groups(n) for n in nodes])


def conjunction(requirements: Sequence[Groups]) -> Groups:
    """All of several requirements, each an OR of AND groups, as one OR of AND groups.

    The product of the groups, without groups that another one already implies.
    """
    distinct = list(
        dict.fromkeys(
            tuple(sorted(tuple(sorted(set(g))) for g in r)) or ((),) for r in requirements
        )
    )
    if len(distinct) == 1:
        return distinct[0]
    groups = {tuple(sorted({s for g in choice for s in g})) for choice in product(*distinct)}
    kept: list[tuple[str, ...]] = []
    for group in sorted(groups, key=lambda g: (len(g), g)):
        if not any(set(k) <= set(group) for k in kept):
            kept.append(group)
    return tuple(kept)
