"""Two gateways behind one port behave as one."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from sandbox.population import cast
from tests.acceptance.book import OPERATIONS, codes_of
from tests.acceptance.production import LOOKUPS_PER_MINUTE, TwoGateways, two_gateways
from tests.acceptance.test_doctor import consent
from tests.redis_server import RedisServer, redis_server

__all__ = ["redis_server"]
pytestmark = pytest.mark.xdist_group("production shape")

CITIZEN = ("citizen", cast.STRANGER)
DOCTOR = ("doctor", cast.UNRELATED_DOCTOR)
PHARMACIST = ("pharmacist", cast.PHARMACIST_A)
READ = "query ($p: ID!) { patient(id: $p) { fullName } }"
VERIFY = "query ($code: String!) { verifyPrescription(code: $code) { status } }"


@pytest.fixture(scope="module")
def shape(
    tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer
) -> Iterator[TwoGateways]:
    with two_gateways(tmp_path_factory.mktemp("production"), redis_server.url) as running:
        yield running


def change(shape: TwoGateways, gateway: int, name: str, variables: dict[str, Any]) -> Any:
    """The outcome of one of the citizen's mutations."""
    text = (OPERATIONS / f"citizen/{name}.graphql").read_text("utf-8")
    answer = shape.ask(gateway, CITIZEN, text, variables)
    assert "errors" not in answer, answer["errors"]
    (outcome,) = answer["data"].values()
    assert [] == outcome["problems"]
    return outcome


def test_a_consent_that_one_gateway_took_holds_at_the_other(shape: TwoGateways) -> None:
    subject = {"p": cast.STRANGER}
    before = shape.ask(1, DOCTOR, READ, subject)
    wanted = consent(cast.STRANGER, cast.UNRELATED_DOCTOR, ["DEMOGRAPHICS"])
    granted = change(shape, 0, "grant-consent", wanted)["consent"]
    opened = shape.ask(1, DOCTOR, READ, subject)
    withdrawal = {
        "idempotencyKey": uuid4().hex,
        "patientId": cast.STRANGER,
        "consentId": granted["id"],
    }
    change(shape, 0, "withdraw-consent", {"input": withdrawal})
    closed = shape.ask(1, DOCTOR, READ, subject)

    assert [("CONSENT_REQUIRED", ["patient"])] == codes_of(before)
    assert opened["data"]["patient"]["fullName"]
    assert [("CONSENT_REQUIRED", ["patient"])] == codes_of(closed)


def test_who_guesses_codes_at_both_gateways_is_stopped_as_at_one(shape: TwoGateways) -> None:
    answers = [
        shape.ask(turn % 2, PHARMACIST, VERIFY, {"code": f"79014guess{turn:02}-C"})
        for turn in range(2 * LOOKUPS_PER_MINUTE)
    ]
    refused = [answer for answer in answers if "errors" in answer]

    # One more is regained while a slow machine asks.
    assert len(answers) - len(refused) in {LOOKUPS_PER_MINUTE, LOOKUPS_PER_MINUTE + 1}
    assert {"RATE_LIMITED"} == {answer["errors"][0]["extensions"]["code"] for answer in refused}
