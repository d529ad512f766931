"""A command that is interrupted ends without a traceback, and with no verdict's exit code."""

import signal
import socket
import subprocess
import sys


def test_an_interrupted_composition_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as subgraph:
        subgraph.settimeout(60)
        address = f"http://127.0.0.1:{subgraph.getsockname()[1]}/graphql"
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "compose", f"a={address}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        held, _ = subgraph.accept()
        with held:
            process.send_signal(signal.SIGINT)
            told = process.communicate(timeout=60)

    assert (130, ("", "")) == (process.returncode, told)
