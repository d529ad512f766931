"""An operation that is ready to be planned."""

from dataclasses import dataclass, field

from graphql import GraphQLSchema, VariableDefinitionNode

from gateway.federation.plan import OperationKind
from gateway.federation.selection import SelectionSet


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """Caps on what a client may send.

    Attributes:
        tokens: Lexical tokens of the document.
        depth: Nested fields, fragments expanded.
        fields: Fields, fragments expanded; holds before and after normalization.
        overlaps: Pairs of fields with one response name; validation compares them.
        errors: Validation errors reported at most.
        suggestions: Whether errors name what was probably meant, and so tell of the schema.
    """

    tokens: int = 15_000
    depth: int = 100
    fields: int = 10_000
    overlaps: int = 5_000
    errors: int = 20
    suggestions: bool = True


@dataclass(frozen=True, slots=True)
class VariableDefinition:
    """A variable of the operation.

    Attributes:
        name: Without the dollar sign.
        type_text: Its type as GraphQL text.
        default_text: Its default value as GraphQL text, or ``None``.
    """

    name: str
    type_text: str
    default_text: str | None = None

    @property
    def text(self) -> str:
        """The definition as GraphQL text: ``$first: Int = 5``."""
        default = "" if self.default_text is None else f" = {self.default_text}"
        return f"${self.name}: {self.type_text}{default}"


@dataclass(frozen=True, slots=True)
class Operation:
    """A validated and normalized operation.

    Attributes:
        kind: Query, mutation or subscription.
        name: Its name, or ``None``.
        root_type: Name of the root type in the API schema.
        selections: Normalized selections.
        variables: Variable definitions in the order of the document.
        schema: The API schema against which it was validated.
        variable_nodes: The definitions as AST, for coercion.
    """

    kind: OperationKind
    name: str | None
    root_type: str
    selections: SelectionSet
    variables: tuple[VariableDefinition, ...]
    schema: GraphQLSchema = field(repr=False, compare=False)
    variable_nodes: tuple[VariableDefinitionNode, ...] = field(
        default=(), repr=False, compare=False
    )
