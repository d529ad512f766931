"""Token buckets per caller."""

import pytest

from gateway.rate_limit import RateLimit, RateLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_and_the_next_request_is_told_when_to_come_back() -> None:
    limiter = RateLimiter(RateLimit(per_second=2, burst=3), Clock())
    waits = [limiter.take("a") for _ in range(4)]

    assert waits == [0.0, 0.0, 0.0, 0.5]


def test_a_bucket_fills_with_time_but_not_beyond_its_size() -> None:
    clock = Clock()
    limiter = RateLimiter(RateLimit(per_second=2, burst=2), clock)
    for _ in range(2):
        limiter.take("a")
    clock.now += 3600
    waits = [limiter.take("a") for _ in range(3)]

    assert waits == [0.0, 0.0, pytest.approx(0.5)]


def test_refused_requests_cost_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter(RateLimit(per_second=1, burst=1), clock)
    for _ in range(10):
        limiter.take("a")
    clock.now += 1.0

    assert limiter.take("a") == 0.0


def test_callers_do_not_share_a_bucket() -> None:
    limiter = RateLimiter(RateLimit(per_second=1, burst=1), Clock())
    limiter.take("a")

    assert limiter.take("b") == 0.0


def test_the_number_of_buckets_is_bounded() -> None:
    limiter = RateLimiter(RateLimit(per_second=1, burst=1, callers=2), Clock())
    for caller in ("a", "b", "c"):
        limiter.take(caller)

    assert limiter.take("a") == 0.0
