"""Serving one subgraph in a process of its own, or several in one."""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import uvicorn

from access.environment import SettingsError
from access.faults import log_unhandled
from resolvers.asgi import SubgraphApplication, SubgraphSite, create_subgraph_app
from resolvers.encounter.fhir import FhirClient
from resolvers.encounter.subgraph import EncounterParts, create_encounter_subgraph
from resolvers.federation import Subgraph
from resolvers.foundation import (
    Foundation,
    once_on,
    open_foundation,
    patient_subgraph,
    pharmacy_subgraph,
)
from resolvers.insurance.portal import InsurancePortal, PortalAccount
from resolvers.insurance.subgraph import InsuranceParts, create_insurance_subgraph
from resolvers.settings import SubgraphSettings
from resolvers.upstream import UpstreamClient
from resolvers.upstream.breaker import BreakerSettings, CircuitBreaker

Opener = Callable[[Foundation, SubgraphSettings, aiohttp.ClientSession], Subgraph]
"""Puts a subgraph together from its foundation, settings and a session for its upstreams."""


def utc_now() -> datetime:
    """The present instant: the clock of a subgraph's process."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock of the process


def serve(names: Sequence[str], settings: SubgraphSettings) -> None:
    """Serves subgraphs until a signal comes.

    Args:
        names: Of :data:`OPENERS`. One is served at `/graphql`, several at `/NAME/graphql`.
        settings: Of the process.
    """
    asyncio.run(_serve(names, settings))


@asynccontextmanager
async def open_applications(
    names: Sequence[str], settings: SubgraphSettings
) -> AsyncIterator[dict[str, SubgraphApplication]]:
    """The applications of subgraphs with everything that they need; closed in the end.

    Raises:
        SettingsError: if the subgraph needs a setting that is missing.
    """
    foundation = open_foundation(
        settings.database_url,
        settings.keys_file,
        utc_now,
        redis_url=settings.redis_url,
        production=settings.production,
    )
    session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
    async with session, foundation as opened:
        subgraphs = {name: OPENERS[name](opened, settings, session) for name in names}
        yield {
            name: create_subgraph_app(subgraph, settings.context_keys[name], utc_now)
            for name, subgraph in subgraphs.items()
        }


def _patient(
    foundation: Foundation, _settings: SubgraphSettings, _session: aiohttp.ClientSession
) -> Subgraph:
    return patient_subgraph(foundation)


def _pharmacy(
    foundation: Foundation, _settings: SubgraphSettings, _session: aiohttp.ClientSession
) -> Subgraph:
    return pharmacy_subgraph(foundation)


def _encounter(
    foundation: Foundation, settings: SubgraphSettings, session: aiohttp.ClientSession
) -> Subgraph:
    if not settings.hospitals or settings.hospital_token is None:
        raise SettingsError(("SUBGRAPH_HOSPITALS and SUBGRAPH_HOSPITAL_TOKEN: are missing",))
    hospitals = {
        facility: FhirClient(_client(facility, url, session), url, settings.hospital_token)
        for facility, url in settings.hospitals.items()
    }
    return create_encounter_subgraph(
        EncounterParts(
            store=foundation.store,
            profiles=foundation.profiles,
            hospitals=hospitals,
            once=once_on(foundation),
            clock=foundation.clock,
        )
    )


def _insurance(
    foundation: Foundation, settings: SubgraphSettings, session: aiohttp.ClientSession
) -> Subgraph:
    portal = settings.portal
    if portal is None:
        raise SettingsError(("SUBGRAPH_PORTAL_URL: is missing",))
    account = PortalAccount(portal.username, portal.password, portal.staff_name, portal.staff_id)
    client = _client("insurance-portal", portal.url, session)
    return create_insurance_subgraph(
        InsuranceParts(
            foundation.store,
            foundation.keyring,
            InsurancePortal(client, account),
            time.monotonic,
            foundation.cache,
        )
    )


def _client(name: str, url: str, session: aiohttp.ClientSession) -> UpstreamClient:
    return UpstreamClient(name, url, session, CircuitBreaker(BreakerSettings(), time.monotonic))


OPENERS: Mapping[str, Opener] = {
    "patient": _patient,
    "encounter": _encounter,
    "pharmacy": _pharmacy,
    "insurance": _insurance,
}
"""How each subgraph is put together, by name."""


async def _serve(names: Sequence[str], settings: SubgraphSettings) -> None:
    async with open_applications(names, settings) as applications:
        alone = applications[names[0]] if len(names) == 1 else None
        config = uvicorn.Config(
            alone or SubgraphSite(applications),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            lifespan="on",
        )
        server = _Server(config)
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(log_unhandled)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        await server.serve()


class _Server(uvicorn.Server):
    """Ends by itself at a signal, so that what stands around it is closed too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to the loop; uvicorn would raise them anew when it has ended."""
        yield

    def stop(self) -> None:
        """Answers what is under way and ends."""
        self.should_exit = True
