"""The four subgraphs, wired to the sandbox's documents and upstreams."""

import contextlib
import time
from collections.abc import AsyncIterator

import aiohttp

from access.context import derive_context_key
from resolvers.asgi import SubgraphApplication, create_subgraph_app
from resolvers.encounter.fhir import FhirClient
from resolvers.encounter.subgraph import EncounterParts, create_encounter_subgraph
from resolvers.federation import Subgraph
from resolvers.foundation import Foundation, patient_subgraph, pharmacy_subgraph
from resolvers.idempotency import StoredOnce
from resolvers.insurance.portal import InsurancePortal, PortalAccount
from resolvers.insurance.subgraph import InsuranceParts, create_insurance_subgraph
from resolvers.upstream import UpstreamClient
from resolvers.upstream.breaker import BreakerSettings, CircuitBreaker
from sandbox.layout import Secrets
from sandbox.upstreams import Upstreams
from storage.idempotency import IdempotencyStore


@contextlib.asynccontextmanager
async def open_subgraphs(
    foundation: Foundation, upstreams: Upstreams, secrets: Secrets
) -> AsyncIterator[dict[str, SubgraphApplication]]:
    """Yield the application of each subgraph by name; connections are closed in the end.

    Args:
        foundation: What they stand on.
        upstreams: Where hospitals and portal are.
        secrets: What they know us by, and the secret of access contexts.
    """
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        made = [
            patient_subgraph(foundation),
            pharmacy_subgraph(foundation),
            _insurance(foundation, upstreams, secrets, session),
            _encounter(foundation, upstreams, secrets, session),
        ]
        secret = secrets.context_secret.encode()
        yield {
            one.name: create_subgraph_app(
                one, derive_context_key(secret, one.name), foundation.clock
            )
            for one in made
        }


def _insurance(
    foundation: Foundation,
    upstreams: Upstreams,
    secrets: Secrets,
    session: aiohttp.ClientSession,
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
        InsuranceParts(foundation.store, foundation.keyring, portal, time.monotonic)
    )


def _encounter(
    foundation: Foundation,
    upstreams: Upstreams,
    secrets: Secrets,
    session: aiohttp.ClientSession,
) -> Subgraph:
    hospitals = {
        code: FhirClient(_client(f"hospital-{code}", url, session), url, secrets.hospital_token)
        for code, url in upstreams.hospitals.items()
    }
    once = StoredOnce(IdempotencyStore(foundation.store, foundation.keyring, foundation.clock))
    return create_encounter_subgraph(
        EncounterParts(foundation.store, foundation.profiles, hospitals, once, foundation.clock)
    )


def _client(name: str, url: str, session: aiohttp.ClientSession) -> UpstreamClient:
    return UpstreamClient(name, url, session, CircuitBreaker(BreakerSettings(), time.monotonic))
