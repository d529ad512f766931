"""A subgraph in memory: federation SDL and resolvers in, GraphQL answers out.

It implements what the federation subgraph specification asks of a subgraph (``_service`` and
``_entities``) on graphql-core, and refuses what a real server refuses: invalid documents.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    ExecutionResult,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    execute_sync,
    parse,
    validate,
)
from graphql.language import ast

Resolver: TypeAlias = Callable[..., Any]
Resolvers: TypeAlias = Mapping[str, Mapping[str, Resolver]]

REFERENCE = "__resolve_reference"
_DEFINITION_OF_EXTENSION: dict[type, type] = {
    ast.ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    ast.InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    ast.UnionTypeExtensionNode: UnionTypeDefinitionNode,
    ast.EnumTypeExtensionNode: EnumTypeDefinitionNode,
    ast.InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
    ast.ScalarTypeExtensionNode: ScalarTypeDefinitionNode,
}
_MERGED = ("fields", "interfaces", "types", "values", "directives")


@dataclass(frozen=True, slots=True)
class Request:
    """What a subgraph was asked."""

    subgraph: str
    query: str
    variables: dict[str, Any]


@dataclass(slots=True)
class InMemorySubgraph:
    """One subgraph and the requests that it has seen.

    Attributes:
        resolvers: Per type and field a function of the parent and the arguments; fields without
            one are read from mappings. ``__resolve_reference`` of an entity takes a
            representation. A resolver may return or raise an error.
        schema: Made from the SDL unless given.
        documents: Requests that were parsed and found valid.
    """

    name: str
    sdl: str
    resolvers: Resolvers = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    schema: GraphQLSchema = None  # type: ignore[assignment]
    documents: dict[str, DocumentNode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.schema is None:
            self.schema = executable_schema(self.sdl)

    def execute(
        self, query: str, variables: dict[str, Any] | None = None, operation: str | None = None
    ) -> dict[str, Any]:
        """Answers one request as a server would: ``data`` and ``errors``."""
        self.requests.append(Request(self.name, query, variables or {}))
        document = self.documents.get(query)
        if document is None:
            document = parse(query)
            errors = validate(self.schema, document)
            if errors:
                texts = "; ".join(e.message for e in errors)
                message = f"invalid request to {self.name}: {texts}\n{query}"
                raise AssertionError(message)
            self.documents[query] = document
        result = execute_sync(
            self.schema,
            document,
            variable_values=variables,
            operation_name=operation,
            field_resolver=self._resolve,
            type_resolver=_runtime_type,
        )
        assert isinstance(result, ExecutionResult)
        return dict(result.formatted)

    def _resolve(self, parent: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        type_name, field_name = info.parent_type.name, info.field_name
        if field_name == "_entities":
            return [self._entity(r, info.schema) for r in arguments["representations"]]
        if field_name == "_service":
            return {"sdl": self.sdl}
        resolver = self.resolvers.get(type_name, {}).get(field_name)
        if resolver is not None:
            return resolver(parent, **arguments)
        if isinstance(parent, Mapping):
            return parent.get(field_name)
        return None

    def _entity(self, representation: dict[str, Any], schema: GraphQLSchema) -> Any:
        name = representation["__typename"]
        resolver = self.resolvers.get(name, {}).get(REFERENCE)
        try:
            entity = resolver(representation) if resolver else representation
        except Exception as error:  # noqa: BLE001 - any resolver error is this entity's error
            return error
        if isinstance(entity, Mapping) and isinstance(schema.get_type(name), GraphQLObjectType):
            return {**entity, "__typename": name}
        return entity


def _runtime_type(value: Any, *_: Any) -> str | None:
    if isinstance(value, Mapping):
        return value.get("__typename")
    return getattr(value, "typename", None)


def executable_schema(sdl: str) -> GraphQLSchema:
    """An executable schema of a federation SDL, with ``_entities`` and ``_service``."""
    definitions: dict[str, Any] = {}
    roots: list[Any] = []
    for node in parse(sdl).definitions:
        if isinstance(node, ast.DirectiveDefinitionNode):
            roots.append(node)
            continue
        if isinstance(node, ast.SchemaDefinitionNode | ast.SchemaExtensionNode):
            continue
        assert isinstance(node, ast.TypeSystemDefinitionNode | ast.TypeExtensionNode)
        kind: Any = _DEFINITION_OF_EXTENSION.get(type(node), type(node))
        name = _name(node).value
        known = definitions.get(name)
        parts = {key: getattr(node, key) or () for key in _MERGED if key in node.keys}
        if known is not None:
            parts = {key: (*(getattr(known, key) or ()), *new) for key, new in parts.items()}
        definitions[name] = kind(name=_name(node), **parts)
    return _with_federation_fields(definitions, roots)


def _name(node: Any) -> ast.NameNode:
    name = node.name
    assert isinstance(name, ast.NameNode)
    return name


def _with_federation_fields(definitions: dict[str, Any], roots: list[Any]) -> GraphQLSchema:
    entities = [
        name
        for name, node in definitions.items()
        if isinstance(node, ObjectTypeDefinitionNode)
        and any(d.name.value in {"key", "federation__key"} for d in node.directives or ())
    ]
    extra = "scalar _Any type _Service { sdl: String }"
    fields = "_service: _Service!"
    if entities:
        extra += f" union _Entity = {' | '.join(entities)}"
        fields += " _entities(representations: [_Any!]!): [_Entity]!"
    added = {_name(n).value: n for n in parse(extra).definitions}
    query = parse(f"type Query {{ {fields} }}").definitions[0]
    assert isinstance(query, ObjectTypeDefinitionNode)
    known = definitions.get("Query")
    if known is not None:
        fields_of_both = (*(known.fields or ()), *(query.fields or ()))
        query = ObjectTypeDefinitionNode(name=query.name, fields=fields_of_both)
    definitions["Query"] = query
    document = DocumentNode(definitions=(*definitions.values(), *added.values(), *roots))
    return build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
