"""One command starts everything; the three users' jobs work; it ends and starts again cleanly."""

import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.layout import Ports
from sandbox.population import cast
from tests.sandbox.test_command_line import ROOT, command, free_base_port

pytestmark = pytest.mark.xdist_group("running")  # its fixtures are dear


@dataclass(frozen=True, slots=True)
class Running:
    """A run that said that it is ready, and what it printed."""

    process: "subprocess.Popen[str]"
    lines: list[str]
    ports: Ports

    def jobs(self) -> list[str]:
        return [line.strip() for line in self.lines if line.strip().startswith("curl ")]


def start(data: Path, base: int) -> Running:
    arguments = ("run", "--data", str(data), "--port", str(base), "--people", "30")
    process = subprocess.Popen(command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    return Running(process, lines, Ports(base))


def end(running: Running) -> int:
    running.process.send_signal(signal.SIGINT)
    code = running.process.wait(30)
    assert running.process.stdout is not None
    running.process.stdout.close()
    return code


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "data"


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Running]:
    started = start(data, free_base_port())
    yield started
    if started.process.poll() is None:
        end(started)


def answer(job: str) -> dict[str, Any]:
    done = subprocess.run(
        ["bash", "-c", job], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_commands_to_paste_show_each_users_job(running: Running) -> None:
    citizen, doctor, pharmacist = (answer(job) for job in running.jobs())

    assert "Nguyễn Thị Hoa" == citizen["data"]["me"]["fullName"]
    assert "Lê Văn Bình" == doctor["data"]["patientByIdentifier"]["fullName"]
    assert "VALID" == pharmacist["data"]["verifyPrescription"]["status"]
    assert [None] * 3 == [one.get("errors") for one in (citizen, doctor, pharmacist)]


def test_metrics_have_a_listener_of_their_own(running: Running) -> None:
    address = f"http://127.0.0.1:{running.ports.metrics}/metrics"
    with urllib.request.urlopen(address, timeout=10) as received:
        text = received.read().decode()

    assert "# TYPE" in text


def ask(running: Running, data: Path, who: str, query: str) -> dict[str, Any]:
    token = subprocess.run(
        command("token", who, "--data", str(data)), cwd=ROOT, capture_output=True, text=True,
        check=True, timeout=60,
    ).stdout.strip()  # fmt: skip
    request = urllib.request.Request(
        f"http://127.0.0.1:{running.ports.gateway}/graphql",
        json.dumps({"query": query}).encode(),
        {"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as received:
        document: dict[str, Any] = json.load(received)
    return document


def test_stranger_is_not_shown_and_does_not_exist(running: Running, data: Path) -> None:
    found = [
        ask(running, data, "citizen", f'{{ patient(id: "{name}") {{ fullName }} }}')
        for name in (cast.STRANGER, "nobody-at-all")
    ]

    for one in found:
        one.pop("extensions", None)
        for error in one.get("errors", []):
            error.get("extensions", {}).pop("requestId", None)
    assert found[0] == found[1]
    assert not (found[0]["data"]["patient"] or {}).get("fullName")


CODES = "{ me { prescriptions(first: 100) { edges { node { code } } } } }"


def codes(running: Running, data: Path) -> list[Any]:
    found: list[Any] = ask(running, data, "citizen", CODES)["data"]["me"]["prescriptions"]["edges"]
    return found


@dataclass(frozen=True, slots=True)
class Restarted:
    """A run that was ended, and another on the same data."""

    exit_code: int
    codes: list[Any]
    running: Running


@pytest.fixture(scope="module")
def restarted(running: Running, data: Path) -> Iterator[Restarted]:
    before = codes(running, data)
    exit_code = end(running)
    again = start(data, running.ports.gateway)
    yield Restarted(exit_code, before, again)
    if again.process.poll() is None:
        end(again)


def test_second_start_keeps_data_and_brings_fresh_prescriptions(
    restarted: Restarted, data: Path
) -> None:
    after = codes(restarted.running, data)

    assert 0 == restarted.exit_code
    assert len(restarted.codes) + 1 == len(after)
    assert [one for one in restarted.codes if one not in after] == []


def test_upstreams_end_with_a_killed_parent(restarted: Restarted, data: Path) -> None:
    killed = restarted.running
    killed.process.kill()
    killed.process.wait(10)
    assert killed.process.stdout is not None
    killed.process.stdout.close()

    third = start(data, killed.ports.gateway)

    assert 3 == len(third.jobs())
    assert 0 == end(third)
