import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from resolvers.insurance.portal import InsurancePortal, PortalAccount
from resolvers.insurance.records import DrugPrice
from resolvers.insurance.repository import InsuranceRepository
from resolvers.insurance.subgraph import InsuranceParts, create_insurance_subgraph
from resolvers.upstream import BreakerSettings, CircuitBreaker, UpstreamClient
from sandbox.insurance_portal.app import PortalSettings, create_portal_app
from sandbox.insurance_portal.records import PortalRecords
from sandbox.serving import bind, serving
from storage.documents import DocumentStore
from storage.encryption import Keyring
from tests.resolvers.fakes import Caller, SettableClock
from tests.resolvers.insurance.world import (
    ACCOUNT,
    CARD,
    CLAIM,
    CLAIMS,
    NOW,
    PORTAL_CARD,
    World,
)


@pytest.fixture
async def world(
    tmp_path: Path, store: DocumentStore, keyring: Keyring, clock: SettableClock
) -> AsyncIterator[World]:
    records = PortalRecords.open(tmp_path / "portal.db")
    records.fill([(PORTAL_CARD, (CLAIM,))])
    records.close()
    settings = PortalSettings(tmp_path / "portal.db", ACCOUNT, "admin", lambda: NOW)
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(serving(create_portal_app(settings), bind(0)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        loop = asyncio.get_running_loop()
        breaker = CircuitBreaker(BreakerSettings(), loop.time)
        portal = InsurancePortal(
            UpstreamClient("portal", base, session, breaker),
            PortalAccount(
                ACCOUNT.username, ACCOUNT.password, ACCOUNT.staff_name, ACCOUNT.staff_id
            ),
        )
        repository = InsuranceRepository(store, keyring)
        await repository.import_cards([CARD])
        await repository.import_claims(CLAIMS)
        await repository.import_prices([DrugPrice("893110000126", "1000.50", 100)])
        subgraph = create_insurance_subgraph(InsuranceParts(store, keyring, portal, loop.time))
        await subgraph.start()
        yield World(portal, Caller(subgraph, clock), base, session, tmp_path / "portal.db")
