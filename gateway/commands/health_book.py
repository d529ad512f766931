"""``python -m gateway health-book``: the health book's gateway, set by the environment."""

import argparse
import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from redis.asyncio import Redis

from access.faults import log_unhandled
from gateway.access_log import CountedLog
from gateway.app import Clocks, HealthBookParts, create_pipeline, health_book_graph
from gateway.authentication import Issuer, KeySet
from gateway.commands.environment import read_environment
from gateway.commands.intents import end_task, keep_recovering
from gateway.commands.limiters import lookup_limiter, rate_limiter
from gateway.commands.reading import CommandError, load_supergraph
from gateway.commands.serving import (
    check_metrics_ports,
    open_metrics,
    serve_until_told,
    show_owed_events,
    show_plan_cache,
    subgraph_endpoints,
    utc_now,
)
from gateway.config import Settings
from gateway.consent.guards import ConsentSchemaError
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.limits import Limits
from gateway.pipeline.graph import ServedGraph, UnprotectedGraphError
from gateway.server.run import ServerOptions, Service, Worker
from gateway.transport.endpoint import SubgraphEndpoint, TransportLimits
from gateway.transport.http import HttpTransport
from gateway.transport.json_fetcher import HttpJsonFetcher
from storage.access_log import (
    ACCESS_LOG_INDEXES,
    AccessLogReader,
    AccessLogWriter,
    DocumentBacking,
    RecoveryTurns,
    head_signer,
)
from storage.access_profiles.repository import PROFILE_INDEXES, AccessProfiles, ChangeFeed
from storage.documents import DocumentStore, StorageError
from storage.encryption import Keyring
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
    settings, keyring = read_environment()
    try:
        graph = health_book_graph(
            load_supergraph(settings.supergraph),
            Limits(introspection=not settings.is_production),
            is_masked=settings.is_production,
        )
        graph.check_protection(has_authenticator=True, has_guard=True)
    except (ConsentSchemaError, UnprotectedGraphError) as error:
        raise CommandError(str(error)) from error
    endpoints = subgraph_endpoints(
        graph.supergraph,
        settings.subgraph_urls,
        TransportLimits().deadline,
        "NAME=URL in GATEWAY_SUBGRAPH_URLS",
    )
    check_metrics_ports(settings.metrics_host, settings.metrics_port, settings.workers)
    server = ServerOptions(
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        has_page=not settings.is_production,
    )
    try:
        return serve_until_told(_service(graph, endpoints, settings, keyring), server)
    except StorageError as error:
        raise CommandError(str(error)) from error


def _service(
    graph: ServedGraph, endpoints: list[SubgraphEndpoint], settings: Settings, keyring: Keyring
) -> Service:
    @asynccontextmanager
    async def service(worker: Worker) -> AsyncIterator[GraphQLEndpoint]:
        asyncio.get_running_loop().set_exception_handler(log_unhandled)
        async with AsyncExitStack() as stack:
            documents = await open_documents(settings.database_url)
            stack.push_async_callback(documents.close)
            await documents.ensure_indexes([*PROFILE_INDEXES, *ACCESS_LOG_INDEXES])
            log = CountedLog(_access_log(stack, documents, keyring, worker))
            redis = _redis(stack, settings)
            profiles = AccessProfiles(documents, keyring, _feed(stack, redis), utc_now)
            metrics = open_metrics(
                stack, settings.metrics_host, settings.metrics_port, worker.number
            )
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
            pipeline = create_pipeline(graph, parts)
            show_plan_cache(metrics, pipeline)
            show_owed_events(metrics, log)
            yield GraphQLEndpoint(pipeline)

    return service


def _access_log(
    stack: AsyncExitStack, documents: DocumentStore, keyring: Keyring, worker: Worker
) -> AccessLogWriter:
    backing = DocumentBacking(documents, head_signer(keyring))
    log = AccessLogWriter(backing, backlog=lambda: worker.admission.backlog)
    stack.push_async_callback(log.close)
    if worker.number == 0:
        reader = AccessLogReader(documents)
        turns = RecoveryTurns(documents, utc_now)
        recovering = asyncio.create_task(keep_recovering(reader, log, turns, utc_now))
        stack.push_async_callback(end_task, recovering)
    return log


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
