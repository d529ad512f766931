"""Subjects and categories are read off the supergraph; an unclear schema is refused."""

import pytest

from access.specification import CONSENT_SPECIFICATION_V1
from gateway.consent.guards import (
    SECURITY_LINK,
    ConsentSchema,
    ConsentSchemaError,
    read_consent_schema,
)
from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.supergraph.reader import read_supergraph

HEAD = f"""
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.6",
        import: ["@key", "@composeDirective", "@inaccessible", "@shareable"])
  @link(url: "{CONSENT_SPECIFICATION_V1}", import: ["@subject", "@consent"])
  @composeDirective(name: "@subject")
  @composeDirective(name: "@consent")
directive @subject(fields: String!) on OBJECT
directive @consent(category: String!) on OBJECT | FIELD_DEFINITION
"""

PATIENT = """
type Query { me: Patient @consent(category: "RECORD") version: String }
type Patient @key(fields: "id") @subject(fields: "id") @consent(category: "DEMOGRAPHICS") {
  id: ID!
  fullName: String
  allergies: [Allergy!] @consent(category: "ALLERGIES")
}
type Allergy @subject(fields: "subjectId") @consent(category: "ALLERGIES") {
  subjectId: ID @inaccessible
  text: String
}
"""


def read(*sdls: str) -> ConsentSchema:
    documents = [SubgraphDocument(f"s{n}", "", HEAD + sdl) for n, sdl in enumerate(sdls)]
    result = compose(documents, security_links=[SECURITY_LINK])
    assert isinstance(result, CompositionSuccess), result
    return read_consent_schema(read_supergraph(result.supergraph_sdl))


def test_subjects_and_groups_are_read() -> None:
    expected = ConsentSchema(
        {"Patient": ("id",), "Allergy": ("subjectId",)},
        {
            ("Query", "me"): "RECORD",
            ("Patient", "fullName"): "DEMOGRAPHICS",
            ("Patient", "allergies"): "ALLERGIES",
            ("Allergy", "text"): "ALLERGIES",
        },
    )

    assert expected == read(PATIENT)


def test_a_field_names_its_subject_through_an_object() -> None:
    schema = read(
        PATIENT
        + """
        type Visit @subject(fields: "patient { id }") @consent(category: "ENCOUNTERS") {
          patient: Patient
          reason: String
        }
        extend type Query { visit: Visit @consent(category: "RECORD") }
        """
    )

    assert ("patient", "id") == schema.subjects["Visit"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '@subject(fields: "id") @consent(category: "DEMOGRAPHICS")',
            '@subject(fields: "id")',
            "Patient.fullName: a field of a subject-bearing type needs a category",
        ),
        ('"ALLERGIES") {', '"SECRETS") {', "Allergy.text: the category is unknown to the policy"),
        ("text: String", "text: String!", "Allergy.text: a gated field must be nullable"),
        (
            '@subject(fields: "subjectId")',
            '@subject(fields: "nobody")',
            "Allergy: @subject(fields:) does not lead to a field",
        ),
        (
            '@subject(fields: "subjectId")',
            '@subject(fields: "subjectId text")',
            "Allergy: @subject(fields:) does not lead to a field",
        ),
        ("me: Patient @", "me: Patient! @", "Query.me: a gated field must be nullable"),
    ],
)
def test_an_unclear_schema_is_refused(old: str, new: str, problem: str) -> None:
    with pytest.raises(ConsentSchemaError) as caught:
        read(PATIENT.replace(old, new))

    assert (problem,) == caught.value.problems


def test_all_problems_are_told_at_once() -> None:
    sdl = PATIENT.replace("text: String", "text: String!").replace("fullName: String", "f: Int!")
    with pytest.raises(ConsentSchemaError) as caught:
        read(sdl)

    assert 2 == len(caught.value.problems)
