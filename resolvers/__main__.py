"""The command line of the subgraphs: ``python -m resolvers sdl NAME`` and ``serve NAME``."""

import argparse
import importlib
import os
import sys

from resolvers.settings import SettingsError, load_settings

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
    summaries = {"sdl": "print the SDL of a subgraph", "serve": "serve a subgraph over HTTP"}
    for command, summary in summaries.items():
        commands.add_parser(command, help=summary).add_argument("name", choices=SUBGRAPHS)
    options = parser.parse_args(arguments)
    if options.command == "sdl":
        print(subgraph_sdl(options.name))
        return 0
    return _serve(options.name)


def _serve(name: str) -> int:
    # Printing an SDL needs neither a server nor a database.
    serving = importlib.import_module("resolvers.serving")
    encryption = importlib.import_module("storage.encryption")
    documents = importlib.import_module("storage.documents")
    refusals = (SettingsError, encryption.ConfigurationError, documents.StorageUnavailableError)
    try:
        serving.serve(name, load_settings(os.environ))
    except refusals as refusal:
        print(f"{name}: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
