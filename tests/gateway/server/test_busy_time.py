"""The time in which a thread wanted to run."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.server import busy_time as module
from gateway.server.busy_time import busy_time

TELLS_WAITING = Path("/proc/thread-self/schedstat").exists()


@pytest.fixture
def crowded_core() -> Iterator[None]:
    """This thread and another process share one core."""
    if not TELLS_WAITING:
        pytest.skip("this system does not tell how long a thread waited for a core")
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    other = subprocess.Popen(
        [sys.executable, "-c", "print(flush=True)\nwhile True: pass"], stdout=-1
    )
    try:
        assert other.stdout is not None
        other.stdout.readline()
        yield
    finally:
        other.kill()
        other.communicate()
        os.sched_setaffinity(0, cores)


def shares(span: float) -> tuple[float, float]:
    """The shares of busy time and of processor time while this thread computes."""
    wall, busy, processor = time.perf_counter(), busy_time(), time.thread_time()
    while time.perf_counter() - wall < span:
        pass
    elapsed = time.perf_counter() - wall
    return (busy_time() - busy) / elapsed, (time.thread_time() - processor) / elapsed


@pytest.mark.usefixtures("crowded_core")
def test_a_thread_that_waits_for_its_core_is_busy() -> None:
    busy, processor = shares(0.3)

    assert busy > 0.95
    assert processor < busy - 0.2


def test_a_thread_that_waits_for_something_else_is_not() -> None:
    before, wall = busy_time(), time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", "import asyncio"]) as other:
        other.wait()
    elapsed = time.perf_counter() - wall

    assert busy_time() - before < elapsed * 0.9


def test_without_the_system_telling_it_is_the_processor_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    odd = tmp_path / "schedstat"
    odd.write_bytes(b"0\n")
    monkeypatch.setattr(module, "_SCHEDULED", str(odd))
    before = time.thread_time()

    assert before <= busy_time() <= time.thread_time()
