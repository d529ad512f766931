"""The standard input holds one document, whatever may be read from it."""

import subprocess
import sys
from pathlib import Path

import pytest

SUPERGRAPH = "bench/supergraph.graphql"
CONFIGURATION = "subgraphs: {b: {schema: {sdl: 'type Query { b: Int }'}}}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "-", "-"],
        ["check", "-", SUPERGRAPH, "--operations", "-"],
        ["plan", "-", "--supergraph", "-"],
        ["compose", "a=-", "b=-"],
        ["compose", "a=-", "--config", "-"],
    ],
)
def test_it_is_read_once_only(arguments: list[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        input=CONFIGURATION if "--config" in arguments else Path(SUPERGRAPH).read_text("utf-8"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (2, "gateway: -: the standard input can be read once only\n") == (
        result.returncode,
        result.stderr,
    )
