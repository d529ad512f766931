"""The printed schemas: they compose, and are clear about subjects and categories."""

import subprocess
import sys

import pytest
from graphql import GraphQLObjectType, build_ast_schema, parse

from gateway.consent.guards import ConsentSchema, read_consent_schema
from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from resolvers.__main__ import main, subgraph_sdl

OURS = ("patient", "pharmacy")


@pytest.fixture(scope="module")
def supergraph() -> Supergraph:
    documents = [
        SubgraphDocument(name, f"http://{name}.test/graphql", subgraph_sdl(name)) for name in OURS
    ]
    result = compose(documents)
    assert not isinstance(result, CompositionFailure), result
    return read_supergraph(result.supergraph_sdl)


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


@pytest.mark.parametrize("name", OURS)
def test_everything_public_is_described(name: str) -> None:
    schema = build_ast_schema(parse(subgraph_sdl(name)), assume_valid_sdl=True)

    undescribed = [
        f"{type_.name}.{field_name}"
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("_")
        for field_name, field in type_.fields.items()
        if not field.description and not field_name.startswith("_")
    ]

    assert [] == undescribed


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
