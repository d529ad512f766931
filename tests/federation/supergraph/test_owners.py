"""Join v0.1: what a subgraph provides through abstract types and nested values."""

from gateway.federation.supergraph.model import SubgraphType
from gateway.federation.supergraph.reader import read_supergraph


def types_of_b(provides: str) -> dict[str, SubgraphType]:
    supergraph = read_supergraph(
        f"""
        schema @core(feature: "https://specs.apollo.dev/core/v0.1")
          @core(feature: "https://specs.apollo.dev/join/v0.1") {{ query: Query }}
        enum join__Graph {{
          A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }}
        type Query {{ i: I @join__field(graph: B, provides: "{provides}") }}
        interface I {{ id: ID! name: String org: Org }}
        type T implements I @join__owner(graph: A) @join__type(graph: A, key: "id")
          @join__type(graph: B, key: "id") {{ id: ID! name: String org: Org own: Int }}
        type Org @join__owner(graph: A) @join__type(graph: A, key: "code")
          @join__type(graph: B, key: "code") {{ code: ID! title: String }}
        type Elsewhere @join__owner(graph: A) @join__type(graph: A, key: "id") {{ id: ID! x: Int }}
        """
    )
    return dict(supergraph.subgraphs["b"].types)


def external_fields(types: dict[str, SubgraphType]) -> set[str]:
    return {f"{t.name}.{f.name}" for t in types.values() for f in t.fields.values() if f.external}


def test_through_an_interface_its_implementations_provide() -> None:
    assert {"T.name"} == external_fields(types_of_b("name"))


def test_through_a_fragment_its_type_provides() -> None:
    assert {"T.own"} == external_fields(types_of_b("... on T { own }"))


def test_nested_fields_are_provided_too() -> None:
    assert {"T.org", "Org.title"} == external_fields(types_of_b("org { title }"))


def test_what_the_subgraph_does_not_know_is_passed_over() -> None:
    assert set() == external_fields(types_of_b("... on Elsewhere { x } nothing"))
