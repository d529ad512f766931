"""Takes the answers of the careful path in: regular ones, partial ones, and failures."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec

from gateway.federation.executor.answers import Unexplained, UnexplainedEntities, errors_by_index
from gateway.federation.executor.careful.irregular import AnswerReader, Irregularities
from gateway.federation.executor.careful.placing import NullObjects, place_error
from gateway.federation.executor.fast.deviation import DeviationError
from gateway.federation.executor.fast.fetches import EntityRequest, KeyValue
from gateway.federation.executor.fast.marks import NULL_WITHOUT_CAUSE
from gateway.federation.executor.fast.program import State
from gateway.federation.executor.fast.structs import StructType
from gateway.federation.executor.ports import FetchFailure, SubjectDecision
from gateway.federation.executor.projection import Projection
from gateway.federation.executor.requests import RequestTemplate
from gateway.federation.executor.variant import CompiledFetch
from gateway.federation.response.errors import ErrorValue, Fault, ResponsePath, fault

_NULLS: Final = (None, NULL_WITHOUT_CAUSE)


@dataclass(frozen=True, slots=True)
class CarefulTarget:
    """Objects that a request is about.

    Attributes:
        number: Number of the representation.
        walk: Returns the objects; where the request wants subjects, each with them.
        ask: Makes representations (see ``AskWriter.write_ask``).
        assign: Writes entities into objects: ``(objects, index of each one's entity, entities)``.
        keys: The representation's fields.
        kind: What keys must have in common to be compared.
        attributes: Attributes of the fields that an entity brings, by name.
    """

    number: int
    walk: Callable[[State], list[Any]]
    ask: Callable[..., None]
    assign: Callable[[list[Any], list[int], Any], None]
    keys: tuple[KeyValue, ...]
    kind: Hashable
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class CarefulRequest:
    """What one call of a fetch asks about one type.

    Attributes:
        request: The request on the outline.
        number: Number of its first representation.
        wanted: The guards whose subjects the walks bring, in order.
        targets: Its objects.
        entities: Index in the state of the entities that it brought.
        carried: Index in the state of their subjects.
        settle: Exchanges the tagged classes in new entities.
    """

    request: EntityRequest
    number: int
    wanted: tuple[int, ...]
    targets: tuple[CarefulTarget, ...]
    entities: int
    carried: int
    settle: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class FetchVariant:
    """A fetch under one set of permitted groups.

    Attributes:
        template: Its request; ``None`` if nothing may be asked.
        reader: Reads answers.
        calls: For each call of the request what it asks.
        classes: For each request by number the class of its entities.
        refused: For requests that may not be asked, what stands for an entity.
        nulls: For each request by number what makes null entities.
    """

    template: RequestTemplate | None
    reader: AnswerReader | None
    calls: tuple[tuple[CarefulRequest, ...], ...]
    classes: dict[int, StructType]
    refused: dict[int, Any]
    nulls: dict[int, NullObjects]


@dataclass(slots=True)
class Part:
    """Objects of one target in one request.

    Attributes:
        target: The target.
        objects: The objects.
        subjects: The subjects of each, where the request wants any.
        places: The index of each one's entity in its call.
    """

    target: CarefulTarget
    objects: list[Any]
    subjects: list[tuple[Any, ...]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def leave_out(self) -> None:
        """Forget the objects that nothing is asked about."""
        pairs = zip(self.objects, self.places, strict=True)
        kept = [(entity, place) for entity, place in pairs if place >= 0]
        self.objects = [entity for entity, _ in kept]
        self.places = [place for _, place in kept]


@dataclass(slots=True)
class Asked:
    """The objects of one request in one prepared fetch.

    Attributes:
        request: The request.
        begin: Index of the request's first entity in its call.
        end: Index after its last.
        parts: The objects.
        subjects: The subjects of each of its entities.
        lost: Objects with the fields whose inputs an error took away.
    """

    request: CarefulRequest
    begin: int
    end: int = 0
    parts: list[Part] = field(default_factory=list)
    subjects: list[tuple[Any, ...]] = field(default_factory=list)
    lost: list[tuple[CarefulTarget, Any, dict[str, Fault]]] = field(default_factory=list)


class PreparedRequest(Protocol):
    """A request that is ready to be sent."""

    @property
    def template(self) -> RequestTemplate:
        """Its template."""
        ...

    @property
    def representations(self) -> list[bytes]:
        """The encoded representations of each call."""
        ...

    @property
    def decisions(self) -> tuple[SubjectDecision, ...]:
        """The decisions for its subjects."""
        ...

    def absorb(self, state: State, body: bytes, irregular: Irregularities) -> None:
        """Take an answer in."""
        ...

    def fail(self, state: State, failure: FetchFailure, irregular: Irregularities, /) -> None:
        """Take in that there is no answer."""
        ...


class PreparedEntities:
    """An entity fetch that is ready to be sent."""

    def __init__(
        self,
        step: int,
        compiled: CompiledFetch,
        variant: FetchVariant,
        representations: list[bytes],
        decisions: tuple[SubjectDecision, ...],
        calls: list[tuple[int, list[Asked]]],
    ) -> None:
        assert variant.template is not None  # noqa: S101 # there is something to ask
        assert variant.reader is not None  # noqa: S101 # it has one then
        self.template = variant.template
        self.representations = representations
        self.decisions = decisions
        self._step = step
        self._compiled = compiled
        self._variant = variant
        self._reader = variant.reader
        self._calls = calls

    def absorb(self, state: State, body: bytes, irregular: Irregularities) -> None:
        """Take an answer in."""
        data = self._reader.read(body)
        if data is None:
            self._absorb_irregular(state, body, irregular)
            return
        for position, (length, asked) in enumerate(self._calls):
            entities = getattr(data, f"f{position}")
            if len(entities) != length:
                raise DeviationError
            for item in asked:
                self._take_in(state, item, entities, entities[item.begin : item.end])

    def _take_in(
        self, state: State, asked: Asked, entities: list[Any], present: list[Any]
    ) -> None:
        """Take a request's entities in; ``present`` are those that are not null."""
        request = asked.request
        wanted = self._variant.classes[request.number]
        if any(entity.__class__ is not wanted for entity in present):
            raise DeviationError
        request.settle(present)
        state[request.entities] += present
        for part in asked.parts:
            part.target.assign(part.objects, part.places, entities)
        for target, entity, lost in asked.lost:
            keys = self._compiled.computed_keys[target.number]
            for name, cause in lost.items():
                attribute = target.attributes.get(name)
                if attribute is None:
                    continue
                if name in keys or getattr(entity, attribute) in _NULLS:
                    setattr(entity, attribute, cause)
        if len(present) == len(asked.subjects):
            state[request.carried] += asked.subjects

    def _absorb_irregular(self, state: State, body: bytes, irregular: Irregularities) -> None:
        fetch = self._compiled.fetch
        answer = self._reader.read_irregular(body, fetch.subgraph, irregular.masking)
        aliases = [alias for alias, _ in self.template.calls]
        lengths = {alias: length for alias, (length, _) in zip(aliases, self._calls, strict=True)}
        unexplained = UnexplainedEntities(answer.errors, lengths)
        irregular.note(self._step)
        for position, (length, asked) in enumerate(self._calls):
            entities = answer.data and getattr(answer.data, f"f{position}")
            rest = unexplained.of_call(aliases[position], entities is not None)
            if entities is None and answer.errors:
                entities = [None] * length
            if entities is None or len(entities) != length:
                raise DeviationError
            errors = errors_by_index(answer.errors, aliases[position])
            for item in asked:
                self._take_in_partial(state, item, entities, (errors, rest, irregular))
        irregular.loose += unexplained.left()

    def _take_in_partial(
        self,
        state: State,
        asked: Asked,
        entities: list[Any],
        found: tuple[dict[int, list[Any]], Unexplained, Irregularities],
    ) -> None:
        errors, rest, irregular = found
        number = asked.request.number
        present, subjects = [], []
        for index in range(asked.begin, asked.end):
            entity, own = entities[index], errors.get(index, [])
            projection = self._compiled.projections[number] if own else None
            if entity is None:
                cause = fault(own[0][1]) if own else rest.take()
                nulls = self._variant.nulls[number]
                entities[index], faulty = nulls.make(cause, projection, own)
                irregular.note(self._step, faulty)
                continue
            present.append(entity)
            subjects.append(asked.subjects[index - asked.begin])
            for path, error in own:
                assert projection is not None  # noqa: S101 # there are errors
                put_error(projection, entity, path, error, (self._step, irregular))
        if present and rest.cause is not None:
            raise DeviationError
        self._take_in(state, asked, entities, present)
        if len(present) < len(asked.subjects):
            state[asked.request.carried] += subjects

    def fail(self, _state: State, failure: FetchFailure, irregular: Irregularities) -> None:
        """Take in that there is no answer."""
        cause = irregular.failed(self._compiled.fetch.subgraph, failure)
        for _, asked in self._calls:
            for item in asked:
                missing, faulty = self._variant.nulls[item.request.number].make(cause)
                irregular.note(self._step, faulty)
                for part in item.parts:
                    part.target.assign(part.objects, [0] * len(part.objects), [missing])


def put_error(
    projection: Projection,
    target: msgspec.Struct,
    path: ResponsePath,
    error: ErrorValue,
    noted: tuple[int, Irregularities],
) -> None:
    """Put an error where it took a value away, and note it.

    Raises:
        DeviationError: There is a value all the same.
    """
    step, irregular = noted
    attribute = place_error(projection, target, path, error)
    if attribute is None:
        raise DeviationError
    irregular.note(step, (attribute,))
