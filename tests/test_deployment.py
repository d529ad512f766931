"""The compose file describes the production shape, and carries no secret."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from access.subgraphs import SUBGRAPHS
from gateway.commands.keys import environment_lines
from gateway.config import load_settings
from resolvers.settings import load_settings as load_subgraph_settings

ROOT = Path(__file__).parent.parent
COMPOSE = ROOT / "docker-compose.yml"
OURS = ("gateway-1", "gateway-2", "patient", "encounter", "pharmacy", "insurance", "sandbox")
GATEWAYS = ("gateway-1", "gateway-2")
GIVEN = {
    **dict(line.split("=", 1) for line in environment_lines("s" * 40)),
    **{f"MONGO_{name}": "given" for name in ("USERNAME", "PASSWORD", "KEYFILE")},
    **{f"PORTAL_{name}": "given" for name in ("USERNAME", "PASSWORD", "STAFF_NAME", "STAFF_ID")},
    "REDIS_PASSWORD": "given",
    "HOSPITAL_TOKEN": "given",
    "KEYS_FILE": "keys.json",
    "HOSPITALS": "01901=https://hospital.test/fhir",
    "PORTAL_URL": "https://portal.test",
    "GATEWAY_ISSUERS": "https://id.test|https://id.test/jwks|health-book",
}
"""What `.env` gives, by docs/operations.md."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return loaded


def interpolated(text: str, given: Mapping[str, str]) -> str:
    """The text as compose makes it of an environment; a missing variable is a KeyError."""

    def value(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        return given[name] if default == ":?" else given.get(name) or default.removeprefix(":-")

    return re.sub(r"\$\{([A-Z_]+)(:\?|:-[^}]*)\}", value, text)


def environment_of(compose: dict[str, Any], name: str) -> dict[str, str]:
    """What a service's process finds in its environment."""
    stated = compose["services"][name]["environment"]
    return {key: interpolated(str(value), GIVEN) for key, value in stated.items()}


def test_every_part_of_the_production_shape_is_a_service(compose: dict[str, Any]) -> None:
    assert {"mongo", "redis", "front", *OURS} == set(compose["services"])


def test_databases_are_of_the_versions_that_are_supported(compose: dict[str, Any]) -> None:
    images = {name: service.get("image") for name, service in compose["services"].items()}

    assert ("mongo:8", "redis:8") == (images["mongo"], images["redis"])


def test_one_port_is_open(compose: dict[str, Any]) -> None:
    opened = [name for name, service in compose["services"].items() if "ports" in service]

    assert ["front"] == opened


def test_every_service_has_a_health_check(compose: dict[str, Any]) -> None:
    without = [
        name for name, service in compose["services"].items() if "healthcheck" not in service
    ]

    assert [] == without


def test_secrets_have_no_defaults() -> None:
    text = COMPOSE.read_text("utf-8")
    secrets = re.findall(
        r"\$\{([A-Z_]*(?:PASSWORD|SECRET|TOKEN|KEY)[A-Z_]*)(:?[-?][^}]*)?\}", text
    )

    assert secrets
    assert all(default in {":?", ":-"} for _, default in secrets)


def test_every_service_runs_without_privileges(compose: dict[str, Any]) -> None:
    services = compose["services"]
    loose = [
        name
        for name, service in services.items()
        if service.get("cap_drop") != ["ALL"]
        or service.get("security_opt") != ["no-new-privileges:true"]
        or (name not in OURS and service.get("user") in {None, "root"})
    ]

    assert [] == loose


def test_the_image_is_not_run_as_root() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")

    assert re.search(r"^USER (?!root)\w+$", dockerfile, re.MULTILINE)


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_gateway_starts_with_the_settings_that_it_is_given(
    compose: dict[str, Any], name: str
) -> None:
    settings = load_settings(environment_of(compose, name))

    assert set(SUBGRAPHS) == set(settings.subgraph_urls)


@pytest.mark.parametrize("name", SUBGRAPHS)
def test_a_subgraph_starts_with_the_settings_that_it_is_given(
    compose: dict[str, Any], name: str
) -> None:
    settings = load_subgraph_settings(environment_of(compose, name), [name])
    gateway = load_settings(environment_of(compose, "gateway-1"))

    assert {name: gateway.context_key(name)} == settings.context_keys


@pytest.mark.parametrize("name", SUBGRAPHS)
def test_stored_values_are_resealed_with_the_settings_of_any_subgraph(
    compose: dict[str, Any], name: str
) -> None:
    settings = load_subgraph_settings(environment_of(compose, name), ())

    assert (True, {}) == (settings.production, settings.context_keys)


def test_all_share_one_database_and_one_redis(compose: dict[str, Any]) -> None:
    """Withdrawals, limits and the cache of the portal's answers hold for all of them together."""
    stores = {
        (environment["DATABASE_URL"], environment["REDIS_URL"])
        for environment in (environment_of(compose, name) for name in (*GATEWAYS, *SUBGRAPHS))
    }

    assert 1 == len(stores)


def test_a_full_redis_forgets_no_count(compose: dict[str, Any]) -> None:
    command = compose["services"]["redis"]["command"]

    assert "noeviction" == command[command.index("--maxmemory-policy") + 1]


def test_the_front_passes_requests_to_both_gateways() -> None:
    configuration = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")

    assert ["gateway-1:4000", "gateway-2:4000"] == re.findall(
        r"^\s+server (gateway-\d:\d+) ", configuration, re.MULTILINE
    )


def test_compose_itself_takes_the_file(tmp_path: Path) -> None:
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("docker-compose is not on this machine")
    # Version 1, which needs no engine, does not know the project's name as a member.
    text = re.sub(r"^name: .*\n", "", COMPOSE.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "docker-compose.yml").write_text(text, "utf-8")
    (tmp_path / ".env").write_text(
        "".join(f"{name}={value}\n" for name, value in GIVEN.items()), "utf-8"
    )
    checked = subprocess.run(
        [command, "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (0, "") == (checked.returncode, checked.stderr)


class ReadVariables(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def test_the_settings_that_are_read_are_those_that_are_documented(
    compose: dict[str, Any],
) -> None:
    gateway = ReadVariables(environment_of(compose, "gateway-1"))
    load_settings(gateway)
    subgraph = ReadVariables(environment_of(compose, "insurance"))
    load_subgraph_settings(subgraph, ["insurance"])
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    _, *sections = text.split("\n## Settings of ")
    tables = "\n".join(section.partition("\n## ")[0] for section in sections)
    rows = [line for line in tables.splitlines() if line.startswith("| `")]
    documented = {
        name for row in rows for name in re.findall(r"`([A-Z_]{4,})`", row.split("|")[1])
    }

    assert gateway.names | subgraph.names == documented


def test_what_env_must_give_is_documented(compose: dict[str, Any]) -> None:
    needed = set(re.findall(r"\$\{([A-Z_]+):\?\}", COMPOSE.read_text("utf-8")))
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    made_by_command = {line.partition("=")[0] for line in environment_lines("s" * 40)}

    assert set() == {
        name for name in needed if f"`{name}`" not in text and name not in made_by_command
    }
