"""Whatever somebody sends for a token: it is verified or refused, and nothing else happens."""

import base64
import json
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.purposes import PURPOSES_OF_ROLE, Role
from gateway.authentication import (
    AuthenticationError,
    ClaimsError,
    Issuer,
    KeySet,
    TokenAuthenticator,
    health_book_principal,
)
from gateway.authentication.tokens import TokenError, read_unverified
from tests.gateway.authentication.tokens import (
    AUDIENCE,
    ISSUER,
    Clock,
    FakeFetcher,
    Signer,
    claims,
    new_signer,
    unsigned,
)

ELSEWHERE = "https://two.example"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def authenticator(*issuers: tuple[str, str, Signer]) -> TokenAuthenticator:
    """Trusts issuers, each with its audience and one key."""
    clock = Clock()
    return TokenAuthenticator(
        [
            Issuer(name, audience, KeySet(f"{name}/jwks", FakeFetcher([signer.jwk()]), clock))
            for name, audience, signer in issuers
        ],
        health_book_principal,
        clock,
    )


def bearer(token: str) -> bytes:
    return b"Bearer " + token.encode()


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"alg": None},
        {"alg": ["EdDSA"]},
        {"alg": {"EdDSA": 1}},
        {"alg": "nOnE"},
        {"alg": "eddsa"},
        {"alg": "HS256"},
        {"alg": "ES256K"},
        {"alg": "EdDSA", "kid": 1},
        {"alg": "EdDSA", "kid": ["k1"]},
        {"alg": "EdDSA", "kid": "k1", "b64": False},
        {"alg": "EdDSA", "kid": "k1", "typ": ["JWT"]},
    ],
    ids=str,
)
async def test_a_header_that_no_issuer_writes_is_refused(header: dict[str, Any]) -> None:
    trusting = authenticator((ISSUER, AUDIENCE, new_signer("EdDSA")))

    with pytest.raises(AuthenticationError):
        await trusting.authenticate(bearer(unsigned(header, claims()) + "AAAA"))


@pytest.mark.parametrize("place", [0, 1])
async def test_a_token_of_many_brackets_is_refused(place: int) -> None:
    brackets = base64.urlsafe_b64encode(b"[" * 5000).rstrip(b"=").decode()
    parts = unsigned({"alg": "EdDSA", "kid": "k1"}, claims()).split(".")
    parts[place] = brackets
    trusting = authenticator((ISSUER, AUDIENCE, new_signer("EdDSA")))

    with pytest.raises(AuthenticationError):
        await trusting.authenticate(bearer(".".join(parts) + "AAAA"))


@pytest.mark.parametrize("kind", ["logout+jwt", "dpop+jwt", "application/secevent+jwt", "JWE"])
async def test_a_token_for_another_use_is_refused(kind: str) -> None:
    signer = new_signer("EdDSA")

    with pytest.raises(AuthenticationError):
        await authenticator((ISSUER, AUDIENCE, signer)).authenticate(
            bearer(signer.sign(claims(), typ=kind))
        )


@pytest.mark.parametrize("kind", [None, "JWT", "at+jwt", "application/at+jwt", "AT+JWT"])
async def test_an_access_token_may_say_so(kind: str | None) -> None:
    signer = new_signer("EdDSA")

    principal = await authenticator((ISSUER, AUDIENCE, signer)).authenticate(
        bearer(signer.sign(claims(), typ=kind))
    )

    assert "person-1" == principal.subject


async def test_a_key_of_the_same_name_counts_for_its_own_issuer_alone() -> None:
    first, second = new_signer("EdDSA", "k1"), new_signer("EdDSA", "k1")
    trusting = authenticator((ISSUER, AUDIENCE, first), (ELSEWHERE, AUDIENCE, second))
    accepted = {}
    for name, signer in product((ISSUER, ELSEWHERE), (first, second)):
        with suppress(AuthenticationError):
            found = await trusting.authenticate(bearer(signer.sign(claims(iss=name))))
            accepted[found.issuer] = signer

    assert {ISSUER: first, ELSEWHERE: second} == accepted


async def test_the_audience_of_one_issuer_is_not_that_of_another() -> None:
    signer = new_signer("EdDSA")
    trusting = authenticator((ISSUER, AUDIENCE, signer), (ELSEWHERE, "other", signer))

    with pytest.raises(AuthenticationError):
        await trusting.authenticate(bearer(signer.sign(claims(iss=ELSEWHERE))))


@pytest.mark.parametrize(
    ("audience", "is_ours"),
    [([AUDIENCE, "other"], True), (["other"], False), ([], False), ([[AUDIENCE]], False)],
    ids=str,
)
async def test_one_of_several_audiences_must_be_ours(audience: list[Any], is_ours: bool) -> None:
    signer = new_signer("EdDSA")
    header = bearer(signer.sign(claims(aud=audience)))
    accepted = False
    with suppress(AuthenticationError):
        await authenticator((ISSUER, AUDIENCE, signer)).authenticate(header)
        accepted = True

    assert is_ours == accepted


@pytest.mark.parametrize(
    "times",
    [{"exp": 10**400}, {"exp": 1e300}, {"iat": -1}, {"nbf": -(10**400)}],
    ids=["endless", "far", "before time", "long before time"],
)
async def test_a_moment_that_no_clock_shows_is_refused(times: dict[str, Any]) -> None:
    signer = new_signer("EdDSA")

    with pytest.raises(AuthenticationError):
        await authenticator((ISSUER, AUDIENCE, signer)).authenticate(
            bearer(signer.sign(claims(**times)))
        )


@given(header=JSON, payload=JSON, signature=st.binary(max_size=8))
def test_nothing_but_a_refusal_comes_of_any_json(
    header: object, payload: object, signature: bytes
) -> None:
    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    with suppress(TokenError):
        read_unverified(".".join(map(part, parts)))


@given(token=st.text(alphabet=st.characters(codec="ascii"), max_size=60))
def test_nothing_but_a_refusal_comes_of_any_text(token: str) -> None:
    with pytest.raises(TokenError):
        read_unverified(token)


CLAIMS = ("role", "purpose", "scope", "scp", "patient", "practitioner", "organization")


@given(name=st.sampled_from((*CLAIMS, "sub", "acr", "client", "jti")), value=JSON)
def test_a_claim_of_any_value_makes_a_principal_or_a_refusal(name: str, value: object) -> None:
    with suppress(ClaimsError):
        principal = health_book_principal({**claims(), name: value})

        assert principal.is_authenticated


OF_ROLE: dict[Role, dict[str, Any]] = {
    Role.CITIZEN: {"patient": "p1"},
    Role.PRACTITIONER: {"patient": None, "practitioner": "d1", "organization": "79014"},
    Role.PHARMACIST: {"patient": None, "practitioner": "d1", "organization": "79014"},
    Role.INSURER: {"patient": None, "organization": "BHXH"},
    Role.AUTHORITY: {"patient": None, "organization": "SYT"},
}
CONTEXT_OF_ROLE = {
    Role.CITIZEN: "patient",
    Role.PRACTITIONER: "user",
    Role.PHARMACIST: "user",
    Role.INSURER: "system",
    Role.AUTHORITY: "system",
}


def accepts(role: Role, **changes: Any) -> bool:
    own = {"purpose": min(PURPOSES_OF_ROLE[role]), "scope": None, **OF_ROLE[role]}
    try:
        health_book_principal(claims(role=role, **{**own, **changes}))
    except ClaimsError:
        return False
    return True


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("claim", ["scope", "scp"])
@pytest.mark.parametrize("form", [" ".join, list], ids=["text", "list"])
def test_a_role_has_scopes_of_its_own_context_alone(role: Role, claim: str, form: Any) -> None:
    contexts = ("patient", "user", "system")
    accepted = {
        given
        for given in (*((each,) for each in contexts), *product(contexts, repeat=2))
        if accepts(role, **{claim: form([f"{each}/*.rs" for each in given])})
    }
    own = CONTEXT_OF_ROLE[role]

    assert {(own,), (own, own)} == accepted


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("claim", ["patient", "practitioner", "organization"])
def test_a_role_has_claims_of_its_own_alone(role: Role, claim: str) -> None:
    belongs = OF_ROLE[role].get(claim) is not None

    assert (belongs, not belongs) == (
        accepts(role, **{claim: "someone"}),
        accepts(role, **{claim: None}),
    )


@pytest.mark.parametrize("role", Role)
def test_a_role_has_purposes_of_its_own_alone(role: Role) -> None:
    purposes = {purpose for each in PURPOSES_OF_ROLE.values() for purpose in each}
    accepted = {purpose for purpose in purposes if accepts(role, purpose=purpose)}

    assert PURPOSES_OF_ROLE[role] == accepted
