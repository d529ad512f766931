"""Fetches of the careful path: representations grouped by what is permitted for their subjects.

Each set of permitted groups has its own request and its own classes for decoding, made on first
use. Fields that are refused have a mark as their default, so that a refusal costs nothing later
on. What the answers bring is taken in by ``answers``.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from functools import partial, reduce
from operator import or_
from typing import Any, TypeAlias

from gateway.federation.executor.careful.answers import (
    Asked,
    CarefulRequest,
    FetchVariant,
    Part,
    PreparedEntities,
    PreparedRequest,
)
from gateway.federation.executor.careful.irregular import AnswerReader, Irregularities
from gateway.federation.executor.careful.odd_keys import OddKeys
from gateway.federation.executor.careful.placing import NullObjects
from gateway.federation.executor.conditions import Permits, is_permitted
from gateway.federation.executor.fast.outline import Slot
from gateway.federation.executor.fast.program import State
from gateway.federation.executor.fast.structs import StructBuilder, StructPool, StructType
from gateway.federation.executor.grouping import PermitGroup, PermitGrouping
from gateway.federation.executor.guards import Decisions, decision_key
from gateway.federation.executor.ports import SubjectDecision
from gateway.federation.executor.requests import encode_json
from gateway.federation.executor.variant import (
    MAX_PERMIT_VARIANTS,
    CompiledFetch,
    PermitKey,
)
from gateway.federation.plan import TYPENAME_KEY

Members: TypeAlias = dict[int, list[Part]]


class CarefulEntityFetch:
    """An entity fetch.

    Args:
        step: Number of its step.
        compiled: The fetch.
        requests: What it asks.
        structs: The classes of the plan's objects.
    """

    def __init__(
        self,
        step: int,
        compiled: CompiledFetch,
        requests: tuple[CarefulRequest, ...],
        structs: StructBuilder,
    ) -> None:
        self._step = step
        self._compiled = compiled
        self._requests = {item.number: item for item in requests}
        self._structs = structs
        self._variants: OrderedDict[PermitKey, FetchVariant] = OrderedDict()

    def prepare(
        self, state: State, decisions: Decisions, irregular: Irregularities
    ) -> list[PreparedRequest]:
        """Return the requests that are due."""
        grouping = PermitGrouping(self._compiled)
        for request in self._requests.values():
            state[request.entities], state[request.carried] = [], []
            if request.wanted:
                self._group(request, state, decisions, grouping)
            else:
                self._group_all(request, state, decisions, grouping)
        prepared: list[PreparedRequest] = []
        for group in grouping.groups:
            due = self._prepare(group, irregular)
            if due is not None:
                prepared.append(due)
        return prepared

    def _group_all(
        self,
        request: CarefulRequest,
        state: State,
        decisions: Decisions,
        grouping: PermitGrouping,
    ) -> None:
        """Put all objects of a request into one group: their subjects do not tell them apart."""
        group: PermitGroup[Part] | None = None
        for target in request.targets:
            objects = target.walk(state)
            if not objects:
                continue
            if group is None:
                permits, decided = decisions.permits_for(grouping.asked(request.number), nobody)
                group = _group_of(grouping, request, permits, decided)
            group.members.append((request.number, Part(target, objects)))

    def _group(
        self,
        request: CarefulRequest,
        state: State,
        decisions: Decisions,
        grouping: PermitGrouping,
    ) -> None:
        asked = grouping.asked(request.number)
        known: dict[Hashable, PermitGroup[Part]] = {}
        for target in request.targets:
            parts: dict[int, Part] = {}
            for entity, subjects in target.walk(state):
                group = known.get(subjects)
                if group is None:
                    by_guard = dict(zip(request.wanted, subjects, strict=True))
                    permits, decided = decisions.permits_for(asked, by_guard.get)
                    group = known[subjects] = _group_of(grouping, request, permits, decided)
                part = parts.get(id(group))
                if part is None:
                    part = parts[id(group)] = Part(target, [])
                    group.members.append((request.number, part))
                part.objects.append(entity)
                part.subjects.append(subjects)

    def _prepare(
        self, group: PermitGroup[Part], irregular: Irregularities
    ) -> PreparedRequest | None:
        variant = self._variant(self._compiled.key(group.permits))
        members: Members = {}
        for number, part in group.members:
            assert number is not None  # noqa: S101 # of an entity fetch
            members.setdefault(number, []).append(part)
        for number, refused in variant.refused.items():
            for part in members.get(number, ()):
                part.target.assign(part.objects, [0] * len(part.objects), [refused])
        if variant.template is None:
            return None
        listed: list[bytes] = []
        calls: list[tuple[int, list[Asked]]] = []
        for requests in variant.calls:
            made: list[Any] = []
            asked = [
                self._ask(variant, request, members.get(request.number, ()), made, irregular)
                for request in requests
            ]
            calls.append((len(made), asked))
            listed.append(encode_json(made))
        if not any(length for length, _ in calls):
            return None
        decisions = tuple(group.decisions.values())
        return PreparedEntities(self._step, self._compiled, variant, listed, decisions, calls)

    def _ask(
        self,
        variant: FetchVariant,
        request: CarefulRequest,
        parts: Iterable[Part],
        made: list[Any],
        irregular: Irregularities,
    ) -> Asked:
        """Add the representations of a request's objects to those of its call."""
        asked = Asked(request, len(made))
        kinds: dict[Hashable, dict[Hashable, int]] = {}
        for part in parts:
            target = part.target
            odd = OddKeys(target, self._compiled)
            known = kinds.setdefault(target.kind, {})
            target.ask(
                part.objects, part.subjects, known, made, part.places, asked.subjects, odd.ask
            )
            if odd.left_out:
                nulls = variant.nulls[request.number]
                for entity, cause in odd.left_out:
                    missing, faulty = nulls.make(cause)
                    target.assign([entity], [0], [missing])
                    irregular.note(self._step, faulty)
                part.leave_out()
            for entity, lost in odd.lost:
                asked.lost.append((target, entity, lost))
                irregular.note(self._step, target.attributes.values())
            asked.parts.append(part)
        asked.end = len(made)
        if not request.wanted:
            asked.subjects = [()] * (asked.end - asked.begin)
        return asked

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
        structs = self._structs.permitting(permits)
        permitted = self._compiled.request(key)
        representations = permitted.fetch.representations if permitted.fetch else ()
        by_call: dict[int, dict[str, CarefulRequest]] = {}
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
        nulls = {
            number: NullObjects(
                answer, permitted_slots(self._requests[number].request.brought, permits)
            )
            for number, answer in classes.items()
        }
        reader = None
        if permitted.template is not None:
            aliases = [alias for alias, _ in permitted.template.calls]
            make_data = partial(_entity_data, structs.pool, aliases, calls, classes)
            reader = AnswerReader(structs.pool, make_data)
        return FetchVariant(permitted.template, reader, calls, classes, refused, nulls)

    def _of(self, call: int, type_name: str) -> CarefulRequest:
        return next(
            item
            for item in self._requests.values()
            if (item.request.call, item.request.type_name) == (call, type_name)
        )


def permitted_slots(slots: Iterable[Slot], permits: Permits) -> list[Slot]:
    """Return the fields that are asked under a set of permits."""
    return [slot for slot in slots if slot.is_kept and is_permitted(slot.requirements, permits)]


def _group_of(
    grouping: PermitGrouping,
    request: CarefulRequest,
    permits: dict[int, frozenset[str]],
    decided: list[SubjectDecision],
) -> PermitGroup[Part]:
    if grouping.is_simple:
        return grouping.only
    group = grouping.group(request.number, permits)
    for decision in decided:
        group.decisions.setdefault(decision_key(decision), decision)
    return group


def _entity_data(
    pool: StructPool,
    aliases: list[str],
    calls: tuple[tuple[CarefulRequest, ...], ...],
    classes: dict[int, StructType],
    lenient: bool,
) -> StructType:
    fields: list[Any] = []
    for position, requests in enumerate(calls):
        item: Any = reduce(or_, (classes[request.number] for request in requests))
        listed: Any = list[item | None] | None if lenient else list[item]
        fields.append((f"f{position}", listed))
    names = {f"f{position}": alias for position, alias in enumerate(aliases)}
    return pool.define(fields, names)


def nobody(_guard: int) -> object:
    """Return the subject where none is at hand."""
    return None
