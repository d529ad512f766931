"""The identity provider publishes its keys, rotates them and issues tokens by role."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from sandbox.databases import BrokenDatabaseError
from sandbox.identity_provider.app import IdentityProviderSettings, create_identity_provider_app
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.keys import BrokenKeyFileError, load_or_create_ring
from sandbox.identity_provider.tokens import AUDIENCE, Identity
from sandbox.serving import bind, serving
from tests.sandbox.conftest import ADMIN, NOW

SECRET = "client-secret"
PEOPLE = [
    Identity("p1", "citizen", "Nguyễn Thị Hoa"),
    Identity("d1", "practitioner", "BS. Trần Văn An", "01901"),
    Identity("s1", "pharmacist", "DS. Lê Thị Bình", "79-NT-0001"),
    Identity("i1", "insurer", "Giám định viên", "BHXH-79"),
    Identity("a1", "authority", "Thống kê", "BYT"),
]


def provider_settings(folder: Path) -> IdentityProviderSettings:
    return IdentityProviderSettings(
        issuer=None,
        key_file=folder / "keys.json",
        directory=folder / "identities.db",
        client_secret=SECRET,
        admin_token=ADMIN,
        clock=lambda: NOW,
    )


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = provider_settings(tmp_path)
    directory = IdentityDirectory.open(settings.directory)
    directory.add(PEOPLE)
    directory.close()
    app = create_identity_provider_app(settings)
    async with (
        serving(app, bind(0)) as base,
        httpx.AsyncClient(base_url=base) as client,
    ):
        yield client


async def ask(client: httpx.AsyncClient, **form: str) -> httpx.Response:
    complete = {"grant_type": "client_credentials", "client_secret": SECRET} | form
    return await client.post("/token", data=complete)


async def verified(client: httpx.AsyncClient, **form: str) -> dict[str, Any]:
    """Verify a token as a stranger would: discovery, key set, signature."""
    token = (await ask(client, **form)).json()["access_token"]
    discovery = (await client.get("/.well-known/openid-configuration")).json()
    keys = jwt.PyJWKSet.from_dict((await client.get(discovery["jwks_uri"])).json())
    header = jwt.get_unverified_header(token)
    claims: dict[str, Any] = jwt.decode(
        token,
        keys[header["kid"]],
        algorithms=[header["alg"]],
        audience=AUDIENCE,
        issuer=discovery["issuer"],
        options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
    )
    return claims


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
async def test_token_verifies_by_discovery_and_key_set(
    provider: httpx.AsyncClient, algorithm: str
) -> None:
    claims = await verified(provider, role="citizen", person="p1", alg=algorithm)

    assert ("p1", "vneid-2", 3600) == (
        claims["patient"],
        claims["acr"],
        claims["exp"] - claims["iat"],
    )


@pytest.mark.parametrize(
    ("role", "person", "expected"),
    [
        ("citizen", "p1", {"patient": "p1", "purpose": "PATRQT"}),
        (
            "practitioner",
            "d1",
            {"practitioner": "d1", "organization": "01901", "purpose": "TREAT"},
        ),
        (
            "pharmacist",
            "s1",
            {"practitioner": "s1", "organization": "79-NT-0001", "purpose": "TREAT"},
        ),
        ("insurer", "i1", {"organization": "BHXH-79", "purpose": "HPAYMT"}),
        ("authority", "a1", {"organization": "BYT", "purpose": "PUBHLTH"}),
    ],
)
async def test_claims_of_a_role(
    provider: httpx.AsyncClient, role: str, person: str, expected: dict[str, str]
) -> None:
    claims = await verified(provider, role=role, person=person)

    names = ("patient", "practitioner", "organization", "purpose")
    assert expected == {name: claims[name] for name in names if name in claims}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"role": "citizen", "person": "nobody"}, "invalid_grant"),
        ({"role": "practitioner", "person": "p1"}, "invalid_grant"),
        ({"role": "king", "person": "p1"}, "invalid_grant"),
        ({"role": "citizen", "person": "p1", "purpose": "TREAT"}, "invalid_request"),
        ({"role": "citizen", "person": "p1", "alg": "HS256"}, "invalid_request"),
        ({"role": "citizen", "person": "p1", "acr": "vneid-9"}, "invalid_request"),
        ({"role": "citizen", "person": "p1", "expires_in": "999999"}, "invalid_request"),
        ({"role": "citizen", "person": "p1", "client_secret": "wrong"}, "invalid_client"),
        ({"role": "citizen", "person": "p1", "grant_type": "x"}, "unsupported_grant_type"),
    ],
)
async def test_bad_request_for_a_token_is_refused(
    provider: httpx.AsyncClient, form: dict[str, str], error: str
) -> None:
    answer = await ask(provider, **form)

    assert error == answer.json()["error"]


async def test_rotation_signs_with_a_new_key_and_keeps_the_old_one(
    provider: httpx.AsyncClient,
) -> None:
    before = (await ask(provider, role="citizen", person="p1")).json()["access_token"]
    old = jwt.get_unverified_header(before)["kid"]

    await provider.post("/_admin/rotate?alg=EdDSA", headers={"authorization": f"Bearer {ADMIN}"})

    after = (await ask(provider, role="citizen", person="p1")).json()["access_token"]
    published = {key["kid"] for key in (await provider.get("/jwks")).json()["keys"]}
    assert old != jwt.get_unverified_header(after)["kid"]
    assert {old, jwt.get_unverified_header(after)["kid"]} <= published


async def test_retirement_withdraws_the_old_key(provider: httpx.AsyncClient) -> None:
    before = (await ask(provider, role="citizen", person="p1")).json()["access_token"]
    headers = {"authorization": f"Bearer {ADMIN}"}
    await provider.post("/_admin/rotate?alg=EdDSA", headers=headers)

    await provider.post("/_admin/rotate?alg=EdDSA&retire=true", headers=headers)

    published = {key["kid"] for key in (await provider.get("/jwks")).json()["keys"]}
    assert jwt.get_unverified_header(before)["kid"] not in published


async def test_rotation_is_for_the_administrator_only(provider: httpx.AsyncClient) -> None:
    answer = await provider.post("/_admin/rotate?alg=EdDSA")

    assert 401 == answer.status_code


async def test_published_keys_hold_no_private_part(provider: httpx.AsyncClient) -> None:
    keys = (await provider.get("/jwks")).json()["keys"]

    private = {"d", "p", "q", "dp", "dq", "qi"}
    assert [set()] * 3 == [private & set(key) for key in keys]


def test_keys_survive_a_restart_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    first = load_or_create_ring(tmp_path / "keys.json")

    second = load_or_create_ring(tmp_path / "keys.json")

    assert first.key_set() == second.key_set()
    assert 0o600 == (tmp_path / "keys.json").stat().st_mode & 0o777


def test_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")

    with pytest.raises(BrokenKeyFileError, match=r"keys\.json"):
        load_or_create_ring(tmp_path / "keys.json")


def test_damaged_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "identities.db").write_text("nothing of the kind, but longer than a header" * 30)

    with pytest.raises(BrokenDatabaseError, match=r"identities\.db"):
        IdentityDirectory.open(tmp_path / "identities.db")
