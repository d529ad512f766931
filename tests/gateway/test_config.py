"""Settings come from the environment; everything that is wrong with it is told at once."""

from pathlib import Path

import pytest

from access.environment import Environment, SettingsError
from gateway.config import Settings, TrustedIssuer, load_settings

GOOD = {
    "DATABASE_URL": "mongodb://db/health?tls=true",
    "GATEWAY_CONTEXT_SECRET": "x" * 32,
    "GATEWAY_ISSUERS": "https://id|https://id/jwks|health-book",
    "PATH": "/bin",
}


def problems(**changes: str) -> tuple[str, ...]:
    environ = {**GOOD, **changes}
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value for name, value in environ.items() if value})
    return caught.value.problems


def test_defaults_stand_for_production() -> None:
    expected = Settings(
        supergraph=Path("supergraph.graphql"),
        database_url="mongodb://db/health?tls=true",
        context_secret=b"x" * 32,
        keys_file=Path("keys.json"),
        issuers=(TrustedIssuer("https://id", "https://id/jwks", "health-book"),),
    )

    assert expected == load_settings(GOOD)
    assert Environment.PRODUCTION is expected.environment


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        DATABASE_URL="", GATEWAY_CONTEXT_SECRET="changeme", GATEWAY_PORT="x", GATEWAY_PROT="1"
    )

    assert ["DATABASE_URL", "GATEWAY_CONTEXT_SECRET", "GATEWAY_PORT", "GATEWAY_PROT"] == sorted(
        problem.partition(":")[0] for problem in found
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_ENVIRONMENT", "staging"),
        ("GATEWAY_WORKERS", "0"),
        ("GATEWAY_PORT", "70000"),
        ("GATEWAY_SUBGRAPH_URLS", "patient"),
        ("GATEWAY_SUBGRAPH_URLS", "patient=http://elsewhere/graphql"),
        ("GATEWAY_ISSUERS", "https://id|https://id/jwks"),
        ("GATEWAY_ISSUERS", "https://id|http://id/jwks|health-book"),
        ("GATEWAY_ISSUERS", "https://id|https:///jwks|health-book"),
        ("GATEWAY_ISSUERS", "https://id|https://id/a|one https://id|https://id/b|two"),
        ("GATEWAY_ISSUERS", ""),
        ("GATEWAY_ISSUERS", " "),
        ("GATEWAY_RATE_PER_SECOND", "0"),
        ("GATEWAY_CONTEXT_SECRET", "short"),
        ("DATABASE_URL", "mongodb://db/health"),
        ("REDIS_URL", "redis://:pw@r:6379/0"),
    ],
)
def test_a_wrong_value_is_refused(name: str, value: str) -> None:
    assert 1 == len(problems(**{name: value}))


def test_consent_on_several_workers_needs_redis() -> None:
    assert ("REDIS_URL: more than one worker needs it, for consent to hold",) == problems(
        GATEWAY_WORKERS="2"
    )


def test_a_private_network_may_be_named() -> None:
    settings = load_settings(
        {
            **GOOD,
            "GATEWAY_SUBGRAPH_URLS": "patient=http://patient:4001/graphql",
            "GATEWAY_PLAINTEXT_HOSTS": "patient",
        }
    )

    assert {"patient": "http://patient:4001/graphql"} == settings.subgraph_urls


def test_secrets_are_not_shown() -> None:
    shown = repr(load_settings({**GOOD, "REDIS_URL": "rediss://:pw@r"}))

    assert all(secret not in shown for secret in ("x" * 32, "mongodb://", "pw"))


def test_problems_do_not_repeat_secrets() -> None:
    assert all("short" not in problem for problem in problems(GATEWAY_CONTEXT_SECRET="short"))
