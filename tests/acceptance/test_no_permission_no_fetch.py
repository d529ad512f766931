"""No permission, no fetch: what is asked of subgraphs, recorded request by request.

The clients' documents run as many different people. Every field of every recorded subgraph request
is held against the decision function itself, for every subject that the request is about.
"""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
import pytest
import pytest_asyncio
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
)

from access.categories import parse_group
from access.context import derive_context_key
from access.purposes import Purpose, Role
from access.subjects import stated_subject
from gateway.app import Clocks, HealthBookParts, create_pipeline, health_book_graph
from gateway.consent import HEALTH_BOOK_POLICY, AccessRequest, Permit, decide
from gateway.consent.guards import ConsentSchema, read_consent_schema
from gateway.errors import ClientError, ClientErrors
from gateway.federation.executor.ports import RootSubject, SubgraphRequest
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.pipeline import GatewayPipeline
from gateway.principal import ANONYMOUS, Principal
from gateway.request import Caller, GraphQLRequest
from gateway.scopes import parse_scopes
from gateway.transport.in_process import InProcessTransport
from resolvers.foundation import Foundation, open_foundation
from sandbox.layout import DataFolder
from sandbox.population import cast
from sandbox.population.generator import DEFAULT_SEED, PopulationSettings
from sandbox.preparation import prepare
from sandbox.product.subgraphs import open_subgraphs
from sandbox.running import now
from sandbox.upstreams import serve_upstreams
from storage.access_log import AccessLogWriter, DocumentBacking, head_signer
from storage.access_profiles import AccessProfile
from tests.acceptance.book import OPERATIONS
from tests.sandbox.program import ROOT

pytestmark = [pytest.mark.xdist_group("recorded"), pytest.mark.asyncio(loop_scope="module")]


class RecordingTransport:
    """Keeps every request that is sent."""

    def __init__(self, inner: InProcessTransport) -> None:
        self._inner = inner
        self.sent: list[SubgraphRequest] = []

    def send(self, request: SubgraphRequest) -> Any:
        self.sent.append(request)
        return self._inner.send(request)


class NamedPeople:
    """Authenticates by name: the tokens' own verification is tested elsewhere."""

    def __init__(self, people: dict[bytes, Principal]) -> None:
        self._people = people

    def recall(self, authorization: bytes | None) -> Principal | None:
        return self._people.get(authorization, ANONYMOUS) if authorization else ANONYMOUS

    async def authenticate(self, authorization: bytes | None) -> Principal:
        return ANONYMOUS


def citizen(patient: str) -> Principal:
    return Principal(
        subject=patient,
        issuer="i",
        scopes=parse_scopes("patient/*.rs patient/Consent.cruds patient/Observation.c"),
        role=Role.CITIZEN,
        patient=patient,
        purpose=Purpose.PATIENT_REQUEST,
    )


def staff(role: Role, person: str, organization: str, scopes: str, purpose: Purpose) -> Principal:
    return Principal(
        subject=person,
        issuer="i",
        scopes=parse_scopes(scopes),
        role=role,
        practitioner=person,
        organization=organization,
        purpose=purpose,
    )


DOCTOR_SCOPES = "user/*.rs user/MedicationRequest.cu user/Encounter.cu"
PEOPLE = {
    b"mother": citizen(cast.MOTHER),
    b"stranger": citizen(cast.STRANGER),
    b"hiv": citizen(cast.HIV_PATIENT),
    b"insurer": replace(
        staff(Role.INSURER, "b", cast.INSURER, "system/*.rs", Purpose.PAYMENT), practitioner=None
    ),
    b"authority": replace(
        staff(Role.AUTHORITY, "a", cast.AUTHORITY, "system/*.rs", Purpose.PUBLIC_HEALTH),
        practitioner=None,
    ),
    b"pharmacist": staff(
        Role.PHARMACIST,
        cast.PHARMACIST_A,
        cast.PHARMACY_A,
        "user/*.rs user/MedicationRequest.cu user/MedicationDispense.cu",
        Purpose.TREATMENT,
    ),
    **{
        doctor.id.encode(): staff(
            Role.PRACTITIONER, doctor.id, doctor.facility, DOCTOR_SCOPES, Purpose.TREATMENT
        )
        for doctor in cast.PRACTITIONERS
    },
}
SUBJECTS = (
    cast.MOTHER,
    cast.YOUNG_CHILD,
    cast.OLDER_CHILD,
    cast.LONGITUDINAL_PATIENT,
    cast.REFUSING_PATIENT,
    cast.HIV_PATIENT,
    "pt-nobody-at-all",
)


@dataclass
class Recorded:
    """The product in one process, with what its gateway sends."""

    pipeline: GatewayPipeline
    transport: RecordingTransport
    supergraph: Supergraph
    schema: ConsentSchema
    foundation: Foundation
    profiles: dict[str, AccessProfile] = field(default_factory=dict)

    async def ask(self, document: str, variables: dict[str, Any], person: bytes) -> None:
        """Runs a document; what it answers does not matter here."""
        try:
            await self.pipeline.run(
                GraphQLRequest(document, None, variables), Caller(authorization=person)
            )
        except (ClientError, ClientErrors):
            return


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Recorded]:
    data = DataFolder(tmp_path_factory.mktemp("recorded") / "data")
    data.create()
    secrets = data.secrets()
    settings = data.population(PopulationSettings(DEFAULT_SEED, 30, now().date()))
    await prepare(data, settings, now, lambda _: None)
    secret = secrets.context_secret.encode()
    async with AsyncExitStack() as stack:
        upstreams = await stack.enter_async_context(serve_upstreams(data, secrets, None, now))
        foundation = await stack.enter_async_context(
            open_foundation(
                f"sqlite:///{data.documents.absolute()}", data.keyring, now, production=False
            )
        )
        apps = await stack.enter_async_context(open_subgraphs(foundation, upstreams, secrets))
        for app in apps.values():
            await app.subgraph.start()
        log = AccessLogWriter(DocumentBacking(foundation.store, head_signer(foundation.keyring)))
        stack.push_async_callback(log.close)
        transport = RecordingTransport(InProcessTransport(apps))
        supergraph = read_supergraph((ROOT / "supergraph.graphql").read_text("utf-8"))
        parts = HealthBookParts(
            transport=transport,
            context_keys={name: derive_context_key(secret, name) for name in apps},
            profiles=foundation.profiles,
            access_log=log,
            issuers=[],
            clocks=Clocks(now, time.time),
        )
        pipeline = create_pipeline(health_book_graph(supergraph), parts)
        pipeline._ports = replace(pipeline._ports, authenticator=NamedPeople(PEOPLE))
        yield Recorded(
            pipeline, transport, supergraph, read_consent_schema(supergraph), foundation
        )


def documents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The clients' reading documents, with the variables that they need."""
    for path in sorted(OPERATIONS.rglob("*.graphql")):
        text = path.read_text("utf-8")
        if text.lstrip("# \n").startswith("mutation") or "mutation " in text.split("{")[0]:
            continue
        name = f"{path.parent.name}/{path.stem}"
        if "$child" in text or "$patient" in text:
            for subject in SUBJECTS:
                variable = "child" if "$child" in text else "patient"
                yield name, text, {variable: subject}
        elif "$code" in text:
            for code in (cast.HIV_PRESCRIPTION, cast.NARCOTIC_PRESCRIPTION):
                yield name, text, {"code": code, "document": "001190900001"}
        elif "$birthDate" in text:
            yield (
                name,
                text,
                {
                    "system": "http://fhir.ehealth.gov.vn/core/sid/national_id",
                    "value": cast.LONGITUDINAL_NATIONAL_ID,
                    "birthDate": "1958-02-20",
                },
            )
        else:
            yield name, text, {}


def gated_groups(  # noqa: C901 - one walk, kept in one place
    recorded: Recorded, body: bytes
) -> set[str]:
    """The guard groups of all fields that a subgraph request names."""
    document = parse(orjson.loads(body)["query"])
    schema = recorded.supergraph.schema
    found: set[str] = set()

    def walk(selections: SelectionSetNode, type_name: str) -> None:
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                walk(node.selection_set, condition.name.value if condition else type_name)
            elif isinstance(node, FragmentSpreadNode):
                raise AssertionError("subgraph requests are expected to have no fragments")
            elif isinstance(node, FieldNode):
                visit(node, type_name)

    def visit(node: FieldNode, type_name: str) -> None:
        name = node.name.value
        group = recorded.schema.groups.get((type_name, name))
        if group is not None:
            found.add(group)
        if node.selection_set is None:
            return
        if name == "_entities":
            walk(node.selection_set, "_Entity")
            return
        parent: Any = schema.type_map[type_name]
        walk(node.selection_set, get_named_type(parent.fields[name].type).name)

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            walk(definition.selection_set, definition.operation.value.capitalize())
    return found


async def permitted(recorded: Recorded, request: SubgraphRequest, group: str) -> bool:
    """Whether the decision function permits a group for every subject of a request."""
    scope: Any = request.scope
    category, action = parse_group(group)
    subjects: list[str | None] = []
    for decision in request.decisions:
        subject: Any = decision.subject
        if isinstance(subject, RootSubject):
            subject = scope.memory.roots[subject.coordinate, subject.response_name].subject
        elif subject is not None:
            subject = stated_subject(subject).id
        subjects.append(subject)
    profiles = await recorded.foundation.profiles.get_many(s for s in subjects if s)
    moment: datetime = now()
    for subject in subjects:
        asked = AccessRequest(
            action,
            category,
            None,
            scope.principal.purpose,
            moment,
            presented_prescription=subject in scope.memory.presented,
        )
        profile = profiles.get(subject) if subject else None
        if not isinstance(decide(scope.principal, profile, HEALTH_BOOK_POLICY, asked), Permit):
            return False
    return bool(subjects)


async def test_no_request_names_a_field_that_the_caller_may_not_see(product: Recorded) -> None:
    checked, faults = 0, []
    for name, text, variables in documents():
        for person in PEOPLE:
            product.transport.sent.clear()
            await product.ask(text, variables, person)
            for request in product.transport.sent:
                for group in gated_groups(product, request.body):
                    checked += 1
                    if not await permitted(product, request, group):
                        faults.append((name, person, request.subgraph, group))

    assert [] == faults
    assert checked > 100


async def test_the_diagnosis_is_never_fetched_for_a_pharmacy(product: Recorded) -> None:
    product.transport.sent.clear()
    document = (
        "query ($c: String!) { verifyPrescription(code: $c) { status prescription {"
        " diagnoses { text } patient { fullName allergyStatus } items { id } } } }"
    )
    await product.ask(document, {"c": cast.HIV_PRESCRIPTION}, b"pharmacist")
    asked = b"".join(request.body for request in product.transport.sent)

    assert b"items" in asked
    assert b"diagnoses" not in asked
    assert b"fullName" not in asked


async def test_a_denied_mutation_is_not_sent(product: Recorded) -> None:
    product.transport.sent.clear()
    document = (
        "mutation ($i: RecordVitalsInput!) { recordVitals(input: $i) { problems { code } } }"
    )
    sent = {"idempotencyKey": "k", "patientId": cast.MOTHER, "measurements": []}
    await product.ask(document, {"i": sent}, b"stranger")

    assert [] == product.transport.sent


async def test_nothing_is_sent_for_the_anonymous(product: Recorded) -> None:
    product.transport.sent.clear()
    await product.ask("{ me { fullName allergies { edges { node { id } } } } }", {}, b"")

    assert [] == product.transport.sent
