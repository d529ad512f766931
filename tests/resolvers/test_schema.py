"""The printed schemas: they compose, and are clear about subjects and categories."""

import subprocess
import sys

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_scalar_type,
)

from access.subgraphs import SUBGRAPHS
from gateway.consent.guards import ConsentSchema, read_consent_schema
from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from resolvers.__main__ import main, subgraph_sdl

_Member = GraphQLField | GraphQLInputField | GraphQLEnumValue


@pytest.fixture(scope="module")
def composition() -> CompositionSuccess:
    documents = [
        SubgraphDocument(name, f"http://{name}.test/graphql", subgraph_sdl(name))
        for name in SUBGRAPHS
    ]
    result = compose(documents)
    assert isinstance(result, CompositionSuccess), result
    return result


@pytest.fixture(scope="module")
def supergraph(composition: CompositionSuccess) -> Supergraph:
    return read_supergraph(composition.supergraph_sdl)


@pytest.fixture(scope="module")
def consent(supergraph: Supergraph) -> ConsentSchema:
    return read_consent_schema(supergraph)


def test_a_pharmacy_reaches_no_identity_and_no_diagnosis(consent: ConsentSchema) -> None:
    groups = {
        field: consent.groups["Prescription", field]
        for field in ("items", "diagnoses", "advice", "patient", "accompanyingAdult", "replacedBy")
    }

    assert {
        "items": "PRESCRIPTIONS",
        "diagnoses": "CONDITIONS",
        "advice": "CLINICAL_NOTES",
        "patient": "PRESCRIPTION_PATIENT",
        "accompanyingAdult": "PRESCRIPTION_PATIENT",
        "replacedBy": "PRESCRIPTION_PATIENT",
    } == groups


def test_every_mutation_is_gated_as_a_change(consent: ConsentSchema) -> None:
    assert {
        "recordEncounter": "ENCOUNTERS:write",
        "grantConsent": "CONSENTS:write",
        "withdrawConsent": "CONSENTS:write",
        "recordVitals": "VITALS:write",
        "issuePrescription": "PRESCRIPTIONS:write",
        "claim": "PRESCRIPTIONS:write",
        "releaseClaim": "PRESCRIPTIONS:write",
        "dispense": "PRESCRIPTIONS:write",
        "reverseDispense": "PRESCRIPTIONS:write",
    } == {field: group for (type_, field), group in consent.groups.items() if type_ == "Mutation"}


def test_every_mutation_takes_one_input_with_an_idempotency_key(supergraph: Supergraph) -> None:
    mutation = supergraph.api_schema.mutation_type
    assert mutation is not None

    taken = {
        name: [str(argument.type) for argument in field.args.values()]
        for name, field in mutation.fields.items()
    }
    keyed = {
        name: "idempotencyKey" in next(iter(field.args.values())).type.of_type.fields
        for name, field in mutation.fields.items()
    }
    assert dict.fromkeys(taken, 1) == {name: len(types) for name, types in taken.items()}
    assert dict.fromkeys(taken, True) == keyed


def test_clients_do_not_see_whom_a_row_is_about(supergraph: Supergraph) -> None:
    seen = [
        name
        for name, type_ in supergraph.api_schema.type_map.items()
        if isinstance(type_, GraphQLObjectType) and "subjectId" in type_.fields
    ]

    assert [] == seen


def test_everything_public_is_described(composition: CompositionSuccess) -> None:
    schema = read_supergraph(composition.supergraph_sdl).api_schema

    undescribed = [
        coordinate
        for type_ in schema.type_map.values()
        if type_ not in {schema.query_type, schema.mutation_type}
        and not is_specified_scalar_type(type_)
        and not is_introspection_type(type_)
        for coordinate, described in [(type_.name, type_), *_members_of(type_)]
        if not described.description
    ]

    assert [] == undescribed


def _members_of(type_: GraphQLNamedType) -> list[tuple[str, _Member]]:
    if isinstance(type_, GraphQLEnumType):
        return [(f"{type_.name}.{name}", value) for name, value in type_.values.items()]
    if not isinstance(type_, GraphQLObjectType | GraphQLInputObjectType | GraphQLInterfaceType):
        return []
    return [(f"{type_.name}.{name}", field) for name, field in type_.fields.items()]


def test_subgraphs_describe_what_they_share_alike(composition: CompositionSuccess) -> None:
    assert [] == [hint.message for hint in composition.hints]


def test_the_command_line_prints_a_subgraph_s_sdl(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["sdl", "pharmacy"])

    assert subgraph_sdl("pharmacy") == capsys.readouterr().out.rstrip("\n")


def test_printing_one_subgraph_loads_no_other() -> None:
    program = (
        "import sys; from resolvers.__main__ import subgraph_sdl; subgraph_sdl('pharmacy');"
        "print([m for m in sys.modules if m.startswith(('resolvers.patient', 'gateway'))])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout

    assert "[]" == printed.strip()
