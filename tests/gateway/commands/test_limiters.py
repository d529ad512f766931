"""The health book's limiters as its settings want them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.commands.limiters import lookup_limiter, rate_limiter
from gateway.config import Settings
from gateway.metrics import Metrics
from gateway.rate_limit import LookUpLimiter, RateLimiter
from gateway.shared_rate_limit import SharedRateLimiter
from storage.encryption import Keyring, Keys
from tests.redis_server import client_of

KEYRING = Keyring(Keys("e1", {"e1": bytes(range(32))}), Keys("l1", {"l1": bytes(range(32, 64))}))
SETTINGS = Settings(
    supergraph=Path("supergraph.graphql"),
    database_url="sqlite:///book.db",
    context_secret=b"s" * 32,
    keys_file=Path("keys.json"),
    issuers=(),
    rate_per_second=50,
    lookups_per_minute=8,
)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def test_without_redis_a_process_counts_for_itself(stack: AsyncExitStack) -> None:
    limiters = (
        type(rate_limiter(stack, SETTINGS, KEYRING, None)),
        type(lookup_limiter(SETTINGS, KEYRING, None, None)),
    )

    assert (RateLimiter, LookUpLimiter) == limiters


async def test_with_redis_requests_are_counted_together(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    redis = client_of(str(tmp_path / "none"))
    stack.push_async_callback(redis.aclose)

    assert SharedRateLimiter is type(rate_limiter(stack, SETTINGS, KEYRING, redis))


async def test_look_ups_that_were_decided_alone_are_a_metric(
    stack: AsyncExitStack, tmp_path: Path
) -> None:
    redis = client_of(str(tmp_path / "none"))
    stack.push_async_callback(redis.aclose)
    metrics = Metrics()
    limiter = lookup_limiter(SETTINGS, KEYRING, redis, metrics)
    waits = [await limiter.take(("i", "dr"), None, 1) for _ in range(3)]

    assert [True, True, False] == [wait == 0 for wait in waits]
    assert 3 == metrics.registry.get_sample_value("gateway_lookups_decided_alone")
