"""``python -m gateway keys``: fresh secrets of a deployment, as lines of an environment file."""

import argparse
import secrets

from access.context import derive_context_key
from access.subgraphs import SUBGRAPHS
from gateway.commands.reading import CommandError

_SECRET_BYTES = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--secret", metavar="TEXT", help="derive the subgraphs' keys from this secret"
    )


def main(options: argparse.Namespace) -> int:
    """Print the gateway's secret and the key of each subgraph derived from it.

    Raises:
        CommandError: If the gateway would not start with the given secret.
    """
    secret = secrets.token_urlsafe(_SECRET_BYTES) if options.secret is None else options.secret
    if len(secret.encode()) < _SECRET_BYTES:
        msg = f"--secret: needs at least {_SECRET_BYTES} bytes"
        raise CommandError(msg)
    print("\n".join(environment_lines(secret)))  # noqa: T201 - the command's own output
    return 0


def environment_lines(secret: str) -> list[str]:
    """The lines: ``GATEWAY_CONTEXT_SECRET`` and ``<SUBGRAPH>_CONTEXT_KEY``, hexadecimal."""
    keys = {name: derive_context_key(secret.encode(), name).hex() for name in SUBGRAPHS}
    return [
        f"GATEWAY_CONTEXT_SECRET={secret}",
        *(f"{name.upper()}_CONTEXT_KEY={key}" for name, key in keys.items()),
    ]
