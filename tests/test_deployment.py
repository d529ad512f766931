"""The compose file describes the production shape and carries no secret."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

COMPOSE = Path(__file__).parent.parent / "docker-compose.yml"
OURS = ("gateway-1", "gateway-2", "patient", "encounter", "pharmacy", "insurance", "sandbox")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return loaded


def test_every_part_of_the_production_shape_is_a_service(compose: dict[str, Any]) -> None:
    assert {"mongo", "redis", "front", *OURS} == set(compose["services"])


def test_databases_are_of_the_versions_that_are_supported(compose: dict[str, Any]) -> None:
    images = {name: service.get("image") for name, service in compose["services"].items()}

    assert ("mongo:8", "redis:8") == (images["mongo"], images["redis"])


def test_one_port_is_open(compose: dict[str, Any]) -> None:
    opened = [name for name, service in compose["services"].items() if "ports" in service]

    assert ["front"] == opened


def test_every_service_but_the_sandbox_has_a_health_check(compose: dict[str, Any]) -> None:
    without = {
        name for name, service in compose["services"].items() if "healthcheck" not in service
    }

    assert {"sandbox"} == without


def test_secrets_have_no_defaults() -> None:
    text = COMPOSE.read_text("utf-8")
    secrets = re.findall(
        r"\$\{([A-Z_]*(?:PASSWORD|SECRET|TOKEN|KEY)[A-Z_]*)(:?[-?][^}]*)?\}", text
    )

    assert secrets
    assert all(default in {":?", ":-"} for _, default in secrets)


@pytest.mark.parametrize("name", OURS)
def test_our_images_run_without_privileges(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]


def test_the_image_is_not_run_as_root() -> None:
    dockerfile = (COMPOSE.parent / "Dockerfile").read_text("utf-8")

    assert re.search(r"^USER (?!root)\w+$", dockerfile, re.MULTILINE)
