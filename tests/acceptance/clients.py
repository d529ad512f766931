"""Fifty clients that write, each request under a name that the access log keeps."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Any
from uuid import uuid4

import httpx

from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.keys import SigningKey, load_or_create_ring
from sandbox.identity_provider.tokens import Identity, TokenRequest, claims_of, sign
from sandbox.layout import DataFolder, Ports
from sandbox.population import cast
from sandbox.running import now
from storage.access_log import AccessEvent
from tests.acceptance.book import OPERATIONS, nodes
from tests.acceptance.production import TwoGateways
from tests.acceptance.test_doctor import prescription

CLIENTS = 50
ROUNDS = 3
READERS = 5
"""Every fifth reads too after each write."""
KILLED_AFTER = 10
"""Acknowledged writes."""
PATIENCE = 60.0
"""Seconds that a busy machine may take for what is done within one."""
PAUSE = 0.2
"""Seconds between two attempts of a client."""
DRUGS = (
    "{ me { prescriptions(first: 50) { edges { node {"
    " items { drug { registrationNumber controlClass } } } } } } }"
)


RECORD = "citizen/record-vitals"
DISPENSE = "pharmacy/dispense"
VISITS = "visits"
"""Asks every hospital."""


@dataclass(frozen=True)
class Wish:
    """What a client wants: a change under an idempotency key, or to read."""

    operation: str
    variables: dict[str, Any]

    @property
    def key(self) -> str | None:
        """Its idempotency key; none of one who reads."""
        return self.variables["input"]["idempotencyKey"] if self.variables else None


@dataclass(frozen=True)
class Request:
    """One sending of a wish, and its answer; none where the connection broke."""

    name: str
    wish: Wish
    answer: dict[str, Any] | None

    @property
    def effect(self) -> str | None:
        """The id of what was made, where that was acknowledged."""
        if self.wish.key is None or self.answer is None or "errors" in self.answer:
            return None
        (payload,) = self.answer["data"].values()
        assert [] == payload["problems"]
        made = payload["vitals"][0] if "vitals" in payload else payload["dispense"]
        return str(made["id"])


class Signatory:
    """Gives every request a token of its own, whose client is the request's name."""

    def __init__(self, data: DataFolder) -> None:
        """Args: data: of the sandbox that issues the tokens."""
        directory = IdentityDirectory.open(data.world.identities)
        self._people = {
            RECORD: _found(directory, "citizen", cast.STRANGER),
            VISITS: _found(directory, "citizen", cast.STRANGER),
            DISPENSE: _found(directory, "pharmacist", cast.PHARMACIST_A),
        }
        directory.close()
        self._issuer = (data.last_ports() or Ports(0)).issuer
        self._key: SigningKey = load_or_create_ring(data.signing_keys).current("EdDSA")

    def token(self, operation: str, name: str) -> str:
        """The token of one request."""
        wish = TokenRequest(client_id=name)
        return sign(claims_of(self._people[operation], wish, self._issuer, now()), self._key)


def _found(directory: IdentityDirectory, role: str, person: str) -> Identity:
    identity = directory.find(role, person)
    assert identity is not None
    return identity


@dataclass
class Clients:
    """The clients, and whom they write to.

    Args:
        shape: The running product.
        pharmacies: How many hand tablets out, each of one prescription; the others are citizens.
        sent: Every request that ended.
        begun: The gateway of each request, by the request's name.
    """

    shape: TwoGateways
    pharmacies: int
    sent: list[Request] = field(default_factory=list)
    begun: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Prepare what they send."""
        self._signatory = Signatory(self.shape.data)
        self._texts = {
            name: (OPERATIONS / f"{name}.graphql").read_text("utf-8")
            for name in (RECORD, DISPENSE)
        }
        self._texts[VISITS] = "{ me { encounters { edges { node { id } } } } }"
        self._lock = Lock()
        self._acknowledged = self._writing = 0
        self._values = count(1)

    def write(self, strike: Callable[[], None]) -> None:
        """All write at once, and one of them strikes in the midst of it."""
        supplies = prescriptions(self.shape, self.pharmacies)
        self._writing = CLIENTS
        with ThreadPoolExecutor(CLIENTS) as pool:
            running = [
                pool.submit(self._rounds, each, supplies, strike) for each in range(CLIENTS)
            ]
            for each in running:
                each.result()

    def others_write(self) -> bool:
        """Whether any client has more to write than the one that strikes."""
        return self._writing > 1

    def any_at_the_first(self, changes: list[AccessEvent]) -> bool:
        """Whether one of these changes was asked of the first gateway."""
        return any(self.begun.get(each.actor.client_id) == 0 for each in changes)

    def repeat(self) -> list[Request]:
        """Sends every change once more, until it is acknowledged."""
        changes = {each.wish.key: each.wish for each in self.sent if each.wish.key is not None}
        with ThreadPoolExecutor(CLIENTS) as pool:
            numbered = enumerate(changes.values())
            return list(pool.map(lambda each: self._insist(each[0] % 2, each[1]), numbered))

    def _insist(self, gateway: int, wish: Wish) -> Request:
        until = time.monotonic() + PATIENCE
        while (request := self._send(gateway, wish)).effect is None:
            assert time.monotonic() < until, request.answer
            time.sleep(PAUSE)
        return request

    def _rounds(
        self, client: int, supplies: list[dict[str, Any]], strike: Callable[[], None]
    ) -> None:
        try:
            for turn in range(ROUNDS):
                self._round((client + turn) % 2, client, supplies, strike)
        finally:
            with self._lock:
                self._writing -= 1

    def _round(
        self, gateway: int, client: int, supplies: list[dict[str, Any]], strike: Callable[[], None]
    ) -> None:
        change = dispensing(supplies[client]) if client < self.pharmacies else self._measurement()
        request = self._send(gateway, change)
        if client % READERS == 0:
            self._send(gateway, Wish(VISITS, {}))
        if request.effect is None:
            return
        with self._lock:
            self._acknowledged += 1
            strikes = self._acknowledged == KILLED_AFTER
        if strikes:
            strike()

    def _send(self, gateway: int, wish: Wish) -> Request:
        name = uuid4().hex
        self.begun[name] = gateway
        token = self._signatory.token(wish.operation, name)
        text = self._texts[wish.operation]
        answer = None
        with suppress(httpx.TransportError):
            answer = self.shape.ask_with(gateway, token, text, wish.variables)
        request = Request(name, wish, answer)
        with self._lock:
            self.sent.append(request)
        return request

    def _measurement(self) -> Wish:
        with self._lock:
            value = next(self._values)
        one = {"kind": "STEPS", "value": str(value), "measured": "2026-01-05T07:00:00+07:00"}
        sent = {"idempotencyKey": uuid4().hex, "patientId": cast.STRANGER, "measurements": [one]}
        return Wish(RECORD, {"input": sent})


def dispensing(supply: dict[str, Any]) -> Wish:
    """One tablet of a prescription."""
    (item,) = supply["items"]
    line = {
        "itemId": item["id"],
        "drug": item["drug"]["registrationNumber"],
        "quantity": "1",
    }
    sent = {"idempotencyKey": uuid4().hex, "code": supply["code"], "lines": [line]}
    return Wish(DISPENSE, {"input": sent})


def prescriptions(shape: TwoGateways, wanted: int) -> list[dict[str, Any]]:
    """So many fresh prescriptions of thirty tablets."""
    patient = ("citizen", cast.LONGITUDINAL_PATIENT)
    found = nodes(answered(lambda: shape.ask(0, patient, DRUGS, {}))["me"]["prescriptions"])
    drugs = [item["drug"] for one in found for item in one["items"]]
    drug = next(each["registrationNumber"] for each in drugs if each["controlClass"] is None)
    text = (OPERATIONS / "doctor/issue-prescription.graphql").read_text("utf-8")
    doctor = ("doctor", cast.TREATING_DOCTOR)

    def issue(number: int) -> dict[str, Any]:
        wish = prescription(drug)
        data = answered(lambda: shape.ask(number % 2, doctor, text, wish))
        issued: dict[str, Any] = data["issuePrescription"]["prescription"]
        return issued

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(issue, range(wanted)))


def answered(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The data of an answer without errors; a busy machine may need several attempts."""
    until = time.monotonic() + PATIENCE
    while True:
        told: object = None
        with suppress(httpx.TransportError):
            answer = ask()
            if "errors" not in answer:
                data: dict[str, Any] = answer["data"]
                return data
            told = answer["errors"]
        assert time.monotonic() < until, told
        time.sleep(PAUSE)
