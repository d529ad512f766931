"""Which objects repeat in the answers of a plan, found by looking at answers now and then.

A graph tells the same thing at many places: the doctor of each visit, the author of each review.
Where objects repeat it is cheaper to skip them while decoding, to tell equal ones by their bytes,
and to decode, visit and encode each only once; and what all places share takes a fraction of the
memory. Where they do not repeat it is dearer, so it is done only where answers have shown that it
pays.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from gateway.federation.executor.fast.deviation import UNUSABLE
from gateway.federation.executor.requests import decode_json, encode_json
from gateway.federation.plan import Fetch
from gateway.federation.selection import Field, SelectionSet

ObjectPlace: TypeAlias = tuple[str, ...]
"""Where objects stand in an answer: response names below its root or below its entities."""

Repeats: TypeAlias = frozenset[tuple[int, ObjectPlace]]
"""Where objects repeat, by step; within objects that repeat there may be others that do."""

LONGEST_REST: Final = 4096
"""Executions between two looks, at most."""

LARGEST_ANSWER: Final = 256 * 1024
"""Bytes up to which an answer is looked at: a look takes some ten nanoseconds a byte."""

DEEPEST: Final = 24
"""Levels of selections down to which repeated objects are looked for."""


@dataclass(frozen=True, slots=True)
class RepeatCosts:
    """What sharing equal objects costs, in bytes that take as long to decode, visit and encode.

    Attributes:
        smallest_answer: Bytes from which it is worth looking at an answer.
        skipped: Skipping a byte while decoding.
        place: Finding the object for a place where one stands.
    """

    smallest_answer: int = 4096
    skipped: float = 0.15
    place: float = 100


@dataclass(slots=True)
class _Tally:
    """What stands at a place, over all looks; what was seen earlier counts for less.

    Attributes:
        objects: Number of objects.
        size: Bytes of all.
        distinct_size: Bytes of those that differ from each other within an answer.
        below: What stands in their fields.
    """

    objects: float = 0
    size: float = 0
    distinct_size: float = 0
    below: "dict[str, _Tally]" = field(default_factory=dict)

    def fade(self) -> None:
        """Let what was seen so far count half."""
        self.objects /= 2
        self.size /= 2
        self.distinct_size /= 2
        for tally in self.below.values():
            tally.fade()

    def add(self, objects: list[dict[str, Any]]) -> None:
        """Add the objects that stand at the place in one answer."""
        texts = [encode_json(item) for item in objects]
        self.objects += len(texts)
        self.size += sum(map(len, texts))
        self.distinct_size += sum(map(len, set(texts)))
        self.add_below(objects)

    def add_below(self, objects: list[dict[str, Any]]) -> None:
        """Add what stands in the fields of objects."""
        for name, tally in self.below.items():
            tally.add(_objects([item[name] for item in objects if name in item]))

    def expect(self, selections: SelectionSet, depth: int = DEEPEST) -> None:
        """Prepare for the objects in the fields of a selection set, so many levels deep."""
        for selection in selections if depth else ():
            if not selection.selections:
                continue
            below = self
            if isinstance(selection, Field):
                below = self.below.setdefault(selection.response_name, _Tally())
            below.expect(selection.selections, depth - 1)

    def saving(self, costs: RepeatCosts, part: float) -> float:
        """Return what is saved where these objects are shared, those inside them not.

        Args:
            costs: What sharing costs.
            part: The part of the places that are left where objects above are shared; of the
                objects that differ all are left.
        """
        skipped, found = costs.skipped * self.size, costs.place * self.objects
        return part * (self.size - skipped - found) - self.distinct_size


def _objects(value: object) -> list[dict[str, Any]]:
    """Return the objects that a field's value consists of."""
    found: list[dict[str, Any]] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if item.__class__ is dict:
            found.append(item)
        elif item.__class__ is list:
            waiting += item
    return found


def _best(tally: _Tally, costs: RepeatCosts, part: float = 1.0) -> tuple[float, list[ObjectPlace]]:
    """Return the most that can be saved below objects, and where."""
    saved = 0.0
    places: list[ObjectPlace] = []
    for name, below in tally.below.items():
        gain, inner = _best(below, costs, part)
        own = below.saving(costs, part)
        if own > 0:
            rest, within = _best(below, costs, below.distinct_size / below.size)
            if own + rest >= gain:
                gain, inner = own + rest, [(), *within]
        saved += gain
        places += [(name, *place) for place in inner]
    return saved, places


class RepeatSurvey:
    """Looks at the answers of executions, at first often, later now and then.

    Args:
        costs: What sharing equal objects costs.
        fetches: The fetch of each step.

    Attributes:
        due_in: Executions until the next look; whoever executes counts them down.
        repeats: Where it pays to share equal objects, as far as is known.
    """

    def __init__(self, costs: RepeatCosts, fetches: Sequence[Fetch | None]) -> None:
        self._costs = costs
        self._fetches = fetches
        self._tallies: dict[int, _Tally] = {}
        self._rest = 1
        self.due_in = 1
        self.repeats: Repeats = frozenset()

    def look(self, answers: Mapping[int, bytes]) -> bool:
        """Look at the usable answers of steps; return whether ``repeats`` has changed."""
        self.due_in = self._rest
        self._rest = min(2 * self._rest, LONGEST_REST)
        is_new = False
        for step, answer in answers.items():
            fetch = self._fetches[step]
            is_large = self._costs.smallest_answer <= len(answer) <= LARGEST_ANSWER
            if fetch is not None and is_large:
                is_new = True
                # What nobody asked for has not been read so far.
                with suppress(*UNUSABLE):
                    self._add(step, fetch, decode_json(answer)["data"])
        if not is_new:
            return False
        before = self.repeats
        self.repeats = frozenset(
            (step, place)
            for step, tally in self._tallies.items()
            for place in _best(tally, self._costs)[1]
        )
        return self.repeats != before

    def _add(self, step: int, fetch: Fetch, data: dict[str, Any]) -> None:
        tally = self._tallies.get(step)
        if tally is None:
            tally = self._tallies[step] = _Tally()
            tally.expect(fetch.selections)
            for representation in fetch.representations:
                tally.expect(representation.selections)
        tally.fade()
        tally.add_below(_objects([*data.values()]) if fetch.representations else [data])
