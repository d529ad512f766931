"""From a subgraph's SDL to its model."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    GraphQLSyntaxError,
    OperationType,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    parse,
)

from gateway.federation.directives import (
    BUILT_IN_SCALARS,
    FEDERATION_FIELDS,
    FEDERATION_IDENTITY,
    FEDERATION_TYPES,
    LINK_IDENTITY,
    UPGRADED_FEDERATION_1,
)
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.links import Link, scalars_of_link
from gateway.federation.subgraph.definitions import DefinitionReader, kind_of
from gateway.federation.subgraph.graphql_validation import graphql_error, validate_graphql
from gateway.federation.subgraph.links import read_links
from gateway.federation.subgraph.model import (
    Argument,
    Directives,
    Field,
    Subgraph,
    TypeDefinition,
    TypeKind,
)
from gateway.federation.subgraph.type_reference import TypeReference

DEFAULT_ROOTS: Mapping[OperationType, str] = {
    OperationType.QUERY: "Query",
    OperationType.MUTATION: "Mutation",
    OperationType.SUBSCRIPTION: "Subscription",
}
_ROOT_CODES = {
    OperationType.QUERY: ErrorCode.ROOT_QUERY_USED,
    OperationType.MUTATION: ErrorCode.ROOT_MUTATION_USED,
    OperationType.SUBSCRIPTION: ErrorCode.ROOT_SUBSCRIPTION_USED,
}


@dataclass(frozen=True, slots=True)
class SubgraphReading:
    """A subgraph, unless its document cannot be read, and what is wrong with it."""

    subgraph: Subgraph | None
    errors: tuple[CompositionError, ...] = ()


def read_subgraph(name: str, url: str, sdl: str) -> SubgraphReading:
    """Read a subgraph's SDL.

    Args:
        name: The subgraph's name.
        url: Its routing URL.
        sdl: Its schema, as ``_service { sdl }`` gives it or as written by hand.
    """
    try:
        document = parse(sdl, no_location=True)
    except GraphQLSyntaxError as error:
        return SubgraphReading(None, (located(graphql_error(error), name),))
    links = read_links(document)
    if links.errors:
        return SubgraphReading(None, tuple(located(e, name) for e in links.errors))
    misdefined = tuple(located(e, name) for e in _misdefined_types(document, links.links))
    if misdefined:
        return SubgraphReading(None, misdefined)
    schema, errors = validate_graphql(document, links.links)
    if schema is None or errors:
        # Nodes with locations would be unequal wherever they stand, so only errors are given them.
        _, errors = validate_graphql(parse(sdl), links.links)
        return SubgraphReading(None, tuple(located(e, name) for e in errors))
    subgraph = _build(name, url, document, links.links)
    renamed, errors = _with_default_roots(subgraph, _roots(document, subgraph.types))
    return SubgraphReading(renamed, tuple(located(e, name) for e in errors))


def located(error: CompositionError, subgraph: str) -> CompositionError:
    """The same error, said of one subgraph."""
    return replace(error, message=f"[{subgraph}] {error.message}", subgraphs=(subgraph,))


def _build(name: str, url: str, document: DocumentNode, links: tuple[Link, ...]) -> Subgraph:
    reader = DefinitionReader(links)
    schema_nodes = [
        d
        for d in document.definitions
        if isinstance(d, SchemaDefinitionNode | SchemaExtensionNode)
    ]
    directives: Directives = ()
    description = None
    for node in schema_nodes:
        directives += reader.directives(node.directives)
        text = getattr(node, "description", None)
        description = text.value if text is not None else description
    federation = next((x for x in links if x.identity == FEDERATION_IDENTITY), None)
    hidden = _specification_types(links)
    return Subgraph(
        name,
        url,
        {
            k: v
            for k, v in reader.types(document).items()
            if k not in FEDERATION_TYPES and k not in BUILT_IN_SCALARS and k not in hidden
        },
        reader.directive_definitions(document),
        {},
        links,
        federation.version if federation is not None else UPGRADED_FEDERATION_1,
        federation is None,
        directives,
        description,
    )


def _misdefined_types(
    document: DocumentNode, links: tuple[Link, ...]
) -> Iterator[CompositionError]:
    """Types of the specifications, GraphQL's own too, that are defined as something else."""
    expected = dict.fromkeys(_specification_types(links), TypeKind.SCALAR)
    for link in links:
        if link.identity == LINK_IDENTITY:
            expected[link.type_name("Purpose")] = TypeKind.ENUM
    expected |= dict.fromkeys(BUILT_IN_SCALARS, TypeKind.SCALAR)
    expected |= {"_Any": TypeKind.SCALAR, "_FieldSet": TypeKind.SCALAR}
    expected |= {"_Entity": TypeKind.UNION, "_Service": TypeKind.OBJECT}
    for node in document.definitions:
        if not isinstance(node, TypeDefinitionNode):
            continue
        name = node.name.value
        if name in expected and kind_of(node) is not expected[name]:
            yield CompositionError(
                ErrorCode.TYPE_DEFINITION_INVALID,
                f'"{name}" must be defined as {expected[name]}, if at all',
                (name,),
            )


def _specification_types(links: tuple[Link, ...]) -> frozenset[str]:
    """Names of types that belong to linked specifications, not to the subgraph's own schema."""
    names: set[str] = set()
    for link in links:
        if link.identity == LINK_IDENTITY:
            names |= {link.type_name("Purpose"), link.type_name("Import")}
        names |= {link.type_name(t) for t in scalars_of_link(link)}
    return frozenset(names)


def _roots(
    document: DocumentNode, types: Mapping[str, TypeDefinition]
) -> dict[OperationType, str]:
    """The root types that the schema definition names, or else those of default names."""
    roots: dict[OperationType, str] = {}
    explicit = False
    for node in document.definitions:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            explicit = explicit or isinstance(node, SchemaDefinitionNode)
            for operation in node.operation_types or ():
                roots[operation.operation] = operation.type.name.value
    if not explicit:
        for kind, name in DEFAULT_ROOTS.items():
            if name in types:
                roots.setdefault(kind, name)
    return roots


def _with_default_roots(
    subgraph: Subgraph, roots: Mapping[OperationType, str]
) -> tuple[Subgraph, tuple[CompositionError, ...]]:
    """Rename root types to their default names and leave federation's own fields out."""
    errors = []
    renames: dict[str, str] = {}
    for kind, name in roots.items():
        default = DEFAULT_ROOTS[kind]
        if name == default:
            continue
        if default in subgraph.types:
            errors.append(
                CompositionError(
                    _ROOT_CODES[kind],
                    f'a type is named "{default}" but the {kind.value} root is "{name}"',
                    (default, name),
                )
            )
        renames[name] = default
    types: dict[str, TypeDefinition] = {
        renames.get(k, k): _renamed(v, renames) if renames else v
        for k, v in subgraph.types.items()
    }
    query = DEFAULT_ROOTS[OperationType.QUERY]
    if OperationType.QUERY in roots and query in types:
        fields = {k: v for k, v in types[query].fields.items() if k not in FEDERATION_FIELDS}
        types[query] = replace(types[query], fields=fields)
    types.setdefault(query, TypeDefinition(TypeKind.OBJECT, query))
    kept = {k: DEFAULT_ROOTS[k] for k in roots if DEFAULT_ROOTS[k] in types}
    kept[OperationType.QUERY] = query
    return replace(subgraph, types=types, roots=kept), tuple(errors)


def _renamed(definition: TypeDefinition, renames: Mapping[str, str]) -> TypeDefinition:
    def reference(old: TypeReference) -> TypeReference:
        return TypeReference(renames.get(old.name, old.name), old.wrappers)

    def argument(old: Argument) -> Argument:
        return replace(old, type=reference(old.type))

    def field(old: Field) -> Field:
        arguments = {k: argument(a) for k, a in old.arguments.items()}
        return replace(old, type=reference(old.type), arguments=arguments)

    return replace(
        definition,
        name=renames.get(definition.name, definition.name),
        fields={k: field(f) for k, f in definition.fields.items()},
        members=tuple(renames.get(m, m) for m in definition.members),
    )
