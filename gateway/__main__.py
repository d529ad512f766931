"""The command line: ``python -m gateway COMMAND``."""

import argparse
import sys

from gateway.commands import check, compose, health_book, keys, plan, serve
from gateway.commands.reading import CommandError


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m gateway", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    modules = {
        "serve": serve,
        "health-book": health_book,
        "compose": compose,
        "check": check,
        "plan": plan,
        "keys": keys,
    }
    for name, module in modules.items():
        summary = (module.__doc__ or "").partition(": ")[2].partition("\n")[0]
        command = commands.add_parser(name, help=summary, description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.main)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except CommandError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
