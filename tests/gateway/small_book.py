"""A health book of two subgraphs in memory, behind the real pipeline, gate and audit."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import orjson

from access.categories import Action
from access.purposes import Purpose, Role
from access.specification import CONSENT_SPECIFICATION_V1
from gateway.app import Clocks, HealthBookParts, create_pipeline, health_book_graph
from gateway.consent.guards import SECURITY_LINK
from gateway.errors import ClientError, ClientErrors
from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.pipeline import GatewayPipeline
from gateway.pipeline.ports import LookUpLimiter
from gateway.principal import ANONYMOUS, Principal
from gateway.request import Caller, GraphQLRequest
from gateway.scopes import parse_scopes
from storage.access_log import AccessEvent
from storage.access_profiles import (
    AccessProfile,
    ConsentEntry,
    Grantee,
    GranteeKind,
    PrescriptionLink,
)
from storage.encryption import IdentifierKind
from tests.federation.oracle.in_memory import InMemorySubgraph

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OPEN, CLOSED, NOBODY = "pt-open", "pt-closed", "pt-nobody"
"""Somebody who lets the doctor see name and allergies; somebody who lets her see the vaccinations
alone; and an id that nobody bears."""
UNKNOWN = "pt-unknown-to-the-doctor"
NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
SECRETS = ("Nguyễn Thị Bí Mật", "phấn hoa", "079190000001", "mũi thứ hai", "79014abcdefg-C")
"""Values of rows and of requests, none of which may be found where they do not belong."""

_HEAD = f"""
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.6", import: [
    "@key", "@composeDirective", "@inaccessible", "@shareable", "@external", "@requiresScopes"])
  @link(url: "{CONSENT_SPECIFICATION_V1}", import: ["@subject", "@consent"])
  @composeDirective(name: "@subject")
  @composeDirective(name: "@consent")
directive @subject(fields: String!) on OBJECT
directive @consent(category: String!) on OBJECT | FIELD_DEFINITION
"""
_PEOPLE = (
    _HEAD
    + """
type Query {
  me: Patient @consent(category: "RECORD")
  patient(id: ID!): Patient @consent(category: "RECORD")
  patientByIdentifier(system: String!, value: String!, birthDate: String!): Patient
    @consent(category: "RECORD")
  verifyPrescription(code: String!): Verification
  open: String
  scoped: String @requiresScopes(scopes: [["user/Patient.r"]])
}
type Mutation { recordVitals(input: VitalsInput!): Int @consent(category: "VITALS:write") }
input VitalsInput { patientId: ID! value: Int! }
type Verification { status: String }
type Patient @key(fields: "id") @subject(fields: "id") @consent(category: "DEMOGRAPHICS") {
  id: ID!
  fullName: String
}
"""
)
_ROWS = (
    _HEAD
    + """
type Patient @key(fields: "id") @subject(fields: "id") {
  id: ID!
  allergies: [Allergy!] @consent(category: "ALLERGIES")
  rows: [Row!] @consent(category: "RECORD")
  members: [Member!] @consent(category: "RECORD")
}
interface Row { text: String }
union Member = Allergy | Vaccination
type Allergy implements Row @subject(fields: "subjectId") @consent(category: "ALLERGIES") {
  subjectId: ID! @inaccessible
  text: String
}
type Vaccination implements Row @subject(fields: "subjectId") @consent(category: "IMMUNIZATIONS") {
  subjectId: ID! @inaccessible
  text: String
}
"""
)


def _patient(patient: str) -> dict[str, Any]:
    return {"__typename": "Patient", "id": patient, "fullName": SECRETS[0]}


def _rows(patient: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"__typename": "Allergy", "subjectId": patient["id"], "text": SECRETS[1]},
        {"__typename": "Vaccination", "subjectId": patient["id"], "text": SECRETS[3]},
    ]


def _subgraphs() -> dict[str, InMemorySubgraph]:
    people = InMemorySubgraph(
        "people",
        _PEOPLE,
        {
            "Query": {
                "me": lambda _: _patient(OPEN),
                "patient": lambda _, id: _patient(id),  # noqa: A006 - the argument's name
                "patientByIdentifier": lambda _, **__: _patient(OPEN),
                "verifyPrescription": lambda _, code: {"status": "VALID"},
                "open": lambda _: "open",
                "scoped": lambda _: "scoped",
            },
            "Mutation": {"recordVitals": lambda _, input: 1},  # noqa: A006 - the argument's name
            "Patient": {"__resolve_reference": lambda patient: _patient(patient["id"])},
        },
    )
    rows = InMemorySubgraph(
        "rows",
        _ROWS,
        {
            "Patient": {
                "__resolve_reference": lambda patient: patient,
                "allergies": lambda patient: _rows(patient)[:1],
                "rows": _rows,
                "members": _rows,
            }
        },
    )
    return {"people": people, "rows": rows}


def small_supergraph() -> Supergraph:
    """The supergraph of the two subgraphs."""
    documents = [SubgraphDocument("people", "", _PEOPLE), SubgraphDocument("rows", "", _ROWS)]
    result = compose(documents, security_links=[SECURITY_LINK])
    assert isinstance(result, CompositionSuccess), result
    return read_supergraph(result.supergraph_sdl)


class MemoryTransport:
    """Asks the subgraphs in memory, and keeps what it was asked."""

    def __init__(self) -> None:
        self.sent: list[SubgraphRequest] = []
        self.subgraphs = _subgraphs()
        self.fault: FetchFailure | bytes | None = None

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        self.sent.append(request)
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        future.set_result(self.fault or self._answer(request))
        return future

    def _answer(self, request: SubgraphRequest) -> bytes:
        body = orjson.loads(request.body)
        answer = self.subgraphs[request.subgraph].execute(body["query"], body.get("variables"))
        return orjson.dumps(answer)

    @property
    def text(self) -> str:
        """All that was asked for, as one text."""
        return "\n".join(orjson.loads(request.body)["query"] for request in self.sent)


def _grant(*categories: str) -> ConsentEntry:
    return ConsentEntry(
        consent_id="k1",
        version=1,
        grantee=Grantee(GranteeKind.PRACTITIONER, "dr1"),
        categories=frozenset(categories),
        labels=frozenset(),
        actions=frozenset({Action.READ}),
        purpose=Purpose.TREATMENT,
    )


class MemoryProfiles:
    """The profiles of the people above."""

    def __init__(self) -> None:
        born = date(1990, 1, 1)
        self.reads: list[list[str]] = []
        self.known = {
            OPEN: AccessProfile(OPEN, 1, born, grants=(_grant("DEMOGRAPHICS", "ALLERGIES"),)),
            CLOSED: AccessProfile(CLOSED, 1, born, grants=(_grant("IMMUNIZATIONS"),)),
            UNKNOWN: AccessProfile(UNKNOWN, 1, born),
        }

    def forget(self, subject_id: str) -> None:
        pass

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        ids = list(subject_ids)
        self.reads.append(ids)
        return {subject: self.known[subject] for subject in ids if subject in self.known}

    async def resolve_identifier(
        self, kind: IdentifierKind, value: str, birth_date: str
    ) -> str | None:
        known = {SECRETS[2]: OPEN, "079190000003": UNKNOWN}
        return known.get(value) if birth_date == "1990-01-01" else None

    async def resolve_prescription_code(self, code: str) -> PrescriptionLink | None:
        return PrescriptionLink(OPEN, "rx1") if code == SECRETS[4] else None


class MemoryLog:
    """The access log."""

    def __init__(self) -> None:
        self.events: list[AccessEvent] = []

    def append(self, events: Sequence[AccessEvent]) -> "asyncio.Future[None]":
        self.events.extend(events)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def owe(self, events: Sequence[AccessEvent]) -> None:
        raise AssertionError("this log takes everything")


DOCTOR = Principal(
    subject="dr1",
    issuer="i",
    scopes=parse_scopes("user/*.cruds"),
    role=Role.PRACTITIONER,
    practitioner="dr1",
    organization="79014",
    purpose=Purpose.TREATMENT,
)
CITIZEN = Principal(
    subject="c1",
    issuer="i",
    scopes=parse_scopes("patient/*.cruds"),
    role=Role.CITIZEN,
    patient=OPEN,
    purpose=Purpose.PATIENT_REQUEST,
)
PEOPLE = {
    b"doctor": DOCTOR,
    b"colleague": replace(DOCTOR, subject="dr2", practitioner="dr2"),
    b"other doctor": replace(DOCTOR, subject="dr3", practitioner="dr3", organization="01013"),
    b"citizen": CITIZEN,
}


class NamedPeople:
    """Authenticates by name: tokens have tests of their own."""

    def recall(self, authorization: bytes | None) -> Principal | None:
        return PEOPLE.get(authorization or b"", ANONYMOUS)

    async def authenticate(self, authorization: bytes | None) -> Principal:
        return ANONYMOUS


@dataclass
class SmallBook:
    """The running book, with what its gateway asks, reads and records."""

    lookup_limiter: LookUpLimiter | None = None
    transport: MemoryTransport = field(default_factory=MemoryTransport)
    profiles: MemoryProfiles = field(default_factory=MemoryProfiles)
    log: MemoryLog = field(default_factory=MemoryLog)

    def __post_init__(self) -> None:
        parts = HealthBookParts(
            transport=self.transport,
            context_keys={"people": b"k" * 32, "rows": b"r" * 32},
            profiles=self.profiles,
            access_log=self.log,
            issuers=[],
            clocks=Clocks(lambda: NOW, NOW.timestamp),
            lookup_limiter=self.lookup_limiter,
        )
        self.pipeline: GatewayPipeline = create_pipeline(
            health_book_graph(small_supergraph()), parts
        )
        self.pipeline._ports = replace(self.pipeline._ports, authenticator=NamedPeople())

    async def ask(
        self, query: str, who: bytes = b"doctor", variables: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answer, or the refusal's codes under ``refused``."""
        request = GraphQLRequest(query, None, variables or {})
        try:
            body = await self.pipeline.run(request, Caller(who, "1.2.3.4"))
        except ClientError as error:
            return {"refused": [str(error.code)]}
        except ClientErrors as errors:
            return {"refused": [str(each.code) for each in errors.errors]}
        answer: dict[str, Any] = orjson.loads(body)
        return answer
