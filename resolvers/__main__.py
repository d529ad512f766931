"""The command line of the subgraphs: ``python -m resolvers sdl``, ``serve`` and ``reseal``."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable

from access.environment import SettingsError
from access.subgraphs import SUBGRAPHS
from resolvers.settings import load_settings


def subgraph_sdl(name: str) -> str:
    """The SDL of a subgraph, with federation's directives.

    Args:
        name: One of :data:`~access.subgraphs.SUBGRAPHS`.
    """
    # Each subgraph is loaded only when it is asked for.
    module = importlib.import_module(f"resolvers.{name}.schema.schema")
    return str(module.create_schema().sdl)


def main(arguments: list[str] | None = None) -> int:
    """Runs a command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m resolvers", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sdl = commands.add_parser("sdl", help="print the SDL of a subgraph")
    sdl.add_argument("name", choices=SUBGRAPHS)
    served = commands.add_parser("serve", help="serve one subgraph over HTTP, or several")
    served.add_argument("names", metavar="NAME", nargs="+", choices=SUBGRAPHS)
    commands.add_parser("reseal", help="bring what is stored under the current keys")
    options = parser.parse_args(arguments)
    if options.command == "sdl":
        print(subgraph_sdl(options.name))
        return 0
    if options.command == "reseal":
        return _reseal()
    return _serve(list(dict.fromkeys(options.names)))


def _serve(names: list[str]) -> int:
    # Printing an SDL needs neither a server nor a database.
    serving = importlib.import_module("resolvers.serving")

    def serve() -> int:
        serving.serve(names, load_settings(os.environ, names))
        return 0

    return _refusing(", ".join(names), serve)


def _reseal() -> int:
    resealing = importlib.import_module("resolvers.resealing")

    def reseal() -> int:
        return 0 if resealing.reseal(load_settings(os.environ, ()), print) else 1

    return _refusing("reseal", reseal)


def _refusing(what: str, command: Callable[[], int]) -> int:
    """Runs a command; where it cannot, one line says why."""
    encryption = importlib.import_module("storage.encryption")
    documents = importlib.import_module("storage.documents")
    try:
        return command()
    except (
        SettingsError,
        encryption.ConfigurationError,
        documents.StorageUnavailableError,
    ) as refusal:
        print(f"{what}: {refusal}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
