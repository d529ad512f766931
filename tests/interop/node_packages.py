"""The packages of others that tests run as Node processes: installed once, beside these tests."""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INSTALL = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
INSTALL_TIMEOUT_S = 300


def _missing() -> list[str]:
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    return [
        name for name in wanted if not (HERE / "node_modules" / name / "package.json").is_file()
    ]


def node_with_packages() -> str:
    """The path of Node, with all packages in place; skips the test where that cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None:
        pytest.skip("needs Node")
    with (HERE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _missing():
            if npm is None:
                pytest.skip(f"needs npm to install {', '.join(_missing())}")
            done = subprocess.run(
                [npm, *INSTALL],
                cwd=HERE,
                check=False,
                capture_output=True,
                text=True,
                timeout=INSTALL_TIMEOUT_S,
            )
            if done.returncode or _missing():
                pytest.skip(f"npm could not install {', '.join(_missing())}")
    return node
