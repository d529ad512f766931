"""References to types: a name wrapped in lists and non-nulls.

Source: GraphQL specification (October 2021), section 2.11 "Type References".
"""

from collections.abc import Callable
from dataclasses import dataclass

from graphql import ListTypeNode, NamedTypeNode, NonNullTypeNode, TypeNode
from graphql.language import parse_type

LIST = "["
NON_NULL = "!"


@dataclass(frozen=True, slots=True)
class TypeReference:
    """A type reference.

    Attributes:
        name: The named type at the core.
        wrappers: ``[`` and ``!`` from the outside to the inside: ``[T!]!`` has ``![!``.
    """

    name: str
    wrappers: str = ""

    @property
    def is_non_null(self) -> bool:
        """Whether null is no value of this type."""
        return self.wrappers.startswith(NON_NULL)

    @property
    def is_list(self) -> bool:
        """Whether values are lists (null apart)."""
        return self.wrappers.lstrip(NON_NULL).startswith(LIST)

    @property
    def nullable(self) -> "TypeReference":
        """The same without an outermost non-null."""
        return TypeReference(self.name, self.wrappers[1:]) if self.is_non_null else self

    @property
    def item(self) -> "TypeReference":
        """The type of a list's items."""
        return TypeReference(self.name, self.wrappers.lstrip(NON_NULL)[1:])

    def __str__(self) -> str:
        text = self.name
        for wrapper in reversed(self.wrappers):
            text = f"{text}!" if wrapper == NON_NULL else f"[{text}]"
        return text


def from_node(node: TypeNode) -> TypeReference:
    """The reference that an AST node stands for."""
    wrappers = ""
    while not isinstance(node, NamedTypeNode):
        if isinstance(node, NonNullTypeNode):
            wrappers += NON_NULL
            node = node.type
        elif isinstance(node, ListTypeNode):
            wrappers += LIST
            node = node.type
    return TypeReference(node.name.value, wrappers)


def from_text(text: str) -> TypeReference:
    """The reference that a text such as ``[ID!]`` stands for."""
    return from_node(parse_type(text, no_location=True))


NameSubtype = Callable[[str, str], bool]
"""Whether the second named type is a strict subtype of the first (member or implementation)."""


def is_subtype(parent: TypeReference, child: TypeReference, strictly_named: NameSubtype) -> bool:
    """Whether ``child`` is the same as ``parent`` or covariant to it.

    Non-null is a subtype of nullable, lists are covariant, names go by ``strictly_named``.
    Source: GraphQL specification, section 3.6 "IsValidImplementationFieldType".
    """
    if child.is_non_null:
        return is_subtype(parent.nullable, child.nullable, strictly_named)
    if parent.is_non_null:
        return False
    if child.is_list or parent.is_list:
        return (
            child.is_list
            and parent.is_list
            and is_subtype(
                TypeReference(parent.name, parent.wrappers[1:]),
                TypeReference(child.name, child.wrappers[1:]),
                strictly_named,
            )
        )
    return parent.name == child.name or strictly_named(parent.name, child.name)
