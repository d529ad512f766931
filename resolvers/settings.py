"""The settings of a subgraph's process: the one reader of its environment.

All problems are told at once (see ``access.environment``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from access.environment import (
    Environment,
    EnvironmentReader,
    environment,
    optional,
    pairs,
    port,
    redis_url,
)
from access.subgraphs import SUBGRAPHS


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """How the social-insurance portal is reached.

    Attributes:
        url: Its base address.
        username: Our account.
        password: Its password.
        staff_name: The registered member of staff.
        staff_id: Her national id.
    """

    url: str
    username: str
    password: str = field(repr=False)
    staff_name: str
    staff_id: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SubgraphSettings:
    """Settings of one subgraph's process.

    Attributes:
        database_url: Its documents, access profiles and access log.
        context_keys: Key of the access contexts of each subgraph that it serves.
        keys_file: Keys for fields at rest.
        redis_url: Tells other processes of changed access profiles and shares what the portal
            answered, or ``None``.
        production: Demand keys that were not made here.
        host: Address to listen on.
        port: TCP port.
        portal: How the portal is reached, or ``None`` where it is not stated.
        hospitals: Base addresses of the FHIR servers by facility.
        hospital_token: Bearer token of system clients of the hospitals.
    """

    database_url: str = field(repr=False)
    context_keys: Mapping[str, bytes] = field(repr=False)
    keys_file: Path
    redis_url: str | None = field(default=None, repr=False)
    production: bool = True
    host: str = "127.0.0.1"
    port: int = 4001
    portal: PortalSettings | None = None
    hospitals: Mapping[str, str] = field(default_factory=dict)
    hospital_token: str | None = field(default=None, repr=False)


def load_settings(environ: Mapping[str, str], names: Sequence[str]) -> SubgraphSettings:
    """The settings of an environment.

    Args:
        environ: The variables, as ``os.environ`` has them.
        names: The subgraphs to serve. One has its key in ``SUBGRAPH_CONTEXT_KEY``; several have
            theirs in ``SUBGRAPH_CONTEXT_KEY_PATIENT`` and so on; a command that serves nothing
            needs none, and may be run in the environment of any subgraph.

    Raises:
        SettingsError: with every problem found.
    """
    reader = EnvironmentReader(environ, "SUBGRAPH_")
    kind = reader.one("ENVIRONMENT", environment, Environment.PRODUCTION)
    settings = SubgraphSettings(
        database_url=reader.required("DATABASE_URL", prefixed=False),
        redis_url=reader.one("REDIS_URL", redis_url, None, prefixed=False),
        context_keys={
            name: reader.key("CONTEXT_KEY" if len(names) == 1 else f"CONTEXT_KEY_{name.upper()}")
            for name in names
        },
        keys_file=reader.one("KEYS_FILE", Path, Path("keys.json")),
        production=kind is Environment.PRODUCTION,
        host=reader.one("HOST", str, "127.0.0.1"),
        port=reader.one("PORT", port, 4001),
        portal=_portal(reader),
        hospitals=reader.one("HOSPITALS", pairs, {}),
        hospital_token=reader.one("HOSPITAL_TOKEN", optional, None),
    )
    if not names:
        reader.allow(("CONTEXT_KEY", *(f"CONTEXT_KEY_{name.upper()}" for name in SUBGRAPHS)))
    portal_url = None if settings.portal is None else settings.portal.url
    hospitals = settings.hospitals.values()
    reader.conclude([settings.database_url, settings.redis_url, *hospitals, portal_url])
    return settings


def _portal(reader: EnvironmentReader) -> PortalSettings | None:
    names = ("URL", "USERNAME", "PASSWORD", "STAFF_NAME", "STAFF_ID")
    found = reader.together(f"PORTAL_{name}" for name in names)
    if not found:
        return None
    return PortalSettings(
        found["PORTAL_URL"],
        found["PORTAL_USERNAME"],
        found["PORTAL_PASSWORD"],
        found["PORTAL_STAFF_NAME"],
        found["PORTAL_STAFF_ID"],
    )
