"""The sandbox's commands as processes of their own."""

import random
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.layout import Ports

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str) -> list[str]:
    """What runs a command of the sandbox."""
    return [sys.executable, "-m", "sandbox", *arguments]


@dataclass(frozen=True, slots=True)
class Program:
    """A process that said that it is ready, and what it had printed by then."""

    process: "subprocess.Popen[str]"
    printed: list[str]


def start_program(*arguments: str, until: str) -> Program:
    """Starts a command and waits for a line with certain words, or for its end."""
    process = subprocess.Popen(command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        printed.append(line)
        if until in line:
            break
    return Program(process, printed)


def end_program(program: Program, sent: signal.Signals = signal.SIGINT) -> int:
    """Ends a process as Ctrl-C does, unless it ended before; its exit code."""
    process = program.process
    if process.poll() is None:
        process.send_signal(sent)
    code = process.wait(30)
    assert process.stdout is not None
    process.stdout.close()
    return code


def free_base_port() -> int:
    """A port whose neighbours that a run needs are free too, below those the system gives out."""
    for base in random.SystemRandom().sample(range(18_000, 31_000, 50), 50):
        if all(_is_free(port) for port in Ports(base).all()):
            return base
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
