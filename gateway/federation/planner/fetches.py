"""Makes the plan's fetches of batches."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from gateway.federation.operation.model import Operation
from gateway.federation.plan import (
    ConditionNode,
    Fetch,
    FieldStep,
    Flatten,
    OperationKind,
    Path,
    PlanNode,
    Representation,
)
from gateway.federation.planner.conflicts import Shape, add_shapes, agree, separate, shapes_of
from gateway.federation.planner.emission import (
    common_conditions,
    emit,
    variables_in,
    without_conditions,
)
from gateway.federation.planner.scheduling import Batch
from gateway.federation.planner.units import Unit
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Condition, SelectionSet


@dataclass(frozen=True, slots=True)
class FetchMaker:
    """Makes fetches of one operation."""

    graph: QueryGraph
    operation: Operation

    def make(self, batch: Batch, number: int, depends_on: tuple[int, ...]) -> PlanNode:
        """Returns the plan node of a batch."""
        first = batch.units[0]
        if first.is_of_entities:
            return self._entities(batch, number, depends_on)
        selections: SelectionSet = ()
        separate(self.graph, [unit.output for unit in batch.units])
        for unit in batch.units:
            selections += emit(self.graph, unit.output)
        conditions = common_conditions(selections)
        selections = without_conditions(selections, conditions)
        kind = OperationKind.QUERY if first.reentry else self.operation.kind
        fetch = self._with_variables(
            batch,
            Fetch(number, batch.subgraph, kind, selections, depends_on=depends_on),
            variables_in(selections),
        )
        node: PlanNode = fetch
        if first.reentry:
            assert first.place is not None  # noqa: S101 - a re-entry has a place
            node = Flatten((first.place.path,), fetch)
            conditions = tuple(dict.fromkeys(first.place.conditions + conditions))
        return conditional(node, conditions)

    def _entities(self, batch: Batch, number: int, depends_on: tuple[int, ...]) -> PlanNode:
        for unit in batch.units:
            separate(self.graph, [unit.output])
        made = [self._representation(unit) for unit in batch.units]
        shared = made[0].conditions
        for item in made[1:]:
            shared = tuple(c for c in shared if c in item.conditions)
        shapes = {
            (item.type_name, _less(item, shared).selections): shapes_of(unit.output)
            for item, unit in zip(made, batch.units, strict=True)
        }
        representations = _calls(
            _alike([_less(item, shared) for item in made]),
            shapes,
            partial(self._concrete, batch.subgraph),
        )
        used: set[str] = set()
        for item in representations:
            used |= variables_in(item.selections)
        fetch = self._with_variables(
            batch,
            Fetch(
                number,
                batch.subgraph,
                OperationKind.QUERY,
                representations=tuple(representations),
                depends_on=depends_on,
            ),
            used,
        )
        paths = tuple(dict.fromkeys(p for item in representations for p in item.paths))
        return conditional(Flatten(paths, fetch), shared)

    def _concrete(self, subgraph: str, type_name: str) -> frozenset[str]:
        type_ = self.graph.type(subgraph, type_name)
        if type_ is not None and type_.is_interface_object:
            return frozenset({type_name})
        return self.graph.possible(subgraph, type_name)

    def _representation(self, unit: Unit) -> Representation:
        assert unit.place is not None  # noqa: S101 - entities stand at a place
        selections = emit(self.graph, unit.output)
        common = common_conditions(selections)
        conditions = tuple(dict.fromkeys(unit.place.conditions + common))
        return Representation(
            type_name=unit.target,
            applies_to=unit.applies_to,
            fields=tuple(unit.sources),
            selections=without_conditions(selections, conditions),
            required=frozenset(unit.required),
            paths=(unit.place.path,),
            conditions=conditions,
        )

    def _with_variables(self, batch: Batch, fetch: Fetch, used: set[str]) -> Fetch:
        definitions = {v.name: v.text for v in self.operation.variables if v.name in used}
        contexts = [context for unit in batch.units for context in unit.contexts]
        definitions |= {c.value.variable: f"${c.value.variable}: {c.type_text}" for c in contexts}
        names = tuple(sorted(definitions))
        guards = {guard.number for unit in batch.units for guard in unit.guards}
        client = self.operation.name
        name = f"{client}__{_word(fetch.subgraph)}__{fetch.id}" if client else None
        return replace(
            fetch,
            variables=names,
            variable_definitions=tuple(definitions[name] for name in names),
            operation_name=name,
            guards=tuple(sorted(guards)),
            contexts=tuple(context.value for context in contexts),
        )


def _word(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in text)


def _less(item: Representation, conditions: tuple[Condition, ...]) -> Representation:
    rest = tuple(c for c in item.conditions if c not in conditions)
    return replace(item, conditions=rest)


def conditional(node: PlanNode, conditions: Sequence[Condition]) -> PlanNode:
    """Returns a node that runs only where all conditions hold."""
    for condition in reversed(conditions):
        node = ConditionNode(condition, node)
    return node


def _alike(items: list[Representation]) -> list[Representation]:
    """Joins representations that differ only in where their objects stand."""
    kept: dict[Representation, Representation] = {}
    for item in items:
        bare = replace(item, paths=(), applies_to=None)
        known = kept.get(bare)
        kept[bare] = item if known is None else _joined(known, item)
    return list(kept.values())


def _joined(known: Representation, item: Representation) -> Representation:
    applies_to: frozenset[str] | None = None
    if known.applies_to is not None and item.applies_to is not None:
        applies_to = known.applies_to | item.applies_to
    paths = list(known.paths)
    for path in item.paths:
        for index, other in enumerate(paths):
            joined = _same_place(other, path)
            if joined is not None:
                paths[index] = joined
                break
        else:
            paths.append(path)
    return replace(known, paths=tuple(paths), applies_to=applies_to)


def _same_place(path: Path, other: Path) -> Path | None:
    """Joins two paths that differ at most in the types of the last step."""
    if not path or path[:-1] != other[:-1]:
        return path if path == other else None
    last, last_other = path[-1], other[-1]
    if last.response_name != last_other.response_name:
        return None
    types: frozenset[str] | None = None
    if last.types is not None and last_other.types is not None:
        types = last.types | last_other.types
    return (*path[:-1], FieldStep(last.response_name, types))


_Shapes = Mapping[tuple[str, SelectionSet], dict[str, Shape]]


@dataclass(slots=True)
class _Call:
    """An ``_entities`` call.

    No two of its types may be one entity's (an interface and its implementer), lest an entity be
    asked for what was selected for others; and no two selections may forbid each other.
    """

    selections: dict[str, SelectionSet] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    concrete: set[str] = field(default_factory=set)

    def takes(
        self, item: Representation, shapes: Mapping[str, Shape], concrete: frozenset[str]
    ) -> bool:
        """Tells whether a representation may go into this call."""
        known = self.selections.get(item.type_name)
        if known is not None:
            return known == item.selections
        if concrete & self.concrete:
            return False
        names = {item.type_name, *self.selections}
        return agree(shapes, self.shapes, may_overlap=names != concrete | self.concrete)


def _calls(
    items: list[Representation],
    shapes: _Shapes,
    concrete_of: Callable[[str], frozenset[str]],
) -> list[Representation]:
    """Numbers the ``_entities`` calls of a request."""
    calls: list[_Call] = []
    numbered: list[Representation] = []
    for item in items:
        own = shapes[item.type_name, item.selections]
        concrete = concrete_of(item.type_name)
        takers = (n for n, call in enumerate(calls) if call.takes(item, own, concrete))
        number = next(takers, len(calls))
        if number == len(calls):
            calls.append(_Call())
        calls[number].selections[item.type_name] = item.selections
        calls[number].concrete |= concrete
        add_shapes(calls[number].shapes, own)
        numbered.append(replace(item, call=number))
    return sorted(numbered, key=lambda item: item.call)
