"""The whole product with its outside world in one event loop on free ports, for tests."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.config import LOOKUPS_PER_MINUTE
from gateway.endpoint.asgi import AsgiEndpoint
from gateway.federation.executor.ports import SubgraphTransport
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.keys import load_ring
from sandbox.identity_provider.tokens import Identity, TokenRequest, claims_of, sign
from sandbox.layout import DataFolder
from sandbox.population.generator import PopulationSettings
from sandbox.preparation import prepare
from sandbox.product.gateway import Product, open_gateway
from sandbox.serving import bind, serving
from sandbox.upstreams import Upstreams, serve_upstreams

SUPERGRAPH = Path(__file__).resolve().parents[2] / "supergraph.graphql"
Tap = Callable[[SubgraphTransport], SubgraphTransport]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running product.

    Args:
        url: The gateway's endpoint.
        upstreams: Where hospitals, portal and identity provider are.
        data: Their files and secrets.
        codes: Codes of the prescriptions that were issued at this start, by patient.
        clock: Answers the present instant, aware.
    """

    url: str
    upstreams: Upstreams
    data: DataFolder
    codes: dict[str, str]
    clock: Callable[[], datetime]

    def token(self, role: str, person: str, request: TokenRequest | None = None) -> str:
        """Return a token for somebody.

        Args:
            role: citizen, practitioner, pharmacist, insurer or authority.
            person: Her id.
            request: Purpose, assurance and lifetime.

        Raises:
            LookupError: There is nobody with this id and role.
        """
        directory = IdentityDirectory.open(self.data.world.identities)
        identity = directory.find(role, person)
        directory.close()
        if identity is None:
            raise LookupError(person)
        claims = claims_of(
            identity, request or TokenRequest(), self.upstreams.issuer, self.clock()
        )
        return sign(claims, load_ring(self.data.signing_keys).current("EdDSA"))

    def let_log_in(self, identity: Identity) -> None:
        """Make somebody known to the identity provider."""
        directory = IdentityDirectory.open(self.data.world.identities)
        directory.add([identity])
        directory.close()


@contextlib.asynccontextmanager
async def open_stack(
    folder: Path,
    settings: PopulationSettings,
    clock: Callable[[], datetime],
    tap: Tap | None = None,
    database_url: str | None = None,
    lookups_per_minute: int = LOOKUPS_PER_MINUTE,
) -> AsyncIterator[Stack]:
    """Load a population into a folder, unless it is there, and serve everything on free ports.

    Args:
        folder: The data folder; opened again it keeps what was written.
        settings: The population.
        clock: Answers the present instant, aware.
        tap: Wraps the transport between gateway and subgraphs.
        database_url: Database of gateway and subgraphs; a file in the folder where absent.
        lookups_per_minute: Look-ups of people and prescription codes by one principal.
    """
    data = DataFolder(folder, database_url)
    data.create()
    codes = await prepare(data, data.population(settings), clock, lambda _: None)
    secrets = data.secrets()
    async with serve_upstreams(data, secrets, None, clock) as upstreams:
        product = Product(
            data, secrets, None, upstreams, SUPERGRAPH, clock, tap, lookups_per_minute
        )
        async with (
            open_gateway(product) as endpoint,
            serving(AsgiEndpoint(endpoint), bind(0), has_lifespan=False) as base,
        ):
            yield Stack(f"{base}/graphql", upstreams, data, codes, clock)
