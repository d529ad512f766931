"""The gateway's settings: the one reader of its environment.

All problems are told at once. An unknown ``GATEWAY_*`` variable is a problem (it is a typing error
more often than not), and so is a placeholder where production needs a secret.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from access.context import derive_context_key

_PREFIX = "GATEWAY_"
_PLACEHOLDERS = frozenset({"changeme", "change-me", "changethis", "secret", "password", "example"})
_LEAST_SECRET_BYTES = 32

ValueT = TypeVar("ValueT")


class SettingsError(Exception):
    """The environment does not make settings.

    Attributes:
        problems: One line each; no line repeats a secret.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Args: problems: at least one."""
        super().__init__("; ".join(problems))
        self.problems = problems


class Environment(StrEnum):
    """Where the gateway runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


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
        redis_url: Invalidation between processes, or ``None``.
        keys_file: Encryption and look-up keys.
        issuers: Whose tokens are trusted.
        metrics_host: Address of the metrics' listener.
        metrics_port: Its port, or ``None``.
        rate_per_second: Requests per second and caller, or ``None``.
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
    reader = _Reader(environ)
    environment = reader.one("ENVIRONMENT", Environment, Environment.PRODUCTION)
    workers = reader.one("WORKERS", _positive, 1)
    no_hosts: frozenset[str] = frozenset()
    plaintext = reader.one("PLAINTEXT_HOSTS", _words, no_hosts)
    redis_url = environ.get("REDIS_URL") or None
    settings = Settings(
        environment=environment,
        supergraph=reader.one("SUPERGRAPH", Path, Path("supergraph.graphql")),
        subgraph_urls=reader.one("SUBGRAPH_URLS", _pairs, {}),
        database_url=reader.required("DATABASE_URL", prefixed=False),
        redis_url=redis_url,
        context_secret=reader.secret("CONTEXT_SECRET"),
        keys_file=reader.one("KEYS_FILE", Path, Path("keys.json")),
        issuers=reader.one("ISSUERS", _issuers, ()),
        host=reader.one("HOST", str, "127.0.0.1"),
        port=reader.one("PORT", _port, 4000),
        workers=workers,
        metrics_host=reader.one("METRICS_HOST", str, "127.0.0.1"),
        metrics_port=reader.one("METRICS_PORT", _port, None),
        rate_per_second=reader.one("RATE_PER_SECOND", _positive_number, None),
    )
    reader.refuse_unknown()
    if not environ.get("GATEWAY_ISSUERS"):
        reader.problems.append("GATEWAY_ISSUERS: at least one issuer is needed")
    if workers > 1 and redis_url is None:
        reader.problems.append("REDIS_URL: more than one worker needs it, for consent to hold")
    urls = [*settings.subgraph_urls.values(), *(each.jwks_url for each in settings.issuers)]
    reader.problems.extend(_plaintext_links(urls, plaintext))
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return settings


class _Reader:
    """Reads variables and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: set[str] = set()
        self.problems: list[str] = []

    def one(self, name: str, parse: Callable[[str], ValueT], default: ValueT) -> ValueT:
        variable = _PREFIX + name
        self._known.add(variable)
        text = self._environ.get(variable)
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            self.problems.append(f"{variable}: {error}")
            return default

    def required(self, name: str, *, prefixed: bool = True) -> str:
        variable = _PREFIX + name if prefixed else name
        self._known.add(variable)
        text = self._environ.get(variable, "")
        if not text:
            self.problems.append(f"{variable}: is missing")
        return text

    def secret(self, name: str) -> bytes:
        text = self.required(name)
        if text and (text.lower() in _PLACEHOLDERS or len(text.encode()) < _LEAST_SECRET_BYTES):
            self.problems.append(
                f"{_PREFIX}{name}: needs at least {_LEAST_SECRET_BYTES} bytes of its own"
            )
        return text.encode()

    def refuse_unknown(self) -> None:
        unknown = sorted(
            name for name in self._environ if name.startswith(_PREFIX) and name not in self._known
        )
        self.problems.extend(f"{name}: is not a setting of the gateway" for name in unknown)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be at least 1")
    return number


def _positive_number(text: str) -> float | None:
    number = float(text)
    if not number > 0:
        raise ValueError("must be more than 0")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65536:
        raise ValueError("must be a TCP port")
    return number


def _pairs(text: str) -> Mapping[str, str]:
    pairs = dict(pair.split("=", 1) for pair in text.split() if "=" in pair)
    if len(pairs) != len(text.split()):
        raise ValueError("must be NAME=URL pairs separated by spaces")
    return pairs


def _issuers(text: str) -> tuple[TrustedIssuer, ...]:
    issuers = []
    for entry in text.split():
        parts = entry.split("|")
        if len(parts) != 3 or not all(parts):
            raise ValueError("must be ISSUER|JWKS_URL|AUDIENCE entries separated by spaces")
        issuers.append(TrustedIssuer(*parts))
    return tuple(issuers)


def _plaintext_links(urls: list[str], allowed: frozenset[str]) -> list[str]:
    """Addresses that would leave the machine unencrypted."""
    local = {"127.0.0.1", "localhost", "::1"} | allowed
    return [
        f"{split.hostname}: a link that leaves the machine needs https "
        "(or GATEWAY_PLAINTEXT_HOSTS, for a private network that is encrypted below)"
        for split in map(urlsplit, urls)
        if split.scheme != "https" and split.hostname not in local
    ]
