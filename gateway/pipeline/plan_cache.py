"""Compiled operations by operation text and name, bounded in bytes.

A key never names a person: which of the operation's static requirements hold is a bit set inside
the entry. The entry used longest ago goes first.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

EntryT = TypeVar("EntryT")

DEFAULT_MAX_BYTES = 384 * 1024 * 1024
"""Of one worker: ten thousand operations of ordinary size."""

PlanKey = tuple[str, str | None]
"""Operation text and operation name."""


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """What the cache holds and did."""

    entries: int
    size: int
    evictions: int


class PlanCache(Generic[EntryT]):
    """A cache of entries that say how large they are."""

    def __init__(self, max_bytes: int, size_of: Callable[[EntryT], int]) -> None:
        """Take the bound and what tells an entry's size in bytes."""
        self._max_bytes = max_bytes
        self._size_of = size_of
        self._entries: OrderedDict[PlanKey, EntryT] = OrderedDict()
        self._sizes: dict[PlanKey, int] = {}
        self._size = 0
        self._evictions = 0

    def get(self, key: PlanKey) -> EntryT | None:
        """Return an entry and count it as used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: PlanKey, entry: EntryT) -> None:
        """Keep an entry, or measure it anew after it has grown.

        An entry that alone exceeds the bound is not kept.
        """
        size = self._size_of(entry) + len(key[0])
        self._size += size - self._sizes.pop(key, 0)
        self._sizes[key] = size
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while self._size > self._max_bytes:
            oldest, _ = self._entries.popitem(last=False)
            self._size -= self._sizes.pop(oldest)
            self._evictions += 1

    @property
    def figures(self) -> CacheFigures:
        """How full it is."""
        return CacheFigures(len(self._entries), self._size, self._evictions)
