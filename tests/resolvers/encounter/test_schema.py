"""The printed schema beside the three others: it composes, and is clear about subjects."""

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType

from access.subgraphs import SUBGRAPHS
from gateway.consent.guards import ConsentSchema, read_consent_schema
from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from resolvers.__main__ import subgraph_sdl

OURS = (
    "Encounter",
    "Condition",
    "Observation",
    "DiagnosticReport",
    "ImagingStudy",
    "Procedure",
    "MedicationRequest",
    "DischargeSummary",
    "Referral",
    "FollowUpAppointment",
)


@pytest.fixture(scope="module")
def supergraph() -> Supergraph:
    documents = [
        SubgraphDocument(name, f"http://{name}.test/graphql", subgraph_sdl(name))
        for name in SUBGRAPHS
    ]
    result = compose(documents)
    assert not isinstance(result, CompositionFailure), result
    return read_supergraph(result.supergraph_sdl)


@pytest.fixture(scope="module")
def consent(supergraph: Supergraph) -> ConsentSchema:
    return read_consent_schema(supergraph)


def test_every_row_names_its_patient(consent: ConsentSchema) -> None:
    assert dict.fromkeys(OURS, ("subjectId",)) == {name: consent.subjects[name] for name in OURS}


def test_reasons_are_diagnoses_and_links_are_encounters(consent: ConsentSchema) -> None:
    reasons = {group for (_, field), group in consent.groups.items() if field == "reasons"}
    links = {
        group
        for (type_, field), group in consent.groups.items()
        if type_ in OURS and field == "encounter"
    }

    assert ({"CONDITIONS"}, {"ENCOUNTERS"}) == (reasons, links)


def test_a_list_of_a_patient_has_the_category_of_its_rows(consent: ConsentSchema) -> None:
    lists = {
        "encounters": "ENCOUNTERS",
        "conditions": "CONDITIONS",
        "observations": "OBSERVATIONS",
        "diagnosticReports": "OBSERVATIONS",
        "imagingStudies": "IMAGING",
        "procedures": "PROCEDURES",
        "medicationRequests": "MEDICATIONS",
        "dischargeSummaries": "CLINICAL_NOTES",
        "referrals": "REFERRALS",
        "followUps": "REFERRALS",
    }

    assert lists == {name: consent.groups["Patient", name] for name in lists}


def test_recording_an_encounter_is_gated_as_a_change(consent: ConsentSchema) -> None:
    assert "ENCOUNTERS:write" == consent.groups["Mutation", "recordEncounter"]


def test_an_encounter_by_id_may_be_asked_for_before_it_is_permitted(
    consent: ConsentSchema,
) -> None:
    assert ("Query", "encounter") not in consent.groups


def test_whatever_consent_may_withhold_is_nullable(supergraph: Supergraph) -> None:
    strict = [
        f"{name}.{field_name}"
        for name in OURS
        if isinstance(type_ := supergraph.schema.type_map[name], GraphQLObjectType)
        for field_name, field in type_.fields.items()
        if isinstance(field.type, GraphQLNonNull)
    ]

    assert sorted([f"{name}.subjectId" for name in OURS] + ["Encounter.id"]) == sorted(strict)


def test_every_field_and_argument_is_described(supergraph: Supergraph) -> None:
    silent = [
        f"{name}.{field_name}"
        for name in (*OURS, "Facility", "Practitioner", "ObservationComponent", "ImagingSeries")
        if isinstance(type_ := supergraph.api_schema.type_map[name], GraphQLObjectType)
        for field_name, field in type_.fields.items()
        if not field.description or not all(each.description for each in field.args.values())
    ]

    assert [] == silent
