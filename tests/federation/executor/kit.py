"""Toy graphs, hand-written plans and scripted subgraphs for the tests of execution."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    build_schema,
    is_abstract_type,
    parse,
    print_ast,
    visit,
)
from graphql.language import Visitor

from gateway.federation.executor.compiled import (
    CompiledPlan,
    ExecutionOptions,
    compile_plan,
    execute,
)
from gateway.federation.executor.fast.repeats import RepeatCosts
from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.executor.ports import FetchFailure, GuardPort, SubgraphRequest
from gateway.federation.operation.model import Operation, VariableDefinition
from gateway.federation.plan import (
    Fetch,
    FieldStep,
    Flatten,
    KeyField,
    OperationKind,
    Path,
    PlanNode,
    QueryPlan,
    Representation,
    SubjectCheck,
)
from gateway.federation.selection import (
    Argument,
    Condition,
    Field,
    GroupRequirement,
    InlineFragment,
    Selection,
    SelectionSet,
)
from gateway.federation.supergraph.model import Supergraph

SHARE_ALL = RepeatCosts(smallest_answer=0, skipped=0, place=-1e9)
"""With these costs all objects are shared that can be, repeated or not."""


def graph(sdl: str) -> Supergraph:
    """A supergraph of which only the schema counts."""
    schema = build_schema(sdl)
    possible = {
        name: frozenset(item.name for item in schema.get_possible_types(kind))
        for name, kind in schema.type_map.items()
        if is_abstract_type(kind)
    }
    return Supergraph(
        sdl=sdl, subgraphs={}, schema=schema, api_schema=schema, possible_types=possible
    )


def select(text: str) -> SelectionSet:
    """Selections from text.

    ``@include``/``@skip`` by variable become conditions, ``@group(guard: 0, name: "a")`` a
    requirement, ``@output(name: "b")`` an output name.
    """
    document = parse("{" + text + "}")
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return _selections(operation.selection_set)


def _selections(node: SelectionSetNode | None) -> SelectionSet:
    if node is None:
        return ()
    return tuple(_selection(item) for item in node.selections)


def _selection(node: Any) -> Selection:
    if isinstance(node, InlineFragmentNode):
        condition = node.type_condition.name.value if node.type_condition else None
        return InlineFragment(
            condition, _selections(node.selection_set), _conditions(node.directives)
        )
    assert isinstance(node, FieldNode)
    groups = tuple(
        GroupRequirement(int(_argument(item, "guard")), _argument(item, "name"))
        for item in node.directives or ()
        if item.name.value == "group"
    )
    outputs = [
        _argument(item, "name") for item in node.directives or () if item.name.value == "output"
    ]
    return Field(
        response_name=node.alias.value if node.alias else node.name.value,
        name=node.name.value,
        arguments=tuple(
            Argument(item.name.value, print_ast(item.value), _variables(item.value))
            for item in node.arguments or ()
        ),
        selections=_selections(node.selection_set),
        conditions=_conditions(node.directives),
        requirements=groups,
        output_name=outputs[0] if outputs else None,
    )


def _argument(directive: Any, name: str) -> str:
    return next(str(item.value.value) for item in directive.arguments if item.name.value == name)


def _conditions(directives: Sequence[Any] | None) -> tuple[Condition, ...]:
    return tuple(
        Condition(item.arguments[0].value.name.value, item.name.value == "include")
        for item in directives or ()
        if item.name.value in ("include", "skip")
    )


def _variables(node: Any) -> tuple[str, ...]:
    found: set[str] = set()

    class Collect(Visitor):
        def enter_variable(self, variable: VariableNode, *_: Any) -> None:
            found.add(variable.name.value)

    visit(node, Collect())
    return tuple(sorted(found))


def operation(
    supergraph: Supergraph,
    text: str,
    kind: OperationKind = OperationKind.QUERY,
    variables: tuple[VariableDefinition, ...] = (),
) -> Operation:
    return Operation(
        kind=kind,
        name=None,
        root_type="Query" if kind is OperationKind.QUERY else "Mutation",
        selections=select(text),
        variables=variables,
        schema=supergraph.api_schema,
    )


def root(number: int, subgraph: str, text: str, **more: Any) -> Fetch:
    return Fetch(
        number, subgraph, more.pop("kind", OperationKind.QUERY), selections=select(text), **more
    )


def path(text: str) -> Path:
    """``users.product|Book,Movie`` from text."""
    steps = []
    for part in text.split("."):
        name, _, types = part.partition("|")
        steps.append(FieldStep(name, frozenset(types.split(",")) if types else None))
    return tuple(steps)


def entity(type_name: str, keys: str, text: str, **more: Any) -> Representation:
    """Keys as ``upc`` or ``upc=__fed_upc``, separated by blanks."""
    fields = more.pop("fields", None) or tuple(
        KeyField(name, source or name)
        for name, _, source in (key.partition("=") for key in keys.split())
    )
    return Representation(
        type_name=type_name,
        applies_to=more.pop("applies_to", None),
        fields=fields,
        selections=select(text),
        **more,
    )


def flatten(
    number: int, subgraph: str, paths: str, *representations: Representation, **more: Any
) -> Flatten:
    places = tuple(path(item) for item in paths.split())
    placed = tuple(item if item.paths else replace(item, paths=places) for item in representations)
    fetch = Fetch(number, subgraph, OperationKind.QUERY, representations=placed, **more)
    return Flatten(places, fetch)


Scripted = bytes | dict[str, Any] | FetchFailure


@dataclass
class ScriptedSubgraphs:
    """Answers each subgraph's requests in the test's order, and keeps the requests."""

    answers: Mapping[str, Sequence[Scripted]]
    requests: list[SubgraphRequest] = field(default_factory=list)

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        sent = [item for item in self.requests if item.subgraph == request.subgraph]
        self.requests.append(request)
        answer = self.answers[request.subgraph][len(sent)]
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        future.set_result(json.dumps(answer).encode() if isinstance(answer, dict) else answer)
        return future

    def bodies(self, subgraph: str) -> list[dict[str, Any]]:
        return [json.loads(item.body) for item in self.requests if item.subgraph == subgraph]

    def representations(self, subgraph: str) -> list[Any]:
        return [body["variables"]["representations"] for body in self.bodies(subgraph)]


@dataclass
class Case:
    """One operation with its plan; executed on both paths."""

    supergraph: Supergraph
    text: str
    node: PlanNode | None
    kind: OperationKind = OperationKind.QUERY
    checks: tuple[SubjectCheck, ...] = ()
    variables: tuple[VariableDefinition, ...] = ()
    options: ExecutionOptions = field(default_factory=ExecutionOptions)
    operation: Operation | None = None

    def compiled(self, fast_path: bool) -> CompiledPlan:
        asked = self.operation or operation(self.supergraph, self.text, self.kind, self.variables)
        plan = QueryPlan(self.kind, self.node, self.checks)
        return compile_plan(
            self.supergraph,
            asked,
            plan,
            replace(self.options, fast_path=fast_path, fast_path_after=1, repeats=SHARE_ALL),
        )

    async def run(
        self,
        answers: Mapping[str, Sequence[Scripted]],
        variables: dict[str, Any] | None = None,
        guard: GuardPort | None = None,
    ) -> tuple[dict[str, Any], ScriptedSubgraphs, ExecutionOutcome]:
        """Execute on all paths, see that they agree byte for byte; return the response.

        The second execution of a faster path begins with the one on which the first ended, and
        the fast path shares all objects then that it can share.
        """
        faster = self.compiled(fast_path=True)
        results = []
        for compiled in (self.compiled(fast_path=False), faster, faster):
            subgraphs = ScriptedSubgraphs(answers)
            outcome = await execute(compiled, dict(variables or {}), subgraphs, guard, "scope")
            results.append((outcome, subgraphs))
        (general, first), (fast, second), (again, third) = results
        expected = json.loads(general.body)

        assert general.body == fast.body
        assert general.body == again.body
        assert general.failures == fast.failures == again.failures
        assert general.fetches == fast.fetches == again.fetches
        assert [item.body for item in first.requests] == [item.body for item in second.requests]
        assert [item.body for item in first.requests] == [item.body for item in third.requests]
        return expected, second, fast
