"""The four subgraphs, wired to the sandbox's documents and upstreams."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from access.context import derive_context_key
from resolvers.asgi import SubgraphApplication, create_subgraph_app
from resolvers.federation import Subgraph
from resolvers.idempotency import StoredOnce
from resolvers.insurance.portal import InsurancePortal, PortalAccount
from resolvers.insurance.subgraph import InsuranceParts, create_insurance_subgraph
from resolvers.patient.accesses import LoggedAccesses
from resolvers.patient.subgraph import PatientParts, create_patient_subgraph
from resolvers.pharmacy.subgraph import PharmacyParts, create_pharmacy_subgraph
from resolvers.upstream import UpstreamClient
from resolvers.upstream.breaker import BreakerSettings, CircuitBreaker
from sandbox.layout import Secrets
from sandbox.upstreams import Upstreams
from storage.access_log import AccessLogReader
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from storage.encryption import Keyring
from storage.idempotency import IdempotencyStore

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Stores:
    """What gateway and subgraphs stand on.

    Args:
        documents: The database.
        keyring: Keys of fields at rest.
        profiles: Who may read what.
        clock: Answers the present instant, aware.
    """

    documents: DocumentStore
    keyring: Keyring
    profiles: AccessProfiles
    clock: Clock


@contextlib.asynccontextmanager
async def open_subgraphs(
    stores: Stores, upstreams: Upstreams, secrets: Secrets
) -> AsyncIterator[dict[str, SubgraphApplication]]:
    """Yield the application of each subgraph by name; connections are closed in the end.

    Args:
        stores: What they stand on.
        upstreams: Where hospitals and portal are.
        secrets: What they know us by, and the secret of access contexts.
    """
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        made = [
            _patient(stores),
            _pharmacy(stores),
            _insurance(stores, upstreams, secrets, session),
        ]
        secret = secrets.context_secret.encode()
        yield {
            one.name: create_subgraph_app(one, derive_context_key(secret, one.name), stores.clock)
            for one in made
        }


def _once(stores: Stores) -> StoredOnce:
    return StoredOnce(IdempotencyStore(stores.documents, stores.keyring, stores.clock))


def _patient(stores: Stores) -> Subgraph:
    return create_patient_subgraph(
        PatientParts(
            store=stores.documents,
            keyring=stores.keyring,
            profiles=stores.profiles,
            access_log=LoggedAccesses(AccessLogReader(stores.documents)),
            once=_once(stores),
            clock=stores.clock,
        )
    )


def _pharmacy(stores: Stores) -> Subgraph:
    return create_pharmacy_subgraph(
        PharmacyParts(stores.documents, stores.keyring, stores.profiles, _once(stores))
    )


def _insurance(
    stores: Stores, upstreams: Upstreams, secrets: Secrets, session: aiohttp.ClientSession
) -> Subgraph:
    account = PortalAccount(
        username=secrets.portal_username,
        password=secrets.portal_password,
        staff_name=secrets.portal_staff_name,
        staff_id=secrets.portal_staff_id,
    )
    client = _client("insurance-portal", upstreams.portal, session)
    portal = InsurancePortal(client, account)
    return create_insurance_subgraph(
        InsuranceParts(stores.documents, stores.keyring, portal, time.monotonic)
    )


def _client(name: str, url: str, session: aiohttp.ClientSession) -> UpstreamClient:
    return UpstreamClient(name, url, session, CircuitBreaker(BreakerSettings(), time.monotonic))
