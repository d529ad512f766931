"""Whether a subgraph's document is valid GraphQL, by graphql-core's own rules.

What federation lets a subgraph leave out is put in first: the definitions of federation's own
directives and types, the base of types that it only extends, and the query root.

Source: GraphQL specification (October 2021), section 3 "Type System".
"""

from collections.abc import Iterator, Mapping, Sequence

from graphql import (
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    ExecutableDefinitionNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeInfo,
    TypeInfoVisitor,
    UnionTypeDefinitionNode,
    ValidationContext,
    ValuesOfCorrectTypeRule,
    Visitor,
    build_ast_schema,
    is_input_type,
    parse,
    validate_schema,
    visit,
)
from graphql.language import DirectiveDefinitionNode
from graphql.validation.validate import validate_sdl

from gateway.federation.directives import (
    BUILT_IN_SCALARS,
    FEDERATION_IDENTITY,
    LINK_IDENTITY,
    DirectiveSpecification,
    directives_of_federation_1,
)
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.links import Link, directives_of_link, scalars_of_link
from gateway.federation.subgraph.definitions import kind_of
from gateway.federation.subgraph.model import TypeKind

_DEFINITIONS: Mapping[TypeKind, type[TypeDefinitionNode]] = {
    TypeKind.OBJECT: ObjectTypeDefinitionNode,
    TypeKind.INTERFACE: InterfaceTypeDefinitionNode,
    TypeKind.UNION: UnionTypeDefinitionNode,
    TypeKind.ENUM: EnumTypeDefinitionNode,
    TypeKind.SCALAR: ScalarTypeDefinitionNode,
    TypeKind.INPUT: InputObjectTypeDefinitionNode,
}
_NO_QUERY = "Query root type must be provided."


def validate_graphql(
    document: DocumentNode, links: Sequence[Link]
) -> tuple[GraphQLSchema | None, tuple[CompositionError, ...]]:
    """Validate a subgraph's document.

    Args:
        document: The document as written; errors have positions if its nodes have locations.
        links: Its links; without one to federation it is a federation 1 schema.

    Returns:
        The schema as graphql-core sees it, unless it could not be built, and the errors.
    """
    executable = [n for n in document.definitions if isinstance(n, ExecutableDefinitionNode)]
    if executable:
        message = "A schema document cannot contain operations or fragments."
        return None, (graphql_error(GraphQLError(message, executable)),)
    completed = _completed(document, links)
    errors = document_problems(completed)
    if errors:
        return None, tuple(graphql_error(error) for error in errors)
    try:
        schema = build_ast_schema(completed, assume_valid_sdl=True)
    except GraphQLError as error:
        return None, (graphql_error(error),)
    except TypeError as error:
        return None, (graphql_error(GraphQLError(str(error))),)
    query = schema.query_type.name if schema.query_type else "Query"
    forgiven = {_NO_QUERY, f"Type {query} must define one or more fields."}
    problems = [e for e in schema_problems(schema) if e.message not in forgiven]
    problems += misfitting_values(schema, document)
    return schema, tuple(graphql_error(error) for error in problems)


def document_problems(document: DocumentNode) -> list[GraphQLError]:
    """What breaks the specification in a schema document that is complete in itself."""
    introspection = _IntrospectionUses()
    visit(document, introspection)
    return [*validate_sdl(document), *introspection.errors]


class _IntrospectionUses(Visitor):
    """Finds the types of introspection where other types are meant: nobody else answers them."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []

    def enter_named_type(self, node: NamedTypeNode, *_: object) -> None:
        """Look at a reference to a type."""
        if node.name.value.startswith("__"):
            message = f"Type {node.name.value} belongs to introspection."
            self.errors.append(GraphQLError(message, node))


def misfitting_values(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """Arguments of applied directives that are not of the argument's type."""
    found: list[GraphQLError] = []
    types = TypeInfo(schema)
    context = ValidationContext(schema, document, types, found.append)
    visit(document, TypeInfoVisitor(types, ValuesOfCorrectTypeRule(context)))
    return found


def schema_problems(schema: GraphQLSchema) -> list[GraphQLError]:
    """What breaks the specification in a built schema.

    Later drafts ask that what a deprecated field implements be deprecated too; schemas that were
    valid before are not refused for it.
    """
    misplaced = list(_defaults_of_outputs(schema))
    if misplaced:
        return misplaced
    problems = validate_schema(schema)
    return [p for p in problems if not p.message.endswith("must not be deprecated.")]


def _defaults_of_outputs(schema: GraphQLSchema) -> Iterator[GraphQLError]:
    """Default values of what is no input: graphql-core fails on them instead of telling so."""
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLInputObjectType):
            inputs = {f"{name}.{f}": v for f, v in type_.fields.items()}
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            inputs = {
                f"{name}.{f}({a}:)": argument
                for f, field in type_.fields.items()
                for a, argument in field.args.items()
            }
        else:
            continue
        for coordinate, value in inputs.items():
            node = value.ast_node
            given = node is not None and node.default_value is not None
            if given and not is_input_type(value.type):
                yield GraphQLError(f"{coordinate} has a default value, but no input type.", node)


def first_found(error: GraphQLError) -> GraphQLError:
    """Return the error behind one that was found on reading fields late.

    That one quotes the source, but has no position of its own.
    """
    return error.__cause__ if isinstance(error.__cause__, GraphQLError) else error


def graphql_error(error: GraphQLError) -> CompositionError:
    """What graphql-core found, with its positions where the nodes at fault have locations."""
    error = first_found(error)
    positions = tuple((place.line, place.column) for place in error.locations or ())
    return CompositionError(ErrorCode.INVALID_GRAPHQL, error.message, positions=positions)


def _completed(document: DocumentNode, links: Sequence[Link]) -> DocumentNode:
    defined = {n.name.value for n in document.definitions if isinstance(n, TypeDefinitionNode)}
    complete = defined | BUILT_IN_SCALARS
    directives = {
        n.name.value for n in document.definitions if isinstance(n, DirectiveDefinitionNode)
    }
    definitions: list[DefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in complete:
            complete.add(node.name.value)
            definitions.append(_as_definition(node))
        else:
            definitions.append(node)
    for text in _missing(links, directives, complete):
        definitions.extend(parse(text, no_location=True).definitions)
    return DocumentNode(definitions=tuple(definitions))


def _as_definition(node: TypeExtensionNode) -> TypeDefinitionNode:
    parts = {key: getattr(node, key) for key in node.keys}
    return _DEFINITIONS[kind_of(node)](**parts)


def _missing(links: Sequence[Link], directives: set[str], types: set[str]) -> Iterator[str]:
    federation = next((x for x in links if x.identity == FEDERATION_IDENTITY), None)
    yield from (f"scalar {n}" for n in ("_FieldSet", "_Any") if n not in types)
    if "_Service" not in types:
        yield "type _Service { sdl: String }"
    if federation is None:
        if "_Entity" not in types:
            # Whatever it stands for: composition leaves the field out that answers it.
            yield "scalar _Entity"
        linked = {x.directive_name(d.name) for x in links for d in directives_of_link(x)}
        for directive in directives_of_federation_1():
            if directive.name not in directives | linked:
                yield definition_text(directive, directive.name, {"FieldSet": "_FieldSet"})
    link = next((x for x in links if x.identity == LINK_IDENTITY), None)
    if link is not None:
        yield from _link_definitions(link, directives, types)
    for feature in links:
        yield from _feature_definitions(feature, directives, types)


def _link_definitions(link: Link, directives: set[str], types: set[str]) -> Iterator[str]:
    purpose, imports = link.type_name("Purpose"), link.type_name("Import")
    if purpose not in types:
        yield f"enum {purpose} {{ SECURITY EXECUTION }}"
    if imports not in types:
        yield f"scalar {imports}"
    if link.alias not in directives:
        yield (
            f"directive @{link.alias}(url: String, as: String, for: {purpose}, "
            f"import: [{imports}]) repeatable on SCHEMA"
        )


def _feature_definitions(link: Link, directives: set[str], types: set[str]) -> Iterator[str]:
    names = {t: link.type_name(t) for t in scalars_of_link(link)}
    yield from (f"scalar {n}" for n in names.values() if n not in types)
    for directive in directives_of_link(link):
        name = link.directive_name(directive.name)
        if name not in directives:
            repeatable = directive.name != "shareable" or link.version >= (2, 2)
            yield definition_text(directive, name, names, allow_repeatable=repeatable)


def definition_text(
    directive: DirectiveSpecification,
    name: str,
    types: dict[str, str],
    *,
    allow_repeatable: bool = True,
) -> str:
    """The definition of a specified directive as SDL, under the names that a schema uses."""
    arguments = ", ".join(
        f"{a.name}: {a.type.format(**types)}" + ("" if a.default is None else f" = {a.default}")
        for a in directive.arguments
    )
    repeatable = " repeatable" if directive.repeatable and allow_repeatable else ""
    return (
        f"directive @{name}"
        + (f"({arguments})" if arguments else "")
        + f"{repeatable} on {' | '.join(directive.locations)}"
    )
