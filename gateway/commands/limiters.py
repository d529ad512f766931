"""The health book's limiters, as its settings want them."""

import time
from collections.abc import Hashable
from contextlib import AsyncExitStack

import msgspec
from redis.asyncio import Redis

from gateway.config import Settings
from gateway.metrics import Metrics
from gateway.pipeline.ports import LookUpLimiter, RequestLimiter
from gateway.rate_limit import LookUpLimiter as OwnLookUpLimiter
from gateway.rate_limit import LookUpLimits, RateLimit, RateLimiter
from gateway.shared_rate_limit import BucketNames, SharedLookUpLimiter, SharedRateLimiter
from storage.encryption import Keyring
from storage.redis_buckets import RedisBuckets


def keyed_names(keyring: Keyring) -> BucketNames:
    """Name buckets by a keyed digest of who the caller is; the same in every process."""

    def name(kind: str, caller: Hashable) -> str:
        digest, *_ = keyring.fingerprints(f"bucket:{kind}", msgspec.json.encode(caller))
        return f"{kind}:{digest}"

    return name


def rate_limiter(
    stack: AsyncExitStack, settings: Settings, keyring: Keyring, redis: Redis | None
) -> RequestLimiter | None:
    """Count requests: over all processes where there is a Redis, or here, or not at all."""
    rate = settings.rate_per_second
    if rate is None:
        return None
    limit = RateLimit.each_second(rate)
    if redis is None:
        return RateLimiter(limit, time.monotonic)
    limiter = SharedRateLimiter(limit, RedisBuckets(redis), keyed_names(keyring), time.monotonic)
    stack.push_async_callback(limiter.close)
    return limiter


def lookup_limiter(
    settings: Settings, keyring: Keyring, redis: Redis | None, metrics: Metrics | None
) -> LookUpLimiter:
    """Count look-ups: over all processes where there is a Redis, or here."""
    limits = LookUpLimits.per_minute(
        settings.lookups_per_minute, settings.organization_lookups_per_minute
    )
    if redis is None:
        return OwnLookUpLimiter(limits, time.monotonic)
    limiter = SharedLookUpLimiter(
        limits, RedisBuckets(redis), keyed_names(keyring), time.monotonic
    )
    if metrics is not None:
        metrics.gauge(
            "gateway_lookups_decided_alone",
            "Look-ups limited without Redis, since start",
            lambda: limiter.decided_alone,
        )
    return limiter
