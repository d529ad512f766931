"""The public face of execution: compile a plan once, execute it many times."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from gateway.federation.executor.answers import MALFORMED, TOO_DEEP, ErrorMasking
from gateway.federation.executor.careful.run import CarefulRun
from gateway.federation.executor.computed_fields import computed_fields
from gateway.federation.executor.conditions import (
    condition_variables,
    plan_condition_variables,
    resolve_conditions,
)
from gateway.federation.executor.fast.compiler import FastSource
from gateway.federation.executor.fast.repeats import RepeatCosts
from gateway.federation.executor.fast.run import FastRun
from gateway.federation.executor.fast.structs import StructPool
from gateway.federation.executor.general.run import GeneralRun
from gateway.federation.executor.guards import Decisions
from gateway.federation.executor.in_use import VariantInUse
from gateway.federation.executor.outcome import ErrorListing, ExecutionOutcome, response_body
from gateway.federation.executor.ports import GuardPort, SubgraphTransport
from gateway.federation.executor.steps import steps_of
from gateway.federation.executor.surroundings import SentFetches, Surroundings
from gateway.federation.executor.variant import CompiledFetch, Variant
from gateway.federation.introspection import (
    introspect,
    introspection_fields,
    refuse_introspection,
)
from gateway.federation.operation.model import Operation
from gateway.federation.plan import QueryPlan
from gateway.federation.response.completion import ResponseShape, compile_response
from gateway.federation.response.errors import ErrorValue, ExecutionError
from gateway.federation.response.fields import TypeConditions
from gateway.federation.selection import Denial, SelectionSet
from gateway.federation.supergraph.model import Supergraph

DENIED_TYPE: Final = Denial(
    "The caller may not see objects of this type", "UNAUTHORIZED_FIELD_OR_TYPE"
)
MAX_VARIANTS: Final = 64
"""Combinations of condition variables kept per plan."""


@dataclass(frozen=True, slots=True)
class ExecutionOptions:
    """How plans are executed.

    Attributes:
        masking: What clients may know of subgraphs' errors.
        errors: How an answer lists its errors.
        introspection: Whether introspection is answered.
        fast_path: Whether the fast path may be used; the answers are the same without.
        fast_path_after: Execution, counted from 1, from which the fast path is used: compiling it
            costs a few milliseconds.
        repeats: What it costs the fast path to share equal objects of an answer.
        structs: The classes that fast paths share; one set of options for all plans saves memory.
    """

    masking: ErrorMasking = field(default_factory=ErrorMasking)
    errors: ErrorListing = field(default_factory=ErrorListing)
    introspection: bool = True
    fast_path: bool = True
    fast_path_after: int = 2
    repeats: RepeatCosts = field(default_factory=RepeatCosts)
    structs: StructPool = field(default_factory=StructPool, compare=False, repr=False)


class CompiledPlan:
    """A plan that is ready to be executed; made by :func:`compile_plan`."""

    def __init__(
        self,
        supergraph: Supergraph,
        operation: Operation,
        plan: QueryPlan,
        options: ExecutionOptions,
        denied_types: frozenset[str],
    ) -> None:
        self.operation = operation
        self.options = options
        self._plan = plan
        self._denied_types = dict.fromkeys(sorted(denied_types), DENIED_TYPE)
        self._schema = supergraph.api_schema
        self._types = TypeConditions(supergraph.schema, supergraph.possible_types)
        self._condition_variables = tuple(
            sorted(
                {*condition_variables(operation.selections), *plan_condition_variables(plan.node)}
            )
        )
        self._variants: OrderedDict[tuple[bool, ...], VariantInUse] = OrderedDict()
        self._full_schema = supergraph.schema
        self._subgraphs = supergraph.subgraphs

    def variant(self, variables: Mapping[str, Any]) -> VariantInUse:
        """Return the plan under the values that the condition variables have."""
        key = tuple(variables.get(name) is True for name in self._condition_variables)
        known = self._variants.get(key)
        if known is None:
            known = self._compile(dict(zip(self._condition_variables, key, strict=True)))
            self._variants[key] = known
            if len(self._variants) > MAX_VARIANTS:
                self._variants.popitem(last=False)
        return known

    def _shape(self, selections: SelectionSet) -> ResponseShape:
        return compile_response(
            self._schema,
            self.operation.root_type,
            selections,
            self._types,
            self._denied_types,
        )

    def _compile(self, values: dict[str, bool]) -> VariantInUse:
        selections = resolve_conditions(self.operation.selections, values)
        steps = tuple(steps_of(self._plan.node, values))
        fetches = tuple(
            None if step.fetch is None else CompiledFetch(step.fetch, self._types, computed)
            for step, computed in zip(steps, computed_fields(steps, self._subgraphs), strict=True)
        )
        variant = Variant(
            steps=steps,
            fetches=fetches,
            make_shape=partial(self._shape, selections),
            checks=self._plan.checks,
            introspection=introspection_fields(selections),
        )
        source = FastSource(
            self._schema,
            self._full_schema,
            self._types,
            self.operation.root_type,
            selections,
            variant.steps,
            variant.fetches,
            self.options.structs,
            frozenset(self._denied_types),
            self.options.errors,
        )
        after = self.options.fast_path_after if self.options.fast_path else None
        return VariantInUse(variant, source, after, self.options.repeats)

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
    denied_types: frozenset[str] = frozenset(),
) -> CompiledPlan:
    """Compile a plan, once per operation; the result may be executed any number of times.

    Args:
        supergraph: The supergraph that the plan was made for.
        operation: The client's operation. Fields that authorization refused are still in it and
            bear their ``denial``; the plan does not fetch them.
        plan: The plan.
        options: How to execute it.
        denied_types: Object types that authorization refused: where an interface or a union turns
            out to be one of them, the object is null with an error.
    """
    return CompiledPlan(supergraph, operation, plan, options, denied_types)


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
    in_use = compiled.variant(variables)
    surroundings = Surroundings(
        transport, guard, scope, variables, compiled.options.masking, compiled.operation.schema
    )
    program, sent = in_use.fast_path(), None
    if program is not None:
        run = FastRun(in_use.variant, program, surroundings)
        answer = await run.finish()
        if answer is not None:
            if in_use.gave_up:
                in_use.faster_path_ended()
            survey = in_use.survey
            survey.due_in -= 1
            if not survey.due_in:
                in_use.look(run.sent)
            return ExecutionOutcome(answer.body, answer.errors, len(run.sent))
        sent = run.sent
    return await _execute_slower(compiled, in_use, surroundings, sent)


async def _execute_slower(
    compiled: CompiledPlan,
    in_use: VariantInUse,
    surroundings: Surroundings,
    sent: SentFetches | None,
) -> ExecutionOutcome:
    """Execute a plan on the careful path, or on the general one where that cannot.

    Args:
        compiled: The plan.
        in_use: The variant.
        surroundings: What it works with.
        sent: What the fast path has sent already.
    """
    program = in_use.careful_path(is_taken_over=sent is not None)
    decisions: Decisions | None = None
    if program is not None:
        careful = CarefulRun(in_use.variant, program, surroundings, sent)
        answer = await careful.finish()
        sent, decisions = careful.sent, careful.decisions
        if answer is not None:
            in_use.careful_path_done(careful.irregular.is_regular)
            fetches = sum(map(len, sent.values()))
            return ExecutionOutcome(answer.body, answer.errors, fetches, answer.failures)
    if sent is not None:
        in_use.faster_paths_gave_up()
    known = compiled.known_fields(in_use.variant, surroundings.variables)
    run = GeneralRun(in_use.variant, surroundings, known, sent, decisions)
    body, errors = await _general_answer(run, compiled.options.errors)
    in_use.general_path_done()
    return ExecutionOutcome(
        body=body,
        errors=tuple(errors),
        fetches=run.fetches,
        failures=tuple(run.failures),
        is_general=True,
    )


async def _general_answer(
    run: GeneralRun, listing: ErrorListing
) -> tuple[bytes, list[ExecutionError]]:
    """Return the response that the general path makes, and its errors."""
    try:
        data, found = await run.finish()
        errors = listing.listed(found)
        return response_body(data, errors), errors
    except RecursionError:
        # A value of a subgraph is nested so deeply that it was read, but cannot be written.
        error = ErrorValue(TOO_DEEP, {"code": MALFORMED})
        errors = listing.listed([ExecutionError(error, None)])
        return response_body(None, errors), errors
