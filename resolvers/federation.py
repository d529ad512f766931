"""Strawberry's federation schema with our entity resolver and a lean execution.

Source: Apollo Federation subgraph specification (`_service`, `_entities`).
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Literal, TypeAlias, cast

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    specified_rules,
    validate,
)
from strawberry.federation.schema import FederationAny
from strawberry.federation.schema import Schema as FederationSchema
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.info import Info

from access.context import AccessContext
from resolvers.datatypes.scalars import SCALARS
from resolvers.execution import PlainExecutor

LoaderFactory: TypeAlias = Callable[[AccessContext], Any]
"""Makes the loader set of one request."""

Hook: TypeAlias = Callable[[], Awaitable[None]]
"""Runs when a subgraph starts or stops."""

FEDERATION_VERSION: Literal["2.11"] = "2.11"
DOCUMENTS_KEPT = 2_000


class SubgraphSchema(FederationSchema):
    """A subgraph's schema: its SDL, and execution of documents that were checked once."""

    def __init__(
        self, query: type, mutation: type | None = None, types: Iterable[type] = ()
    ) -> None:
        """Builds the schema.

        Args:
            query: The Query type.
            mutation: The Mutation type.
            types: Entities that no field leads to.
        """

        # One function per schema, because Strawberry writes the entity union into its annotations.
        def entities_resolver(
            info: Info, representations: list[FederationAny]
        ) -> list[FederationAny]:
            return [self._entity(info, representation) for representation in representations]

        self.entities_resolver = entities_resolver  # type: ignore[method-assign]
        super().__init__(
            query=query,
            mutation=mutation,
            types=types,
            federation_version=FEDERATION_VERSION,
            config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        )
        self._documents: OrderedDict[str, DocumentNode | list[GraphQLError]] = OrderedDict()

    @property
    def sdl(self) -> str:
        """The subgraph's SDL, with federation's directives."""
        return print_schema(self)

    @property
    def documents_kept(self) -> int:
        """How many documents are kept parsed."""
        return len(self._documents)

    def document(self, text: str) -> DocumentNode | list[GraphQLError]:
        """The parsed and validated document, or what is wrong with it. Kept by its text.

        Raises:
            GraphQLError: if the text is not GraphQL.
        """
        kept = self._documents.get(text)
        if kept is not None:
            self._documents.move_to_end(text)
            return kept
        document = parse(text)
        errors = validate(self._schema, document, specified_rules)
        outcome = errors or document
        self._documents[text] = outcome
        if len(self._documents) > DOCUMENTS_KEPT:
            self._documents.popitem(last=False)
        return outcome

    async def run(
        self,
        document: DocumentNode,
        variables: dict[str, Any],
        operation_name: str | None,
        context: object,
    ) -> ExecutionResult:
        """Executes a validated document.

        Args:
            document: From :meth:`document`.
            variables: As they were sent.
            operation_name: Which operation, if there are several.
            context: What resolvers get as `info.context`.
        """
        result = execute(
            self._schema,
            document,
            context_value=context,
            variable_values=variables,
            operation_name=operation_name,
            executor_class=PlainExecutor,
            hide_suggestions=True,
        )
        if isawaitable(result):
            return await result
        return result

    def run_service(self, document: DocumentNode) -> ExecutionResult:
        """Executes a document that asks for `_service` alone, and for whom it does not matter."""
        errors = validate(self._schema, document, specified_rules)
        if errors:
            return ExecutionResult(None, errors)
        return cast("ExecutionResult", execute(self._schema, document))

    def _entity(self, info: Info, representation: object) -> Any:  # noqa: ANN401 - any entity
        """The entity of one representation; a failure is this entity's alone."""
        members = cast("Mapping[str, object]", representation)
        type_name = members.get("__typename") if isinstance(representation, dict) else None
        known = (
            self.schema_converter.type_map.get(type_name) if isinstance(type_name, str) else None
        )
        origin = getattr(getattr(known, "definition", None), "origin", None)
        resolve_reference = getattr(origin, "resolve_reference", None)
        if resolve_reference is None:
            return GraphQLError("this subgraph resolves no such entity")
        try:
            return resolve_reference(info, members)
        except Exception as error:  # noqa: BLE001 - becomes the error of this entity
            return error


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Subgraph:
    """What an application serves.

    Attributes:
        name: The subgraph's name, as the supergraph and its access contexts say it.
        schema: Its schema.
        loaders: Makes the loader set of one request from the caller's access context.
        commands: What its mutations call; shared by all requests.
        start: Runs before the first request (indexes, connections).
        stop: Runs after the last.
    """

    name: str
    schema: SubgraphSchema
    loaders: LoaderFactory
    commands: Any = None
    start: Hook = _nothing
    stop: Hook = _nothing


def asks_for_service_only(document: DocumentNode) -> bool:
    """Whether a document asks for nothing but the subgraph's SDL (`_service`)."""
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            return False
        if definition.operation is not OperationType.QUERY:
            return False
        for selection in definition.selection_set.selections:
            if not isinstance(selection, FieldNode) or selection.name.value != "_service":
                return False
    return True


def text_key(representation: Mapping[str, object], name: str = "id") -> strawberry.ID:
    """The key field of a representation.

    Raises:
        GraphQLError: if it is missing or not text.
    """
    value = representation.get(name)
    if not isinstance(value, str) or not value:
        raise GraphQLError("the representation lacks its key")
    return strawberry.ID(value)
