"""Reading settings off an environment: every problem is told at once, no secret is ever repeated.

An unknown variable with the program's prefix is a problem (it is a typing error more often than
not), and so is a placeholder where a secret is needed.
"""

import binascii
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

_PLACEHOLDERS = frozenset({"changeme", "change-me", "changethis", "secret", "password", "example"})
_LEAST_SECRET_BYTES = 32
_KEY_BYTES = 32
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
_NO_LINK = frozenset({"sqlite", "unix"})
_ENCRYPTED = frozenset({"https", "rediss", "mongodb+srv"})

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
    """Where a program runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class EnvironmentReader:
    """Reads variables and gathers what is wrong with them.

    Attributes:
        problems: One line for each.
    """

    def __init__(self, environ: Mapping[str, str], prefix: str) -> None:
        """Args: environ: the variables; prefix: begins the program's own, as ``GATEWAY_``."""
        self._environ = environ
        self._prefix = prefix
        self._known: set[str] = set()
        self.problems: list[str] = []

    def one(
        self, name: str, parse: Callable[[str], ValueT], default: ValueT, *, prefixed: bool = True
    ) -> ValueT:
        """The value of a variable, or the default where it is absent or wrong."""
        variable = self._prefix + name if prefixed else name
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
        """The text of a variable that must be there."""
        variable = self._prefix + name if prefixed else name
        self._known.add(variable)
        text = self._environ.get(variable, "")
        if not text:
            self.problems.append(f"{variable}: is missing")
        return text

    def secret(self, name: str) -> bytes:
        """A secret of its own, at least 32 bytes."""
        text = self.required(name)
        if text and (text.lower() in _PLACEHOLDERS or len(text.encode()) < _LEAST_SECRET_BYTES):
            self.problems.append(
                f"{self._prefix}{name}: needs at least {_LEAST_SECRET_BYTES} bytes of its own"
            )
        return text.encode()

    def key(self, name: str) -> bytes:
        """A key of 32 bytes in hexadecimal."""
        text = self.required(name)
        try:
            key = binascii.unhexlify(text)
        except ValueError:
            key = b""
        if text and len(key) != _KEY_BYTES:
            self.problems.append(
                f"{self._prefix}{name}: must be {_KEY_BYTES} bytes in hexadecimal"
            )
        return key

    def together(self, names: Iterable[str]) -> Mapping[str, str]:
        """The texts of variables that belong together: all of them are there, or none."""
        found = {name: self.one(name, str, "") for name in names}
        if any(found.values()):
            missing = (name for name, text in found.items() if not text)
            self.problems.extend(f"{self._prefix}{name}: is missing" for name in missing)
            return found
        return {}

    def allow(self, names: Iterable[str]) -> None:
        """Takes variables for known that the program has, and this part of it no use for."""
        self._known.update(self._prefix + name for name in names)

    def conclude(self, links: Iterable[str | None]) -> None:
        """Looks at what the variables are about as a whole, when all of them were read.

        Args:
            links: Addresses that the program is told to use. They need TLS unless they stay on
                this machine or lead to one of the ``PLAINTEXT_HOSTS``.

        Raises:
            SettingsError: with every problem found.
        """
        no_hosts: frozenset[str] = frozenset()
        allowed = self.one("PLAINTEXT_HOSTS", words, no_hosts)
        self._refuse_unknown()
        self.problems.extend(plaintext_links(filter(None, links), allowed))
        if self.problems:
            raise SettingsError(tuple(self.problems))

    def _refuse_unknown(self) -> None:
        """Takes note of variables with the prefix that nobody asked for."""
        unknown = sorted(
            name
            for name in self._environ
            if name.startswith(self._prefix) and name not in self._known
        )
        self.problems.extend(f"{name}: is not a setting" for name in unknown)


def words(text: str) -> frozenset[str]:
    """Words separated by spaces."""
    return frozenset(text.split())


def environment(text: str) -> Environment:
    """Where the program runs.

    Raises:
        ValueError: if the text names no such place.
    """
    try:
        return Environment(text)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(Environment)}") from None


def optional(text: str) -> str | None:
    """Any text, where none is also an answer."""
    return text


def redis_url(text: str) -> str | None:
    """The address of a Redis server.

    Raises:
        ValueError: if it is none; the text is not repeated, for it may hold a password.
    """
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return text


def web_address(text: str) -> str:
    """An absolute address on the web.

    Raises:
        ValueError: if it is none.
    """
    split = urlsplit(text)
    if split.scheme not in {"http", "https"} or not split.hostname:
        raise ValueError("the URL must be absolute, http or https")
    return text


def positive(text: str) -> int:
    """A whole number from 1.

    Raises:
        ValueError: if it is none.
    """
    number = _whole(text)
    if number is None or number < 1:
        raise ValueError("must be a whole number from 1")
    return number


def positive_number(text: str) -> float | None:
    """A number above 0.

    Raises:
        ValueError: if it is none.
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError("must be a number above 0")
    return number


def port(text: str) -> int:
    """A TCP port; 0 lets the system choose.

    Raises:
        ValueError: if it is none.
    """
    number = _whole(text)
    if number is None or number > 65535:
        raise ValueError("must be a TCP port")
    return number


def pairs(text: str) -> Mapping[str, str]:
    """``NAME=URL`` pairs separated by spaces.

    Raises:
        ValueError: if they are not.
    """
    found = dict(pair.split("=", 1) for pair in text.split() if "=" in pair)
    if len(found) != len(text.split()):
        raise ValueError("must be NAME=URL pairs separated by spaces")
    return found


def plaintext_links(urls: Iterable[str], allowed: frozenset[str]) -> list[str]:
    """Addresses that would leave the machine unencrypted.

    Args:
        urls: Of web servers, MongoDB, Redis or SQLite; they may hold passwords.
        allowed: Hosts that may be reached so, because their network is encrypted below.

    Returns:
        A problem for each host; none repeats more of its address.
    """
    hosts = dict.fromkeys(host for url in urls for host in _plaintext_hosts(url))
    return [
        f"{host}: a link that leaves the machine needs TLS "
        "(or a place among the PLAINTEXT_HOSTS, for a private network encrypted below)"
        for host in hosts
        if host not in _THIS_MACHINE and host not in allowed
    ]


def _plaintext_hosts(url: str) -> list[str]:
    split = urlsplit(url)
    if split.scheme in _ENCRYPTED or split.scheme in _NO_LINK:
        return []
    options = split.query.lower().split("&")
    if split.scheme == "mongodb" and ("tls=true" in options or "ssl=true" in options):
        return []
    # A replica set has several hosts, which an address on the web has not.
    places = split.netloc.rpartition("@")[2].split(",")
    return [
        place.partition("]")[0].lstrip("[") if "[" in place else place.partition(":")[0]
        for place in places
    ]


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
