"""A supergraph that is served, and what is decided once per operation on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import starmap

from graphql import DocumentNode

from gateway.authorization.holding import HeldRequirements
from gateway.authorization.pruning import StaticAuthorization, authorize, requirement_mask
from gateway.authorization.reading import read_requirements
from gateway.authorization.requirements import PolicyEvaluator, Requirement, RequirementTable
from gateway.consent.guards import SECURITY_LINK
from gateway.errors import CATALOGUE, ClientError, ClientErrors, ErrorCode, Language
from gateway.federation.directives import SPECIFICATIONS, specification
from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.compiled import CompiledPlan, ExecutionOptions, compile_plan
from gateway.federation.executor.outcome import ErrorWording
from gateway.federation.executor.ports import SubgraphTransport
from gateway.federation.operation.errors import OperationError
from gateway.federation.operation.model import Operation, OperationLimits
from gateway.federation.operation.preparation import parse_document, prepare_document
from gateway.federation.plan import OperationKind, QueryPlan
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.planning import Explanation, explain_operation, plan_operation
from gateway.federation.query_graph.graph import build_query_graph
from gateway.federation.selection import InlineFragment, SelectionSet
from gateway.federation.supergraph.model import Supergraph
from gateway.limits import Limits, check_limits
from gateway.pipeline.override_labels import OverrideLabels
from gateway.pipeline.ports import OperationFacts
from gateway.pipeline.sharing import RenamingTransport, SharedPlans
from gateway.principal import Principal

_BYTES_PER_OPERATION = 900
_BYTES_PER_VARIABLE = 1_500


class UnprotectedGraphError(Exception):
    """The supergraph states who may see what, and there is nothing that would tell who asks."""


@dataclass(slots=True)
class PreparedOperation:
    """An operation that was parsed, limited, validated and normalized, with its compiled plans.

    Attributes:
        operation: The operation.
        requirements: The static requirements that it meets, with their numbers.
        held: Tells which of the graph's requirements a principal meets.
        look_ups: Root fields, aliases counted, that look a person or a code up.
        plans: Compiled plans by requirements that hold, language of denials and set of override
            labels. A person is never part of the key.
        facts: What an audit event says of it.
        is_labelled: Its plan may depend on which override labels are on.
        transport: Sends the requests of its plans where these were made for another name.
    """

    operation: Operation
    requirements: tuple[tuple[int, Requirement], ...]
    held: HeldRequirements
    facts: OperationFacts
    plans: SharedPlans
    look_ups: int = 0
    is_labelled: bool = False
    transport: SubgraphTransport | None = None
    _asked: int = field(init=False)
    _policies: tuple[tuple[int, Requirement], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._asked = sum(1 << number for number, _ in self.requirements)
        self._policies = tuple(each for each in self.requirements if each[1].policies is not None)

    @property
    def kind(self) -> OperationKind:
        """Kind of the operation."""
        return self.operation.kind

    def held_by(self, principal: Principal, policy: PolicyEvaluator) -> int:
        """Return the numbers of the requirements that a principal meets, as a bit set."""
        return self.held.of(principal, self._asked, self._policies, policy)

    def share(self, plans: SharedPlans, transport: SubgraphTransport) -> None:
        """Use the plans of another operation that asks the same."""
        made_for, operation = plans.operation, self.operation
        self.plans = plans
        self.operation = replace(
            operation, selections=made_for.selections, variables=made_for.variables
        )
        if operation.name is not None and operation.name != made_for.name:
            self.transport = RenamingTransport(transport, made_for, operation.name)

    def size_in_bytes(self) -> int:
        """Estimate the memory that this takes beside its plans."""
        return _BYTES_PER_OPERATION + len(self.operation.variables) * _BYTES_PER_VARIABLE


class ServedGraph:
    """A supergraph with everything that is made of it once."""

    def __init__(
        self,
        supergraph: Supergraph,
        limits: Limits | None = None,
        masking: ErrorMasking | None = None,
        guards: GuardSpec | None = None,
        look_ups: frozenset[str] = frozenset(),
        switched_on: frozenset[str] = frozenset(),
    ) -> None:
        """Take the supergraph and what to do with it.

        Args:
            supergraph: What to serve.
            limits: The caps on operations.
            masking: What clients may know of subgraphs' errors; all, where absent.
            guards: What is guarded.
            look_ups: Coordinates of the root fields that look a person or a code up.
            switched_on: Override labels, other than percentages, that are on.

        Raises:
            UnknownLabelError: If the supergraph has no such label.
        """
        self.supergraph = supergraph
        self._limits = limits or Limits()
        execution = ExecutionOptions(
            masking=masking or ErrorMasking(), introspection=self._limits.introspection
        )
        self.classes = execution.structs
        self._execution = {language: _in_language(execution, language) for language in Language}
        self._query_graph = build_query_graph(supergraph)
        self._guards = guards
        self._look_ups = look_ups
        self.overrides = OverrideLabels(supergraph, switched_on)
        self._table: RequirementTable = read_requirements(supergraph)
        self._held = HeldRequirements(self._table.numbered)

    def check_protection(self, *, has_authenticator: bool, has_guard: bool) -> None:
        """Refuse a graph whose requirements nobody could meet or enforce.

        Raises:
            UnprotectedGraphError: If it states requirements and there is no authenticator, or
                guards subjects and nothing that decides about them is configured, or demands a
                feature that is not known here, or protects data by directives that it does not
                link.
        """
        self.check_links()
        is_guarded = self._guards is not None and has_guard
        if not is_guarded and needs_consent(self.supergraph):
            raise UnprotectedGraphError(
                "the supergraph uses @consent, and nothing that decides on consent is configured"
            )
        unknown = [u for u in self.supergraph.demands if not u.startswith(f"{SECURITY_LINK}/")]
        if unknown:
            msg = f"the supergraph must not be served without what is not known here: {unknown[0]}"
            raise UnprotectedGraphError(msg)
        names = {"authenticated", "requiresScopes", "policy"}
        stated = sorted(
            {name for feature, name in self.supergraph.features if feature == name in names}
            if self._table.numbered
            else ()
        )
        if stated and not has_authenticator:
            directives = ", ".join(f"@{name}" for name in stated)
            msg = f"the supergraph uses {directives}, and no authenticator is configured"
            raise UnprotectedGraphError(msg)

    def check_links(self) -> None:
        """Refuse a graph that protects data by directives whose specification it does not link.

        Raises:
            UnprotectedGraphError: If it does.
        """
        if unlinked := self.supergraph.unlinked:
            raise UnprotectedGraphError("\n".join(starmap(_not_linked, unlinked.items())))

    def prepare(self, text: str, operation_name: str | None) -> PreparedOperation:
        """Parse, limit, validate and normalize an operation.

        Raises:
            ClientError: If the operation exceeds a limit; ``ClientErrors`` for what else is wrong.
        """
        limits = OperationLimits(
            tokens=self._limits.tokens,
            depth=self._limits.depth,
            fields=self._limits.selections,
            suggestions=self._limits.introspection,
        )
        try:
            document = parse_document(text, limits)
            check_limits(document, self._limits)
            operation = prepare_document(self.supergraph, document, operation_name, limits)
            _part_tokens(document)
        except OperationError as error:
            raise client_errors(error) from error
        except RecursionError as error:
            raise ClientError(ErrorCode.OPERATION_LIMIT_EXCEEDED) from error
        mask = requirement_mask(self._table, operation.root_type, operation.selections)
        return PreparedOperation(
            operation,
            tuple(
                (number, requirement)
                for number, requirement in enumerate(self._table.numbered)
                if mask >> number & 1
            ),
            self._held,
            OperationFacts(operation.kind, operation.name),
            SharedPlans(operation),
            _count_look_ups(operation.root_type, operation.selections, self._look_ups),
            is_labelled=self.overrides.concern(operation.selections),
        )

    def compile(
        self, prepared: PreparedOperation, held: int, language: Language, labels: int = -1
    ) -> CompiledPlan:
        """Prune by the requirements that hold, plan and compile.

        Raises:
            ClientError: If there is no plan within the planner's budget.
        """
        operation = prepared.operation
        planned = operation
        denied_types: frozenset[str] = frozenset()
        if prepared.requirements:
            decided = self.authorize(prepared, held, language)
            planned = replace(operation, selections=decided.planned)
            operation = replace(operation, selections=decided.shaped)
            denied_types = decided.denied_types
        plan = self.plan(planned, self.overrides.sets[labels])
        return compile_plan(
            self.supergraph, operation, plan, self._execution[language], denied_types
        )

    def authorize(
        self, prepared: PreparedOperation, held: int, language: Language = Language.ENGLISH
    ) -> StaticAuthorization:
        """Take out of an operation what needs a requirement that does not hold."""
        operation = prepared.operation
        return authorize(self._table, operation.root_type, operation.selections, held, language)

    def plan(self, operation: Operation, labels: frozenset[str] = frozenset()) -> QueryPlan:
        """Plan an operation.

        Args:
            operation: What is left of it after authorization.
            labels: Override labels that are on.

        Raises:
            ClientError: If there is no plan within the planner's budget.
        """
        with _told_to_clients():
            return plan_operation(
                self._query_graph, operation, guards=self._guards, override_labels=labels
            )

    def explain(self, operation: Operation, labels: frozenset[str] = frozenset()) -> Explanation:
        """Plan an operation as :meth:`plan` does and tell how the plan came about.

        Raises:
            ClientError: If there is no plan within the planner's budget.
        """
        with _told_to_clients():
            return explain_operation(
                self._query_graph, operation, guards=self._guards, override_labels=labels
            )


@contextmanager
def _told_to_clients() -> Iterator[None]:
    """Turn the planner's errors into the gateway's."""
    try:
        yield
    except PlanningError as error:
        raise ClientError(ErrorCode.QUERY_PLANNING_FAILED, error.message) from error


def _in_language(execution: ExecutionOptions, language: Language) -> ExecutionOptions:
    """Have errors told as the catalogue does.

    What the engine and subgraphs say of an error is English, and tells developers more: where
    nothing is masked, whoever reads English gets their words.
    """
    keeps_words = language is Language.ENGLISH and not execution.masking.masked
    wordings = {
        str(code): ErrorWording(
            None if keeps_words else description.message(language),
            {"retryable": description.retryable},
        )
        for code, description in CATALOGUE.items()
    }
    return replace(execution, errors=replace(execution.errors, wordings=wordings))


def _not_linked(local: str, name: str) -> str:
    """What to tell of a directive that protects data and that no link explains."""
    known = specification(name)
    version = "v{}.{}".format(*known.feature_version) if known else ""
    return (
        f"the supergraph uses @{local} without linking its specification: add"
        f' @link(url: "{SPECIFICATIONS}/{name}/{version}", for: SECURITY) to its schema, or link'
        " the specification whose directive it is"
    )


def needs_consent(supergraph: Supergraph) -> bool:
    """Whether a supergraph states that what it holds is guarded by its subjects' consent."""
    return (SECURITY_LINK, "consent") in supergraph.features


def client_errors(error: OperationError) -> ClientErrors:
    """Return the library's request errors as the gateway's."""
    return ClientErrors(
        tuple(
            ClientError(ErrorCode(each.code), each.message, locations=each.locations)
            for each in error.errors
        )
    )


def _count_look_ups(root_type: str, selections: SelectionSet, look_ups: frozenset[str]) -> int:
    return sum(
        _count_look_ups(root_type, each.selections, look_ups)
        if isinstance(each, InlineFragment)
        else f"{root_type}.{each.name}" in look_ups
        for each in selections
    )


def _part_tokens(document: DocumentNode) -> None:
    """Let a document's tokens go: one that is kept, for the place of an error, would keep all."""
    token = document.loc.start_token if document.loc is not None else None
    while token is not None:
        following, token.prev, token.next = token.next, None, None
        token = following
