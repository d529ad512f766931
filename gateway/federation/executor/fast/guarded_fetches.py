"""Fetches of guarded plans: representations grouped by what is permitted for their subjects.

Each set of permitted groups has its own request and its own classes for decoding, made on first
use. Fields that are refused have a mark as their default, so that a refusal costs nothing later
on.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from gateway.federation.executor.conditions import Permits
from gateway.federation.executor.fast.fetches import EntityRequest
from gateway.federation.executor.fast.merging import DeviationError
from gateway.federation.executor.fast.structs import (
    RefusalMarks,
    StructBuilder,
    StructPool,
    StructType,
    answer_decoder,
)
from gateway.federation.executor.grouping import PermitGroup, PermitGrouping
from gateway.federation.executor.guards import Decisions, decision_key
from gateway.federation.executor.ports import SubjectDecision
from gateway.federation.executor.requests import RequestTemplate, encode_json
from gateway.federation.executor.variant import (
    MAX_PERMIT_VARIANTS,
    CompiledFetch,
    PermitKey,
)
from gateway.federation.plan import TYPENAME_KEY

State: TypeAlias = list[Any]
Decode: TypeAlias = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class GuardedTarget:
    """Objects that a request is about.

    Attributes:
        walk: Returns the objects, each with the subjects of the guards that the request wants.
        key: Returns what tells an object's representation apart, and the representation.
        kind: What keys must have in common to be compared.
    """

    walk: Callable[[State], list[tuple[Any, tuple[Any, ...]]]]
    key: Callable[[Any], tuple[Hashable, Any]]
    kind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuardedRequest:
    """What one call of a guarded fetch asks about one type.

    Attributes:
        request: The request on the outline.
        number: Number of its first representation.
        wanted: The guards whose subjects the walks bring, in order.
        targets: Its objects.
        entities: Index in the state of the entities that it brought.
        carried: Index in the state of their subjects.
        settle: Exchanges the tagged classes in new entities.
        assign: Writes entities into objects: ``(objects, index of each one's entity, entities)``.
    """

    request: EntityRequest
    number: int
    wanted: tuple[int, ...]
    targets: tuple[GuardedTarget, ...]
    entities: int
    carried: int
    settle: Callable[[Any], None]
    assign: Callable[[list[Any], list[int], Any], None]


@dataclass(frozen=True, slots=True)
class FetchVariant:
    """A fetch under one set of permitted groups.

    Attributes:
        template: Its request; ``None`` if nothing may be asked.
        decode: Decodes answers.
        calls: For each call of the request what it asks.
        classes: For each request by number the class of its entities.
        refused: For requests that may not be asked, what stands for an entity.
    """

    template: RequestTemplate | None
    decode: Decode | None
    calls: tuple[tuple[GuardedRequest, ...], ...]
    classes: dict[int, StructType]
    refused: dict[int, Any]


@dataclass(slots=True)
class Asked:
    """The objects of one request in one prepared fetch.

    Attributes:
        request: The request.
        objects: The objects.
        places: The index of each one's entity in its call.
        begin: Index of the request's first entity in its call.
        subjects: The subjects of each of its entities.
    """

    request: GuardedRequest
    objects: list[Any] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    begin: int = 0
    subjects: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(slots=True)
class PreparedRequest:
    """A request that is ready to be sent.

    Attributes:
        template: Its template.
        representations: The encoded representations of each call.
        decisions: The decisions for its subjects.
        absorb: Takes the answer in.
    """

    template: RequestTemplate
    representations: list[bytes]
    decisions: tuple[SubjectDecision, ...]
    absorb: Callable[[State, bytes], None]


class GuardedEntityFetch:
    """An entity fetch of a guarded plan."""

    def __init__(
        self,
        compiled: CompiledFetch,
        requests: tuple[GuardedRequest, ...],
        structs: StructBuilder,
        marks: RefusalMarks,
    ) -> None:
        self._compiled = compiled
        self._requests = {item.number: item for item in requests}
        self._structs = structs
        self._marks = marks
        self._variants: OrderedDict[PermitKey, FetchVariant] = OrderedDict()

    def prepare(self, state: State, decisions: Decisions) -> list[PreparedRequest]:
        """Return the requests that are due."""
        grouping = PermitGrouping(self._compiled)
        for request in self._requests.values():
            state[request.entities], state[request.carried] = [], []
            self._group(request, state, decisions, grouping)
        prepared = []
        for group in grouping.groups:
            due = self._prepare(group)
            if due is not None:
                prepared.append(due)
        return prepared

    def _group(
        self,
        request: GuardedRequest,
        state: State,
        decisions: Decisions,
        grouping: PermitGrouping,
    ) -> None:
        asked = grouping.asked(request.number)
        known: dict[Hashable, PermitGroup[Any]] = {}
        for target in request.targets:
            for entity, subjects in target.walk(state):
                group = known.get(subjects)
                if group is None:
                    by_guard = dict(zip(request.wanted, subjects, strict=True))
                    permits, decided = decisions.permits_for(asked, by_guard.get)
                    group = known[subjects] = grouping.group(request.number, permits)
                    for decision in decided:
                        group.decisions.setdefault(decision_key(decision), decision)
                group.members.append((request.number, (target, entity, subjects)))

    def _prepare(self, group: PermitGroup[Any]) -> PreparedRequest | None:
        variant = self._variant(self._compiled.key(group.permits))
        members: dict[int, list[Any]] = {}
        for number, member in group.members:
            assert number is not None  # noqa: S101 # of an entity fetch
            members.setdefault(number, []).append(member)
        for number, refused in variant.refused.items():
            objects = [entity for _, entity, _ in members.get(number, ())]
            self._requests[number].assign(objects, [0] * len(objects), [refused])
        if variant.template is None:
            return None
        listed: list[bytes] = []
        calls: list[tuple[int, list[Asked]]] = []
        for requests in variant.calls:
            representations: list[Any] = []
            asked = [
                _ask(request, members.get(request.number, []), representations)
                for request in requests
            ]
            calls.append((len(representations), asked))
            listed.append(encode_json(representations))
        if not any(length for length, _ in calls):
            return None

        def absorb(state: State, body: bytes) -> None:
            _absorb(variant, calls, state, body)

        return PreparedRequest(variant.template, listed, tuple(group.decisions.values()), absorb)

    def _variant(self, key: PermitKey) -> FetchVariant:
        known = self._variants.get(key)
        if known is None:
            known = self._variants[key] = self._compile(key)
            if len(self._variants) > MAX_PERMIT_VARIANTS:
                self._variants.popitem(last=False)
        else:
            self._variants.move_to_end(key)
        return known

    def _compile(self, key: PermitKey) -> FetchVariant:
        permits = self._compiled.permits(key)
        structs = StructBuilder(self._structs.pool, permits, self._marks, self._structs)
        permitted = self._compiled.request(key)
        representations = permitted.fetch.representations if permitted.fetch else ()
        by_call: dict[int, dict[str, GuardedRequest]] = {}
        for item in representations:
            by_call.setdefault(item.call, {})[item.type_name] = self._of(item.call, item.type_name)
        calls = tuple(tuple(by_call[number].values()) for number in sorted(by_call))
        classes = {
            request.number: structs.brought(
                request.request.brought,
                (TYPENAME_KEY, request.request.type_name) if len(requests) > 1 else None,
            )
            for requests in calls
            for request in requests
        }
        refused = {
            number: structs.brought(request.request.brought)()
            for number, request in self._requests.items()
            if number not in classes
        }
        decode = None
        if permitted.template is not None:
            aliases = [alias for alias, _ in permitted.template.calls]
            decode = _entity_decoder(structs.pool, aliases, calls, classes)
        return FetchVariant(permitted.template, decode, calls, classes, refused)

    def _of(self, call: int, type_name: str) -> GuardedRequest:
        return next(
            item
            for item in self._requests.values()
            if (item.request.call, item.request.type_name) == (call, type_name)
        )


def _ask(request: GuardedRequest, members: list[Any], representations: list[Any]) -> Asked:
    """Add the representations of a request's objects to those of its call."""
    asked = Asked(request, begin=len(representations))
    known: dict[Hashable, int] = {}
    for target, entity, subjects in members:
        key, made = target.key(entity)
        place = known.setdefault((target.kind, key, subjects), len(representations))
        if place == len(representations):
            representations.append(made)
            asked.subjects.append(subjects)
        asked.objects.append(entity)
        asked.places.append(place)
    return asked


def _absorb(
    variant: FetchVariant, calls: list[tuple[int, list[Asked]]], state: State, body: bytes
) -> None:
    assert variant.decode is not None  # noqa: S101 # it was sent
    data = variant.decode(body).data
    for position, (length, asked) in enumerate(calls):
        entities = getattr(data, f"f{position}")
        if len(entities) != length:
            raise DeviationError
        for item in asked:
            request = item.request
            part = entities[item.begin : item.begin + len(item.subjects)]
            wanted = variant.classes[request.number]
            if any(entity.__class__ is not wanted for entity in part):
                raise DeviationError
            request.settle(part)
            state[request.entities] += part
            state[request.carried] += item.subjects
            request.assign(item.objects, item.places, entities)


def _entity_decoder(
    pool: StructPool,
    aliases: list[str],
    calls: tuple[tuple[GuardedRequest, ...], ...],
    classes: dict[int, StructType],
) -> Decode:
    fields: list[Any] = []
    for position, requests in enumerate(calls):
        union = reduce(or_, (classes[request.number] for request in requests))
        fields.append((f"f{position}", list[union]))  # type: ignore[valid-type] # dynamic
    names = {f"f{position}": alias for position, alias in enumerate(aliases)}
    return answer_decoder(pool, pool.define(fields, names))


def _no_object(_guard: int) -> object:
    return None


class GuardedRootFetch:
    """A root fetch of a guarded plan.

    Args:
        compiled: The fetch.
        make_class: Makes the class of its answers' data under given permits.
        merge: Takes data into the state.
        pool: The struct classes that plans share.
    """

    def __init__(
        self,
        compiled: CompiledFetch,
        make_class: Callable[[Permits], StructType],
        merge: Callable[[State, Any], None],
        pool: StructPool,
    ) -> None:
        self._pool = pool
        self._compiled = compiled
        self._make_class = make_class
        self._merge = merge
        self._variants: OrderedDict[PermitKey, tuple[StructType, Decode]] = OrderedDict()

    def prepare(self, state: State, decisions: Decisions) -> list[PreparedRequest]:
        """Return the request if anything may be asked."""
        permits, decided = decisions.permits_for(self._compiled.root_groups, _no_object)
        key = self._compiled.key(permits)
        known = self._variants.get(key)
        if known is None:
            data = self._make_class(permits)
            known = self._variants[key] = (data, answer_decoder(self._pool, data))
            if len(self._variants) > MAX_PERMIT_VARIANTS:
                self._variants.popitem(last=False)
        data, decode = known
        template = self._compiled.request(key).template
        if template is None:
            self._merge(state, data())
            return []

        def absorb(state: State, body: bytes) -> None:
            self._merge(state, decode(body).data)

        return [PreparedRequest(template, [], tuple(decided), absorb)]
