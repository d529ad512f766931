"""What is ``@inaccessible`` leaves a whole API schema behind.

Source: inaccessible specification v0.2.
"""

from collections.abc import Iterable, Iterator

from graphql import ConstValueNode, EnumValueNode
from graphql.language import ListValueNode, ObjectValueNode

from gateway.federation.directives import MACHINERY_PREFIXES
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import MergedView
from gateway.federation.subgraph.model import (
    Argument,
    Element,
    Field,
    TypeDefinition,
    TypeKind,
    has_specified,
)
from gateway.federation.subgraph.type_reference import TypeReference


def is_inaccessible(element: Element) -> bool:
    """Whether the element is not part of the API schema."""
    return has_specified(element.directives, "inaccessible")


def check_inaccessible(view: MergedView) -> Iterator[CompositionError]:
    """Check everything that is inaccessible against what is not."""
    for directive in view.directives.values():
        for argument in directive.arguments.values():
            if is_inaccessible(argument):
                where = f"@{directive.name}({argument.name}:)"
                yield _error(
                    ErrorCode.DISALLOWED_INACCESSIBLE,
                    f'"{where}" cannot be @inaccessible: it belongs to a directive',
                    where,
                )
            else:
                where = f"@{directive.name}({argument.name}:)"
                yield from _check_reference(view, argument.type, where)
                yield from _check_default(view, argument.type, argument.default, where)
    for definition in view.types.values():
        if is_inaccessible(definition):
            yield from _check_hidden_type(definition)
        else:
            yield from _check_children(definition, view)
            for field in definition.fields.values():
                yield from _check_field(view, definition, field)


def _check_hidden_type(definition: TypeDefinition) -> Iterator[CompositionError]:
    if definition.name == "Query":
        yield _error(
            ErrorCode.QUERY_ROOT_TYPE_INACCESSIBLE,
            "The query root type cannot be @inaccessible",
            definition.name,
        )


def _error(code: ErrorCode, message: str, *coordinates: str) -> CompositionError:
    return CompositionError(code, message, coordinates)


def _check_children(definition: TypeDefinition, view: MergedView) -> Iterator[CompositionError]:
    children: Iterable[bool]
    match definition.kind:
        case TypeKind.UNION:
            children = [
                m in view.types and is_inaccessible(view.types[m]) for m in definition.members
            ]
        case TypeKind.ENUM:
            children = [is_inaccessible(v) for v in definition.values.values()]
        case TypeKind.SCALAR:
            return
        case _:
            children = [is_inaccessible(f) for f in definition.fields.values()]
    if children and all(children):
        yield _error(
            ErrorCode.ONLY_INACCESSIBLE_CHILDREN,
            f'Type "{definition.name}" is visible, but all that belongs to it is @inaccessible',
            definition.name,
        )


def _check_field(
    view: MergedView, definition: TypeDefinition, field: Field
) -> Iterator[CompositionError]:
    where = f"{definition.name}.{field.name}"
    if is_inaccessible(field):
        if definition.kind is TypeKind.INPUT and field.is_required:
            yield _required(where)
        for interface in _visible_interfaces(view, definition):
            other = interface.fields.get(field.name)
            if other is not None and not is_inaccessible(other):
                yield _implemented(where, f"{interface.name}.{field.name}")
        return
    yield from _check_reference(view, field.type, where)
    yield from _check_default(view, field.type, field.default, where)
    for argument in field.arguments.values():
        yield from _check_argument(view, definition, field, argument)


def _check_argument(
    view: MergedView, definition: TypeDefinition, field: Field, argument: Argument
) -> Iterator[CompositionError]:
    where = f"{definition.name}.{field.name}({argument.name}:)"
    if not is_inaccessible(argument):
        yield from _check_reference(view, argument.type, where)
        yield from _check_default(view, argument.type, argument.default, where)
        return
    if argument.is_required:
        yield _required(where)
    for interface in _visible_interfaces(view, definition):
        other = interface.fields.get(field.name)
        declared = other.arguments.get(argument.name) if other is not None else None
        if other and declared and not is_inaccessible(other) and not is_inaccessible(declared):
            yield _implemented(where, f"{interface.name}.{field.name}({argument.name}:)")


def _visible_interfaces(view: MergedView, definition: TypeDefinition) -> list[TypeDefinition]:
    found = [view.types[i] for i in definition.interfaces if i in view.types]
    return [i for i in found if not is_inaccessible(i)]


def _required(where: str) -> CompositionError:
    return _error(
        ErrorCode.REQUIRED_INACCESSIBLE,
        f'"{where}" is required, so it cannot be @inaccessible while what it belongs to is not',
        where,
    )


def _implemented(where: str, by: str) -> CompositionError:
    return _error(
        ErrorCode.IMPLEMENTED_BY_INACCESSIBLE,
        f'"{where}" is @inaccessible but implements visible "{by}"',
        where,
        by,
    )


def _check_reference(
    view: MergedView, reference: TypeReference, where: str
) -> Iterator[CompositionError]:
    target = view.types.get(reference.name)
    machinery = reference.name.startswith(MACHINERY_PREFIXES)
    if machinery or (target is not None and is_inaccessible(target)):
        why = "belongs to the supergraph's machinery" if machinery else "is @inaccessible"
        yield _error(
            ErrorCode.REFERENCED_INACCESSIBLE,
            f'"{where}" is visible but of type "{reference.name}", which {why}',
            reference.name,
            where,
        )


def _check_default(
    view: MergedView, reference: TypeReference, value: ConstValueNode | None, where: str
) -> Iterator[CompositionError]:
    for used in _hidden_uses(view, reference.name, value):
        yield _error(
            ErrorCode.DEFAULT_VALUE_USES_INACCESSIBLE,
            f'The default value of "{where}" uses "{used}", which is @inaccessible',
            used,
            where,
        )


def _hidden_uses(view: MergedView, type_name: str, value: ConstValueNode | None) -> Iterator[str]:
    definition = view.types.get(type_name)
    if definition is None:
        return
    if isinstance(value, ListValueNode):
        for item in value.values:
            yield from _hidden_uses(view, type_name, item)
    elif isinstance(value, EnumValueNode) and value.value in definition.values:
        if is_inaccessible(definition.values[value.value]):
            yield f"{type_name}.{value.value}"
    elif isinstance(value, ObjectValueNode):
        for entry in value.fields:
            field = definition.fields.get(entry.name.value)
            if field is None:
                continue
            if is_inaccessible(field):
                yield f"{type_name}.{field.name}"
            yield from _hidden_uses(view, field.type.name, entry.value)
