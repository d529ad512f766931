"""`python -m sandbox token WHO`: a fresh token for any person of the sandbox."""

import argparse
from datetime import datetime

from sandbox.databases import BrokenDatabaseError
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.keys import (
    ALGORITHMS,
    BrokenKeyFileError,
    load_or_create_ring,
)
from sandbox.identity_provider.tokens import (
    ASSURANCE_LEVELS,
    LONGEST_SECONDS,
    Identity,
    TokenRequest,
    claims_of,
    sign,
)
from sandbox.layout import BrokenDataError, DataFolder, Ports
from sandbox.population import cast

ROLES = {
    "citizen": "citizen",
    "doctor": "practitioner",
    "pharmacist": "pharmacist",
    "insurer": "insurer",
    "authority": "authority",
}
DEFAULT_PEOPLE = {
    "citizen": cast.MOTHER,
    "doctor": cast.TREATING_DOCTOR,
    "pharmacist": cast.PHARMACIST_A,
    "insurer": cast.INSURER_USER,
    "authority": cast.AUTHORITY_USER,
}
DEFAULT_SECONDS = 12 * 3600


class TokenRefusedError(Exception):
    """No such token; the text says why in one line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_person_arguments(parser)
    parser.add_argument("--list", action="store_true", help="print some ids of this kind")


def add_person_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say for whom a token is, and what it says."""
    parser.add_argument("who", choices=tuple(ROLES), help="kind of person")
    parser.add_argument(
        "--person", metavar="ID", help="patient, practitioner, pharmacist or user id"
    )
    parser.add_argument("--purpose", help="purpose of use, e.g. TREAT, BTG, PATRQT")
    parser.add_argument(
        "--level",
        choices=ASSURANCE_LEVELS,
        default="vneid-2",
        help="how surely she was identified",
    )
    parser.add_argument(
        "--alg", choices=ALGORITHMS, default=ALGORITHMS[0], help="how the token is signed"
    )
    parser.add_argument(
        "--seconds",
        type=int,
        default=DEFAULT_SECONDS,
        help=f"lifetime of the token, at most {LONGEST_SECONDS}",
    )


def people_of_kind(data: DataFolder, who: str, limit: int = 25) -> list[Identity]:
    """Return some people of a kind.

    Raises:
        BrokenDataError: There is no sandbox yet, or its directory is damaged.
    """
    directory = _directory(data)
    try:
        return directory.some(ROLES[who], limit)
    finally:
        directory.close()


def issue_token(
    data: DataFolder, who: str, options: argparse.Namespace | None, now: datetime
) -> str:
    """Return a signed token.

    Args:
        data: The sandbox's folder.
        who: One of `ROLES`.
        options: Parsed arguments; None for the default person of this kind.
        now: The current instant.

    Raises:
        TokenRefusedError: There is nobody with this id, or the wish is out of range.
        BrokenDataError: There is no sandbox yet, or a file is damaged.
    """
    person = DEFAULT_PEOPLE[who] if options is None else options.person or DEFAULT_PEOPLE[who]
    directory = _directory(data)
    identity = directory.find(ROLES[who], person)
    directory.close()
    if identity is None:
        message = f"nobody with the id {person} is a {who} of the sandbox (see --list)"
        raise TokenRefusedError(message)
    wish = TokenRequest(seconds=DEFAULT_SECONDS)
    algorithm = ALGORITHMS[0]
    if options is not None:
        wish = TokenRequest(
            purpose=options.purpose, assurance=options.level, seconds=options.seconds
        )
        algorithm = options.alg
    ports = data.last_ports() or Ports(4000)
    try:
        ring = load_or_create_ring(data.signing_keys)
        return sign(claims_of(identity, wish, ports.issuer, now), ring.current(algorithm))
    except ValueError as problem:
        raise TokenRefusedError(str(problem)) from problem
    except (BrokenKeyFileError, OSError) as problem:
        raise BrokenDataError(str(problem)) from problem


def _directory(data: DataFolder) -> IdentityDirectory:
    if not data.world.identities.exists():
        message = f"there is no sandbox in {data.root} yet: start it with `make run`"
        raise BrokenDataError(message)
    try:
        return IdentityDirectory.open(data.world.identities)
    except BrokenDatabaseError as problem:
        raise BrokenDataError(str(problem)) from problem
