"""Processes of the benchmark: started on a given core, measured through /proc."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Command:
    """What to start.

    Attributes:
        arguments: Program and arguments.
        environment: Beside the inherited one.
        folder: Working directory.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path


class Running:
    """A process group that was started."""

    def __init__(self, command: Command, cores: str, log: Path) -> None:
        self._log = log.open("wb")
        self.process = subprocess.Popen(
            ["taskset", "-c", cores, *command.arguments],
            cwd=command.folder,
            env={**os.environ, **command.environment},
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def tree(self) -> list[int]:
        """Process ids of the process and all below it."""
        found = [self.process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        return found

    def processor_seconds(self) -> float:
        total = 0.0
        for pid in self.tree():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / _TICKS
        return total

    def peak_memory(self) -> int:
        """Sum of the processes' peak resident sizes, in bytes."""
        total = 0
        for pid in self.tree():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1]) * 1024
        return total

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self._log.close()


def wait_until(condition: object, what: str, seconds: float = 90.0) -> None:
    """Poll until a callable is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.1)
    msg = f"{what} did not get ready"
    raise SystemExit(msg)
