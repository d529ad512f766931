"""The public face of execution: compile a plan once, execute it many times."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import is_object_type

from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.conditions import (
    condition_variables,
    plan_condition_variables,
    resolve_conditions,
)
from gateway.federation.executor.outcome import ExecutionOutcome, response_body
from gateway.federation.executor.ports import GuardPort, SubgraphTransport
from gateway.federation.executor.run import Run, Surroundings
from gateway.federation.executor.steps import steps_of
from gateway.federation.executor.variant import CompiledFetch, Variant
from gateway.federation.introspection import (
    introspect,
    introspection_fields,
    refuse_introspection,
)
from gateway.federation.operation.model import Operation
from gateway.federation.plan import QueryPlan
from gateway.federation.response.completion import compile_response
from gateway.federation.response.fields import TypeConditions
from gateway.federation.supergraph.model import Supergraph

MAX_VARIANTS: Final = 64
"""Combinations of condition variables kept per plan."""


@dataclass(frozen=True, slots=True)
class ExecutionOptions:
    """How plans are executed.

    Attributes:
        masking: What clients may know of subgraphs' errors.
        introspection: Whether introspection is answered.
        fast_path: Whether the fast path may be used; the answers are the same without.
    """

    masking: ErrorMasking = field(default_factory=ErrorMasking)
    introspection: bool = True
    fast_path: bool = True


class CompiledPlan:
    """A plan that is ready to be executed; made by :func:`compile_plan`."""

    def __init__(
        self,
        supergraph: Supergraph,
        operation: Operation,
        plan: QueryPlan,
        options: ExecutionOptions,
    ) -> None:
        self.operation = operation
        self.options = options
        self._plan = plan
        self._schema = supergraph.api_schema
        self._types = TypeConditions(supergraph.possible_types)
        self._concrete_types = frozenset(
            name for name, kind in supergraph.schema.type_map.items() if is_object_type(kind)
        )
        self._condition_variables = tuple(
            sorted(
                {*condition_variables(operation.selections), *plan_condition_variables(plan.node)}
            )
        )
        self._variants: OrderedDict[tuple[bool, ...], Variant] = OrderedDict()

    def variant(self, variables: Mapping[str, Any]) -> Variant:
        """Return the plan under the values that the condition variables have."""
        key = tuple(variables.get(name) is True for name in self._condition_variables)
        known = self._variants.get(key)
        if known is None:
            known = self._compile(dict(zip(self._condition_variables, key, strict=True)))
            self._variants[key] = known
            if len(self._variants) > MAX_VARIANTS:
                self._variants.popitem(last=False)
        return known

    def _compile(self, values: dict[str, bool]) -> Variant:
        selections = resolve_conditions(self.operation.selections, values)
        steps = tuple(steps_of(self._plan.node, values))
        shape = compile_response(self._schema, self.operation.root_type, selections, self._types)
        return Variant(
            steps=steps,
            fetches=tuple(
                None if step.fetch is None else CompiledFetch(step.fetch, self._types)
                for step in steps
            ),
            shape=shape,
            checks=self._plan.checks,
            concrete_types=self._concrete_types,
            introspection=introspection_fields(selections),
        )

    def known_fields(self, variant: Variant, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the root fields that the gateway answers itself."""
        if not variant.introspection:
            return {}
        if not self.options.introspection:
            return refuse_introspection(variant.introspection)
        return introspect(self.operation, variant.introspection, variables)


def compile_plan(
    supergraph: Supergraph,
    operation: Operation,
    plan: QueryPlan,
    options: ExecutionOptions,
) -> CompiledPlan:
    """Compile a plan, once per operation; the result may be executed any number of times.

    Args:
        supergraph: The supergraph that the plan was made for.
        operation: The client's operation. Fields that authorization refused are still in it and
            bear their ``denial``; the plan does not fetch them.
        plan: The plan.
        options: How to execute it.
    """
    return CompiledPlan(supergraph, operation, plan, options)


async def execute(
    compiled: CompiledPlan,
    variables: dict[str, Any],
    transport: SubgraphTransport,
    guard: GuardPort | None = None,
    scope: object = None,
) -> ExecutionOutcome:
    """Execute a plan.

    Args:
        compiled: The plan.
        variables: Coerced variables of the operation.
        transport: Sends the fetches.
        guard: Decides on guarded fields; without it nothing that is guarded is permitted.
        scope: The caller's own object, handed to ``transport`` and ``guard``.

    Returns:
        The response; what subgraphs do wrong never raises.
    """
    variant = compiled.variant(variables)
    surroundings = Surroundings(
        transport, guard, scope, variables, compiled.options.masking, compiled.operation.schema
    )
    run = Run(variant, surroundings)
    data, errors = await run.finish(compiled.known_fields(variant, variables))
    return ExecutionOutcome(
        body=response_body(data, errors),
        errors=tuple(errors),
        fetches=run.fetches,
        failures=tuple(run.failures),
        is_general=True,
    )
