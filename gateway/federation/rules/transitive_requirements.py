"""Whoever reads data through ``@requires`` or ``@fromContext`` is asked for at least the same.

A field that computes from protected data would otherwise give it away. Source: federation
specification 2.9.4, "Transitive authorization requirements".
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import MergedView
from gateway.federation.subgraph.facts import context_reference, context_setters
from gateway.federation.subgraph.field_sets import TYPENAME, parse_field_set
from gateway.federation.subgraph.model import Directives, Field, Subgraph, specified
from gateway.federation.subgraph.values import string_groups

Groups = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Demand:
    """What is demanded of a caller: each list holds requirements, all of which must hold.

    Attributes:
        authenticated: Whether the caller must be known.
        scopes: Requirements on scopes, each an OR of AND groups.
        policies: Requirements on policies, likewise.
    """

    authenticated: bool = False
    scopes: tuple[Groups, ...] = ()
    policies: tuple[Groups, ...] = ()

    def covers(self, other: "Demand") -> bool:
        """Whether whoever meets this demand meets the other."""
        return (
            (self.authenticated or not other.authenticated)
            and all(_implied(self.scopes, groups) for groups in other.scopes)
            and all(_implied(self.policies, groups) for groups in other.policies)
        )


def _implied(held: Iterable[Groups], wanted: Groups) -> bool:
    """Whether every combination of held groups contains one of the wanted groups."""
    combinations: list[frozenset[str]] = [frozenset()]
    for groups in held:
        combinations = [c | frozenset(g) for c in combinations for g in (groups or [[]])]
    return all(any(set(g) <= c for g in (wanted or [[]])) for c in combinations)


def demand_of(*bearers: Directives) -> Demand:
    """The demand that applied directives make together."""
    directives = [d for b in bearers for d in b]
    return Demand(
        any(d.specified == "authenticated" for d in directives),
        tuple(
            string_groups(d.arguments.get("scopes"))
            for d in directives
            if d.specified == "requiresScopes"
        ),
        tuple(
            string_groups(d.arguments.get("policies"))
            for d in directives
            if d.specified == "policy"
        ),
    )


def check_transitive_requirements(view: MergedView) -> Iterator[CompositionError]:
    """Report fields that ask less of their caller than the data they use."""
    for subgraph in (v.subgraph for v in view.subgraphs):
        for definition in subgraph.composite_types():
            merged = view.types.get(definition.name)
            for field in definition.fields.values():
                if merged is None or field.name not in merged.fields:
                    continue
                own = demand_of(merged.directives, merged.fields[field.name].directives)
                where = f"{definition.name}.{field.name}"
                for what in _uncovered(view, subgraph, definition.name, field, own):
                    yield CompositionError(
                        ErrorCode.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
                        f'[{subgraph.name}] Field "{where}" uses "{what}" but does not demand'
                        " of its caller what that demands",
                        (where, what),
                        (subgraph.name,),
                    )


def _uncovered(
    view: MergedView, subgraph: Subgraph, parent: str, field: Field, own: Demand
) -> Iterator[str]:
    for requires in specified(field.directives, "requires"):
        selections = parse_field_set(requires.text("fields") or "").selections
        if selections is not None:
            found = next(_uncovered_selections(view, parent, selections, own), None)
            yield from () if found is None else (found,)
    setters = context_setters(subgraph)
    for argument in field.arguments.values():
        for use in specified(argument.directives, "fromContext"):
            reference = context_reference(use.text("field") or "")
            selections = parse_field_set(reference[1]).selections if reference else None
            if reference is None or selections is None:
                continue
            for setter in setters.get(reference[0], ()):
                if not own.covers(demand_of(view.types[setter].directives)):
                    yield setter
                else:
                    yield from _uncovered_selections(view, setter, selections, own)


def _uncovered_selections(
    view: MergedView, parent: str, selections: SelectionSetNode, own: Demand
) -> Iterator[str]:
    definition = view.types.get(parent)
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            target = node.type_condition.name.value if node.type_condition else parent
            if target in view.types and not own.covers(demand_of(view.types[target].directives)):
                yield target
            yield from _uncovered_selections(view, target, node.selection_set, own)
        elif isinstance(node, FieldNode) and node.name.value != TYPENAME and definition:
            field = definition.fields.get(node.name.value)
            if field is None:
                continue
            returned = view.types.get(field.type.name)
            bearers = (field.directives, returned.directives if returned is not None else ())
            if not own.covers(demand_of(*bearers)):
                yield f"{parent}.{field.name}"
            if node.selection_set is not None:
                yield from _uncovered_selections(view, field.type.name, node.selection_set, own)
