"""What all FieldSets must keep, whichever directive they belong to.

Source: federation specification, ``@key``, ``@requires``, ``@provides``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.field_sets import TYPENAME, parse_field_set, problems
from gateway.federation.subgraph.model import (
    Directive,
    Subgraph,
    TypeKind,
    has_specified,
)


@dataclass(frozen=True, slots=True)
class FieldSetKind:
    """How the FieldSets of one directive are checked.

    Attributes:
        name: The directive.
        invalid_type: Code where the argument is no string.
        invalid: Code where the selection is wrong.
        has_directives: Code where it contains directives.
        has_arguments: Code where it selects a field with arguments, if that is not allowed.
        missing_external: Code where it selects a leaf that is not external, if it must be.
    """

    name: str
    invalid_type: ErrorCode
    invalid: ErrorCode
    has_directives: ErrorCode
    has_arguments: ErrorCode | None = None
    missing_external: ErrorCode | None = None


KEY = FieldSetKind(
    "key",
    ErrorCode.KEY_INVALID_FIELDS_TYPE,
    ErrorCode.KEY_INVALID_FIELDS,
    ErrorCode.KEY_DIRECTIVE_IN_FIELDS_ARG,
    has_arguments=ErrorCode.KEY_FIELDS_HAS_ARGS,
)
REQUIRES = FieldSetKind(
    "requires",
    ErrorCode.REQUIRES_INVALID_FIELDS_TYPE,
    ErrorCode.REQUIRES_INVALID_FIELDS,
    ErrorCode.REQUIRES_DIRECTIVE_IN_FIELDS_ARG,
    missing_external=ErrorCode.REQUIRES_FIELDS_MISSING_EXTERNAL,
)
PROVIDES = FieldSetKind(
    "provides",
    ErrorCode.PROVIDES_INVALID_FIELDS_TYPE,
    ErrorCode.PROVIDES_INVALID_FIELDS,
    ErrorCode.PROVIDES_DIRECTIVE_IN_FIELDS_ARG,
    ErrorCode.PROVIDES_FIELDS_HAS_ARGS,
    ErrorCode.PROVIDES_FIELDS_MISSING_EXTERNAL,
)


def check_field_set(
    view: SubgraphView, kind: FieldSetKind, directive: Directive, target: str, where: str
) -> Iterator[CompositionError]:
    """Check one application.

    Args:
        view: The subgraph.
        kind: How to check it.
        directive: The application.
        target: The type on which the FieldSet selects.
        where: Coordinate of the element that bears the directive.
    """
    text = directive.text("fields")
    if text is None:
        yield _error(kind.invalid_type, kind, where, "the fields argument is not a string")
        return
    parsed = parse_field_set(text)
    if parsed.selections is None:
        yield _error(kind.invalid, kind, where, parsed.problem)
        return
    if kind is KEY:
        abstract = next(_abstract_fields(view.subgraph, target, parsed.selections), None)
        if abstract is not None:
            yield _error(
                ErrorCode.KEY_FIELDS_SELECT_INVALID_TYPE,
                kind,
                where,
                f'field "{abstract}" is of an interface or union type',
            )
            return
    problem = next(problems(view.subgraph.types, target, parsed.selections), None)
    if problem is not None:
        yield _error(kind.invalid, kind, where, problem)
        return
    for code, message in _checked(view, kind, target, parsed.selections, in_external=False):
        yield _error(code, kind, where, message)


def _error(code: ErrorCode, kind: FieldSetKind, where: str, message: str) -> CompositionError:
    return CompositionError(code, f'On "{where}", in @{kind.name}: {message}', (where,))


def _abstract_fields(
    subgraph: Subgraph, parent: str, selections: SelectionSetNode
) -> Iterator[str]:
    definition = subgraph.types.get(parent)
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            target = node.type_condition.name.value if node.type_condition else parent
            yield from _abstract_fields(subgraph, target, node.selection_set)
        elif isinstance(node, FieldNode) and definition is not None:
            field = definition.fields.get(node.name.value)
            target_type = subgraph.types.get(field.type.name) if field else None
            if target_type is None or field is None:
                continue
            if target_type.kind in {TypeKind.INTERFACE, TypeKind.UNION}:
                yield f"{parent}.{field.name}"
            elif node.selection_set is not None:
                yield from _abstract_fields(subgraph, target_type.name, node.selection_set)


def _checked(
    view: SubgraphView,
    kind: FieldSetKind,
    parent: str,
    selections: SelectionSetNode,
    *,
    in_external: bool,
) -> Iterator[tuple[ErrorCode, str]]:
    for node in selections.selections:
        if getattr(node, "directives", None):
            yield kind.has_directives, "directives are not allowed in a FieldSet"
        if isinstance(node, InlineFragmentNode):
            target = node.type_condition.name.value if node.type_condition else parent
            yield from _checked(view, kind, target, node.selection_set, in_external=in_external)
        elif isinstance(node, FieldNode) and node.name.value != TYPENAME:
            yield from _checked_field(view, kind, parent, node, in_external=in_external)
        elif kind.missing_external is not None and not in_external:
            yield kind.missing_external, f'"{TYPENAME}" is at hand wherever "{parent}" is'


def _checked_field(
    view: SubgraphView, kind: FieldSetKind, parent: str, node: FieldNode, *, in_external: bool
) -> Iterator[tuple[ErrorCode, str]]:
    field = view.subgraph.types[parent].fields[node.name.value]
    coordinate = f"{parent}.{field.name}"
    external = coordinate in view.facts.external
    if kind.has_arguments is not None and field.arguments:
        yield kind.has_arguments, f'field "{coordinate}" takes arguments'
    if node.selection_set is None:
        if kind.missing_external is not None and not external and not in_external:
            why = (
                "is a key field of an extension, which this subgraph resolves"
                if coordinate in view.facts.effectively_resolved
                else "is not @external, so this subgraph resolves it anyway"
            )
            yield kind.missing_external, f'field "{coordinate}" {why}'
        return
    inside = in_external or external or _implemented_externally(view, parent, field.name)
    yield from _checked(view, kind, field.type.name, node.selection_set, in_external=inside)


def _implemented_externally(view: SubgraphView, parent: str, field: str) -> bool:
    if view.subgraph.types[parent].kind is not TypeKind.INTERFACE:
        return False
    return any(
        f"{t.name}.{field}" in view.facts.external
        for t in view.subgraph.implementations(parent)
        if field in t.fields and has_specified(t.fields[field].directives, "external")
    )
