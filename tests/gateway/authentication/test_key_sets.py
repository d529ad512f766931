"""Key sets rotate without a restart and never let forged tokens hammer the issuer."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from gateway.authentication import KeySet, KeySetUnavailableError
from gateway.authentication.key_sets import KeySetTimes, read_key_set
from gateway.transport.json_fetcher import HttpJsonFetcher
from tests.gateway.authentication.tokens import Clock, FakeFetcher, Signer, new_signer

TIMES = KeySetTimes(refresh=300, cooldown=30, stale=3600)


def key_set(fetcher: FakeFetcher, clock: Clock) -> KeySet:
    return KeySet("https://id.example/jwks", fetcher, clock, TIMES)


async def test_keys_are_fetched_once_for_many_tokens() -> None:
    fetcher = FakeFetcher([new_signer("EdDSA").jwk()])
    keys = key_set(fetcher, Clock())
    for _ in range(5):
        assert await keys.key("k1") is not None

    assert 1 == fetcher.fetches


async def test_an_unknown_kid_has_the_keys_fetched_again() -> None:
    clock, fetcher = Clock(), FakeFetcher([new_signer("EdDSA").jwk()])
    keys = key_set(fetcher, clock)
    await keys.key("k1")
    fetcher.keys = [new_signer("EdDSA", "k2").jwk()]
    clock.now += 31

    assert await keys.key("k2") is not None


async def test_fetches_for_unknown_kids_are_rate_limited() -> None:
    clock, fetcher = Clock(), FakeFetcher([new_signer("EdDSA").jwk()])
    keys = key_set(fetcher, clock)
    await keys.key("k1")
    clock.now += 31
    for number in range(50):
        assert await keys.key(f"forged-{number}") is None

    assert 2 == fetcher.fetches


async def test_known_keys_are_used_while_the_issuer_is_down() -> None:
    clock, fetcher = Clock(), FakeFetcher([new_signer("EdDSA").jwk()])
    keys = key_set(fetcher, clock)
    await keys.key("k1")
    fetcher.is_down = True
    clock.now += 3600

    assert await keys.key("k1") is not None


class SlowFetcher(FakeFetcher):
    """Answers when it is allowed to."""

    def __init__(self, keys: list[dict[str, Any]]) -> None:
        super().__init__(keys)
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def fetch_json(self, url: str) -> Any:
        await self.may_answer.wait()
        return await super().fetch_json(url)


async def test_known_keys_do_where_the_issuer_takes_its_time() -> None:
    clock, fetcher = Clock(), SlowFetcher([new_signer("EdDSA").jwk()])
    keys = KeySet("https://id.example/jwks", fetcher, clock, replace(TIMES, patience=0.01))
    await keys.key("k1")
    fetcher.may_answer.clear()
    clock.now += 301
    known = await keys.key("k1")
    fetcher.keys = [new_signer("EdDSA", "k2").jwk()]
    fetcher.may_answer.set()

    assert known is not None
    assert await keys.key("k2") is not None
    assert await keys.key("k1") is None


async def test_an_unknown_key_is_waited_for() -> None:
    clock, fetcher = Clock(), SlowFetcher([new_signer("EdDSA", "k2").jwk()])
    keys = KeySet("https://id.example/jwks", fetcher, clock, replace(TIMES, patience=0.0))
    fetcher.may_answer.clear()
    asyncio.get_running_loop().call_later(0.02, fetcher.may_answer.set)

    assert await keys.key("k2") is not None


async def test_keys_that_are_too_old_are_used_no_more() -> None:
    clock, fetcher = Clock(), FakeFetcher([new_signer("EdDSA").jwk()])
    keys = key_set(fetcher, clock)
    await keys.key("k1")
    fetcher.is_down = True
    clock.now += 3601

    with pytest.raises(KeySetUnavailableError):
        await keys.key("k1")


async def test_keys_are_had_once_the_issuer_is_up_again() -> None:
    clock, fetcher = Clock(), FakeFetcher([new_signer("EdDSA").jwk()], is_down=True)
    keys = key_set(fetcher, clock)
    with pytest.raises(KeySetUnavailableError):
        await keys.key("k1")
    fetcher.is_down = False
    clock.now += 31

    assert await keys.key("k1") is not None


async def test_a_token_without_kid_uses_the_only_key() -> None:
    keys = key_set(FakeFetcher([new_signer("EdDSA").jwk()]), Clock())

    assert await keys.key(None) is not None


async def test_a_token_without_kid_is_not_guessed_at() -> None:
    both = [new_signer("EdDSA", "k1").jwk(), new_signer("EdDSA", "k2").jwk()]

    assert await key_set(FakeFetcher(both), Clock()).key(None) is None


@pytest.mark.parametrize(
    "member",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "h"},
        {"kty": "RSA", "kid": "broken", "n": "!!", "e": "AQAB"},
        {"kty": "new", "kid": "new"},
        "text",
    ],
)
def test_a_key_that_cannot_be_used_is_left_out(member: Any) -> None:
    good = new_signer("ES256").jwk()

    assert ["k1"] == list(read_key_set({"keys": [member, good]}))


def test_a_key_for_encryption_is_left_out() -> None:
    encryption = {**new_signer("RS256", "enc").jwk(), "use": "enc"}

    assert ["k1"] == list(read_key_set({"keys": [encryption, new_signer("ES256").jwk()]}))


@pytest.mark.parametrize("document", [{}, [], {"keys": 1}, None])
def test_a_document_that_is_no_key_set_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match="JWK set"):
        read_key_set(document)


def of_curve(algorithm: str, curve: ec.EllipticCurve) -> dict[str, Any]:
    return Signer("k9", algorithm, ec.generate_private_key(curve)).jwk()


@pytest.mark.parametrize(
    "member",
    [
        of_curve("ES384", ec.SECP384R1()),
        of_curve("ES256K", ec.SECP256K1()),
        Signer("k9", "RS256", rsa.generate_private_key(65537, 1024)).jwk(),
        {**new_signer("EdDSA", "k9").jwk(), "crv": "X25519"},
        {**new_signer("EdDSA", "k9").jwk(), "key_ops": ["sign"]},
        {**new_signer("EdDSA", "k9").jwk(), "key_ops": "verify"},
        {**new_signer("RS256", "k9").jwk(), "alg": "HS256"},
        {**new_signer("RS256", "k9").jwk(), "n": 5},
        {**new_signer("ES256", "k9").jwk(), "y": "AA"},
    ],
    ids=["P-384", "secp256k1", "short", "agreement", "signing", "text", "HMAC", "number", "off"],
)
def test_a_key_that_no_accepted_algorithm_fits_is_left_out(member: dict[str, Any]) -> None:
    assert {} == read_key_set({"keys": [member]})


def test_of_a_key_pair_that_was_published_the_public_half_is_used() -> None:
    signer = new_signer("EdDSA")
    pair = json.loads(jwt.get_algorithm_by_name("EdDSA").to_jwk(signer.private))
    (key,) = read_key_set({"keys": [{**pair, "kid": "k1"}]}).values()

    assert isinstance(key.key.key, ed25519.Ed25519PublicKey)


@given(
    kind=st.sampled_from(["RSA", "EC", "OKP", "oct"]),
    members=st.dictionaries(
        st.sampled_from(["n", "e", "x", "y", "crv", "k", "use", "alg", "kid", "key_ops", "d"]),
        st.none() | st.integers() | st.text(max_size=6) | st.lists(st.text(max_size=3)),
    ),
)
def test_no_member_breaks_the_reading_of_a_key_set(kind: str, members: dict[str, Any]) -> None:
    good = new_signer("EdDSA", "good").jwk()

    assert "good" in read_key_set({"keys": [{"kty": kind, **members}, good]})


async def test_an_issuer_that_publishes_no_key_has_withdrawn_all() -> None:
    clock, fetcher = Clock(), FakeFetcher([new_signer("EdDSA").jwk()])
    keys = key_set(fetcher, clock)
    await keys.key("k1")
    before = keys.generation
    fetcher.keys = []
    clock.now += 301

    assert await keys.key("k1") is None
    assert before != keys.generation


async def serve(handler: Any) -> web.AppRunner:
    app = web.Application()
    app.router.add_get("/jwks", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (lambda: web.Response(status=500), OSError),
        (lambda: web.Response(status=302, headers={"Location": "/other"}), OSError),
        (lambda: web.Response(body=b" " * 1_100_000), ValueError),
        (lambda: web.Response(text="<html>"), ValueError),
    ],
    ids=["error", "redirect", "too large", "not JSON"],
)
async def test_an_answer_that_is_no_key_set_is_an_error(response: Any, error: Any) -> None:
    async def handler(_: web.Request) -> web.Response:
        made: web.Response = response()
        return made

    runner = await serve(handler)
    host, port = runner.addresses[0][:2]
    fetcher = HttpJsonFetcher()
    try:
        with pytest.raises(error):
            await fetcher.fetch_json(f"http://{host}:{port}/jwks")
    finally:
        await fetcher.close()
        await runner.cleanup()


async def test_a_key_set_is_read_over_http() -> None:
    jwk = new_signer("EdDSA").jwk()

    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"keys": [jwk]})

    runner = await serve(handler)
    host, port = runner.addresses[0][:2]
    fetcher = HttpJsonFetcher()
    try:
        document = await fetcher.fetch_json(f"http://{host}:{port}/jwks")
    finally:
        await fetcher.close()
        await runner.cleanup()

    assert {"keys": [jwk]} == document
