"""The planner's intermediate stages as text."""

from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.planning import Explanation, explain_operation
from tests.federation.planner.guard_kit import SPEC
from tests.federation.planner.kit import graph, graph_of, planned


def explained(name: str, operation: str, guards: GuardSpec | None = None) -> Explanation:
    prepared = prepare_operation(graph(name).supergraph, operation)
    return explain_operation(graph(name), prepared, guards=guards)


def test_choices_say_where_each_field_is_resolved() -> None:
    (actual,) = explained("products", "{ topProducts { name est: shippingEstimate } }").choices

    assert (
        actual
        == """start in products
  topProducts
    name
    hop 1 to Product in inventory by upc, with price weight
      est: shippingEstimate"""
    )


def test_hops_through_other_subgraphs() -> None:
    (actual,) = explained("keys", "{ products { warranty } }").choices

    assert "hop 2 to Product in warranty by serial, through serials" in actual


def test_choices_of_concrete_types_and_interface_objects() -> None:
    (actual,) = explained("interface_object", "{ top { stars ... on Video { length } } }").choices

    assert (
        actual
        == """start in ratings
  top
    stars
    hop 1 to Media in media by id, to find the concrete type
      ... on Video
        length"""
    )


def test_choices_after_guards_contexts_and_re_entry() -> None:
    (guarded,) = explained("guards", "{ people { name } }", SPEC).choices
    (context,) = explained("contexts", "{ shops { shelf { item { price } } } }").choices
    (again,) = explained("mutations", "mutation { wrap { query { cart { count } } } }").choices

    assert "hop 1 to Person in people by id, after the guard" in guarded
    assert "hop 1 to Item in shop by id, with shop__shop" in context
    assert "hop 1 to Query in carts by re-entry" in again


def test_the_fetch_graph() -> None:
    (actual,) = explained("products", "{ topProducts { name inStock reviews { body } } }").batches

    assert (
        actual
        == """0: products, level 0
  topProducts
1: inventory, level 1 after 0
  Product at topProducts: inStock
2: reviews, level 1 after 0
  Product at topProducts: reviews"""
    )


def test_the_parts_of_a_mutation() -> None:
    actual = explained(
        "mutations", "mutation { wrap { query { cart { count } } } reprice { total } }"
    )

    assert 2 == len(actual.batches)
    assert "re-entry at wrap.query: cart" in actual.batches[0]


def test_the_plan_is_the_same() -> None:
    text = "{ topProducts { inStock } }"

    assert planned("products", text) == explained("products", text).plan


def test_a_key_that_is_the_type_alone_is_told() -> None:
    alone = graph_of(
        ["a", "b"],
        "type Query @join__type(graph: A) @join__type(graph: B) "
        "{ shop: Shop @join__field(graph: A) } "
        'type Shop @join__type(graph: A, key: "__typename") '
        '@join__type(graph: B, key: "__typename") '
        "{ name: String @join__field(graph: A) open: Boolean @join__field(graph: B) }",
    )
    prepared = prepare_operation(alone.supergraph, "{ shop { open } }")
    (actual,) = explain_operation(alone, prepared).choices

    assert "hop 1 to Shop in b by __typename\n" in actual
