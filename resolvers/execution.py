"""Execution that takes attributes of loaded objects straight into the answer.

graphql-core runs every field through argument coercion, a resolver, resolve info, error handling
and type dispatch, some microseconds each, where most fields of a health record are attributes of
objects that a loader has already brought. Such plain fields are compiled, once per operation and
selection, into functions from a value to its part of the answer. Whatever is irregular (a null
where none may be, a value of an unexpected type, an awaitable, an exception) leaves the compiled
way: that one field is executed anew by the general way, which reports it as it must be reported.

Source: GraphQL specification, section 6.4 (executing fields, value completion).
"""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, TypeAlias, cast

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

Complete: TypeAlias = Callable[[Any], Any]
"""From a field's value to its part of the answer; raises where anything is irregular."""

_LEAVES = (str, int, float, bool, Enum)
_TEXT = frozenset({"String", "ID", "DateTime", "PartialDate", "Decimal"})


class _IrregularError(Exception):
    """The value must be completed by the general way."""


class _Selection:
    """One selection on one type: its plain fields compiled, the others as they are.

    Attributes:
        plain: Response name, attribute and completion of each plain field.
        general: What the general way executes.
        names: All response names in the client's order.
    """

    __slots__ = ("general", "names", "plain")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.plain: list[tuple[str, str, Complete]] = []
        self.general: GroupedFieldSet = {}
        self.names = names


class PlainExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes one operation; plain attributes take the short way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on
        """Takes what graphql-core's executor takes."""
        super().__init__(*args, **kwargs)
        # By identity of the collected fields, which the entry keeps alive.
        self._selections: dict[tuple[str, int], tuple[GroupedFieldSet, _Selection]] = {}

    def execute_collected_subfields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,  # noqa: ANN401 - any object of the schema
        path: Path,
        grouped_field_set: GroupedFieldSet,
        *rest: Any,  # noqa: ANN401 - passed on
    ) -> Any:  # noqa: ANN401 - the answer's part, or an awaitable of it
        """Executes a selection on an object: plain fields at once, the others the general way."""
        selection = self._selection(parent_type, grouped_field_set)
        if not selection.plain:
            return super().execute_collected_subfields(
                parent_type, source_value, path, grouped_field_set, *rest
            )
        done: dict[str, Any] = {}
        general = selection.general
        for name, attribute, complete in selection.plain:
            try:
                done[name] = complete(getattr(source_value, attribute))
            except Exception:  # noqa: BLE001 - the general way meets it again and reports it
                if general is selection.general:
                    general = dict(general)
                general[name] = grouped_field_set[name]
        if not general:
            return done
        others = super().execute_collected_subfields(
            parent_type, source_value, path, general, *rest
        )
        if self.is_awaitable(others):
            return _joined(selection.names, done, cast("Awaitable[dict[str, Any]]", others))
        return _in_order(selection.names, done, cast("dict[str, Any]", others))

    def _selection(self, type_: GraphQLObjectType, fields: GroupedFieldSet) -> _Selection:
        key = (type_.name, id(fields))
        known = self._selections.get(key)
        if known is not None:
            return known[1]
        selection = _Selection(tuple(fields))
        for name, details in fields.items():
            field = self.schema.get_field(type_, details[0].node.name.value)
            plain = None if field is None else self._plain(type_, field, details)
            if plain is None:
                selection.general[name] = details
            else:
                selection.plain.append((name, *plain))
        self._selections[key] = (fields, selection)
        return selection

    def _plain(
        self, type_: GraphQLObjectType, field: GraphQLField, details: FieldDetailsList
    ) -> tuple[str, Complete] | None:
        """The attribute and completion of a field; ``None`` where it is not plain."""
        definition = (field.extensions or {}).get("strawberry-definition")
        if details[0].node.name.value == "__typename":
            name = type_.name
            return "__class__", lambda _: name
        if definition is None or not definition.is_basic_field or field.args:
            return None
        complete = self._completion(field.type, details)
        return None if complete is None else (definition.python_name, complete)

    def _completion(self, type_: GraphQLOutputType, details: FieldDetailsList) -> Complete | None:
        """How values of a type are completed, where nothing below needs the general way."""
        if is_non_null_type(type_):
            inner = self._completion(type_.of_type, details)
            return None if inner is None else _non_null(inner)
        if is_list_type(type_):
            inner = self._completion(type_.of_type, details)
            return None if inner is None else _listed(inner)
        if is_leaf_type(type_):
            return _text if type_.name in _TEXT else _leaf(type_.coerce_output_value)
        if is_object_type(type_):
            return self._object(type_, details)
        if is_abstract_type(type_):
            return self._abstract(type_, details)
        return None

    def _object(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Complete | None:
        if type_.is_type_of is not None:
            return None
        collected = self.collect_subfields(type_, details)
        selection = self._selection(type_, collected[0])
        if selection.general:
            return None
        members = tuple(selection.plain)

        def complete(value: Any) -> Any:  # noqa: ANN401 - an object of the type
            if value is None:
                return None
            return {name: inner(getattr(value, attribute)) for name, attribute, inner in members}

        return complete

    def _abstract(self, type_: Any, details: FieldDetailsList) -> Complete | None:  # noqa: ANN401
        """Completion by the object's own type, which Strawberry writes on its class."""
        by_name: dict[str, Complete] = {}
        for possible in self.schema.get_possible_types(type_):
            completion = self._object_of_abstract(possible, details)
            if completion is None:
                return None
            by_name[possible.name] = completion

        def complete(value: Any) -> Any:  # noqa: ANN401 - an object of any of the types
            if value is None:
                return None
            definition = type(value).__strawberry_definition__
            if definition.is_graphql_generic or definition.concrete_of is not None:
                raise _IrregularError
            return by_name[definition.name](value)

        return complete

    def _object_of_abstract(
        self, type_: GraphQLObjectType, details: FieldDetailsList
    ) -> Complete | None:
        """As :meth:`_object`; the class itself says that the object is of the type."""
        collected = self.collect_subfields(type_, details)
        selection = self._selection(type_, collected[0])
        if selection.general:
            return None
        members = tuple(selection.plain)
        return lambda value: {
            name: inner(getattr(value, attribute)) for name, attribute, inner in members
        }


def _non_null(inner: Complete) -> Complete:
    def complete(value: Any) -> Any:  # noqa: ANN401 - a value of the type
        completed = inner(value)
        if completed is None:
            raise _IrregularError
        return completed

    return complete


def _listed(inner: Complete) -> Complete:
    def complete(value: Any) -> Any:  # noqa: ANN401 - a list, or nothing
        if value is None:
            return None
        if not isinstance(value, list | tuple):
            raise _IrregularError
        return [inner(item) for item in value]

    return complete


def _text(value: Any) -> Any:  # noqa: ANN401 - a text, or nothing
    if value is None or type(value) is str:
        return value
    raise _IrregularError


def _leaf(coerce: Complete) -> Complete:
    def complete(value: Any) -> Any:  # noqa: ANN401 - a scalar or enum value, or nothing
        if value is None:
            return None
        if not isinstance(value, _LEAVES):
            raise _IrregularError
        return coerce(value)

    return complete


def _in_order(
    names: tuple[str, ...], done: dict[str, Any], others: dict[str, Any]
) -> dict[str, Any]:
    """All fields in the client's order; a field that the schema lacks has no place."""
    done.update(others)
    return {name: done[name] for name in names if name in done}


async def _joined(
    names: tuple[str, ...], done: dict[str, Any], others: Awaitable[dict[str, Any]]
) -> dict[str, Any]:
    return _in_order(names, done, await others)
