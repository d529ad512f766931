"""From where an object is held, where else it can be had and which of its fields.

An object that is held in some subgraphs can be fetched from others by key, as far as the key's
fields can be had from where it is held already: a fixpoint that only grows. A field can be had
where a subgraph that holds the object resolves it and what the field requires can be had too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.satisfiability.graph import (
    ROOT_TYPES,
    KeyEntry,
    Node,
    Offer,
    SubgraphIndex,
    is_abstract,
)
from gateway.federation.subgraph.field_sets import TYPENAME, field_set_text, parse_field_set

Nodes = frozenset[Node]
Mark = tuple[int, str, str]
"""A field with ``@requires`` that is being looked at: subgraph, type, field."""


class BudgetExceededError(Exception):
    """The exploration took more steps than it may."""


@dataclass(slots=True)
class Budget:
    """Steps that are left; one step is one look at a field or key in one subgraph."""

    steps: int

    def spend(self, steps: int = 1) -> None:
        """Take steps.

        Raises:
            BudgetExceededError: No step is left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceededError


@dataclass(slots=True)
class Resolver:
    """Answers what can be had, remembering what it found.

    Attributes:
        index: The subgraphs.
        budget: Steps left.
    """

    index: SubgraphIndex
    budget: Budget
    _closures: dict[tuple[str, Node, frozenset[Mark]], Nodes] = field(default_factory=dict)
    _active: list[Mark] = field(default_factory=list)

    def closure(self, type_name: str, nodes: Iterable[Node]) -> Nodes:
        """Everywhere that an object of the merged type can be had, if it is held in ``nodes``.

        Several nodes are alternatives, of which a plan takes one: each leads on by itself.
        """
        if type_name in ROOT_TYPES:
            return self._roots(type_name)
        start = frozenset(self._normalized(n) for n in nodes)
        return frozenset().union(*(self._closure(type_name, node) for node in start))

    def _normalized(self, node: Node) -> Node:
        """An object that its subgraph can name by key is as good as fetched there by key."""
        if node.entered or not self.index.has_local_key(node):
            return node
        return Node(node.subgraph, node.type_name, node.provided, entered=True)

    def _closure(self, type_name: str, node: Node) -> Nodes:
        key = (type_name, node, frozenset(self._active))
        found = self._closures.get(key)
        if found is None:
            found = self._closures[key] = self._fixpoint(type_name, node)
        return found

    def _roots(self, type_name: str) -> Nodes:
        return frozenset(
            Node(i, type_name, entered=True)
            for i, v in enumerate(self.index.view.subgraphs)
            if type_name in v.subgraph.types
        )

    def _fixpoint(self, type_name: str, start: Node) -> Nodes:
        reached = {start}
        waiting = [e for e in self.index.entries(type_name) if not _is_at(start, e)]
        grown = True
        while grown:
            grown = False
            for entry in list(waiting):
                if any(_is_at(n, entry) for n in reached):
                    continue
                if self._can_enter(type_name, frozenset(reached), entry):
                    node = Node(entry.subgraph, entry.type_name, entered=True)
                    reached.add(node)
                    waiting = [e for e in waiting if not _is_at(node, e)]
                    grown = True
        return frozenset(reached)

    def _can_enter(self, type_name: str, reached: Nodes, entry: KeyEntry) -> bool:
        self.budget.spend()
        if entry.type_name == type_name and self._is_unknown(type_name, reached):
            return False
        return self.can_select(type_name, reached, entry.selections)

    def _is_unknown(self, type_name: str, reached: Nodes) -> bool:
        """Whether nobody knows the concrete type yet, so that only interfaces can be entered."""
        concrete = not is_abstract(self.index.view.types[type_name])
        return concrete and all(self.index.abstracts(n) for n in reached)

    def can_select(self, type_name: str, reached: Nodes, selections: SelectionSetNode) -> bool:
        """Whether a selection on an object that is had in ``reached`` can be had."""
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else type_name
                for concrete, held in self.concrete(type_name, reached):
                    if concrete in self._possible(condition) and not self.can_select(
                        concrete, self.closure(concrete, held), node.selection_set
                    ):
                        return False
            elif isinstance(node, FieldNode) and not self._can_select_field(
                type_name, reached, node
            ):
                return False
        return True

    def _possible(self, name: str) -> tuple[str, ...]:
        return self.index.view.runtime_types(name)

    def _can_select_field(self, type_name: str, reached: Nodes, node: FieldNode) -> bool:
        name = node.name.value
        if name == TYPENAME:
            return True
        definition = self.index.view.types[type_name]
        if is_abstract(definition):
            direct = self.resolved(type_name, reached, name)
            if direct and self._can_continue(type_name, name, direct, node):
                return True
            parts = list(self.concrete(type_name, reached))
            return bool(parts) and all(
                self._can_select_field(t, self.closure(t, held), node) for t, held in parts
            )
        if node.selection_set is None:
            self.budget.spend()
            return next(self._values(type_name, reached, name, None), None) is not None
        found = self.resolved(type_name, reached, name)
        return bool(found) and self._can_continue(type_name, name, found, node)

    def _can_continue(self, type_name: str, name: str, found: Nodes, node: FieldNode) -> bool:
        if node.selection_set is None:
            return True
        merged = self.index.view.types[type_name].fields.get(name)
        if merged is None:
            return False
        target = merged.type.name
        return self.can_select(target, self.closure(target, found), node.selection_set)

    def resolved(
        self, type_name: str, reached: Nodes, name: str, contexts: frozenset[str] | None = None
    ) -> Nodes:
        """Where the values of a field are held once it has been had; empty if it cannot be.

        Args:
            type_name: The merged type of the object.
            reached: Where the object can be had.
            name: The field.
            contexts: Contexts that are set; ``None`` where the field is an input of another one.
                Inputs are had by themselves and not below the objects that set contexts, so
                nobody may be asked for one who takes a value from a context for it.
        """
        self.budget.spend(len(reached))
        return frozenset(self._values(type_name, reached, name, contexts))

    def _values(
        self, type_name: str, reached: Nodes, name: str, contexts: frozenset[str] | None
    ) -> Iterator[Node]:
        found = ((n, self.index.offer(n.subgraph, n.type_name, name)) for n in reached)
        offers = [(node, offer) for node, offer in found if offer is not None]
        if contexts is None and any(offer.contexts for _, offer in offers):
            return
        for node, offer in offers:
            provided = self.provided(node, type_name, name)
            if offer.external and provided is None:
                continue
            if contexts is not None and not offer.contexts <= contexts:
                continue
            if not self.meets(type_name, node, offer):
                continue
            inner = " ".join(t for t in (provided or "", offer.provides) if t)
            yield Node(node.subgraph, offer.field.type.name, inner)

    def meets(self, type_name: str, node: Node, offer: Offer) -> bool:
        """Whether what a field requires can be had from its subgraph, and sent to it by key."""
        mark = (node.subgraph, node.type_name, offer.field.name)
        if offer.requires is None:
            return True
        if mark in self._active or not self._normalized(node).entered:
            return False
        self._active.append(mark)
        try:
            known_as = node.type_name if self.index.abstracts(node) else type_name
            return self.can_select(known_as, self._closure(known_as, node), offer.requires)
        finally:
            self._active.pop()

    def provided(self, node: Node, type_name: str, name: str) -> str | None:
        """What the path provides below a field, as text; ``None`` if not even the field."""
        if not node.provided:
            return None
        selections = parse_field_set(node.provided).selections
        if selections is None:
            return None
        texts = list(self._provided(selections, node, type_name, name))
        return " ".join(texts) if texts else None

    def _provided(
        self, selections: SelectionSetNode, node: Node, type_name: str, name: str
    ) -> Iterator[str]:
        for item in selections.selections:
            if isinstance(item, InlineFragmentNode):
                condition = item.type_condition.name.value if item.type_condition else type_name
                if condition == type_name or type_name in self._possible(condition):
                    yield from self._provided(item.selection_set, node, type_name, name)
            elif isinstance(item, FieldNode) and item.name.value == name:
                yield "" if item.selection_set is None else field_set_text(item.selection_set)

    def concrete(self, type_name: str, reached: Nodes) -> Iterator[tuple[str, Nodes]]:
        """The concrete types that the object may have, each with where it is held then."""
        if not is_abstract(self.index.view.types[type_name]):
            yield type_name, reached
            return
        for concrete in self._possible(type_name):
            held = frozenset(
                node
                if self.index.abstracts(node)
                else Node(node.subgraph, concrete, node.provided, node.entered)
                for node in reached
                if concrete in self.index.runtime_types(node)
            )
            if held:
                yield concrete, held


def _is_at(node: Node, entry: KeyEntry) -> bool:
    """Whether a way in leads to where the object is held.

    A subgraph may see several interfaces of one type as objects: each is a place of its own.
    """
    return (node.subgraph, node.type_name) == (entry.subgraph, entry.type_name)
