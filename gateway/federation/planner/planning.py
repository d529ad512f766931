"""Plans an operation."""

from dataclasses import dataclass, field

from gateway.federation.normalization.normalizing import merge_whatever_order
from gateway.federation.operation.model import Operation
from gateway.federation.plan import OperationKind, PlanNode, QueryPlan
from gateway.federation.planner.aliases import Aliases
from gateway.federation.planner.arrangement import Task, arrange, direct, in_series
from gateway.federation.planner.building import UnitBuilder
from gateway.federation.planner.choices import ObjectChoice
from gateway.federation.planner.contexts import Contexts
from gateway.federation.planner.emission import common_conditions, without_conditions
from gateway.federation.planner.errors import PlanningError, PlanningLimitError
from gateway.federation.planner.explaining import print_batches, print_choice
from gateway.federation.planner.fetches import FetchMaker, conditional
from gateway.federation.planner.ground import Ground
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.guarding import GuardRules
from gateway.federation.planner.guards import GuardBook
from gateway.federation.planner.limits import PlannerLimits
from gateway.federation.planner.representations import Representations
from gateway.federation.planner.requirements import Requirements
from gateway.federation.planner.scheduling import Batch, schedule
from gateway.federation.planner.search import Search
from gateway.federation.planner.series import exclusive
from gateway.federation.planner.units import PlannedGuard, UnitList
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Field, SelectionSet

_DEFAULT_LIMITS = PlannerLimits()
_ANSWERED_BY_GATEWAY = frozenset({"__typename", "__schema", "__type"})


def plan_operation(
    query_graph: QueryGraph,
    operation: Operation,
    *,
    guards: GuardSpec | None = None,
    limits: PlannerLimits = _DEFAULT_LIMITS,
    override_labels: frozenset[str] = frozenset(),
) -> QueryPlan:
    """Plans an operation.

    Args:
        query_graph: The supergraph's query graph.
        operation: The normalized operation. What the gateway answers itself (introspection and
            ``__typename`` of the root) is left out of the plan.
        guards: What is guarded; ``None`` if nothing is.
        limits: Budgets.
        override_labels: Labels of progressive overrides that are on.

    Raises:
        PlanningError: There is no plan, or finding it takes too many steps.
    """
    planner = _planner(query_graph, operation, guards, override_labels, limits)
    return planner.plan_within_limits()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a plan came about.

    Attributes:
        choices: Where the search has each field resolved; one text per part that runs in series.
        batches: The fetch graph of each part.
        plan: The plan.
    """

    choices: tuple[str, ...]
    batches: tuple[str, ...]
    plan: QueryPlan


def explain_operation(
    query_graph: QueryGraph,
    operation: Operation,
    *,
    guards: GuardSpec | None = None,
    override_labels: frozenset[str] = frozenset(),
) -> Explanation:
    """Plans an operation as :func:`plan_operation` does, and tells its intermediate stages.

    Raises:
        PlanningError: There is no plan, or finding it takes too many steps.
    """
    planner = _planner(query_graph, operation, guards, override_labels)
    plan = planner.plan_within_limits()
    return Explanation(
        choices=tuple(print_choice(choice) for choice, _ in planner.stages),
        batches=tuple(print_batches(batches) for _, batches in planner.stages),
        plan=plan,
    )


def _planner(
    query_graph: QueryGraph,
    operation: Operation,
    guards: GuardSpec | None,
    override_labels: frozenset[str],
    limits: PlannerLimits = _DEFAULT_LIMITS,
) -> "_Planner":
    graph = query_graph.under(override_labels)
    rules = GuardRules(graph, guards) if guards is not None else None
    return _Planner(graph, operation, limits, rules)


@dataclass(slots=True, eq=False)
class _Planner:
    graph: QueryGraph
    operation: Operation
    limits: PlannerLimits
    rules: GuardRules | None
    book: GuardBook = field(default_factory=GuardBook)
    aliases: Aliases = field(default_factory=Aliases)
    stages: list[tuple[ObjectChoice, list[Batch]]] = field(default_factory=list)
    fetched: int = 0
    contexts: int = 0

    def plan_within_limits(self) -> QueryPlan:
        try:
            return self._plan()
        except RecursionError as error:
            message = "The operation is nested too deeply to be planned."
            raise PlanningLimitError(message) from error

    def _plan(self) -> QueryPlan:
        search = Search(Ground(self.graph, self.limits.steps, self.rules))
        fields = self._fetched_fields()
        series = [fields]
        if self.operation.kind is OperationKind.MUTATION:
            series = self._series(search, exclusive(fields))
        nodes = [node for part in series for node in self._conditional(search, part)]
        return QueryPlan(
            kind=self.operation.kind,
            node=in_series(nodes),
            checks=self.book.made_checks(),
            nodes_considered=search.ground.steps,
        )

    def _fetched_fields(self) -> tuple[Field, ...]:
        operation = self.operation
        fetched = tuple(
            s
            for s in operation.selections
            if isinstance(s, Field) and s.name not in _ANSWERED_BY_GATEWAY
        )
        merged = merge_whatever_order(operation.schema, operation.root_type, fetched)
        return tuple(s for s in merged if isinstance(s, Field))

    def _series(self, search: Search, fields: tuple[Field, ...]) -> list[tuple[Field, ...]]:
        """Splits a mutation's fields into requests that must run one after the other.

        Neighbours share a request if one subgraph answers them alone: it runs them in series.
        """
        root = self.operation.root_type
        series: list[tuple[Field, ...]] = []
        before = 0
        for asked in fields:
            part = (asked,)
            mask = search.object(root, part, search.ground.site("", root)).mask
            alone = mask.bit_count() == 1
            if series and alone and mask == before:
                series[-1] = (*series[-1], asked)
            else:
                series.append(part)
            before = mask if alone else 0
        return series

    def _conditional(self, search: Search, fields: tuple[Field, ...]) -> list[PlanNode]:
        """Plans fields; what all of them need to hold is asked once, for all their fetches."""
        if self.operation.kind is not OperationKind.MUTATION:
            return self._part(search, fields)
        common = common_conditions(fields)
        stripped = tuple(f for f in without_conditions(fields, common) if isinstance(f, Field))
        return [conditional(node, common) for node in self._part(search, stripped)]

    def _part(self, search: Search, fields: tuple[Field, ...]) -> list[PlanNode]:
        if not fields:
            return []
        root = self.operation.root_type
        choice = search.object(root, fields, search.ground.site("", root))
        if choice.missing:
            raise _unresolved(choice)
        units = UnitList(self.graph, self.limits.fetches)
        requirements = Requirements(self.rules, self.book)
        representations = Representations(self.graph, self.aliases, units, requirements)
        contexts = Contexts(search, representations, requirements, self.contexts)
        builder = UnitBuilder(self.graph, units, representations, requirements, contexts)
        builder.root(choice)
        self.contexts = contexts.count
        batches = schedule(units.units, dict(self.graph.order))
        self.stages.append((choice, batches))
        node = arrange(self._tasks(batches))
        return [node] if node is not None else []

    def _tasks(self, batches: list[Batch]) -> list[Task]:
        maker = FetchMaker(self.graph, self.operation)
        home = {unit: batch for batch in batches for unit in batch.all_units}
        found: list[Task] = []
        fetches: dict[int, Task] = {}
        guards: dict[PlannedGuard, Task] = {}
        numbers: dict[int, int] = {}
        for batch in batches:
            needs = [fetches[id(need)] for need in batch.needs]
            for guard in self._guards_of(batch):
                if guard not in guards:
                    before = {id(home[unit]) for unit in guard.needs}
                    tasks = [fetches[key] for key in fetches if key in before]
                    guards[guard] = Task(guard.made(), direct(tasks))
                    found.append(guards[guard])
                needs.append(guards[guard])
            depends_on = tuple(sorted(numbers[id(need)] for need in batch.needs))
            node = maker.make(batch, self.fetched, depends_on)
            numbers[id(batch)] = self.fetched
            fetches[id(batch)] = Task(node, direct(needs))
            found.append(fetches[id(batch)])
            self.fetched += 1
        return found

    def _guards_of(self, batch: Batch) -> list[PlannedGuard]:
        used = {guard for unit in batch.all_units for guard in unit.guards}
        return [guard for guard in self.book.guards if guard in used]


def _unresolved(choice: ObjectChoice) -> PlanningError:
    names = ", ".join(_paths(choice.missing)[:5])
    return PlanningError(f"No subgraph resolves what the operation asks for: {names}.")


def _paths(selections: SelectionSet, prefix: str = "") -> list[str]:
    found: list[str] = []
    for selection in selections:
        if not isinstance(selection, Field):
            found.extend(_paths(selection.selections, prefix))
        elif selection.selections:
            found.extend(_paths(selection.selections, f"{prefix}{selection.name}."))
        else:
            found.append(prefix + selection.name)
    return list(dict.fromkeys(found))
