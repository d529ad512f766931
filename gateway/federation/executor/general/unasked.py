"""Leaves out of an answer what nobody asked for.

The faster paths decode what was asked for and skip the rest, in which text that is no UTF-8 and
numbers that no double holds go unnoticed. The general path decodes all; where that fails it reads
what was asked for alone, so that every path takes the same answers.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from gateway.federation.executor.general.prepared import PreparedFetch, Target
from gateway.federation.executor.projection import (
    ProjectedField,
    Projection,
    below_entries,
    entries_named,
)
from gateway.federation.executor.requests import decode_json, encode_json
from gateway.federation.plan import RESERVED_PREFIX

MAX_LISTS: Final = 8
"""Lists in each other in which objects are looked for."""

_UNREADABLE: Final = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_NULL: Final = msgspec.Raw(b"null")


class _Response(msgspec.Struct):
    data: msgspec.Raw = _NULL
    errors: msgspec.Raw = _NULL


_decode_response = msgspec.json.Decoder(_Response).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def without_unasked(body: bytes, prepared: PreparedFetch) -> bytes | None:
    """Return an answer with nothing in it but what a request asked for.

    Args:
        body: An answer that cannot be decoded as a whole.
        prepared: The request.

    Returns:
        The answer, whose values may still be anything; ``None`` if it is not JSON.
    """
    reader = _Reader(prepared.compiled.is_object_type)
    try:
        response = _decode_response(body)
        if prepared.calls:
            data = reader.entities(prepared, response.data)
        else:
            data = reader.value((prepared.compiled.root_projection,), response.data)
    except _UNREADABLE:
        return None
    return encode_json({"data": data, "errors": response.errors})


class _Reader:
    def __init__(self, is_object_type: Callable[[str], bool]) -> None:
        self._is_object_type = is_object_type
        self._decoders: dict[tuple[str, ...], Callable[[msgspec.Raw], Any]] = {}

    def entities(self, prepared: PreparedFetch, raw: msgspec.Raw) -> Any:  # noqa: ANN401 # JSON
        """Return the data of an entity fetch."""
        assert prepared.template is not None  # noqa: S101 # an answer needs a request
        calls = {
            alias: prepared.calls[number].targets
            for (alias, _), number in zip(
                prepared.template.calls, sorted(prepared.calls), strict=True
            )
        }
        data: Any = self._object(tuple(calls), raw)
        for alias, value in data.items():
            if _first(value) == b"[":
                items, targets = _decode_list(value), calls[alias]
                if len(items) == len(targets):
                    data[alias] = [
                        self.value(_projections(about), item)
                        for item, about in zip(items, targets, strict=True)
                    ]
        return data

    def value(self, below: tuple[Projection, ...], raw: msgspec.Raw, lists: int = 0) -> Any:  # noqa: ANN401 # JSON
        """Return what was asked for of a value.

        Args:
            below: What was asked for.
            raw: The value.
            lists: Lists in which it stands.
        """
        kind = _first(raw)
        if kind == b"[" and lists < MAX_LISTS:
            return [self.value(below, item, lists + 1) for item in _decode_list(raw)]
        if kind != b"{":
            return raw
        names = dict.fromkeys(
            entry.field.response_name for projection in below for entry in projection.fields
        )
        found = self._object(tuple(names), raw)
        type_name = self._type_name(below, found)
        asked: dict[str, Any] = {}
        for name, value in found.items():
            entries = [entry for entry in entries_named(below, name) if entry.concerns(type_name)]
            if entries and not (_is_own_typename(entries[0]) and _text(value) is None):
                inner = below_entries(entries)
                asked[name] = self.value(inner, value) if inner else value
        return asked

    def _object(self, names: tuple[str, ...], raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
        """Return the fields of an object that have one of some names."""
        attributes = [f"f{number}" for number in range(len(names))]
        decode = self._decoders.get(names)
        if decode is None:
            fields: list[Any] = [(attribute, msgspec.Raw, None) for attribute in attributes]
            rename = dict(zip(attributes, names, strict=True))
            asked = msgspec.defstruct("Asked", fields, rename=rename)
            decode = self._decoders[names] = msgspec.json.Decoder(asked).decode
        values = decode(raw)
        found = {
            name: getattr(values, attribute)
            for name, attribute in zip(names, attributes, strict=True)
        }
        return {name: value for name, value in found.items() if value is not None}

    def _type_name(
        self, below: tuple[Projection, ...], found: dict[str, msgspec.Raw]
    ) -> str | None:
        """Return the concrete type that an object tells, as merging takes it."""
        type_name = None
        for projection in below:
            for key in projection.typename_keys:
                name = _text(found[key]) if key in found else None
                type_name = name or type_name
        return type_name if type_name and self._is_object_type(type_name) else None


def _projections(targets: list[Target]) -> tuple[Projection, ...]:
    """Return what several targets ask of one entity, each projection once."""
    return tuple({id(target.projection): target.projection for target in targets}.values())


def _first(raw: msgspec.Raw) -> bytes:
    return bytes(memoryview(raw)[:1])


def _text(raw: msgspec.Raw) -> str | None:
    """Return a string; ``None`` if it is none, or none that can be read."""
    try:
        found = decode_json(raw)
    except _UNREADABLE:
        return None
    return found if found.__class__ is str else None


def _is_own_typename(entry: ProjectedField) -> bool:
    """Return whether a field is a typename that the plan asks for itself.

    Where it tells nothing new the faster paths do not look at it.
    """
    return entry.field.name == "__typename" and entry.output_name.startswith(RESERVED_PREFIX)
