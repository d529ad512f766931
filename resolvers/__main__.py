"""The command line of the subgraphs: ``python -m resolvers sdl NAME`` prints a subgraph's SDL."""

import argparse
import importlib
import sys

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
    options = parser.parse_args(arguments)
    print(subgraph_sdl(options.name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
