"""Operations with their compiled plans by operation text and name, bounded in bytes.

A key never names a person: which of the operation's static requirements hold is a bit set inside
the entry. The entry used longest ago goes first. Plans that several entries share count once, and
go with the last of these.
"""

import gc
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

DEFAULT_MAX_BYTES = 44 * 1024 * 1024
"""Of one worker, so that with all else it stays under 150 MB."""

_COLLECTIONS_PER_TURNOVER = 4

PlanKey = tuple[str, str | None]
"""Operation text and operation name."""


class Sized(Protocol):
    """What tells its size."""

    def size_in_bytes(self) -> int:
        """Estimate the memory that this takes."""


class Cacheable(Sized, Protocol):
    """An entry: its own size is without what it shares."""

    @property
    def plans(self) -> Sized:
        """What it may share with other entries."""


EntryT = TypeVar("EntryT", bound=Cacheable)


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """What the cache holds and did."""

    entries: int
    size: int
    evictions: int


@dataclass(slots=True)
class _Shared:
    """What some entries share: how many they are, and its size when it was measured last."""

    holders: int = 0
    size: int = 0


class PlanCache(Generic[EntryT]):
    """A cache of entries that say how large they are."""

    def __init__(self, max_bytes: int, collect: Callable[[], object] = gc.collect) -> None:
        """Take the bound, and what frees the memory of entries that were evicted.

        Compiled plans are full of cycles, and an old one would wait for the collector for long.
        """
        self._max_bytes = max_bytes
        self._collect = collect
        self._entries: OrderedDict[PlanKey, EntryT] = OrderedDict()
        self._sizes: dict[PlanKey, int] = {}
        self._shared: dict[int, _Shared] = {}
        self._size = 0
        self._evictions = 0
        self._evicted_bytes = 0

    def get(self, key: PlanKey) -> EntryT | None:
        """Return an entry and count it as used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: PlanKey, entry: EntryT) -> None:
        """Keep an entry.

        One that alone exceeds the bound is not kept.
        """
        known = self._entries.pop(key, None)
        if known is not None:
            self._subtract(key, known)
        size = self._sizes[key] = entry.size_in_bytes() + len(key[0])
        self._entries[key] = entry
        self._size += size
        self._shared.setdefault(id(entry.plans), _Shared()).holders += 1
        self.measure(entry)

    def measure(self, entry: EntryT) -> None:
        """Measure the plans of an entry anew: they have grown."""
        shared = self._shared.get(id(entry.plans))
        if shared is None:
            return  # evicted meanwhile
        size = entry.plans.size_in_bytes()
        self._size += size - shared.size
        shared.size = size
        if self._size > self._max_bytes:
            self._evict()

    def _evict(self) -> None:
        before = self._size
        while self._size > self._max_bytes:
            key, entry = self._entries.popitem(last=False)
            self._subtract(key, entry)
            self._evictions += 1
        self._evicted_bytes += before - self._size
        if self._evicted_bytes * _COLLECTIONS_PER_TURNOVER > self._max_bytes:
            self._evicted_bytes = 0
            self._collect()

    def _subtract(self, key: PlanKey, entry: EntryT) -> None:
        self._size -= self._sizes.pop(key)
        shared = self._shared[id(entry.plans)]
        shared.holders -= 1
        if not shared.holders:
            del self._shared[id(entry.plans)]
            self._size -= shared.size

    @property
    def figures(self) -> CacheFigures:
        """How full it is."""
        return CacheFigures(len(self._entries), self._size, self._evictions)
