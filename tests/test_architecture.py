"""The house has one direction of imports, small modules, and imports without side effects."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("access", "storage", "gateway", "resolvers", "sandbox")
LONGEST_MODULE = 500


def test_imports_go_one_way() -> None:
    # In a process of its own: the linter switches off the loggers of whoever calls it.
    linter = "from importlinter import cli\nraise SystemExit(cli.lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", linter], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_longer_than_a_sitting(package: str) -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }

    assert {} == too_long


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_has_an_empty_name(package: str) -> None:
    banned = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    found = {path.stem for path in (ROOT / package).rglob("*.py")} & banned

    assert set() == found


def test_the_federation_library_loads_nothing_of_the_product() -> None:
    script = (
        "import sys, gateway.federation.composition, gateway.federation.planner.planning,"
        " gateway.federation.executor.compiled, gateway.federation.supergraph.reader\n"
        "banned = {'aiohttp', 'starlette', 'uvicorn', 'pymongo', 'motor', 'redis', 'strawberry',"
        " 'jwt', 'storage', 'access', 'resolvers'}\n"
        "print(sorted(banned & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "[]" == done.stdout.strip()


def test_the_project_speaks_of_itself_alone() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    words = ("/work" + "/", "/tmp" + "/team", "farm" + "-studio")
    found = [
        name
        for name in tracked
        if name and (ROOT / name).is_file()
        if any(word in (ROOT / name).read_text("utf-8", "ignore") for word in words)
    ]

    assert [] == found
