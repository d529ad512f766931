"""The settings of a subgraph's process: the one reader of its environment.

All problems are told at once. A ``SUBGRAPH_*`` variable that is not known is a problem, for it is
a typing error more often than not.
"""

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from access.environment import SettingsError

_PREFIX = "SUBGRAPH_"
_KEY_BYTES = 32


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
        redis_url: Tells other processes of changed access profiles, or ``None``.
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
            theirs in ``SUBGRAPH_CONTEXT_KEY_PATIENT`` and so on.

    Raises:
        SettingsError: with every problem found.
    """
    reader = _Reader(environ)
    settings = SubgraphSettings(
        database_url=reader.plain("DATABASE_URL", required=True),
        redis_url=environ.get("REDIS_URL") or None,
        context_keys={
            name: reader.key("CONTEXT_KEY" if len(names) == 1 else f"CONTEXT_KEY_{name.upper()}")
            for name in names
        },
        keys_file=Path(reader.text("KEYS_FILE", "keys.json")),
        production=reader.choice("ENVIRONMENT", ("production", "development")) == "production",
        host=reader.text("HOST", "127.0.0.1"),
        port=reader.port("PORT", 4001),
        portal=_portal(reader),
        hospitals=reader.pairs("HOSPITALS"),
        hospital_token=reader.text("HOSPITAL_TOKEN") or None,
    )
    reader.refuse_unknown()
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return settings


def _portal(reader: "_Reader") -> PortalSettings | None:
    names = ("URL", "USERNAME", "PASSWORD", "STAFF_NAME", "STAFF_ID")
    found = {name: reader.text(f"PORTAL_{name}") for name in names}
    if not any(found.values()):
        return None
    missing = [f"{_PREFIX}PORTAL_{name}: is missing" for name in names if not found[name]]
    reader.problems += missing
    return PortalSettings(
        found["URL"], found["USERNAME"], found["PASSWORD"], found["STAFF_NAME"], found["STAFF_ID"]
    )


class _Reader:
    """Reads variables and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: set[str] = set()
        self.problems: list[str] = []

    def plain(self, variable: str, *, required: bool = False) -> str:
        self._known.add(variable)
        text = self._environ.get(variable, "")
        if required and not text:
            self.problems.append(f"{variable}: is missing")
        return text

    def text(self, name: str, default: str = "") -> str:
        return self.plain(_PREFIX + name) or default

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        text = self.text(name, choices[0])
        if text not in choices:
            self.problems.append(f"{_PREFIX}{name}: is none of {', '.join(choices)}")
        return text

    def port(self, name: str, default: int) -> int:
        text = self.text(name, str(default))
        if not text.isascii() or not text.isdigit() or int(text) > 65535:
            self.problems.append(f"{_PREFIX}{name}: is no TCP port")
            return default
        return int(text)

    def key(self, name: str) -> bytes:
        text = self.plain(_PREFIX + name, required=True)
        try:
            key = binascii.unhexlify(text)
        except ValueError:
            key = b""
        if text and len(key) != _KEY_BYTES:
            self.problems.append(f"{_PREFIX}{name}: is not {_KEY_BYTES} bytes in hexadecimal")
        return key

    def pairs(self, name: str) -> dict[str, str]:
        words = self.text(name).split()
        pairs = dict(word.split("=", 1) for word in words if "=" in word)
        if len(pairs) != len(words):
            self.problems.append(f"{_PREFIX}{name}: is not CODE=URL pairs separated by spaces")
        return pairs

    def refuse_unknown(self) -> None:
        unknown = sorted(
            name for name in self._environ if name.startswith(_PREFIX) and name not in self._known
        )
        self.problems += [f"{name}: is not a setting of a subgraph" for name in unknown]
