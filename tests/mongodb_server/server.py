"""Starts a MongoDB wire-protocol server for tests; import the fixture where it is wanted."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def why_not() -> str | None:
    """Answer what this machine lacks to run the server, None if nothing."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    if java is None or maven is None:
        return "needs Java 17 and Maven"
    banner = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', banner.stderr)
    if version is None or int(version[1]) < 17:
        return "needs Java 17 or later"
    return None


def libraries(cache: Path) -> Path:
    """Fetch the server's jars once; concurrent test processes may race for it."""
    folder = cache / "lib-1.47.0"
    if not folder.exists():
        fresh = cache / f"fetching-{id(cache)}"
        command = [
            "mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
            f"-DoutputDirectory={fresh}",
        ]  # fmt: skip
        fetched = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if fetched.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            pytest.skip("Maven could not fetch de.bwaldvogel:mongo-java-server 1.47.0")
        try:
            fresh.rename(folder)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def mongodb_server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The `mongodb://` URL, without a database, of a server that lives as long as the session."""
    lacking = why_not()
    if lacking:
        pytest.skip(f"MongoDB wire-protocol server: {lacking}")
    cache = request.config.cache
    assert cache is not None
    jars = libraries(cache.mkdir("mongodb-server"))
    command = ["java", "-cp", f"{jars}/*", str(HERE / "Main.java")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline().strip().decode()
        assert port.isdigit(), "the server ended before it listened"
        yield f"mongodb://127.0.0.1:{port}"
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
