"""Writes the functions of entity fetches: collect representations, merge entities."""

from dataclasses import dataclass, field

from gateway.federation.executor.fast.deviation import DeviationError
from gateway.federation.executor.fast.fetches import EntityRequest, EntityTarget, FastFetch
from gateway.federation.executor.fast.representations import write_representation
from gateway.federation.executor.fast.sharing import SharingWriter
from gateway.federation.executor.fast.structs import StructType
from gateway.federation.executor.fast.walks import WalkWriter
from gateway.federation.executor.requests import encode_json


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

    def __init__(self, walks: WalkWriter, sharing: SharingWriter) -> None:
        self._walks = walks
        self._sharing = sharing
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
        return write_representation(source, self._walks.structs.pool, target, values)

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
            self._sharing.write_shared()

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
        self._sharing.write(part, slots)
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
