"""The plan cache: bounded in bytes, least recently used goes first, what is shared counts once."""

from dataclasses import dataclass, field

from gateway.pipeline.plan_cache import CacheFigures, PlanCache


@dataclass
class Part:
    """Something of a given size."""

    size: int = 0

    def size_in_bytes(self) -> int:
        return self.size


@dataclass
class Entry(Part):
    """An entry with what it may share."""

    plans: Part = field(default_factory=Part)


class Collector:
    """Counts how often memory is freed."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1


def _cache(max_bytes: int, collect: Collector | None = None) -> PlanCache[Entry]:
    return PlanCache(max_bytes, collect or Collector())


def test_the_entry_used_longest_ago_is_evicted() -> None:
    cache = _cache(25)
    for name in ("a", "b"):
        cache.put((name, None), Entry(10))
    cache.get(("a", None))
    cache.put(("c", None), Entry(10))

    assert [True, False, True] == [cache.get((name, None)) is not None for name in ("a", "b", "c")]


def test_an_entry_that_was_put_again_is_measured_anew() -> None:
    cache = _cache(100)
    entry = Entry(10)
    cache.put(("a", None), entry)
    entry.size = 50
    cache.put(("a", None), entry)

    assert cache.figures == CacheFigures(entries=1, size=51, evictions=0)


def test_an_entry_over_the_bound_is_not_kept() -> None:
    cache = _cache(100)
    cache.put(("a", None), Entry(1000))

    assert cache.figures == CacheFigures(entries=0, size=0, evictions=1)


def test_operation_names_tell_entries_apart() -> None:
    cache = _cache(1000)
    cache.put(("q", "A"), Entry(1))

    assert cache.get(("q", "B")) is None


def test_what_entries_share_counts_once() -> None:
    cache = _cache(1000)
    plans = Part(100)
    for name in ("a", "b"):
        cache.put((name, None), Entry(10, plans))

    assert cache.figures == CacheFigures(entries=2, size=122, evictions=0)


def test_what_entries_share_goes_with_the_last_of_them() -> None:
    cache = _cache(125)
    plans = Part(100)
    for name in ("a", "b"):
        cache.put((name, None), Entry(10, plans))
    cache.put(("c", None), Entry(20))

    assert cache.figures == CacheFigures(entries=1, size=21, evictions=2)


def test_plans_that_have_grown_push_the_oldest_entry_out() -> None:
    cache = _cache(100)
    cache.put(("a", None), Entry(10))
    entry = Entry(10, Part(10))
    cache.put(("b", None), entry)
    entry.plans.size = 80
    cache.measure(entry)

    assert cache.figures == CacheFigures(entries=1, size=91, evictions=1)


def test_an_entry_that_was_evicted_is_not_measured() -> None:
    cache = _cache(100)
    entry = Entry(60)
    cache.put(("a", None), entry)
    cache.put(("b", None), Entry(60))
    cache.measure(entry)

    assert cache.figures == CacheFigures(entries=1, size=61, evictions=1)


def test_memory_is_freed_once_a_quarter_of_the_bound_was_evicted() -> None:
    collector = Collector()
    cache = _cache(110, collector)
    for number in range(20):
        cache.put((str(number % 10), str(number)), Entry(10))

    assert collector.calls == 3
