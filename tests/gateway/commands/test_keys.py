"""Fresh secrets: the gateway's, and each subgraph's own key derived from it."""

import pytest

from access.context import derive_context_key
from gateway.__main__ import main
from gateway.commands.keys import environment_lines


def test_each_subgraph_gets_the_key_that_the_gateway_derives() -> None:
    lines = dict(line.split("=", 1) for line in environment_lines("s" * 32))
    expected = derive_context_key(b"s" * 32, "pharmacy").hex()

    assert expected == lines["PHARMACY_CONTEXT_KEY"]


def test_every_call_makes_another_secret(capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for _ in range(2):
        assert 0 == main(["keys"])
        printed.append(capsys.readouterr().out)

    assert printed[0] != printed[1]
    assert all(len(text.split("\n")[0]) > 32 for text in printed)


def test_a_secret_with_which_the_gateway_would_not_start_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["keys", "--secret", "short"])

    assert (2, "gateway: --secret: needs at least 32 bytes\n") == (code, capsys.readouterr().err)
