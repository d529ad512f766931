"""A subgraph's process: its settings, and serving over real HTTP."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from access.environment import SettingsError
from access.subgraphs import SUBGRAPHS
from resolvers.serving import open_applications
from resolvers.settings import PortalSettings, SubgraphSettings, load_settings

ROOT = Path(__file__).parent.parent.parent
NEEDED = {"DATABASE_URL": "sqlite:///a.db", "SUBGRAPH_CONTEXT_KEY": "ab" * 32}
PORTAL = {
    "SUBGRAPH_PORTAL_URL": "https://portal.test",
    "SUBGRAPH_PORTAL_USERNAME": "u",
    "SUBGRAPH_PORTAL_PASSWORD": "hidden-word",
    "SUBGRAPH_PORTAL_STAFF_NAME": "n",
    "SUBGRAPH_PORTAL_STAFF_ID": "hidden-number",
}


def test_settings_have_defaults_for_all_but_secrets_and_data() -> None:
    assert SubgraphSettings(
        "sqlite:///a.db", {"patient": b"\xab" * 32}, Path("keys.json")
    ) == load_settings(NEEDED, ["patient"])


def test_settings_are_read_from_the_environment() -> None:
    environ = {
        **NEEDED,
        **PORTAL,
        "REDIS_URL": "rediss://r",
        "SUBGRAPH_ENVIRONMENT": "development",
        "SUBGRAPH_HOST": "0.0.0.0",
        "SUBGRAPH_PORT": "4100",
        "SUBGRAPH_KEYS_FILE": "/run/keys.json",
        "SUBGRAPH_HOSPITALS": "01901=https://a.test/fhir 01902=https://b.test/fhir",
        "SUBGRAPH_HOSPITAL_TOKEN": "hidden-token",
        "OTHER": "ignored",
    }

    assert SubgraphSettings(
        database_url="sqlite:///a.db",
        context_keys={"insurance": b"\xab" * 32},
        keys_file=Path("/run/keys.json"),
        redis_url="rediss://r",
        production=False,
        host="0.0.0.0",
        port=4100,
        portal=PortalSettings("https://portal.test", "u", "hidden-word", "n", "hidden-number"),
        hospitals={"01901": "https://a.test/fhir", "01902": "https://b.test/fhir"},
        hospital_token="hidden-token",
    ) == load_settings(environ, ["insurance"])


def test_secrets_are_not_shown() -> None:
    settings = load_settings(
        {**NEEDED, **PORTAL, "SUBGRAPH_HOSPITAL_TOKEN": "hidden-token"}, ["a"]
    )

    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "problems"),
    [
        ({}, ["DATABASE_URL: is missing", "SUBGRAPH_CONTEXT_KEY: is missing"]),
        (
            {**NEEDED, "SUBGRAPH_CONTEXT_KEY": "abc"},
            ["SUBGRAPH_CONTEXT_KEY: must be 32 bytes in hexadecimal"],
        ),
        ({**NEEDED, "SUBGRAPH_PORT": "70000"}, ["SUBGRAPH_PORT: must be a TCP port"]),
        (
            {**NEEDED, "SUBGRAPH_ENVIRONMENT": "test"},
            ["SUBGRAPH_ENVIRONMENT: must be one of development, production"],
        ),
        (
            {**NEEDED, "SUBGRAPH_HOSPITALS": "01901"},
            ["SUBGRAPH_HOSPITALS: must be NAME=URL pairs separated by spaces"],
        ),
        (
            {**NEEDED, **PORTAL, "SUBGRAPH_PORTAL_STAFF_ID": ""},
            ["SUBGRAPH_PORTAL_STAFF_ID: is missing"],
        ),
        ({**NEEDED, "SUBGRAPH_PROT": "1"}, ["SUBGRAPH_PROT: is not a setting"]),
    ],
)
def test_every_problem_is_told(environ: dict[str, str], problems: list[str]) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(environ, ["patient"])

    assert problems == list(error.value.problems)


def settings(tmp_path: Path) -> SubgraphSettings:
    return SubgraphSettings(
        database_url=f"sqlite:///{tmp_path / 'documents.db'}",
        context_keys=dict.fromkeys(SUBGRAPHS, b"k" * 32),
        keys_file=tmp_path / "keys.json",
        production=False,
    )


@pytest.mark.parametrize(
    ("name", "missing"),
    [("insurance", "SUBGRAPH_PORTAL_URL"), ("encounter", "SUBGRAPH_HOSPITALS")],
)
async def test_a_subgraph_is_not_served_without_its_upstreams(
    tmp_path: Path, name: str, missing: str
) -> None:
    with pytest.raises(SettingsError, match=missing):
        async with open_applications([name], settings(tmp_path)):
            pass


async def test_every_subgraph_is_served_with_its_upstreams(tmp_path: Path) -> None:
    complete = replace(
        settings(tmp_path),
        portal=PortalSettings("http://127.0.0.1:9", "u", "p", "n", "i"),
        hospitals={"01901": "http://127.0.0.1:9/fhir"},
        hospital_token="t",
    )

    async with open_applications(SUBGRAPHS, complete) as opened:
        statuses = {
            name: (await application.answer(b'{"query":"{ _service { sdl } }"}')).status
            for name, application in opened.items()
        }

    assert dict.fromkeys(SUBGRAPHS, 200) == statuses


@pytest.mark.parametrize(
    ("names", "keys", "path"),
    [
        (["pharmacy"], ["SUBGRAPH_CONTEXT_KEY"], "/graphql"),
        (
            ["pharmacy", "patient"],
            ["SUBGRAPH_CONTEXT_KEY_PATIENT", "SUBGRAPH_CONTEXT_KEY_PHARMACY"],
            "/patient/graphql",
        ),
    ],
    ids=["one", "several"],
)
async def test_a_process_serves_until_it_is_told_to_stop(
    tmp_path: Path, unused_tcp_port: int, names: list[str], keys: list[str], path: str
) -> None:
    environ = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": f"sqlite:///{tmp_path / 'documents.db'}",
        **dict.fromkeys(keys, "ab" * 32),
        "SUBGRAPH_KEYS_FILE": str(tmp_path / "keys.json"),
        "SUBGRAPH_ENVIRONMENT": "development",
        "SUBGRAPH_PORT": str(unused_tcp_port),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "resolvers", "serve", *names, cwd=ROOT, env=environ
    )
    try:
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=8)) as client:
            response = await client.post(
                f"http://127.0.0.1:{unused_tcp_port}{path}", json={"query": "{ _service { sdl } }"}
            )
    finally:
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 20)

    assert (200, 0) == (response.status_code, code)


async def test_a_process_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "resolvers",
        "serve",
        "patient",
        cwd=ROOT,
        env={"DATABASE_URL": "mysql://x", "SUBGRAPH_CONTEXT_KEY": "ab" * 32},
        stderr=asyncio.subprocess.PIPE,
    )

    _, told = await process.communicate()

    assert (2, 1, True) == (
        process.returncode,
        told.count(b"\n"),
        told.startswith(b"patient: "),
    )
