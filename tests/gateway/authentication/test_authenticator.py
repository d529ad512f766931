"""Tokens become principals, or are refused for one reason each."""

import base64
import hmac
import math
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from access.purposes import Purpose, Role
from gateway.authentication import (
    AuthenticationError,
    AuthenticationUnavailableError,
    TokenAuthenticator,
    generic_principal,
    health_book_principal,
)
from gateway.authentication.verified_tokens import VerifiedTokens
from gateway.principal import ANONYMOUS
from tests.gateway.authentication.tokens import (
    ISSUER,
    NOW,
    Clock,
    FakeFetcher,
    Signer,
    claims,
    issuer,
    new_signer,
    unsigned,
)


class World:
    """One issuer with one key, and the authenticator that trusts it."""

    def __init__(self, algorithm: str = "EdDSA") -> None:
        self.clock = Clock()
        self.signer = new_signer(algorithm)
        self.fetcher = FakeFetcher([self.signer.jwk()])
        self.authenticator = TokenAuthenticator(
            [issuer(self.fetcher, self.clock)], health_book_principal, self.clock
        )

    def header(self, signer: Signer | None = None, **changes: Any) -> bytes:
        return b"Bearer " + (signer or self.signer).sign(claims(**changes)).encode()


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
async def test_a_token_of_each_accepted_algorithm_gives_its_principal(algorithm: str) -> None:
    world = World(algorithm)

    principal = await world.authenticator.authenticate(world.header())

    assert ("person-1", Role.CITIZEN, "p1", Purpose.PATIENT_REQUEST) == (
        principal.subject,
        principal.role,
        principal.patient,
        principal.purpose,
    )


async def test_a_request_without_a_token_is_anonymous() -> None:
    assert ANONYMOUS is await World().authenticator.authenticate(None)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 31},
        {"nbf": NOW + 31},
        {"iat": NOW + 31},
        {"aud": "another"},
        {"iss": "https://other.example"},
        {"exp": None},
        {"iat": None},
        {"exp": f"{NOW + 300:.0f}"},
        {"nbf": f"{NOW - 10:.0f}"},
        {"iat": f"{NOW - 10:.0f}"},
        {"nbf": True},
        {"exp": math.inf},
        {"aud": None},
        {"sub": None},
        {"role": None},
        {"role": "admin"},
        {"purpose": "TREAT"},
        {"purpose": None},
        {"patient": None},
        {"organization": "79014"},
        {"scope": "patient/*.rs user/Observation.r"},
        {"scope": "user/*.rs"},
        {"scope": "patient/*.sr"},
        {"scope": 7},
        {"role": "practitioner", "purpose": "TREAT", "scope": "user/*.rs"},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_is_refused(changes: dict[str, Any]) -> None:
    world = World()

    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(world.header(**changes))


@pytest.mark.parametrize("changes", [{"exp": NOW - 29}, {"nbf": NOW + 29}, {"iat": NOW + 29}])
async def test_clocks_may_differ_by_half_a_minute(changes: dict[str, Any]) -> None:
    world = World()

    principal = await world.authenticator.authenticate(world.header(**changes))

    assert "person-1" == principal.subject


@pytest.mark.parametrize(
    "header",
    [b"Bearer", b"Bearer ", b"Basic abc", b"Bearer a b", b"\xff", b"Bearer x.y.z", b"Bearer a"],
)
async def test_a_malformed_header_is_refused(header: bytes) -> None:
    with pytest.raises(AuthenticationError):
        await World().authenticator.authenticate(header)


async def test_an_unsigned_token_is_refused() -> None:
    token = unsigned({"alg": "none", "kid": "k1"}, claims())

    with pytest.raises(AuthenticationError):
        await World().authenticator.authenticate(b"Bearer " + token.encode())


async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    world = World("RS256")
    public = world.signer.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = unsigned({"alg": "HS256", "kid": "k1"}, claims())[:-1]
    code = base64.urlsafe_b64encode(hmac.digest(public, signed.encode(), "sha256")).rstrip(b"=")
    token = f"{signed}.{code.decode()}"

    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(b"Bearer " + token.encode())


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c", "crit"])
async def test_a_token_that_brings_its_own_key_is_refused(name: str) -> None:
    world = World()
    value: Any = ["b64"] if name == "crit" else "https://evil.example/jwks"
    token = unsigned({"alg": "EdDSA", "kid": "k1", name: value}, claims())

    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(b"Bearer " + token.encode() + b"AAAA")


async def test_an_algorithm_that_is_not_the_keys_is_refused() -> None:
    world = World("RS256")
    world.fetcher.keys = [{**world.signer.jwk(), "alg": "RS256"}]
    other = Signer("k1", "PS256", world.signer.private)

    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(world.header(other))


async def test_the_key_of_one_issuer_does_not_sign_for_another() -> None:
    world = World()
    stranger = new_signer("EdDSA", "k9")
    elsewhere = FakeFetcher([stranger.jwk()])
    other = issuer(elsewhere, world.clock)
    authenticator = TokenAuthenticator(
        [
            issuer(world.fetcher, world.clock),
            type(other)("https://two.example", other.audience, other.keys),
        ],
        health_book_principal,
        world.clock,
    )

    with pytest.raises(AuthenticationError):
        await authenticator.authenticate(world.header(stranger, iss=ISSUER))


async def test_a_changed_token_is_refused() -> None:
    world = World()
    header = world.header()
    changed = header[:-2] + (b"AA" if header[-2:] != b"AA" else b"BB")

    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(changed)


async def test_a_verified_token_is_recalled_without_waiting() -> None:
    world = World()
    header = world.header()
    principal = await world.authenticator.authenticate(header)

    assert principal is world.authenticator.recall(header)


async def test_a_token_is_not_recalled_after_a_minute() -> None:
    world = World()
    header = world.header()
    await world.authenticator.authenticate(header)
    world.clock.now += 60

    assert world.authenticator.recall(header) is None


async def test_a_recalled_token_is_forgotten_when_it_ends() -> None:
    world = World()
    header = world.header(exp=NOW + 5)
    await world.authenticator.authenticate(header)
    world.clock.now += 5

    assert world.authenticator.recall(header) is None


async def test_recalled_tokens_are_forgotten_when_the_keys_change() -> None:
    world = World()
    header = world.header()
    await world.authenticator.authenticate(header)
    rotated = new_signer("EdDSA", "k2")
    world.fetcher.keys = [rotated.jwk()]
    world.clock.now += 31
    await world.authenticator.authenticate(world.header(rotated))

    assert world.authenticator.recall(header) is None
    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(header)


async def test_a_known_token_is_renewed_every_minute_without_its_signature() -> None:
    world = World()
    header = world.header()
    principal = await world.authenticator.authenticate(header)
    world.clock.now += 61

    assert principal is await world.authenticator.authenticate(header)
    assert principal is world.authenticator.recall(header)


async def test_a_withdrawn_key_ends_its_tokens_where_only_known_ones_come() -> None:
    world = World()
    header = world.header(exp=NOW + 3600)
    await world.authenticator.authenticate(header)
    world.fetcher.keys = [new_signer("EdDSA", "k2").jwk()]
    world.clock.now += 301

    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(header)


async def test_a_key_replaced_under_its_old_name_ends_its_tokens() -> None:
    world = World()
    header = world.header(exp=NOW + 3600)
    await world.authenticator.authenticate(header)
    world.fetcher.keys = [new_signer("EdDSA", "k1").jwk()]
    world.clock.now += 301

    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(header)


async def test_a_known_token_is_not_renewed_beyond_its_end() -> None:
    world = World()
    header = world.header(exp=NOW + 5)
    principal = await world.authenticator.authenticate(header)
    world.clock.now += 6  # within the leeway: verified anew, and not remembered

    assert principal is not await world.authenticator.authenticate(header)
    assert world.authenticator.recall(header) is None


async def test_a_token_that_is_not_valid_yet_is_not_remembered() -> None:
    world = World()
    header = world.header(nbf=NOW + 31)
    with pytest.raises(AuthenticationError):
        await world.authenticator.authenticate(header)

    assert world.authenticator.recall(header) is None


@pytest.mark.parametrize("bounds", [{"max_tokens": 2}, {"max_bytes": 5000}], ids=str)
async def test_the_tokens_remembered_are_bounded(bounds: dict[str, int]) -> None:
    world = World()
    verified = VerifiedTokens(**bounds)
    authenticator = TokenAuthenticator(
        [issuer(world.fetcher, world.clock)], health_book_principal, world.clock, verified
    )
    headers = [world.header(jti=str(number)) for number in range(5)]
    for header in headers:
        await authenticator.authenticate(header)

    assert 2 == len(verified)
    assert [False, False, False, True, True] == [
        authenticator.recall(header) is not None for header in headers
    ]


async def test_a_token_that_was_looked_after_again_outlives_older_ones() -> None:
    world = World()
    authenticator = TokenAuthenticator(
        [issuer(world.fetcher, world.clock)],
        health_book_principal,
        world.clock,
        VerifiedTokens(max_tokens=2),
    )
    first, second, third = (world.header(jti=str(number)) for number in range(3))
    await authenticator.authenticate(first)
    await authenticator.authenticate(second)
    world.clock.now += 61
    await authenticator.authenticate(first)
    await authenticator.authenticate(third)

    assert authenticator.recall(second) is None
    assert authenticator.recall(first) is not None


async def test_nobody_is_authenticated_while_the_keys_cannot_be_had() -> None:
    world = World()
    world.fetcher.is_down = True

    with pytest.raises(AuthenticationUnavailableError):
        await world.authenticator.authenticate(world.header())


async def test_the_generic_reading_needs_no_health_claims() -> None:
    world = World()
    authenticator = TokenAuthenticator(
        [issuer(world.fetcher, world.clock)], generic_principal, world.clock
    )
    header = world.header(role=None, patient=None, purpose=None, scope=None, scp=["a", "b"])

    principal = await authenticator.authenticate(header)

    assert principal.scopes.grants("b")
