"""The sandbox's commands: load, serve, tokens, ingest, faults; and how they fail."""

import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from sandbox.__main__ import main
from sandbox.layout import DataFolder, Ports
from sandbox.population import cast
from tests.sandbox.program import ROOT, command, end_program, free_base_port, start_program
from tests.sandbox.test_ingest import SYNTHEA, needs_synthea

pytestmark = pytest.mark.xdist_group("command line")  # its fixtures are dear

LAST_LINE = "identity provider"
"""What the last line says that upstreams print when they are up."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def failed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command in this process; returns its exit code and what it printed as errors."""
    code = main(list(arguments))
    return code, capsys.readouterr().err.strip()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox") / "data"


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Ports]:
    """The outside world in a process of its own, with a small population."""
    base = free_base_port()
    program = start_program(
        "upstreams", "--data", str(data), "--port", str(base), "--people", "40", until=LAST_LINE
    )
    assert any("hospital 01901" in line for line in program.printed), program.printed
    yield Ports(base)
    assert 0 == end_program(program)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox that was started once and ended."""
    folder = tmp_path_factory.mktemp("made") / "data"
    base = free_base_port()
    program = start_program(
        "upstreams", "--data", str(folder), "--port", str(base), "--people", "10", until=LAST_LINE
    )
    assert 0 == end_program(program, signal.SIGTERM)
    return folder


def fetched(url: str, token: str = "") -> dict[str, object]:
    request = urllib.request.Request(url, headers={"authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        document: dict[str, object] = json.load(answer)
    return document


def test_upstreams_answer_on_their_ports(running: Ports, data: Path) -> None:
    token = DataFolder(data).secrets().hospital_token
    counts = [
        fetched(f"http://127.0.0.1:{port}/fhir/Patient?_summary=count", token)["total"]
        for port in running.hospitals.values()
    ]

    discovery = fetched(f"{running.issuer}/.well-known/openid-configuration")
    assert all(isinstance(count, int) and count > 0 for count in counts)
    assert running.issuer == discovery["issuer"]


def test_token_of_the_command_line_verifies_by_the_running_key_set(
    running: Ports, data: Path
) -> None:
    printed = run("token", "doctor", "--data", str(data)).stdout.strip()
    keys = jwt.PyJWKSet.from_dict(fetched(f"{running.issuer}/jwks"))

    header = jwt.get_unverified_header(printed)
    claims = jwt.decode(
        printed,
        keys[header["kid"]],
        algorithms=[header["alg"]],
        audience="health-book",
        issuer=running.issuer,
    )
    assert (cast.TREATING_DOCTOR, "01901", "TREAT") == (
        claims["practitioner"],
        claims["organization"],
        claims["purpose"],
    )


@pytest.mark.parametrize("who", ["citizen", "doctor", "pharmacist", "insurer", "authority"])
def test_every_kind_of_person_gets_a_token(running: Ports, data: Path, who: str) -> None:
    done = run("token", who, "--data", str(data))

    assert (0, 3) == (done.returncode, len(done.stdout.strip().split(".")))


def test_token_for_a_person_that_was_listed(running: Ports, data: Path) -> None:
    listed = run("token", "citizen", "--list", "--data", str(data)).stdout.splitlines()
    person = listed[-1].split("\t")[0]

    token = run("token", "citizen", "--person", person, "--data", str(data)).stdout.strip()

    claims = jwt.decode(token, options={"verify_signature": False})
    assert person == claims["patient"]


def test_token_for_nobody_is_refused_in_one_line(running: Ports, data: Path) -> None:
    done = run("token", "citizen", "--person", "nobody", "--data", str(data))

    assert (1, 1) == (done.returncode, len(done.stderr.strip().splitlines()))


def test_fault_is_switched_on_and_off(running: Ports, data: Path) -> None:
    folder = ("--data", str(data))
    url = f"http://127.0.0.1:{running.hospitals['31903']}/fhir/metadata"
    on = run("fault", "31903", "error", "--times", "1", *folder)

    with pytest.raises(urllib.error.HTTPError, match="503"):
        fetched(url)
    off = run("fault", "31903", "off", *folder)
    assert ("error", None) == (
        json.loads(on.stdout)["fault"]["kind"],
        json.loads(off.stdout)["fault"],
    )


def test_a_fault_that_makes_no_sense_is_refused_in_one_line(
    running: Ports, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = failed(
        capsys, "fault", "portal", "slow", "--seconds", "9999", "--data", str(data)
    )

    assert (1, 1) == (code, len(printed.splitlines()))
    assert "0..600" in printed


@needs_synthea
def test_ingest_adds_bundles_once(running: Ports, data: Path, tmp_path: Path) -> None:
    for file in sorted(SYNTHEA.glob("*.json"))[:2]:
        (tmp_path / file.name).write_bytes(file.read_bytes())

    first = run("ingest", str(tmp_path), "--data", str(data))
    second = run("ingest", str(tmp_path), "--data", str(data))

    assert "2 patients added" in first.stdout, first.stderr
    assert "0 patients added with 0 resources, 2 were there already" in second.stdout


def test_secrets_of_the_environment_take_the_place_of_made_ones(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.create()
    made = folder.secrets()

    given = DataFolder(tmp_path, given_secrets=(("hospital_token", "from-outside"),)).secrets()

    assert ("from-outside", made.admin_token) == (given.hospital_token, given.admin_token)
    assert "from-outside" not in repr(DataFolder(tmp_path, given_secrets=(("a", "from-outside"),)))


def test_public_issuer_is_kept_for_tokens(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.remember_run(Ports(4000, public_issuer="https://login.example.vn"))

    ports = folder.last_ports()

    assert ports is not None
    assert "https://login.example.vn" == ports.issuer


def test_ingest_of_no_folder_is_one_clear_line(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = failed(capsys, "ingest", str(tmp_path / "none"), "--data", str(data))

    assert (1, 1) == (code, len(printed.splitlines()))


def test_token_without_a_sandbox_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = failed(capsys, "token", "citizen", "--data", str(tmp_path / "none"))

    assert (1, 1) == (code, len(printed.splitlines()))
    assert "make run" in printed


def test_port_in_use_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = free_base_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", Ports(base).portal))
        taken.listen()
        code, printed = failed(
            capsys, "upstreams", "--data", str(tmp_path / "d"), "--port", str(base)
        )

    assert (1, 1) == (code, len(printed.splitlines()))
    assert str(Ports(base).portal) in printed


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    base = free_base_port()

    code, printed = failed(capsys, "upstreams", "--data", str(tmp_path / "d"), "--port", str(base))

    assert (1, 1) == (code, len(printed.splitlines()))


def test_folder_that_is_a_file_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d").write_text("a file")

    code, printed = failed(
        capsys, "upstreams", "--data", str(tmp_path / "d"), "--port", str(free_base_port())
    )

    assert (1, 1) == (code, len(printed.splitlines()))


@pytest.mark.parametrize(
    "name",
    ["world/hospital-01901.db", "world/portal.db", "world/identities.db", "documents.db",
     "signing-keys.json", "field-keys.json", "secrets.json", "population.json"],
)  # fmt: skip
def test_broken_data_file_is_one_clear_line(
    made: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "d"
    shutil.copytree(made, folder)
    (folder / name).write_bytes(b"this is no such file, it was overwritten by accident " * 400)
    for ending in ("-wal", "-shm"):
        (folder / f"{name}{ending}").unlink(missing_ok=True)

    code, printed = failed(
        capsys, "upstreams", "--data", str(folder), "--port", str(free_base_port())
    )

    assert (1, 1) == (code, len(printed.splitlines())), printed
    assert Path(name).name in printed


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("--port", "70000", "must be a port from 1 to 65494"),
        ("--port", "http", "must be a port from 1 to 65494"),
        ("--people", "0", "invalid positive value: '0'"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(
    capsys: pytest.CaptureFixture[str], argument: str, value: str, message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", argument, value])
    last_line = capsys.readouterr().err.strip().splitlines()[-1]

    assert (2, f"python -m sandbox run: error: argument {argument}: {message}") == (
        ended.value.code,
        last_line,
    )


@pytest.mark.parametrize(
    ("document", "told"),
    [("{ me { id } }", "does not answer"), ("no-such-file.graphql", "cannot be read")],
)
def test_an_operation_that_cannot_be_sent_is_one_clear_line(
    made: Path, document: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = failed(capsys, "ask", "citizen", "--data", str(made), document)

    assert (1, 1) == (code, len(printed.splitlines()))
    assert told in printed


def test_asking_without_a_sandbox_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = failed(
        capsys, "ask", "citizen", "--data", str(tmp_path / "none"), "{ me { id } }"
    )

    assert (1, 1) == (code, len(printed.splitlines()))
    assert "make run" in printed
