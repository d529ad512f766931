"""Reads supergraph SDL into a :class:`Supergraph`.

Source: join specification v0.1 (owners), v0.2 (external, override), v0.3 (unions, enums,
interface objects), v0.4 (override labels) and v0.5 (context arguments).
"""

from collections.abc import Iterable, Mapping, Sequence

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    TypeDefinitionNode,
    TypeExtensionNode,
    build_ast_schema,
    is_abstract_type,
    is_object_type,
    parse,
)

from gateway.federation.supergraph.api_schema import build_api_schema
from gateway.federation.supergraph.errors import SupergraphError
from gateway.federation.supergraph.join import named, text_of
from gateway.federation.supergraph.links import (
    Feature,
    demanded_features,
    read_features,
    unlinked_protections,
)
from gateway.federation.supergraph.model import Subgraph, SubgraphType, Supergraph
from gateway.federation.supergraph.owners import with_provided_fields
from gateway.federation.supergraph.types import TypeReader

_KNOWN_JOIN_VERSIONS = frozenset({"v0.1", "v0.2", "v0.3", "v0.4", "v0.5"})


def read_supergraph(sdl: str) -> Supergraph:
    """Reads a supergraph schema, whoever composed it.

    Args:
        sdl: The supergraph as GraphQL text.

    Raises:
        SupergraphError: It is not GraphQL, not a supergraph, or uses a join version that is
            not known.
    """
    document = _parse(sdl)
    features = read_features(document)
    join = _join_feature(features)
    definitions = _definitions(document)
    graphs = _graphs(definitions, join.prefix)
    schema, api_schema = _schemas(document, features)
    reader = TypeReader(
        prefix=join.prefix,
        graphs={graph: name for graph, (name, _) in graphs.items()},
        owners=join.version == "v0.1",
        definitions=definitions,
    )
    known = _types(definitions, features, reader, graphs)
    return Supergraph(
        sdl=sdl,
        subgraphs={
            name: Subgraph(name, graph, url, known[graph]) for graph, (name, url) in graphs.items()
        },
        schema=schema,
        api_schema=api_schema,
        features=_directive_names(features),
        contexts=_contexts(definitions, features),
        possible_types=_possible_types(schema),
        demands=demanded_features(features),
        unlinked=dict(unlinked_protections(_applied_to_types(document), features)),
    )


def _types(
    definitions: Mapping[str, TypeDefinitionNode],
    features: Sequence[Feature],
    reader: TypeReader,
    graphs: Iterable[str],
) -> dict[str, dict[str, SubgraphType]]:
    """Returns each subgraph's types by name; what belongs to a specification is left out."""
    known: dict[str, dict[str, SubgraphType]] = {graph: {} for graph in graphs}
    for node in definitions.values():
        if not any(f.owns(node.name.value, directive=False) for f in features if f.prefix):
            for graph, type_ in reader.read(node).items():
                known[graph][type_.name] = type_
    if not reader.owners:
        return known
    return {
        graph: with_provided_fields(types, reader.plain_field) for graph, types in known.items()
    }


def _parse(sdl: str) -> DocumentNode:
    try:
        return parse(sdl)
    except GraphQLSyntaxError as error:
        message = f"The supergraph is not valid GraphQL: {error.message}"
        raise SupergraphError(message) from error


def _definitions(document: DocumentNode) -> dict[str, TypeDefinitionNode]:
    """Types by name. Of two of one name nobody knows which directives count."""
    found: dict[str, TypeDefinitionNode] = {}
    for node in document.definitions:
        if isinstance(node, TypeDefinitionNode):
            if node.name.value in found:
                message = f"The supergraph defines {node.name.value} more than once."
                raise SupergraphError(message)
            found[node.name.value] = node
    return found


def _join_feature(features: tuple[Feature, ...]) -> Feature:
    join = next((f for f in features if f.key == "join"), None)
    if join is None:
        raise SupergraphError(
            "This is not a supergraph schema: it does not @link the join specification."
            " Compose the subgraphs first."
        )
    if join.version not in _KNOWN_JOIN_VERSIONS:
        message = f"The supergraph uses join {join.version}, which is not known here."
        raise SupergraphError(message)
    return join


def _graphs(
    definitions: Mapping[str, TypeDefinitionNode], prefix: str
) -> dict[str, tuple[str, str]]:
    node = definitions.get(f"{prefix}__Graph")
    if not isinstance(node, EnumTypeDefinitionNode):
        message = f"The supergraph has no enum {prefix}__Graph."
        raise SupergraphError(message)
    graphs: dict[str, tuple[str, str]] = {}
    for value in node.values or ():
        given = next(iter(named(value.directives, f"{prefix}__graph")), {})
        name = text_of(given.get("name")) or value.name.value
        graphs[value.name.value] = (name, text_of(given.get("url")) or "")
    return graphs


def _schemas(
    document: DocumentNode, features: tuple[Feature, ...]
) -> tuple[GraphQLSchema, GraphQLSchema]:
    try:
        schema = build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
        return schema, build_api_schema(document, features)
    except (GraphQLError, TypeError, KeyError) as error:
        message = f"The supergraph is not a valid schema: {error}"
        raise SupergraphError(message) from error


def _applied_to_types(document: DocumentNode) -> frozenset[str]:
    """Names of the directives that types and what is in them bear."""
    pending: list[Node] = [
        node
        for node in document.definitions
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode)
    ]
    found: set[str] = set()
    while pending:
        node = pending.pop()
        found.update(given.name.value for given in getattr(node, "directives", None) or ())
        for members in ("fields", "values", "arguments"):
            pending.extend(getattr(node, members, None) or ())
    return frozenset(found)


def _directive_names(features: tuple[Feature, ...]) -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for feature in features:
        names.setdefault((feature.key, feature.name), feature.directive(feature.name))
        for imported in feature.imports:
            if imported.startswith("@"):
                name = imported.removeprefix("@")
                names.setdefault((feature.key, name), feature.directive(name))
    return names


def _contexts(
    definitions: Mapping[str, TypeDefinitionNode], features: tuple[Feature, ...]
) -> dict[str, frozenset[str]]:
    feature = next((f for f in features if f.key == "context"), None)
    if feature is None:
        return {}
    found: dict[str, set[str]] = {}
    for node in definitions.values():
        for given in named(node.directives, feature.directive("context")):
            found.setdefault(text_of(given.get("name")) or "", set()).add(node.name.value)
    return {name: frozenset(types) for name, types in found.items()}


def _possible_types(schema: GraphQLSchema) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, type_ in schema.type_map.items():
        if is_object_type(type_):
            found[name] = frozenset({name})
        elif is_abstract_type(type_):
            found[name] = frozenset(t.name for t in schema.get_possible_types(type_))
    return found
