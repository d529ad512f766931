"""``python -m gateway health-book``: the health book's gateway, set by the environment."""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from redis.asyncio import Redis

from access.environment import Environment, SettingsError
from access.faults import log_unhandled
from gateway.app import Clocks, HealthBookParts, create_pipeline, health_book_graph
from gateway.authentication import Issuer, KeySet
from gateway.commands.intents import end_task, recover_intents
from gateway.commands.limiters import lookup_limiter, rate_limiter
from gateway.commands.reading import CommandError, load_supergraph
from gateway.commands.serve import subgraph_endpoints
from gateway.config import Settings, load_settings
from gateway.consent.guards import ConsentSchemaError
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.pipeline.graph import ServedGraph
from gateway.server.run import ServerOptions, Service, run
from gateway.transport.endpoint import SubgraphEndpoint, TransportLimits
from gateway.transport.http import HttpTransport
from gateway.transport.json_fetcher import HttpJsonFetcher
from storage.access_log import (
    ACCESS_LOG_INDEXES,
    AccessLogReader,
    AccessLogWriter,
    DocumentBacking,
    head_signer,
)
from storage.access_profiles.repository import PROFILE_INDEXES, AccessProfiles, ChangeFeed
from storage.documents import StorageError
from storage.encryption import ConfigurationError, Keyring, load_keyring
from storage.invalidation import LocalChanges, RedisChanges
from storage.opening import open_documents


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments: all settings come from the environment."""
    parser.epilog = "Settings are read from GATEWAY_* variables; see docs/operations.md."


def main(_options: argparse.Namespace) -> int:
    """Serve until a signal comes; returns the exit code.

    Raises:
        CommandError: If the settings, the keys or the supergraph will not do.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = load_settings(os.environ)
        is_production = settings.environment is Environment.PRODUCTION
        keyring = load_keyring(settings.keys_file, production=is_production)
        graph = health_book_graph(
            load_supergraph(settings.supergraph),
            Limits(introspection=not is_production),
            is_masked=is_production,
        )
    except SettingsError as error:
        raise CommandError("\n".join(error.problems)) from error
    except (ConfigurationError, ConsentSchemaError) as error:
        raise CommandError(str(error)) from error
    overrides = [f"{name}={url}" for name, url in settings.subgraph_urls.items()]
    endpoints = subgraph_endpoints(
        graph.supergraph,
        overrides,
        TransportLimits().deadline,
        "NAME=URL in GATEWAY_SUBGRAPH_URLS",
    )
    server = ServerOptions(
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        has_page=not is_production,
    )
    try:
        run(_service(graph, endpoints, settings, keyring), server, _say_ready)
    except OSError as error:
        reason = error.strerror or "unusable address"
        print(f"gateway: {settings.host}:{settings.port}: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    except StorageError as error:
        raise CommandError(str(error)) from error
    return 0


def _say_ready(url: str) -> None:
    print(f"Serving {url}", flush=True)  # noqa: T201 - the command's own output


def _service(
    graph: ServedGraph, endpoints: list[SubgraphEndpoint], settings: Settings, keyring: Keyring
) -> Service:
    @asynccontextmanager
    async def service(number: int) -> AsyncIterator[GraphQLEndpoint]:
        asyncio.get_running_loop().set_exception_handler(log_unhandled)
        async with AsyncExitStack() as stack:
            documents = await open_documents(settings.database_url)
            stack.push_async_callback(documents.close)
            await documents.ensure_indexes([*PROFILE_INDEXES, *ACCESS_LOG_INDEXES])
            log = AccessLogWriter(DocumentBacking(documents, head_signer(keyring)))
            stack.push_async_callback(log.close)
            if number == 0:
                reader = AccessLogReader(documents)
                recovering = asyncio.create_task(recover_intents(reader, log, utc_now()))
                stack.push_async_callback(end_task, recovering)
            redis = _redis(stack, settings)
            profiles = AccessProfiles(documents, keyring, _feed(stack, redis), utc_now)
            metrics = _metrics(stack, settings, number)
            transport = HttpTransport(endpoints)
            stack.push_async_callback(transport.close)
            parts = HealthBookParts(
                transport=transport,
                context_keys={
                    name: settings.context_key(name) for name in graph.supergraph.subgraphs
                },
                profiles=profiles,
                access_log=log,
                issuers=await _issuers(stack, settings),
                clocks=Clocks(utc_now, time.time),
                rate_limiter=rate_limiter(stack, settings, keyring, redis),
                lookup_limiter=lookup_limiter(settings, keyring, redis, metrics),
                observer=metrics,
            )
            yield GraphQLEndpoint(create_pipeline(graph, parts))

    return service


def utc_now() -> datetime:
    """The present instant."""
    return datetime.fromtimestamp(time.time(), UTC)


def _redis(stack: AsyncExitStack, settings: Settings) -> Redis | None:
    if settings.redis_url is None:
        return None
    redis = Redis.from_url(settings.redis_url)
    stack.push_async_callback(redis.aclose)
    return redis


def _feed(stack: AsyncExitStack, redis: Redis | None) -> ChangeFeed:
    if redis is None:
        return LocalChanges()
    feed = RedisChanges(redis)
    stack.push_async_callback(feed.close)
    return feed


async def _issuers(stack: AsyncExitStack, settings: Settings) -> list[Issuer]:
    fetcher = HttpJsonFetcher()
    stack.push_async_callback(fetcher.close)
    issuers = [
        Issuer(each.name, each.audience, KeySet(each.jwks_url, fetcher, time.monotonic))
        for each in settings.issuers
    ]
    async with asyncio.TaskGroup() as group:
        for issuer in issuers:
            # Keys that cannot be had now are asked for again with the first token.
            group.create_task(issuer.keys.load())
    return issuers


def _metrics(stack: AsyncExitStack, settings: Settings, number: int) -> Metrics | None:
    if settings.metrics_port is None:
        return None
    metrics = Metrics()
    listener = metrics.listen(settings.metrics_host, settings.metrics_port + number)
    stack.callback(listener.server_close)
    stack.callback(listener.shutdown)
    return metrics
