"""The command line: ``python -m gateway COMMAND``."""

import argparse
import errno
import os
import sys
from importlib import import_module

from gateway.commands.reading import CommandError

_COMMANDS = {
    "serve": "serve any federated graph, with nothing of the health book around it",
    "health-book": "serve the health book, configured by the environment",
    "compose": "subgraph schemas in, supergraph out, or the reasons why not",
    "check": "what a change of the API schema does to clients",
    "plan": "every stage between an operation and its fetches",
    "audit": "whether an access log is whole and in order",
    "keys": "fresh secrets of a deployment, as lines of an environment file",
}

_READER_GONE = 141
"""What shells report of a process whose reader went away: 128 + SIGPIPE."""

_INTERRUPTED = 130
"""What shells report of a process that was interrupted: 128 + SIGINT."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="python -m gateway", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, summary in _COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if name in arguments[:1]:
            # Only the command that is run is loaded: each stands on libraries of its own.
            module = import_module(f"gateway.commands.{name.replace('-', '_')}")
            module.add_arguments(command)
            command.set_defaults(run=module.main)
    options = parser.parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except CommandError as error:
        print(f"gateway: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as error:
        if error.errno not in {errno.EPIPE, errno.ENOSPC} or error.filename is not None:
            raise
        return _unwritten(error)
    return code


def _unwritten(error: OSError) -> int:
    """The exit code where the output could not be written: never one that is a verdict."""
    # What is left in the buffer would fail again at the end of the process.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:
        return _READER_GONE
    print(f"gateway: standard output: {error.strerror}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
