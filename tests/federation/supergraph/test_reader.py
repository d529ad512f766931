"""Supergraphs of every join version, whoever composed them."""

# ruff: noqa: E501 (schemas are as long as they are)

import pytest
from graphql import print_schema

from gateway.federation.supergraph.errors import SupergraphError
from gateway.federation.supergraph.model import Supergraph, TypeKind
from gateway.federation.supergraph.reader import read_supergraph

GRAPHS = """
enum join__Graph {
  A @join__graph(name: "a", url: "http://a")
  B @join__graph(name: "b", url: "http://b")
}
"""


def head(version: str, more: str = "") -> str:
    return f"""
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/{version}", for: EXECUTION) {more}
    {{ query: Query }}
    {GRAPHS}
    """


def read(version: str, types: str, more: str = "") -> Supergraph:
    return read_supergraph(head(version, more) + types)


def test_subgraphs_have_names_and_addresses() -> None:
    supergraph = read("v0.3", "type Query @join__type(graph: A) { a: Int }")

    assert [("a", "A", "http://a"), ("b", "B", "http://b")] == [
        (s.name, s.graph, s.url) for s in supergraph.subgraphs.values()
    ]


def test_a_field_without_join_is_everywhere_its_type_is() -> None:
    supergraph = read(
        "v0.3",
        "type Query @join__type(graph: A) @join__type(graph: B)"
        " { both: Int one: Int @join__field(graph: B) none: Int @join__field }",
    )

    assert [["both"], ["both", "one"]] == [
        list(s.types["Query"].fields) for s in supergraph.subgraphs.values()
    ]


def test_keys_and_their_resolvability() -> None:
    supergraph = read(
        "v0.3",
        'type Query @join__type(graph: A) { t: T } type T @join__type(graph: A, key: "id")'
        ' @join__type(graph: A, key: "o { k }", resolvable: false) { id: ID o: O }'
        " type O @join__type(graph: A) { k: Int }",
    )

    assert [("id", True), ("o { k }", False)] == [
        (key.text, key.resolvable) for key in supergraph.subgraphs["a"].types["T"].keys
    ]


def test_types_that_differ_in_a_subgraph() -> None:
    supergraph = read(
        "v0.3",
        "type Query @join__type(graph: A) @join__type(graph: B)"
        ' { n: Int @join__field(graph: A, type: "[Int!]!") @join__field(graph: B) }',
    )

    field = supergraph.subgraphs["a"].types["Query"].fields["n"]
    assert ("Int", "[Int!]!") == (field.type_name, field.type_text)


def test_external_requires_provides_override() -> None:
    supergraph = read(
        "v0.4",
        'type Query @join__type(graph: A) @join__type(graph: B) { t: T @join__field(graph: A, provides: "x") }'
        ' type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") { id: ID'
        " x: Int @join__field(graph: A, external: true) @join__field(graph: B)"
        ' y: Int @join__field(graph: A, requires: "x")'
        ' z: Int @join__field(graph: A, override: "b", overrideLabel: "l") @join__field(graph: B, overrideLabel: "l")'
        " w: Int @join__field(graph: A) @join__field(graph: B, usedOverridden: true) }",
    )

    a = supergraph.subgraphs["a"].types
    b = supergraph.subgraphs["b"].types
    assert a["T"].fields["x"].external
    assert "x" == a["T"].fields["y"].requires_text
    assert "x" == a["Query"].fields["t"].provides_text
    assert ("b", "l") == (a["T"].fields["z"].overrides, a["T"].fields["z"].override_label)
    assert {"l"} == b["T"].fields["z"].overridden_labels
    assert b["T"].fields["w"].overridden


def test_keys_of_extensions_are_not_really_external() -> None:
    supergraph = read(
        "v0.3",
        'type Query @join__type(graph: A) { t: T } type T @join__type(graph: A, key: "id", extension: true)'
        " { id: ID @join__field(graph: A, external: true) x: Int @join__field(graph: A, external: true) }",
    )

    fields = supergraph.subgraphs["a"].types["T"].fields
    assert (False, True) == (fields["id"].external, fields["x"].external)


def test_abstract_types_enums_and_interface_objects() -> None:
    supergraph = read(
        "v0.3",
        "type Query @join__type(graph: A) @join__type(graph: B) { u: U e: E i: I }"
        ' union U @join__type(graph: A) @join__type(graph: B) @join__unionMember(graph: A, member: "T")'
        ' @join__unionMember(graph: A, member: "S") @join__unionMember(graph: B, member: "S") = T | S'
        " enum E @join__type(graph: A) @join__type(graph: B)"
        " { X @join__enumValue(graph: A) @join__enumValue(graph: B) Y @join__enumValue(graph: A) }"
        ' interface I @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true) { id: ID }'
        ' type T implements I @join__implements(graph: A, interface: "I") @join__type(graph: A, key: "id") { id: ID }'
        " type S @join__type(graph: A) @join__type(graph: B) { s: Int }"
        " scalar Date @join__type(graph: A) input In @join__type(graph: A) { n: Int }",
    )

    a, b = (s.types for s in supergraph.subgraphs.values())
    assert [{"T", "S"}, {"S"}] == [a["U"].members, b["U"].members]
    assert [{"X", "Y"}, {"X"}] == [a["E"].values, b["E"].values]
    assert (TypeKind.INTERFACE, TypeKind.OBJECT) == (a["I"].kind, b["I"].kind)
    assert b["I"].is_interface_object
    assert {"I"} == a["T"].interfaces
    assert (TypeKind.SCALAR, TypeKind.INPUT_OBJECT) == (a["Date"].kind, a["In"].kind)
    assert {"T"} == supergraph.possible_types["I"]


def test_unions_without_member_joins_have_the_members_that_a_subgraph_knows() -> None:
    supergraph = read(
        "v0.2",
        "type Query @join__type(graph: A) @join__type(graph: B) { u: U }"
        " union U @join__type(graph: A) @join__type(graph: B) = T | S"
        " type T @join__type(graph: A) { t: Int }"
        " type S @join__type(graph: A) @join__type(graph: B) { s: Int }",
    )

    assert [{"T", "S"}, {"S"}] == [s.types["U"].members for s in supergraph.subgraphs.values()]


def test_the_first_join_version_has_owners() -> None:
    supergraph = read_supergraph(
        """
        schema
          @core(feature: "https://specs.apollo.dev/core/v0.1")
          @core(feature: "https://specs.apollo.dev/join/v0.1")
        { query: Query }
        """
        + GRAPHS
        + """
        type Query { t: T @join__field(graph: A) v: V @join__field(graph: B) }
        type T @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
          id: ID @join__field(graph: A)
          mine: Int @join__field(graph: A)
          plain: Int
          theirs: Int @join__field(graph: B, requires: "mine")
        }
        type V { n: Int }
        interface I { n: Int }
        """
    )

    a, b = (s.types for s in supergraph.subgraphs.values())
    assert ["id", "mine", "plain"] == list(a["T"].fields)
    assert ["theirs", "id"] == list(b["T"].fields)
    assert ("V" in a, "V" in b, "I" in a) == (True, True, True)


def test_the_api_schema_hides_machinery_and_what_is_inaccessible() -> None:
    supergraph = read(
        "v0.3",
        """
        directive @join__type(graph: join__Graph!) repeatable on OBJECT
        directive @inaccessible on FIELD_DEFINITION
        directive @mark on FIELD_DEFINITION
        directive @client on FIELD
        type Query implements Hid & Seen @join__type(graph: A)
          { a(x: Int, y: Int @inaccessible): Int @deprecated b: Secret @inaccessible u: U e: E n(i: In): Day }
        interface Hid @inaccessible { a: Int }
        interface Seen { e: E }
        type Secret @inaccessible { s: Int }
        type Open { o: Int }
        union U = Secret | Open
        enum E { X Y @inaccessible }
        input In { p: Int q: Int @inaccessible }
        scalar Day @specifiedBy(url: "https://day")
        scalar join__FieldSet
        """,
        '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)'
        ' @link(url: "https://example.org/mark/v1.0", import: ["@mark", "@client"])',
    )

    expected = """directive @client on FIELD

type Query implements Seen {
  a(x: Int): Int @deprecated
  u: U
  e: E
  n(i: In): Day
}

interface Seen {
  e: E
}

type Open {
  o: Int
}

union U = Open

enum E {
  X
}

input In {
  p: Int
}

scalar Day @specifiedBy(url: "https://day")"""
    assert expected == print_schema(supergraph.api_schema)


def test_a_root_type_can_be_inaccessible() -> None:
    supergraph = read_supergraph(
        head(
            "v0.3", '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)'
        ).replace("query: Query", "query: Query mutation: Mutation")
        + """
        type Query @join__type(graph: A) { a: Int }
        type Mutation @join__type(graph: A) @inaccessible { b: Int }
        """
    )

    assert supergraph.api_schema.mutation_type is None


def test_renamed_features_are_understood() -> None:
    supergraph = read(
        "v0.3",
        "directive @hide on FIELD_DEFINITION type Query @join__type(graph: A) { a: Int b: Int @hide }",
        '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hide")'
        ' @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", import: [{name: "@requiresScopes", as: "@scopes"}])',
    )

    assert "hide" == supergraph.features["inaccessible", "inaccessible"]
    assert "scopes" == supergraph.features["requiresScopes", "requiresScopes"]
    assert ["a"] == list(supergraph.api_schema.query_type.fields)  # type: ignore[union-attr]


def test_contexts_and_their_arguments() -> None:
    supergraph = read(
        "v0.5",
        'type Query @join__type(graph: A) { p: P } type P @join__type(graph: A, key: "id") @context(name: "a__c")'
        ' { id: ID x: Int t: T } type T @join__type(graph: A, key: "id") { id: ID'
        ' f: Int @join__field(graph: A, contextArguments: [{context: "a__c", name: "n", type: "Int", selection: "{ x }"}]) }',
        '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)',
    )

    (argument,) = supergraph.subgraphs["a"].types["T"].fields["f"].context_arguments
    assert ("a__c", "n", "Int", "x") == (
        argument.context,
        argument.name,
        argument.type_text,
        argument.selections[0].name,  # type: ignore[union-attr]
    )
    assert {"a__c": {"P"}} == supergraph.contexts


@pytest.mark.parametrize(
    ("sdl", "message"),
    [
        ("type {", "not valid GraphQL"),
        ("type Query { a: Int }", "does not @link the join specification"),
        (head("v9.0"), "uses join v9.0"),
        (head("v0.3").replace("join__Graph", "Other"), "no enum join__Graph"),
        (head("v0.3") + "type Query @join__type(graph: Z) { a: Int }", "the graph Z"),
        (head("v0.3") + "type Query @join__type(graph: A) { a: Nothing }", "not a valid schema"),
        (
            head("v0.3") + 2 * "type Query @join__type(graph: A) { a: Int }",
            "defines Query more than once",
        ),
        (
            head("v0.3") + 'type Query @join__type(graph: A, key: "a {") { a: Int }',
            "not a field set",
        ),
        (
            head("v0.3") + 'type Query @join__type(graph: A, key: "...F") { a: Int }',
            "named fragments",
        ),
        (
            head("v0.3") + 'type Query @join__type(graph: A, key: "{a} {b}") { a: Int }',
            "not a field set",
        ),
    ],
)
def test_what_is_no_supergraph_is_refused(sdl: str, message: str) -> None:
    with pytest.raises(SupergraphError, match=message):
        read_supergraph(sdl)


def test_what_is_required_is_external_even_where_no_join_says_so() -> None:
    supergraph = read(
        "v0.3",
        'type Query @join__type(graph: A) { t: T } type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")'
        ' { id: ID title: String headline: String @join__field(graph: B, requires: "title") }',
    )

    assert [False, True] == [
        s.types["T"].fields["title"].external for s in supergraph.subgraphs.values()
    ]
