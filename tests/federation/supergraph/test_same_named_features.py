"""Specifications of others that bear the name of one of federation's: a URL tells them apart."""

import pytest

from gateway.federation.supergraph.reader import read_supergraph

_JOIN = '@link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)'
_FOREIGN = (
    '@link(url: "https://example.com/inaccessible/v1.0", as: "other", import: ["@shown"]) '
    '@link(url: "https://example.com/authenticated/v1.0", as: "another", import: ["@free"]) '
    '@link(url: "https://example.com/join/v1.0", as: "third") '
    '@link(url: "https://example.com/context/v1.0", as: "fourth") '
)
_OWN = (
    '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY) '
    '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY) '
    '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY) '
)
_REST = """
{ query: Query }
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
enum link__Purpose { SECURITY EXECUTION }
scalar link__Import
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!) repeatable on OBJECT
directive @inaccessible on FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION
directive @context(name: String!) on OBJECT
directive @shown on FIELD_DEFINITION
directive @free on FIELD_DEFINITION
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) @context(name: "a__c") {
  seen: Int @shown
  hidden: Int @inaccessible
  own: Int @authenticated
}
"""  # noqa: E501 - one definition, one line


@pytest.fixture(params=[_JOIN + _FOREIGN + _OWN, _JOIN + _OWN + _FOREIGN, _FOREIGN + _OWN + _JOIN])
def sdl(request: pytest.FixtureRequest) -> str:
    return f"schema {request.param}{_REST}"


def test_what_federation_hides_is_hidden_and_nothing_else(sdl: str) -> None:
    query = read_supergraph(sdl).api_schema.query_type

    assert query is not None
    assert ["seen", "own"] == list(query.fields)


def test_requirements_are_those_of_federation(sdl: str) -> None:
    features = read_supergraph(sdl).features

    assert "authenticated" == features["authenticated", "authenticated"]
    assert "free" == features["https://example.com/authenticated", "free"]


def test_contexts_are_those_of_federation(sdl: str) -> None:
    assert {"a__c": frozenset({"Query"})} == read_supergraph(sdl).contexts


def test_an_address_without_encryption_takes_no_protection_away(sdl: str) -> None:
    features = read_supergraph(sdl.replace("https://specs", "http://specs")).features

    assert "authenticated" == features["authenticated", "authenticated"]


def test_a_directive_with_an_address_is_no_link(sdl: str) -> None:
    contact = '@contact(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "shown")'
    link = '@link(url: "https://specs.apollo.dev/link/v1.0")'

    query = read_supergraph(
        sdl.replace("schema", f"schema {contact} {link}", 1)
    ).api_schema.query_type

    assert query is not None
    assert ["seen", "own"] == list(query.fields)
