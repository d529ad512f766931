"""Where the sandbox keeps its files and on which ports its parts listen."""

import os
import secrets
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import orjson

from access.subgraphs import SUBGRAPHS
from sandbox.population.generator import PopulationSettings
from sandbox.population.institutions import HOSPITALS
from sandbox.world import WorldFiles

HOST = "127.0.0.1"
DEFAULT_FOLDER = Path(".data")
"""The data folder where no other is named."""


class BrokenDataError(Exception):
    """A file of the sandbox is damaged, or the folder cannot be used. The text is one line."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of everything, counted from the gateway's.

    Args:
        gateway: The port of the gateway.
        host: Address that upstreams listen on.
        public_issuer: The `iss` of tokens, where it is not the address on this machine.
    """

    gateway: int
    host: str = HOST
    public_issuer: str | None = None

    @property
    def subgraphs(self) -> dict[str, int]:
        """Ports of the subgraphs by name."""
        return {name: self.gateway + 1 + at for at, name in enumerate(SUBGRAPHS)}

    @property
    def hospitals(self) -> dict[str, int]:
        """Ports of the hospitals by facility code."""
        return {one.code: self.gateway + 11 + at for at, one in enumerate(HOSPITALS)}

    @property
    def portal(self) -> int:
        """Port of the insurance portal."""
        return self.gateway + 21

    @property
    def identity_provider(self) -> int:
        """Port of the identity provider."""
        return self.gateway + 31

    @property
    def metrics(self) -> int:
        """Port of the gateway's metrics."""
        return self.gateway + 41

    @property
    def issuer(self) -> str:
        """The `iss` of tokens."""
        return self.public_issuer or f"http://{HOST}:{self.identity_provider}"

    def all(self) -> list[int]:
        """Every port that a run needs."""
        upstreams = [*self.hospitals.values(), self.portal, self.identity_provider]
        return [self.gateway, *self.subgraphs.values(), *upstreams, self.metrics]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the parts of the sandbox know each other by; made at the first start.

    Args:
        hospital_token: Bearer token of system clients of the hospitals.
        portal_username: Account at the insurance portal.
        portal_password: Its password.
        portal_staff_name: The member of staff who is registered for it.
        portal_staff_id: Her national id.
        client_secret: What the token endpoint wants.
        admin_token: What faults and key rotation want.
        context_secret: From which the keys of access contexts are derived.
    """

    hospital_token: str
    portal_username: str
    portal_password: str
    portal_staff_name: str
    portal_staff_id: str
    client_secret: str
    admin_token: str
    context_secret: str


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder of a sandbox, `.data` by default.

    Args:
        root: The folder.
        database_url: Database of the subgraphs, where it is not the folder's own.
        keys_file: Keys of fields at rest, where they are not the folder's own.
        given_secrets: Secrets by name that are given from outside instead of made here.
    """

    root: Path
    database_url: str | None = field(default=None, repr=False)
    keys_file: Path | None = None
    given_secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def world(self) -> WorldFiles:
        """Files of the upstreams."""
        return WorldFiles(self.root / "world")

    @property
    def documents(self) -> Path:
        """The subgraphs' database."""
        return self.root / "documents.db"

    @property
    def documents_url(self) -> str:
        """The address of the subgraphs' database."""
        return self.database_url or f"sqlite:///{self.documents.absolute()}"

    @property
    def documents_name(self) -> str:
        """What the subgraphs' database is called in messages, which bear no password."""
        return "the database" if self.database_url else str(self.documents)

    @property
    def keyring(self) -> Path:
        """Keys of fields at rest."""
        return self.keys_file or self.root / "field-keys.json"

    @property
    def signing_keys(self) -> Path:
        """The identity provider's keys."""
        return self.root / "signing-keys.json"

    @property
    def loaded(self) -> Path:
        """A note that the documents are complete."""
        return self.root / "documents-loaded.json"

    @property
    def _population(self) -> Path:
        return self.root / "population.json"

    @property
    def _secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def _run(self) -> Path:
        return self.root / "last-run.json"

    def is_complete(self) -> bool:
        """Tell whether a start before this one loaded everything."""
        return self.loaded.exists() and self.world.is_complete()

    def create(self) -> None:
        """Make the folder and see that it can be written.

        Raises:
            BrokenDataError: It cannot.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{secrets.token_hex(4)}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as problem:
            message = f"{self.root} cannot be written: {problem.strerror}"
            raise BrokenDataError(message) from problem

    def secrets(self) -> Secrets:
        """Read the secrets, making them at the first start.

        Raises:
            BrokenDataError: The file is damaged or cannot be written.
        """
        try:
            if not self._secrets.exists():
                _write_private(self._secrets, orjson.dumps(asdict(_new_secrets())))
            kept = orjson.loads(self._secrets.read_bytes())
            return Secrets(**{**kept, **dict(self.given_secrets)})
        except (orjson.JSONDecodeError, TypeError) as problem:
            message = f"{self._secrets} is damaged; remove it to make new secrets"
            raise BrokenDataError(message) from problem
        except OSError as problem:
            message = f"{self._secrets} cannot be used: {problem.strerror}"
            raise BrokenDataError(message) from problem

    def population(self, wanted: PopulationSettings) -> PopulationSettings:
        """Return what this sandbox is made from; the first call decides.

        Raises:
            BrokenDataError: The note is damaged or cannot be written.
        """
        try:
            if not self._population.exists():
                note = {
                    "seed": wanted.seed,
                    "people": wanted.people,
                    "today": wanted.today.isoformat(),
                }
                _write_private(self._population, orjson.dumps(note))
            kept = orjson.loads(self._population.read_bytes())
            today = date.fromisoformat(kept["today"])
            return PopulationSettings(int(kept["seed"]), int(kept["people"]), today)
        except (ValueError, KeyError, TypeError) as problem:
            message = f"{self._population} is damaged; remove {self.root} to start anew"
            raise BrokenDataError(message) from problem
        except OSError as problem:
            message = f"{self._population} cannot be used: {problem.strerror}"
            raise BrokenDataError(message) from problem

    def remember_run(self, ports: Ports) -> None:
        """Note the ports of this run, for the commands beside it."""
        note = {"port": ports.gateway, "issuer": ports.public_issuer}
        self._run.write_bytes(orjson.dumps(note))

    def last_ports(self) -> Ports | None:
        """Return the ports of the last run; None when there was none."""
        try:
            note = orjson.loads(self._run.read_bytes())
            return Ports(int(note["port"]), public_issuer=note.get("issuer"))
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return None


def _new_secrets() -> Secrets:
    return Secrets(
        hospital_token=secrets.token_urlsafe(24),
        portal_username="01901_BV",
        portal_password=secrets.token_urlsafe(12),
        portal_staff_name="Cán Bộ Tra Cứu",
        portal_staff_id="001190900099",
        client_secret=secrets.token_urlsafe(24),
        admin_token=secrets.token_urlsafe(24),
        context_secret=secrets.token_hex(32),
    )


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
