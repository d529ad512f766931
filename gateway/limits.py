"""Caps on what one operation may ask for, checked on the syntax tree before it is validated.

Fragments are expanded by arithmetic, each measured once, so that the work is linear in the
document's size even where the expanded operation would be astronomically large.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.errors import ClientError, ErrorCode


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps; every default stands here only.

    Attributes:
        tokens: Lexical tokens of the document.
        depth: Nested fields, fragments expanded.
        selections: Fields, fragments expanded.
        aliases: Fields with an alias, fragments expanded.
        root_fields: Fields of the root type, fragments expanded.
        directives: Applications of directives, fragments expanded.
        introspection: Whether ``__schema`` and ``__type`` may be asked for.
    """

    tokens: int = 15_000
    depth: int = 50
    selections: int = 10_000
    aliases: int = 500
    root_fields: int = 100
    directives: int = 500
    introspection: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """What an operation or fragment amounts to, fragments expanded."""

    depth: int = 0
    selections: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    introspection: bool = False


def check_limits(document: DocumentNode, limits: Limits) -> None:
    """Check every operation of a document.

    Raises:
        ClientError: If one exceeds a cap, or introspects where that is switched off.
    """
    measuring = _Measuring(
        {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
    )
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            try:
                measure = measuring.operation(node)
            except RecursionError as error:
                raise _exceeded("depth", limits.depth) from error
            _compare(measure, limits)


def _compare(measure: Measure, limits: Limits) -> None:
    for name in ("depth", "selections", "aliases", "root_fields", "directives"):
        cap = getattr(limits, name)
        if getattr(measure, name) > cap:
            raise _exceeded(name, cap)
    if measure.introspection and not limits.introspection:
        raise ClientError(ErrorCode.INTROSPECTION_DISABLED)


def _exceeded(name: str, cap: int) -> ClientError:
    return ClientError(
        ErrorCode.OPERATION_LIMIT_EXCEEDED,
        f"The operation exceeds the limit of {cap} for its {name.replace('_', ' ')}.",
    )


class _Measuring:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Measure] = {}

    def operation(self, node: OperationDefinitionNode) -> Measure:
        inner = self._selections(node.selection_set)
        directives = len(node.directives or ()) + sum(
            len(variable.directives or ()) for variable in node.variable_definitions or ()
        )
        return Measure(
            depth=inner.depth,
            selections=inner.selections,
            aliases=inner.aliases,
            root_fields=inner.root_fields,
            directives=inner.directives + directives,
            introspection=inner.introspection,
        )

    def _selections(self, node: SelectionSetNode) -> Measure:
        depth = selections = aliases = root_fields = directives = 0
        introspection = False
        for child in node.selections:
            directives += _count(child.directives)
            if isinstance(child, FieldNode):
                inner = self._field(child)
                root_fields += 1
            else:
                inner = (
                    self._fragment(child.name.value)
                    if isinstance(child, FragmentSpreadNode)
                    else self._selections(child.selection_set)  # type: ignore[attr-defined]
                )
                root_fields += inner.root_fields
            depth = max(depth, inner.depth)
            selections += inner.selections
            aliases += inner.aliases
            directives += inner.directives
            introspection = introspection or inner.introspection
        return Measure(depth, selections, aliases, root_fields, directives, introspection)

    def _field(self, node: FieldNode) -> Measure:
        inner = self._selections(node.selection_set) if node.selection_set else Measure()
        return Measure(
            depth=inner.depth + 1,
            selections=inner.selections + 1,
            aliases=inner.aliases + (node.alias is not None),
            directives=inner.directives,
            introspection=inner.introspection or node.name.value in {"__schema", "__type"},
        )

    def _fragment(self, name: str) -> Measure:
        known = self._known.get(name)
        if known is None:
            definition = self._fragments.get(name)
            if definition is None:
                return Measure()  # validation refuses it
            self._known[name] = Measure()  # a cycle ends here; validation refuses it
            inner = self._selections(definition.selection_set)
            known = self._known[name] = Measure(
                depth=inner.depth,
                selections=inner.selections,
                aliases=inner.aliases,
                root_fields=inner.root_fields,
                directives=inner.directives + _count(definition.directives),
                introspection=inner.introspection,
            )
        return known


def _count(directives: tuple[DirectiveNode, ...] | None) -> int:
    return len(directives or ())
