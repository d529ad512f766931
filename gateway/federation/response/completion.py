"""Completion of merged data: from what subgraphs answered to what the client asked for.

Compiled once per operation into closures. Walks the client's selection, so that order, aliases
and the absence of everything unasked follow by construction, and propagates nulls to the nearest
nullable ancestor with one error per cause.

Source: GraphQL specification (October 2021), sections 6.4.3 "Value Completion" and 6.4.4 "Handling
Field Errors".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    GraphQLCompositeType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from gateway.federation.plan import RESERVED_PREFIX, TYPENAME_KEY
from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    Fault,
    MergedValue,
    fault,
)
from gateway.federation.response.fields import (
    TypeConditions,
    collect_fields,
    depends_on_type,
    merged_selections,
    scopes_of,
)
from gateway.federation.response.leaves import as_it_is, leaf_completion
from gateway.federation.response.values import (
    MISSING,
    NULLED,
    Completion,
    Errors,
    LinkedPath,
    always_denied,
    as_is,
    constant,
    custom_scalar,
    flat_path,
    invalid,
    leaf,
    list_of,
    non_null,
    nullable,
    record,
)
from gateway.federation.selection import Denial, Field, SelectionSet

TYPE_SLOT: Final = 0
"""Key of an object's concrete type in merged data; no JSON key can collide with an integer."""

_ANYTHING: Final = "*"
"""The type of an object of which nothing is told, where that must not mean any type."""

_META_FIELDS: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class ResponseShape:
    """The compiled shape of an operation's ``data``."""

    _complete: Callable[[dict[Any, Any], LinkedPath, Errors], Any]

    def complete(self, data: dict[Any, Any]) -> tuple[dict[str, Any] | None, list[ExecutionError]]:
        """Return the client's ``data`` and the errors that belong to it, in document order."""
        errors: list[ExecutionError] = []
        completed = self._complete(data, None, errors)
        return (None if completed is NULLED else completed), errors


class _ShapeCompiler:
    def __init__(
        self, schema: GraphQLSchema, types: TypeConditions, denied_types: Mapping[str, Denial]
    ) -> None:
        self._schema = schema
        self._types = types
        self._leaves: dict[str, Completion] = {}
        self._denied_types = {name: _error(denial) for name, denial in denied_types.items()}

    def position(self, output_type: GraphQLOutputType, selections: SelectionSet) -> Completion:
        """Compile the completion of one field's or list item's value."""
        if is_leaf_type(get_named_type(output_type)):
            type_text = str(output_type)
            known = self._leaves.get(type_text)
            if known is None:
                known = self._leaves[type_text] = self._position(output_type, ())
            return known
        return self._position(output_type, selections)

    def _position(self, output_type: GraphQLOutputType, selections: SelectionSet) -> Completion:
        if isinstance(output_type, GraphQLNonNull):
            return non_null(self._inner(output_type.of_type, selections))
        return nullable(self._inner(output_type, selections))

    def _inner(self, output_type: GraphQLOutputType, selections: SelectionSet) -> Completion:
        if isinstance(output_type, GraphQLList):
            return list_of(self.position(output_type.of_type, selections))
        if is_leaf_type(output_type):
            complete = leaf_completion(output_type)
            return custom_scalar if complete is as_it_is else leaf(complete)
        if is_abstract_type(output_type):
            return self._abstract(output_type.name, selections)
        return self._object(get_named_type(output_type).name, selections)

    def _object(self, type_name: str, selections: SelectionSet) -> Completion:
        fields = self.fields(type_name, selections)

        def complete(
            value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
        ) -> MergedValue:
            if value.__class__ is not dict:
                return invalid(value, path, key, errors)
            return fields(value, (path, key), errors)

        return complete

    def _abstract(self, declared: str, selections: SelectionSet) -> Completion:
        compiled: dict[str, Callable[[dict[Any, Any], LinkedPath, Errors], Any]] = {}
        possible = self._types.of(declared)
        # An object of which nothing is told may be of a type that the caller may not see.
        otherwise = declared if all(map(self._may_be_seen, possible)) else _ANYTHING
        needs_type = self._needs_type(declared, selections)

        def complete(
            value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
        ) -> MergedValue:
            type_name = value.get(TYPE_SLOT, otherwise) if value.__class__ is dict else ""
            fields = compiled.get(type_name)
            if fields is None:
                denied = self._denied_types.get(type_name)
                if denied is not None:
                    errors.append(ExecutionError(denied, flat_path(path, key)))
                    return NULLED
                if type_name == _ANYTHING:
                    return _untold(value, path, key, errors)
                if not self._is_visible(type_name, possible):
                    return invalid(value, path, key, errors)
                if needs_type and not self._is_told(value, type_name):
                    return _untold(value, path, key, errors)
                concrete = self._only_type(type_name)
                fields = compiled[type_name] = self.fields(concrete, selections, declared)
            return fields(value, (path, key), errors)

        return complete

    def _needs_type(self, declared: str, selections: SelectionSet) -> bool:
        """Return whether what is selected cannot be told without an object's concrete type."""
        if depends_on_type(selections, declared, self._types):
            return True
        scopes = scopes_of(selections, declared, declared, self._types)
        return any(
            self._definition(declared, scopes[name], group[0].name) is None
            for name, group in collect_fields(selections, declared, self._types).items()
        )

    def _only_type(self, type_name: str) -> str:
        """Return the concrete type that a type has, if it has only one; otherwise itself."""
        possible = self._types.of(type_name)
        return next(iter(possible)) if len(possible) == 1 else type_name

    def _is_told(self, value: dict[Any, Any], type_name: str) -> bool:
        """Return whether an object's concrete type is known."""
        if not _was_asked(value):
            type_name = self._only_type(type_name)
        return self._types.is_object_type(type_name)

    def _may_be_seen(self, type_name: str) -> bool:
        return type_name in self._schema.type_map and type_name not in self._denied_types

    def _is_visible(self, type_name: MergedValue, possible: frozenset[str]) -> bool:
        """Return whether an object of a type is one of those that are possible and not hidden."""
        types, known = self._types.of(type_name), self._schema.type_map
        return type_name in known and types <= possible and not known.keys().isdisjoint(types)

    def fields(
        self, type_name: str, selections: SelectionSet, declared: str | None = None
    ) -> Callable[[dict[Any, Any], LinkedPath, Errors], Any]:
        """Compile the completion of an object's fields.

        Args:
            type_name: The type that the object is known to have.
            selections: What is selected on it.
            declared: The type on which it is selected, if that is another.
        """
        collected = collect_fields(selections, type_name, self._types)
        scopes = scopes_of(selections, declared or type_name, type_name, self._types)
        fields = tuple(
            (name, self._field(type_name, scopes[name], group))
            for name, group in collected.items()
        )

        def complete(value: dict[Any, Any], path: LinkedPath, errors: Errors) -> MergedValue:
            get = value.get
            completed: dict[str, Any] = {}
            for name, complete_field in fields:
                result = complete_field(get(name, MISSING), path, name, errors)
                if result is NULLED:
                    return NULLED
                completed[name] = result
            return completed

        return complete

    def _field(self, type_name: str, scope: str, group: list[Field]) -> Completion:
        first = group[0]
        if first.name == "__typename":
            if isinstance(self._schema.type_map[type_name], GraphQLObjectType):
                return constant(type_name)
            return invalid
        if first.name in _META_FIELDS:
            return (non_null if first.name == "__schema" else nullable)(as_is)
        output_type = self._definition(type_name, scope, first.name)
        assert output_type is not None  # noqa: S101 # validated operation
        allowed = [field for field in group if field.denial is None]
        if not allowed:
            assert first.denial is not None  # noqa: S101 # else it were allowed
            return always_denied(fault(_error(first.denial)), output_type)
        return self.position(output_type, merged_selections(allowed))

    def _definition(self, type_name: str, scope: str, name: str) -> GraphQLOutputType | None:
        """Return the type of a field of objects that have a type.

        All objects of an interface or a union may have a field that it does not declare: where no
        more is known of them, the field is as the type has it under which it was selected.
        """
        for declaring in (type_name, scope):
            parent: GraphQLCompositeType = self._schema.type_map[declaring]  # type: ignore[assignment]
            definition = self._schema.get_field(parent, name)
            if definition is not None:
                output_type: GraphQLOutputType = definition.type
                return output_type
        return None


def _was_asked(value: dict[Any, Any]) -> bool:
    """Return whether subgraphs answered when they were asked for an object's concrete type."""
    return TYPE_SLOT in value or TYPENAME_KEY in value


def _untold(
    value: dict[Any, Any], path: LinkedPath, key: str | int, errors: Errors
) -> MergedValue:
    """Complete an object of which nobody told the concrete type: it is null.

    The subgraph that knows the type of an interface object did not know the object, or failed; or
    a subgraph left the typename out of its answer, or told one that no object has.
    """
    faults = {name: found for name, found in value.items() if found.__class__ is Fault}
    if not faults:
        if value.get(TYPENAME_KEY, MISSING) is None:
            return None
        return invalid(value, path, key, errors)
    shown = next((name for name in faults if not name.startswith(RESERVED_PREFIX)), None)
    if shown is not None:
        record(faults[shown], (path, key), shown, errors)
    else:
        record(next(iter(faults.values())), path, key, errors)
    return NULLED


def _error(denial: Denial) -> ErrorValue:
    return ErrorValue(denial.message, {"code": denial.code})


def compile_response(
    schema: GraphQLSchema,
    root_type: str,
    selections: SelectionSet,
    types: TypeConditions,
    denied_types: Mapping[str, Denial] | None = None,
) -> ResponseShape:
    """Compile the shape of the response to an operation.

    Args:
        schema: The API schema.
        root_type: Name of the operation's root type.
        selections: The client's selection set without conditions (see ``executor.conditions``).
        types: Which concrete types a composite type has.
        denied_types: Object types that the caller may not see: where an interface or a union turns
            out to be one, the object is null with this error, so that not even its typename shows.
    """
    compiler = _ShapeCompiler(schema, types, denied_types or {})
    return ResponseShape(compiler.fields(root_type, selections))
