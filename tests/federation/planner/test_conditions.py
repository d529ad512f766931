"""``@skip`` and ``@include``."""

# ruff: noqa: E501 (operations and printed plans are as long as they are)

from gateway.federation.plan_printing import print_plan
from tests.federation.planner.kit import graph_of, plan, plan_on


def test_on_fields() -> None:
    actual = plan(
        "products",
        "query ($x: Boolean!) { topProducts { upc name @include(if: $x) } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "products") {
    {
      topProducts {
        upc
        name @include(if: $x)
      }
    }
  }
}
"""
        == actual
    )


def test_on_fragments() -> None:
    actual = plan(
        "products",
        """query ($x: Boolean!) { topProducts { upc ... @include(if: $x) { name reviews { body } } } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "products") {
      {
        topProducts {
          upc
          name @include(if: $x)
        }
      }
    },
    Include(if: $x) {
      Flatten(path: "topProducts") {
        Fetch(service: "reviews") {
          {
            ... on Product {
              __typename
              upc
            }
          } =>
          {
            ... on Product {
              reviews {
                body
              }
            }
          }
        },
      },
    },
  }
}
"""
        == actual
    )


def test_of_one_of_two_occurrences() -> None:
    actual = plan(
        "products",
        """query ($x: Boolean!) { me { reviews @include(if: $x) { product { name } } reviews { product { upc } } } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "accounts") {
      {
        me {
          __fed_id: id
        }
      }
    },
    Flatten(path: "me") {
      Fetch(service: "reviews") {
        {
          ... on User {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on User {
            reviews @include(if: $x) {
              product {
                __fed_upc: upc
              }
            }
            reviews {
              product {
                upc
              }
            }
          }
        }
      },
    },
    Include(if: $x) {
      Flatten(path: "me.reviews.product") {
        Fetch(service: "products") {
          {
            ... on Product {
              __typename
              upc: __fed_upc
            }
          } =>
          {
            ... on Product {
              name
            }
          }
        },
      },
    },
  }
}
"""
        == actual
    )


def test_literal_ones_are_resolved() -> None:
    actual = plan(
        "products",
        """{ topProducts { upc @skip(if: false) name @include(if: false) } users @include(if: false) { id } }""",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "products") {
    {
      topProducts {
        upc
      }
    }
  }
}
"""
        == actual
    )


def test_of_everything_below_a_field() -> None:
    actual = plan(
        "products",
        "{ topProducts { name @skip(if: true) } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "products") {
    {
      topProducts {
        __fed_typename: __typename
      }
    }
  }
}
"""
        == actual
    )


def test_what_stands_apart_for_the_order_of_keys_is_fetched_as_one() -> None:
    head = "query ($x: Boolean!, $y: Boolean!)"
    other = "topProducts @include(if: $y) { name inStock }"
    apart = plan(
        "products",
        f"""{head} {{ topProducts @include(if: $x) {{ upc inStock }} {other}
            topProducts @include(if: $x) {{ reviews {{ body }} }} }}""",
    )
    together = plan(
        "products",
        f"{head} {{ topProducts @include(if: $x) {{ upc inStock reviews {{ body }} }} {other} }}",
    )

    assert together == apart


def test_what_stands_around_a_narrower_type_is_fetched_as_one() -> None:
    graph = graph_of(
        ["a"],
        """
        type Query @join__type(graph: A) { node: Node }
        interface Node @join__type(graph: A) { next: Node id: ID name: String }
        type One implements Node @join__type(graph: A) @join__implements(graph: A, interface: "Node")
          { next: Node id: ID name: String }
        type Two implements Node @join__type(graph: A) @join__implements(graph: A, interface: "Node")
          { next: Node id: ID name: String }
        """,
    )
    apart = plan_on(
        graph, "{ node { next { id } ... on One { next { name } } next { size: id } } }"
    )
    together = plan_on(graph, "{ node { next { id size: id } ... on One { next { name } } } }")

    assert print_plan(together) == print_plan(apart)
