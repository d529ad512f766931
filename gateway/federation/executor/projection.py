"""Takes from a subgraph's answer exactly what was asked and merges it into the response's data.

Merged data are dicts with the final response names, the plan's own reserved names, and each
object's concrete type under ``TYPE_SLOT``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.federation.executor.conditions import Permits, refused_group
from gateway.federation.plan import RESERVED_PREFIX
from gateway.federation.response.completion import TYPE_SLOT
from gateway.federation.response.errors import (
    ErrorValue,
    Fault,
    MergedValue,
    PathKey,
    ResponsePath,
    fault,
    with_error,
)
from gateway.federation.response.fields import TypeConditions
from gateway.federation.selection import Field, SelectionSet

MergedObject = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class ProjectedField:
    """One field of a fetch.

    Attributes:
        field: The field.
        output_name: Name in the merged data.
        types: Concrete types for which it was asked; ``None`` means all.
        below: What was asked below; ``None`` for leaves.
    """

    field: Field
    output_name: str
    types: frozenset[str] | None
    below: "Projection | None"

    def concerns(self, type_name: str | None) -> bool:
        """Return whether the field was asked for objects of a type; unknown types pass."""
        return self.types is None or type_name is None or type_name in self.types


@dataclass(frozen=True, slots=True)
class Projection:
    """A fetch's selection set, ready to be applied to answers.

    Attributes:
        fields: All fields, those of fragments with their types.
        typename_keys: Response names under which ``__typename`` was asked.
    """

    fields: tuple[ProjectedField, ...]
    typename_keys: tuple[str, ...]

    def named(self, response_name: PathKey) -> tuple[ProjectedField, ...]:
        """Return all fields with a response name."""
        return tuple(f for f in self.fields if f.field.response_name == response_name)


def compile_projection(selections: SelectionSet, types: TypeConditions) -> Projection:
    """Compile the projection of a fetch's selection set (conditions resolved)."""
    fields = tuple(_projected(selections, None, types))
    typenames = dict.fromkeys(
        f.field.response_name for f in fields if f.field.name == "__typename"
    )
    return Projection(fields, tuple(typenames))


def _projected(
    selections: SelectionSet, applies_to: frozenset[str] | None, types: TypeConditions
) -> list[ProjectedField]:
    fields: list[ProjectedField] = []
    for selection in selections:
        if isinstance(selection, Field):
            below = None
            if selection.selections:
                below = compile_projection(selection.selections, types)
            name = selection.output_name or selection.response_name
            fields.append(ProjectedField(selection, name, applies_to, below))
            continue
        inner = applies_to
        if selection.type_condition is not None:
            inner = types.of(selection.type_condition) | {selection.type_condition}
            inner = inner if applies_to is None else inner & applies_to
        fields += _projected(selection.selections, inner, types)
    return fields


class Merger:
    """Merges the answers of one request.

    Args:
        is_object_type: Whether a name is that of a concrete type of the supergraph.
        permits: What the guards of the request's subjects permit.
        refusal: The error that stands for a group that is not permitted.
    """

    def __init__(
        self,
        is_object_type: Callable[[str], bool],
        permits: Permits,
        refusal: Callable[[str], ErrorValue],
    ) -> None:
        self._is_object_type = is_object_type
        self._permits = permits
        self._refusal = refusal

    def merge_object(
        self, projection: Projection, value: dict[str, Any], target: MergedObject
    ) -> None:
        """Write the requested fields of ``value`` into ``target``."""
        type_name = self._note_type(projection, value, target)
        for entry in projection.fields:
            if not entry.concerns(type_name):
                continue
            field = entry.field
            if field.requirements and self.refuse(entry, target):
                continue
            if field.response_name in value:
                self._merge_value(entry, value[field.response_name], target)

    def refuse(self, entry: ProjectedField, target: MergedObject) -> bool:
        """Mark a field that is not permitted; return whether it is one."""
        group = refused_group(entry.field.requirements, self._permits)
        if group is None:
            return False
        target.setdefault(entry.output_name, fault(self._refusal(group)))
        return True

    def take_away(
        self,
        projection: Projection,
        target: MergedObject,
        cause: "Fault | None",
        *,
        missing_only: bool = False,
    ) -> None:
        """Make all fields that have no value yet null: data, or the effect of ``cause``.

        An object of which other subgraphs resolve parts lacks its rest alone, an interface object
        its concrete type. With ``missing_only`` fields that are null already stay as they are.
        """
        type_name = target.get(TYPE_SLOT)
        if not self._is_concrete(type_name):
            type_name = None  # An interface object whose concrete type is not known.
        for entry in projection.fields:
            if not entry.concerns(type_name):
                continue
            if entry.field.requirements and self.refuse(entry, target):
                continue
            known = target.get(entry.output_name)
            if known is None:
                if not missing_only or entry.output_name not in target:
                    target[entry.output_name] = cause
            elif entry.field.name == "__typename":
                target[entry.output_name] = self._typename(known, cause)
            elif entry.below is not None:
                for part in objects_in(known):
                    self.take_away(entry.below, part, cause, missing_only=missing_only)

    def _typename(self, known: MergedValue, cause: Fault | None) -> MergedValue:
        """Return what stands for a typename of which the rest is lost: an interface tells none.

        A typename that is null says that nobody knows the object, which is no error.
        """
        is_lost = known.__class__ is str and not self._is_concrete(known)
        return cause if is_lost else known

    def _is_concrete(self, typename: MergedValue) -> bool:
        return typename.__class__ is str and self._is_object_type(typename)

    def _note_type(
        self, projection: Projection, value: dict[str, Any], target: MergedObject
    ) -> str | None:
        found: str | None = None
        for key in projection.typename_keys:
            name = value.get(key)
            if name.__class__ is str:
                found = name
        if found is None:
            known: str | None = target.get(TYPE_SLOT)
            return known
        if self._is_object_type(found) or TYPE_SLOT not in target:
            target[TYPE_SLOT] = found
            return found
        # A subgraph that sees an interface as an object does not know the concrete type.
        return None

    def _merge_value(
        self, entry: ProjectedField, value: MergedValue, target: MergedObject
    ) -> None:
        name, below = entry.output_name, entry.below
        known = target.get(name)
        if below is None:
            if entry.field.name == "__typename":
                if value.__class__ is str and (known is None or self._is_concrete(value)):
                    target[name] = value
            elif known is None or known.__class__ is Fault:
                target[name] = value
        elif known.__class__ is dict and value.__class__ is dict:
            self.merge_object(below, value, known)
        elif known.__class__ is list and value.__class__ is list:
            self._merge_lists(below, value, known)
        elif known is None or (known.__class__ is Fault and value is not None):
            target[name] = self._build(below, value)

    def _merge_lists(self, below: Projection, value: list[Any], known: list[Any]) -> None:
        if len(value) != len(known):
            return  # The subgraphs disagree: what only this one knows stays missing.
        for index, (item, known_item) in enumerate(zip(value, known, strict=True)):
            if known_item.__class__ is dict and item.__class__ is dict:
                self.merge_object(below, item, known_item)
            elif known_item.__class__ is list and item.__class__ is list:
                self._merge_lists(below, item, known_item)
            elif known_item is None:
                known[index] = self._build(below, item)

    def _build(self, below: Projection, value: MergedValue) -> MergedValue:
        if value.__class__ is dict:
            built: MergedObject = {}
            self.merge_object(below, value, built)
            return built
        if value.__class__ is list:
            return [self._build(below, item) for item in value]
        return value


def objects_in(value: MergedValue) -> Iterator[MergedObject]:
    """Yield an object, or the objects of a list."""
    if value.__class__ is dict:
        yield value
    elif value.__class__ is list:
        for item in value:
            yield from objects_in(item)


def place_error(
    projection: Projection, target: MergedObject, path: ResponsePath, error: ErrorValue
) -> bool:
    """Put a subgraph's error where it took a value away.

    Args:
        projection: What was asked on ``target``.
        target: An object that the answer was merged into.
        path: The error's path below the object, in the subgraph's response names.
        error: The error.

    Returns:
        Whether there was a null at the path or above it.
    """
    container: Any = target
    below: tuple[Projection, ...] = (projection,)
    for position, step in enumerate(path):
        key: PathKey = step
        if isinstance(step, str):
            entries = entries_named(below, step)
            if not entries or container.__class__ is not dict:
                return False
            key, below = entries[0].output_name, below_entries(entries)
        elif container.__class__ is not list or not 0 <= step < len(container):
            return False
        value = container.get(key) if isinstance(key, str) else container[key]
        if value is None or value.__class__ is Fault:
            rest = client_path(below, path[position + 1 :])
            container[key] = with_error(value, error, rest)
            return True
        container = value
    return False


def entries_named(below: tuple[Projection, ...], response_name: str) -> list[ProjectedField]:
    """Return what was asked under a name: one field of the answer may be selected in parts."""
    return [entry for projection in below for entry in projection.named(response_name)]


def below_entries(entries: list[ProjectedField]) -> tuple[Projection, ...]:
    """Return what was asked below the fields of one name."""
    return tuple(entry.below for entry in entries if entry.below is not None)


def client_path(below: tuple[Projection, ...], path: ResponsePath) -> ResponsePath:
    """Return an error's path in the client's response names, as far as the client asked."""
    keys: list[PathKey] = []
    for step in path:
        if isinstance(step, str):
            entries = entries_named(below, step)
            if not entries or entries[0].output_name.startswith(RESERVED_PREFIX):
                break
            keys.append(entries[0].output_name)
            below = below_entries(entries)
        else:
            keys.append(step)
    return tuple(keys)
