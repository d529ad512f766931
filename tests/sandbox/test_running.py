"""One command starts everything; the three users' jobs work; it ends and starts again cleanly."""

import json
import shlex
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
from tests.sandbox.program import (
    ROOT,
    Program,
    command,
    end_program,
    free_base_port,
    start_program,
)

pytestmark = pytest.mark.xdist_group("running")  # its fixtures are dear


@dataclass(frozen=True, slots=True)
class Running:
    """A run that said that it is ready, and its ports."""

    program: Program
    ports: Ports

    def jobs(self) -> list[str]:
        lines = (line.strip() for line in self.program.printed)
        return [line for line in lines if " -m sandbox ask " in line]


def start(data: Path, base: int) -> Running:
    arguments = ("run", "--data", str(data), "--port", str(base), "--people", "30")
    return Running(start_program(*arguments, until="Ctrl-C"), Ports(base))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "data"


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Running]:
    started = start(data, free_base_port())
    yield started
    end_program(started.program)


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


def readmes_commands() -> list[list[str]]:
    """The commands of the README that send documents."""
    text = (ROOT / "README.md").read_text("utf-8").replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line.startswith("python -m sandbox ask "))
    return [shlex.split(line)[3:] for line in lines]


@pytest.mark.parametrize("arguments", readmes_commands(), ids=lambda given: given[2])
def test_the_readmes_commands_are_answered(
    running: Running, data: Path, arguments: list[str]
) -> None:
    done = subprocess.run(
        command(*arguments, "--data", str(data)), cwd=ROOT, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip

    document = json.loads(done.stdout)
    codes = {error["extensions"]["code"] for error in document.get("errors", [])}
    assert codes <= {"CONSENT_REQUIRED"}  # a pharmacy is told allergies if the citizen consented
    assert all(document["data"].values())


def test_a_clients_document_is_sent_as_a_person(running: Running, data: Path) -> None:
    document = ROOT / "operations" / "pharmacy" / "verify-prescription.graphql"
    variables = {"code": cast.EXPIRED_PRESCRIPTION, "document": cast.MOTHER_NATIONAL_ID}
    done = subprocess.run(
        command(
            "ask", "pharmacist", "--data", str(data), "--person", cast.PHARMACIST_B,
            "--variables", json.dumps(variables), str(document),
        ),
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    found = json.loads(done.stdout)["data"]["verifyPrescription"]
    assert ("EXPIRED", True) == (found["status"], found["prescription"]["recipientMatches"])


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
    exit_code = end_program(running.program)
    again = start(data, running.ports.gateway)
    yield Restarted(exit_code, before, again)
    end_program(again.program)


def test_second_start_keeps_data_and_brings_fresh_prescriptions(
    restarted: Restarted, data: Path
) -> None:
    after = codes(restarted.running, data)

    assert 0 == restarted.exit_code
    assert len(restarted.codes) + 1 == len(after)
    assert [one for one in restarted.codes if one not in after] == []


def test_upstreams_end_with_a_killed_parent(restarted: Restarted, data: Path) -> None:
    killed = restarted.running
    end_program(killed.program, signal.SIGKILL)

    third = start(data, killed.ports.gateway)

    assert 3 == len(third.jobs())
    assert 0 == end_program(third.program)
