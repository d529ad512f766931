"""Writes the functions of entity fetches: collect representations, merge entities."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.federation.entities import build_value
from gateway.federation.executor.fast.fetches import (
    EntityRequest,
    EntityTarget,
    FastFetch,
    KeyValue,
)
from gateway.federation.executor.fast.marks import NO_VALUE
from gateway.federation.executor.fast.structs import StructPool, StructType
from gateway.federation.executor.fast.walks import WalkWriter
from gateway.federation.executor.requests import decode_json, encode_json
from gateway.federation.response.errors import Fault, MergedValue


class DeviationError(Exception):
    """An answer has something that only the general path handles."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where the pieces of one representation of a fetch stand in the state.

    Attributes:
        request: The representation.
        begin: Where its representations begin in the call's list.
        end: Where they end.
        entities: The entities of the answer.
        places: For each target the index of the entity of each of its objects.
        entity_class: The class that its entities must have in a mixed list, else ``None``.
    """

    request: EntityRequest
    begin: int
    end: int
    entities: int
    places: tuple[int, ...]
    entity_class: StructType | None


@dataclass(frozen=True, slots=True)
class FetchCall:
    """One ``_entities`` call.

    Attributes:
        attribute: Its attribute in the decoded answer.
        classes: The class of each representation's entities, in order.
        requests: Its representations.
    """

    attribute: str
    classes: tuple[StructType, ...]
    requests: tuple[EntityRequest, ...]


@dataclass(slots=True)
class _Call:
    attribute: str
    length: int
    pieces: list[_Piece] = field(default_factory=list)


class FetchWriter:
    """Writes entity fetches into the source of a plan."""

    def __init__(self, walks: WalkWriter) -> None:
        self._walks = walks
        self._source = walks.source
        self._deviation = self._source.value(DeviationError)
        self._encode = self._source.value(encode_json)

    def write(self, fetch: FastFetch, calls: list[FetchCall]) -> None:
        """Write ``collect_N(S)`` and ``merge_N(S, data)``.

        The first returns the encoded representations of each call, or ``None`` if there are none;
        the second takes in the answer's ``data``.
        """
        placed = [self._place(call) for call in calls]
        for request in fetch.entities:
            for target in request.targets:
                self._walks.gather(target.outline)
        self._write_collect(fetch.step, placed)
        self._write_merge(fetch.step, placed)

    def _place(self, call: FetchCall) -> _Call:
        walks = self._walks
        placed = _Call(call.attribute, walks.state())
        for request, entity_class in zip(call.requests, call.classes, strict=True):
            number = request.origin.representation
            assert number is not None  # noqa: S101 # of an entity fetch
            placed.pieces.append(
                _Piece(
                    request,
                    begin=walks.state(),
                    end=walks.state(),
                    entities=walks.entities(request.origin.step, number),
                    places=tuple(walks.state() for _ in request.targets),
                    entity_class=entity_class if len(call.requests) > 1 else None,
                )
            )
        return placed

    def _write_collect(self, step: int, calls: list[_Call]) -> None:
        source = self._source
        lists = [source.name() for _ in calls]
        with source.block(f"def collect_{step}(S):"):
            for call, listed in zip(calls, lists, strict=True):
                source.line(f"{listed} = []")
                for piece in call.pieces:
                    self._write_representations(piece, listed)
                source.line(f"S[{call.length}] = len({listed})")
            with source.block(f"if {' and '.join(f'not {item}' for item in lists)}:"):
                source.line("return None")
            encoded = ", ".join(f"{self._encode}({item})" for item in lists)
            source.line(f"return [{encoded}]")

    def _write_representations(self, piece: _Piece, listed: str) -> None:
        source = self._source
        source.line(f"S[{piece.entities}] = ()")
        source.line(f"S[{piece.begin}] = len({listed})")
        targets = zip(piece.request.targets, piece.places, strict=True)
        if len({(target.kind, target.is_flat) for target in piece.request.targets}) == 1:
            self._write_kind(list(targets), listed)
        else:
            self._write_kinds(list(targets), listed)
        source.line(f"S[{piece.end}] = len({listed})")

    def _write_kind(self, targets: list[tuple[EntityTarget, int]], listed: str) -> None:
        """Write how objects are listed whose representations can all be compared.

        What tells two apart is the representation itself, or what it is made of if that is
        cheaper: of many thousands, every further object costs more than its making.
        """
        source = self._source
        known, begin = source.name(), source.name()
        place, index = source.name(), source.name()
        made = ""
        source.line(f"{known} = {{}}")
        source.line(f"{begin} = len({listed})")
        source.line(f"{index} = {known}.setdefault")
        for target, places in targets:
            entity = source.name()
            source.line(f"S[{places}] = []")
            source.line(f"{place} = S[{places}].append")
            with source.block(f"for {entity} in {self._walks.gather(target.outline)}:"):
                key, made = self._representation(target, entity)
                if target.is_flat and len(target.keys) > 1:
                    key, made = made, ""
                source.line(f"{place}({index}({key}, {begin} + len({known})))")
            made = made and f"[{made} for {key} in {known}]"
        source.line(f"{listed} += {made or known}")

    def _write_kinds(self, targets: list[tuple[EntityTarget, int]], listed: str) -> None:
        """Write how objects are listed of which some cannot be compared with others."""
        source = self._source
        kinds = {target.kind: source.name() for target, _ in targets}
        for known in kinds.values():
            source.line(f"{known} = {{}}")
        for target, place in targets:
            places, entity, index = source.name(), source.name(), source.name()
            known = kinds[target.kind]
            source.line(f"{places} = S[{place}] = []")
            with source.block(f"for {entity} in {self._walks.gather(target.outline)}:"):
                key, made = self._representation(target, entity)
                source.line(f"{index} = {known}.get({key})")
                with source.block(f"if {index} is None:"):
                    source.line(f"{index} = {known}[{key}] = len({listed})")
                    source.line(f"{listed}.append({made})")
                source.line(f"{places}.append({index})")

    def write_ask(self, name: str, target: EntityTarget, has_subjects: bool) -> None:
        """Write a function that makes the representations of objects for the careful path.

        It is called with the objects, their subjects, what is known by key, the representations,
        the index of each object's one, the subjects of each representation, and what is to be
        done with an object whose keys lack a value: return values for them, or ``None`` if there
        is nothing to ask.
        """
        source = self._source
        with source.block(f"def {name}(objects, subjects, known, made, places, asked, odd):"):
            source.line("add, place, get = made.append, places.append, known.get")
            loop = "for entity in objects:"
            if has_subjects:
                loop = "for entity, subject in zip(objects, subjects):"
            with source.block(loop):
                names = [source.name() for _ in target.keys]
                for value, key in zip(names, target.keys, strict=True):
                    source.line(f"{value} = entity.{key.slot.attribute}")
                self._write_odd(target, names)
                key_text, representation = self._made(target, names)
                if has_subjects:
                    key_text = f"({key_text}, subject)"
                source.line(f"index = get({key_text})")
                with source.block("if index is None:"):
                    source.line(f"index = known[{key_text}] = len(made)")
                    source.line(f"add({representation})")
                    if has_subjects:
                        source.line("asked.append(subject)")
                source.line("place(index)")

    def _write_odd(self, target: EntityTarget, names: list[str]) -> None:
        """Write what happens where a key lacks a value, or only an error tells why it is null."""
        source = self._source
        empty, fault = source.value(NO_VALUE), source.value(Fault)
        tests = [
            f"{name}.__class__ is {fault}" if key.may_be_null else f"{name}.__class__ in {empty}"
            for name, key in zip(names, target.keys, strict=True)
        ]
        if not tests:
            return
        values = "".join(f"{name}, " for name in names)
        with source.block(f"if {' or '.join(tests)}:"):
            source.line(f"values = odd(entity, ({values}))")
            with source.block("if values is None:"):
                source.line("place(-1)")
                source.line("continue")
            source.line(f"{values}= values")

    def write_assign(self, name: str, attributes: list[str]) -> None:
        """Write a function that writes entities into objects."""
        source = self._source
        if not attributes:
            source.line(f"def {name}(objects, places, entities): pass")
            return
        loop = "for place, index in zip(objects, places):"
        with source.block(f"def {name}(objects, places, entities):"), source.block(loop):
            source.line("entity = entities[index]")
            for attribute in attributes:
                source.line(f"place.{attribute} = entity.{attribute}")

    def _representation(self, target: EntityTarget, entity: str) -> tuple[str, str]:
        """Write the reading of the keys; return the dictionary key and the representation."""
        source = self._source
        values = []
        for key in target.keys:
            name = source.name()
            source.line(f"{name} = {entity}.{key.slot.attribute}")
            if key.is_nullable and not key.may_be_null:
                with source.block(f"if {name} is None:"):
                    source.line(f"raise {self._deviation}")
            values.append(name)
        return self._made(target, values)

    def _made(self, target: EntityTarget, values: list[str]) -> tuple[str, str]:
        """Return the dictionary key and the representation, given the names of the keys."""
        source = self._source
        arguments = ", ".join(values)
        if target.is_flat:
            made = source.value(_flat_representation(self._walks.structs.pool, target))
            return (f"({arguments})" if len(values) > 1 else arguments), f"{made}({arguments})"
        build = source.value(_Composer(target.typename, target.keys).compose)
        raw = source.value(msgspec.Raw)
        encoded = source.name()
        source.line(f"{encoded} = {build}({arguments})")
        return encoded, f"{raw}({encoded})"

    def _write_merge(self, step: int, calls: list[_Call]) -> None:
        source = self._source
        with source.block(f"def merge_{step}(S, data):"):
            for call in calls:
                found = source.name()
                source.line(f"{found} = data.{call.attribute}")
                with source.block(f"if len({found}) != S[{call.length}]:"):
                    source.line(f"raise {self._deviation}")
                for piece in call.pieces:
                    self._write_merge_piece(piece, found)

    def _write_merge_piece(self, piece: _Piece, found: str) -> None:
        source, part, entity = self._source, self._source.name(), self._source.name()
        limits = ""
        if piece.entity_class is not None:
            limits = f"[S[{piece.begin}]:S[{piece.end}]]"
        source.line(f"{part} = S[{piece.entities}] = {found}{limits}")
        if piece.entity_class is not None:
            wanted = source.value(piece.entity_class)
            with source.block(f"for {entity} in {part}:"):
                source.line(f"if {entity}.__class__ is not {wanted}: raise {self._deviation}")
        slots = [slot for slot in piece.request.brought if slot.is_kept]
        self._walks.settle(part, slots)
        for target, places in zip(piece.request.targets, piece.places, strict=True):
            own = target.outline.slots
            attributes = [slot.attribute for slot in slots if own[slot.name].is_kept]
            if not attributes:
                continue
            place, index = source.name(), source.name()
            objects = self._walks.gather(target.outline)
            with source.block(f"for {place}, {index} in zip({objects}, S[{places}]):"):
                source.line(f"{entity} = {found}[{index}]")
                for attribute in attributes:
                    source.line(f"{place}.{attribute} = {entity}.{attribute}")


def _flat_representation(pool: StructPool, target: EntityTarget) -> StructType:
    """Return a class whose instances encode to representations, and tell them apart."""
    fields: list[Any] = [(f"f{number}", Any) for number in range(len(target.keys))]
    names = {f"f{number}": key.name for number, key in enumerate(target.keys)}
    return pool.define(fields, names, ("__typename", target.typename), is_key=True)


class _Composer:
    """Composes representations with objects in them."""

    def __init__(self, typename: str, keys: tuple[KeyValue, ...]) -> None:
        self._typename = typename
        self._keys = keys

    def compose(self, *values: MergedValue) -> bytes:
        """Return the encoded representation.

        Raises:
            DeviationError: A key inside is missing.
        """
        built: dict[str, Any] = {"__typename": self._typename}
        for key, value in zip(self._keys, values, strict=True):
            if key.selections is None or value is None:
                built[key.name] = value
                continue
            plain = value
            if key.slot.position is not None:
                plain = decode_json(encode_json(value))
            found = build_value(key.selections, plain, key.may_be_null)
            if found is None:
                raise DeviationError
            built[key.name] = found
        return encode_json(built)
