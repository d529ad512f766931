"""Reading settings off an environment: every problem is told at once, no secret is ever repeated.

An unknown variable with the program's prefix is a problem (it is a typing error more often than
not), and so is a placeholder where a secret is needed.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

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

    def one(self, name: str, parse: Callable[[str], ValueT], default: ValueT) -> ValueT:
        """The value of a variable, or the default where it is absent or wrong."""
        variable = self._prefix + name
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

    def refuse_unknown(self) -> None:
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


def positive(text: str) -> int:
    """A whole number from 1.

    Raises:
        ValueError: if it is none.
    """
    number = int(text)
    if number < 1:
        raise ValueError("must be at least 1")
    return number


def positive_number(text: str) -> float | None:
    """A number above 0.

    Raises:
        ValueError: if it is none.
    """
    number = float(text)
    if not number > 0:
        raise ValueError("must be more than 0")
    return number


def port(text: str) -> int:
    """A TCP port; 0 lets the system choose.

    Raises:
        ValueError: if it is none.
    """
    number = int(text)
    if not 0 <= number < 65536:
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


def plaintext_links(urls: list[str], allowed: frozenset[str]) -> list[str]:
    """Addresses that would leave the machine unencrypted."""
    local = {"127.0.0.1", "localhost", "::1"} | allowed
    return [
        f"{split.hostname}: a link that leaves the machine needs https "
        "(or a place among the PLAINTEXT_HOSTS, for a private network encrypted below)"
        for split in map(urlsplit, urls)
        if split.scheme != "https" and split.hostname not in local
    ]
