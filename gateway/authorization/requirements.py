"""What callers must bring, by schema coordinate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphql import GraphQLSchema, get_named_type, is_abstract_type

from gateway.principal import Principal

Groups = frozenset[frozenset[str]]
"""OR of ANDs: one of the groups must hold entirely. No group at all: never."""

PolicyEvaluator = Callable[[Principal, str], bool]
"""Whether a principal satisfies a named ``@policy``. An exception refuses the request."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a caller must bring.

    Attributes:
        authenticated: A verified token.
        scopes: Scope groups, or ``None`` for no requirement of scopes.
        policies: Policy groups, or ``None`` for no requirement of policies.
    """

    authenticated: bool = False
    scopes: Groups | None = None
    policies: Groups | None = None

    def __and__(self, other: "Requirement") -> "Requirement":
        """Both requirements together."""
        return Requirement(
            self.authenticated or other.authenticated,
            _both(self.scopes, other.scopes),
            _both(self.policies, other.policies),
        )

    def granted(self, principal: Principal) -> bool:
        """Whether a principal's token meets what is required beside policies."""
        if not principal.is_authenticated and (self.authenticated or self.scopes is not None):
            return False
        return self.scopes is None or _any_group(self.scopes, principal.scopes.grants)

    def permitted(self, principal: Principal, evaluate: PolicyEvaluator) -> bool:
        """Whether a principal satisfies the policies."""
        return self.policies is None or _any_group(
            self.policies, lambda policy: evaluate(principal, policy)
        )


NOTHING_REQUIRED = Requirement()
"""Everybody may."""


@dataclass(frozen=True, slots=True)
class RequirementTable:
    """The requirements of a supergraph.

    Attributes:
        schema: The supergraph's full schema.
        types: Requirement of each type that has one.
        fields: Requirement of each field, ``(type, field)``, that has one; its result type's not
            included.
        numbered: The distinct requirements; an operation names them by position.
    """

    schema: GraphQLSchema
    types: Mapping[str, Requirement]
    fields: Mapping[tuple[str, str], Requirement]
    numbered: tuple[Requirement, ...]

    def of_selection(self, type_name: str, field_name: str) -> Requirement:
        """What selecting a field on a type needs: its own, its parent's and its result's."""
        found = self.types.get(type_name, NOTHING_REQUIRED)
        if field_name.startswith("__"):
            return found
        found &= self.fields.get((type_name, field_name), NOTHING_REQUIRED)
        parent = self.schema.type_map[type_name]
        result = getattr(parent, "fields")[field_name].type  # noqa: B009 - a composite type
        return found & self.types.get(get_named_type(result).name, NOTHING_REQUIRED)

    def members(self, type_name: str) -> tuple[str, ...]:
        """The object types that an interface or union stands for; none for other types."""
        type_ = self.schema.type_map[type_name]
        if not is_abstract_type(type_):
            return ()
        return tuple(member.name for member in self.schema.get_possible_types(type_))


def _both(first: Groups | None, second: Groups | None) -> Groups | None:
    """The AND of two ORs of ANDs: every pair of groups together.

    A group that asks for more than another is dropped: so equal requirements are equal values.
    """
    if first is None or second is None:
        return second if first is None else first
    pairs = {one | other for one in first for other in second}
    return frozenset(group for group in pairs if not any(other < group for other in pairs))


def _any_group(groups: Groups, holds: Callable[[str], bool]) -> bool:
    # An empty group would be met by everybody: it is a mistake of the schema, and denies.
    return any(group and all(holds(name) for name in group) for group in groups)
