"""The command line of the subgraphs: ``python -m resolvers sdl NAME`` and ``serve NAME``."""

import argparse
import importlib
import os
import sys

from access.environment import SettingsError
from resolvers.settings import load_settings

SUBGRAPHS = ("patient", "encounter", "pharmacy", "insurance")
"""The subgraphs of the health book."""


def subgraph_sdl(name: str) -> str:
    """The SDL of a subgraph, with federation's directives.

    Args:
        name: One of :data:`SUBGRAPHS`.
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
    options = parser.parse_args(arguments)
    if options.command == "sdl":
        print(subgraph_sdl(options.name))
        return 0
    return _serve(list(dict.fromkeys(options.names)))


def _serve(names: list[str]) -> int:
    # Printing an SDL needs neither a server nor a database.
    serving = importlib.import_module("resolvers.serving")
    encryption = importlib.import_module("storage.encryption")
    documents = importlib.import_module("storage.documents")
    refusals = (SettingsError, encryption.ConfigurationError, documents.StorageUnavailableError)
    try:
        serving.serve(names, load_settings(os.environ, names))
    except refusals as refusal:
        print(f"{', '.join(names)}: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
