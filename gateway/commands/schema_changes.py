"""Changes that no comparison of definitions lists: of roots, of defaults, what operations feel.

Source: GraphQL specification (September 2025), sections 3.3 "Schema", 3.10 "Input Objects" and 5.8
"Variables"; which changes of types are safe, as GraphQL.js has it.
"""

from collections.abc import Iterator
from enum import Enum

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    type_from_ast,
    visit,
)
from graphql.utilities.find_schema_changes import get_default_value

from gateway.commands.documentation_changes import documentation_changes


class Effect(Enum):
    """What a change does to clients."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    SAFE = "safe"


def further_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[tuple[Effect, str]]:
    """Changes besides those that graphql-core finds: each with its kind and a description."""
    for kind in OperationType:
        if old.get_root_type(kind) is not None and new.get_root_type(kind) is None:
            yield Effect.BREAKING, f"ROOT_REMOVED: There is no {kind.value} any more."
        elif old.get_root_type(kind) is None and new.get_root_type(kind) is not None:
            yield Effect.SAFE, f"ROOT_ADDED: There is a {kind.value} now."
    for name, before in old.type_map.items():
        after = new.type_map.get(name)
        if after is None or type(after) is not type(before) or name.startswith("__"):
            continue
        yield from _newly_required(before, after)
        yield from _loosened(before, after)
        yield from _changed_input(before, after)
        yield from _changed_scalar(before, after)
    for line in documentation_changes(old, new):
        yield Effect.SAFE, line


def _newly_required(
    before: GraphQLNamedType, after: GraphQLNamedType
) -> Iterator[tuple[Effect, str]]:
    """What could be left out for its default, of the same type as ever."""
    if isinstance(before, GraphQLInputObjectType) and isinstance(after, GraphQLInputObjectType):
        for name, field in before.fields.items():
            now = after.fields.get(name)
            if now is None or is_required_input_field(field) or str(now.type) != str(field.type):
                continue
            if is_required_input_field(now):
                yield Effect.BREAKING, f"DEFAULT_REMOVED: {before.name}.{name} is required now."
    for name, old_arguments in _arguments(before).items():
        new_arguments = _arguments(after).get(name, {})
        for each, argument in old_arguments.items():
            given = new_arguments.get(each)
            if given is None or is_required_argument(argument):
                continue
            if is_required_argument(given) and str(given.type) == str(argument.type):
                place = f"{before.name}.{name}({each}:)"
                yield Effect.BREAKING, f"DEFAULT_REMOVED: {place} is required now."


def _loosened(before: GraphQLNamedType, after: GraphQLNamedType) -> Iterator[tuple[Effect, str]]:
    """What takes more than it did and keeps its default, which graphql-core passes over."""
    if isinstance(before, GraphQLInputObjectType) and isinstance(after, GraphQLInputObjectType):
        for name, field in before.fields.items():
            now = after.fields.get(name)
            if now is not None and _is_looser_with_default(field, now):
                change = f"{before.name}.{name} changed type from {field.type} to {now.type}."
                yield Effect.SAFE, f"FIELD_CHANGED_KIND_SAFE: Field {change}"
    for name, old_arguments in _arguments(before).items():
        for each, argument in old_arguments.items():
            given = _arguments(after).get(name, {}).get(each)
            if given is not None and _is_looser_with_default(argument, given):
                place = f"{before.name}.{name}({each}:)"
                change = f"{place} has changed type from {argument.type} to {given.type}."
                yield Effect.SAFE, f"ARG_CHANGED_KIND_SAFE: Argument {change}"


def _is_looser_with_default(
    before: GraphQLArgument | GraphQLInputField, after: GraphQLArgument | GraphQLInputField
) -> bool:
    default = get_default_value(before)
    return (
        default is not None
        and default == get_default_value(after)
        and str(before.type) != str(after.type)
        and _is_safe_answer(after.type, before.type)
    )


def _arguments(named: GraphQLNamedType) -> dict[str, dict[str, GraphQLArgument]]:
    if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        return {}
    return {name: field.args for name, field in named.fields.items()}


def _changed_input(
    before: GraphQLNamedType, after: GraphQLNamedType
) -> Iterator[tuple[Effect, str]]:
    if isinstance(before, GraphQLInputObjectType) and isinstance(after, GraphQLInputObjectType):
        if after.is_one_of and not before.is_one_of:
            yield Effect.BREAKING, f"ONE_OF_ADDED: {before.name} takes exactly one field now."
        if before.is_one_of and not after.is_one_of:
            yield Effect.SAFE, f"ONE_OF_REMOVED: {before.name} takes several fields now."


def _changed_scalar(
    before: GraphQLNamedType, after: GraphQLNamedType
) -> Iterator[tuple[Effect, str]]:
    if (
        isinstance(before, GraphQLScalarType)
        and isinstance(after, GraphQLScalarType)
        and before.specified_by_url != after.specified_by_url
    ):
        change = f"{before.specified_by_url} to {after.specified_by_url}"
        yield Effect.DANGEROUS, f"SPECIFIED_BY_CHANGED: {before.name} has changed from {change}."


def felt_by(document: DocumentNode, old: GraphQLSchema, new: GraphQLSchema) -> Iterator[str]:
    """What a client feels of an operation that is valid on both schemas.

    Args:
        document: One operation with its fragments.
        old: What the client was made for.
        new: What it would get.

    Yields:
        Fields whose answer has another type, and what variables may hold no longer.
    """
    fields = _FieldVisitor(old, new)
    visit(document, TypeInfoVisitor(fields.info, fields))
    yield from dict.fromkeys(fields.changed)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for variable in definition.variable_definitions or ():
                declared = type_from_ast(old, variable.type)
                if declared is not None:
                    name = variable.variable.name.value
                    yield from _narrowed_inputs(f"${name}", get_named_type(declared), new)


class _FieldVisitor(Visitor):
    """Collects the fields of a document whose answers change."""

    def __init__(self, old: GraphQLSchema, new: GraphQLSchema) -> None:
        super().__init__()
        self.info = TypeInfo(old)
        self._old = old
        self.changed: list[str] = []
        self._new = new

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Compare one field with what it will be."""
        parent, before = self.info.get_parent_type(), self.info.get_type()
        after = self._counterpart(parent) if parent is not None else None
        if not isinstance(after, GraphQLObjectType | GraphQLInterfaceType) or before is None:
            return
        field = after.fields.get(node.name.value)
        if field is None:
            return
        place = f"{after.name}.{node.name.value}"
        if not _is_safe_answer(before, field.type):
            self.changed.append(f"{place} changes its type from {before} to {field.type}.")
        elif is_leaf_type(named := get_named_type(before)):
            kind = _other_kind(named, get_named_type(field.type))
            self.changed += [f"{place}: {kind}"] if kind else []

    def _counterpart(self, parent: GraphQLNamedType) -> GraphQLNamedType | None:
        """A type as it will be: a root is found as such, whatever its name."""
        for kind in OperationType:
            if self._old.get_root_type(kind) is parent:
                return self._new.get_root_type(kind)
        return self._new.type_map.get(parent.name)


def _other_kind(before: GraphQLNamedType, after: GraphQLNamedType) -> str:
    """What a type of the same name has become; empty if it is of the same kind."""
    if type(before) is type(after):
        return ""
    kinds = {GraphQLScalarType: "a scalar", GraphQLEnumType: "an enum"}
    kind = next((text for each, text in kinds.items() if isinstance(after, each)), None)
    return f"{before.name} is {kind or 'an input object'} now."


def _is_safe_answer(before: GraphQLType, after: GraphQLType) -> bool:
    """Whether who expects one type can read the other, which may promise more."""
    if isinstance(after, GraphQLNonNull):
        inner = before.of_type if isinstance(before, GraphQLNonNull) else before
        return _is_safe_answer(inner, after.of_type)
    if isinstance(before, GraphQLList) and isinstance(after, GraphQLList):
        return _is_safe_answer(before.of_type, after.of_type)
    return str(before) == str(after)


def _narrowed_inputs(variable: str, named: GraphQLNamedType, new: GraphQLSchema) -> Iterator[str]:
    """What a variable may have held and may hold no longer, in any depth."""
    pending, seen = [named], {named.name}
    while pending:
        before = pending.pop()
        after = new.type_map.get(before.name)
        if after is not None and (kind := _other_kind(before, after)):
            yield f"{variable}: {kind}"
        if isinstance(before, GraphQLEnumType) and isinstance(after, GraphQLEnumType):
            gone = ", ".join(name for name in before.values if name not in after.values)
            yield from [f"{variable}: {before.name} no longer has {gone}."] if gone else []
        if not isinstance(before, GraphQLInputObjectType):
            continue
        if isinstance(after, GraphQLInputObjectType):
            yield from (f"{variable}: {each}" for each in _narrowed_fields(before, after))
        for field in before.fields.values():
            inner = get_named_type(field.type)
            if inner.name not in seen:
                seen.add(inner.name)
                pending.append(inner)


def _narrowed_fields(
    before: GraphQLInputObjectType, after: GraphQLInputObjectType
) -> Iterator[str]:
    for name, field in before.fields.items():
        now = after.fields.get(name)
        if now is None:
            yield f"{before.name}.{name} is gone."
        elif not _is_safe_answer(now.type, field.type):
            yield f"{before.name}.{name} changes its type from {field.type} to {now.type}."
        elif is_required_input_field(now) and not is_required_input_field(field):
            yield f"{before.name}.{name} is required now."
    for name, added in after.fields.items():
        if name not in before.fields and is_required_input_field(added):
            yield f"{before.name}.{name} is required now."
    if after.is_one_of and not before.is_one_of:
        yield f"{before.name} takes exactly one field now."
