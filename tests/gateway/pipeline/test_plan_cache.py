"""The plan cache: bounded in bytes, least recently used goes first."""

from gateway.pipeline.plan_cache import CacheFigures, PlanCache


def _cache(max_bytes: int) -> PlanCache[list[int]]:
    return PlanCache(max_bytes, lambda entry: entry[0])


def test_the_entry_used_longest_ago_is_evicted() -> None:
    cache = _cache(25)
    for name in ("a", "b"):
        cache.put((name, None), [10])
    cache.get(("a", None))
    cache.put(("c", None), [10])

    assert [[10], None, [10]] == [cache.get((name, None)) for name in ("a", "b", "c")]


def test_an_entry_that_has_grown_is_measured_anew() -> None:
    cache = _cache(100)
    entry = [10]
    cache.put(("a", None), entry)
    entry[0] = 50
    cache.put(("a", None), entry)

    assert cache.figures == CacheFigures(entries=1, size=51, evictions=0)


def test_an_entry_over_the_bound_is_not_kept() -> None:
    cache = _cache(100)
    cache.put(("a", None), [1000])

    assert cache.figures == CacheFigures(entries=0, size=0, evictions=1)


def test_operation_names_tell_entries_apart() -> None:
    cache = _cache(1000)
    cache.put(("q", "A"), [1])

    assert cache.get(("q", "B")) is None
