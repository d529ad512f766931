"""Commands whose output nobody reads to its end, or that cannot be written."""

import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

SUPERGRAPH = "bench/supergraph.graphql"
COMMANDS = {
    "check": ["check", SUPERGRAPH, SUPERGRAPH],
    "plan": ["plan", "{ me { name } }", "--supergraph", SUPERGRAPH],
    "compose": ["compose", "accounts=bench/schema/accounts.graphql"],
}
FULL = Path("/dev/full")


def _writing_to(place: IO[Any] | None, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *COMMANDS[command]],
        stdout=place,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_has_had_enough_is_no_failure_to_tell(command: str) -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE) as reader:
        reader.wait(30)
        result = _writing_to(reader.stdin, command)

    assert (141, "") == (result.returncode, result.stderr)


@pytest.mark.skipif(not FULL.exists(), reason="no device here that is always full")
@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_cannot_be_written_is_not_taken_for_a_verdict(command: str) -> None:
    with FULL.open("w") as full:
        result = _writing_to(full, command)

    assert (2, "gateway: standard output: No space left on device\n") == (
        result.returncode,
        result.stderr,
    )
