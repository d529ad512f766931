"""Subgraphs extracted from a supergraph."""

from pathlib import Path

import pytest
from graphql import parse

from gateway.federation.supergraph.extraction import extract_subgraphs
from gateway.federation.supergraph.field_sets import parse_field_set, print_field_set
from gateway.federation.supergraph.reader import read_supergraph

SUPERGRAPHS = Path(__file__).parent.parent / "planner" / "supergraphs"


def extracted(name: str) -> dict[str, str]:
    return extract_subgraphs(read_supergraph((SUPERGRAPHS / f"{name}.graphql").read_text()))


def body(sdl: str) -> str:
    return sdl.partition("])\n\n")[2]


def test_federation_directives_come_back() -> None:
    assert (
        body(extracted("products")["inventory"])
        == """type Product @key(fields: "upc") {
  upc: String!
  weight: Int @external
  price: Int @external
  inStock: Boolean
  shippingEstimate: Int @requires(fields: "price weight")
}
"""
    )


def test_shared_fields_are_shareable() -> None:
    assert "type Stats {\n  a: Int @shareable\n}" in extracted("shared")["a"]


def test_interface_objects() -> None:
    assert (
        'type Media @key(fields: "id") @interfaceObject {'
        in extracted("interface_object")["ratings"]
    )


def test_overrides_and_their_labels() -> None:
    sdl = extracted("overrides")["new"]

    assert 'email: String @override(from: "old", label: "percent(5)")' in sdl


def test_unresolvable_keys() -> None:
    assert '@key(fields: "id", resolvable: false)' in extracted("keys")["links"]


def test_unions_interfaces_enums_and_arguments() -> None:
    zoo = extracted("abstract")["zoo"]
    items = extracted("requires")["items"]

    assert "union Pet = Dog | Cat | Fish" in zoo
    assert "type Dog implements Animal" in zoo
    assert "enum Currency {\n  USD\n  EUR\n}" in items
    assert "price(currency: Currency = USD): Float" in items


@pytest.mark.parametrize("path", sorted(SUPERGRAPHS.glob("*.graphql")), ids=lambda path: path.stem)
def test_everything_extracted_is_graphql(path: Path) -> None:
    for sdl in extracted(path.stem).values():
        assert parse(sdl).definitions


def test_contexts_scalars_inputs_and_own_directives() -> None:
    sdl = """
    schema @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)
      @link(url: "https://specs.apollo.dev/tag/v0.3")
    { query: Query }
    directive @mine on FIELD
    directive @tag(name: String!) repeatable on SCALAR
    enum join__Graph { A @join__graph(name: "a", url: "http://a") }
    type Query @join__type(graph: A) { p(i: In = {n: 1}): P }
    type P @join__type(graph: A, key: "id") @context(name: "a__c") { id: ID x: Day t: T }
    type T @join__type(graph: A, key: "id") { id: ID
      f: Int @join__field(graph: A, contextArguments: [
        {context: "a__c", name: "n", type: "Day", selection: "{ x }"}]) }
    scalar Day @join__type(graph: A) @tag(name: "day")
    input In @join__type(graph: A) { n: Int @join__field(graph: A, type: "Int!") m: [Int] }
    """

    (actual,) = extract_subgraphs(read_supergraph(sdl)).values()

    assert '@key(fields: "id") @context(name: "c")' in actual
    assert 'f(n: Day @fromContext(field: "$c { x }")): Int' in actual
    assert 'scalar Day @tag(name: "day")' in actual
    assert "input In {\n  n: Int!\n  m: [Int]\n}" in actual
    assert "directive @mine on FIELD" in actual


def test_field_sets_are_printed_on_one_line() -> None:
    text = 'a(x: 1, y: "z") { b ... on T { c } ... { d } }'

    assert text == print_field_set(parse_field_set("{ " + text + " }"))
