"""The gateway's settings: the one reader of its environment.

All problems are told at once (see ``access.environment``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from access.context import derive_context_key
from access.environment import (
    Environment,
    EnvironmentReader,
    environment,
    pairs,
    port,
    positive,
    positive_number,
    redis_url,
    web_address,
)

LOOKUPS_PER_MINUTE = 60
"""Look-ups of people and prescription codes by one principal, where nothing else is set."""
ORGANIZATION_LOOKUPS_PER_MINUTE = 1200
"""The same by all principals of an organization together."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An issuer of tokens.

    Attributes:
        name: The exact ``iss``.
        jwks_url: Its key set.
        audience: The ``aud`` that is required.
    """

    name: str
    jwks_url: str
    audience: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The health book gateway's settings.

    Attributes:
        environment: Production switches introspection and the development page off.
        host: Address to listen on.
        port: TCP port.
        workers: Processes on one socket.
        supergraph: The supergraph's file.
        subgraph_urls: Where each subgraph is reached; the supergraph's own address where absent.
        context_secret: From which the keys of access contexts are derived.
        database_url: Access profiles and access log.
        redis_url: Invalidation and limits over all processes, or ``None``.
        keys_file: Encryption and look-up keys.
        issuers: Whose tokens are trusted.
        metrics_host: Address of the metrics' listener.
        metrics_port: Its port, or ``None``.
        rate_per_second: Requests per second and caller, or ``None``.
        lookups_per_minute: Look-ups of people and prescription codes per minute and principal.
        organization_lookups_per_minute: The same for all principals of an organization together.
    """

    supergraph: Path
    database_url: str = field(repr=False)
    context_secret: bytes = field(repr=False)
    keys_file: Path
    issuers: tuple[TrustedIssuer, ...]
    subgraph_urls: Mapping[str, str] = field(default_factory=dict)
    redis_url: str | None = field(default=None, repr=False)
    environment: Environment = Environment.PRODUCTION
    host: str = "127.0.0.1"
    port: int = 4000
    workers: int = 1
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None
    rate_per_second: float | None = None
    lookups_per_minute: int = LOOKUPS_PER_MINUTE
    organization_lookups_per_minute: int = ORGANIZATION_LOOKUPS_PER_MINUTE

    @property
    def is_production(self) -> bool:
        """Whether people are served, and not those who develop."""
        return self.environment is Environment.PRODUCTION

    def context_key(self, subgraph: str) -> bytes:
        """The key of one subgraph's access contexts."""
        return derive_context_key(self.context_secret, subgraph)


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment.

    Args:
        environ: The variables, as ``os.environ`` has them.

    Raises:
        SettingsError: with every problem found.
    """
    reader = EnvironmentReader(environ, "GATEWAY_")
    workers = reader.one("WORKERS", positive, 1)
    redis = reader.one("REDIS_URL", redis_url, None, prefixed=False)
    settings = Settings(
        environment=reader.one("ENVIRONMENT", environment, Environment.PRODUCTION),
        supergraph=reader.one("SUPERGRAPH", Path, Path("supergraph.graphql")),
        subgraph_urls=reader.one("SUBGRAPH_URLS", pairs, {}),
        database_url=reader.required("DATABASE_URL", prefixed=False),
        redis_url=redis,
        context_secret=reader.secret("CONTEXT_SECRET"),
        keys_file=reader.one("KEYS_FILE", Path, Path("keys.json")),
        issuers=reader.one("ISSUERS", _issuers, ()),
        host=reader.one("HOST", str, "127.0.0.1"),
        port=reader.one("PORT", port, 4000),
        workers=workers,
        metrics_host=reader.one("METRICS_HOST", str, "127.0.0.1"),
        metrics_port=reader.one("METRICS_PORT", port, None),
        rate_per_second=reader.one("RATE_PER_SECOND", positive_number, None),
        lookups_per_minute=reader.one("LOOKUPS_PER_MINUTE", positive, LOOKUPS_PER_MINUTE),
        organization_lookups_per_minute=reader.one(
            "ORGANIZATION_LOOKUPS_PER_MINUTE", positive, ORGANIZATION_LOOKUPS_PER_MINUTE
        ),
    )
    if not environ.get("GATEWAY_ISSUERS"):
        reader.problems.append("GATEWAY_ISSUERS: at least one issuer is needed")
    if workers > 1 and redis is None:
        reader.problems.append("REDIS_URL: more than one worker needs it, for consent to hold")
    key_sets = [each.jwks_url for each in settings.issuers]
    reader.conclude([*settings.subgraph_urls.values(), *key_sets, settings.database_url, redis])
    return settings


def _issuers(text: str) -> tuple[TrustedIssuer, ...]:
    issuers: dict[str, TrustedIssuer] = {}
    for entry in text.split():
        parts = entry.split("|")
        if len(parts) != 3 or not all(parts):
            raise ValueError("must be ISSUER|JWKS_URL|AUDIENCE entries separated by spaces")
        name, jwks_url, audience = parts
        if name in issuers:
            raise ValueError("must name each issuer once")
        issuers[name] = TrustedIssuer(name, web_address(jwks_url), audience)
    if not issuers:
        raise ValueError("at least one issuer is needed")
    return tuple(issuers.values())
