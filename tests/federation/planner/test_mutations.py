"""Mutations run in series."""

# ruff: noqa: E501 (operations and printed plans are as long as they are)

from tests.federation.planner.kit import plan


def test_run_in_series_with_their_own_hops() -> None:
    actual = plan(
        "mutations",
        """mutation { add(item: 1) { count total } reprice { total count } log(text: "a") }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "carts") {
      {
        add(item: 1) {
          count
          __fed_id: id
        }
      }
    },
    Flatten(path: "add") {
      Fetch(service: "prices") {
        {
          ... on Cart {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Cart {
            total
          }
        }
      },
    },
    Fetch(service: "prices") {
      {
        reprice {
          total
          __fed_id: id
        }
      }
    },
    Flatten(path: "reprice") {
      Fetch(service: "carts") {
        {
          ... on Cart {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Cart {
            count
          }
        }
      },
    },
    Fetch(service: "carts") {
      {
        log(text: "a")
      }
    },
  }
}
"""
        == actual
    )


def test_queries_below_a_mutation() -> None:
    actual = plan(
        "mutations",
        "mutation { wrap { ok query { papers cart { count total } } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "gifts") {
      {
        wrap {
          ok
          query {
            papers
          }
        }
      }
    },
    Flatten(path: "wrap.query") {
      Fetch(service: "carts") {
        {
          cart {
            count
            __fed_id: id
          }
        }
      },
    },
    Flatten(path: "wrap.query.cart") {
      Fetch(service: "prices") {
        {
          ... on Cart {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Cart {
            total
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_one_response_name_under_two_conditions_runs_once() -> None:
    actual = plan(
        "mutations",
        """mutation ($c: Boolean!) { m: add(item: 1) @include(if: $c) { total } m: add(item: 1) { count } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Include(if: $c) {
      Sequence {
        Fetch(service: "carts") {
          {
            m: add(item: 1) {
              count
              __fed_id: id
            }
          }
        },
        Flatten(path: "m") {
          Fetch(service: "prices") {
            {
              ... on Cart {
                __typename
                id: __fed_id
              }
            } =>
            {
              ... on Cart {
                total
              }
            }
          },
        },
      },
    },
    Skip(if: $c) {
      Fetch(service: "carts") {
        {
          m: add(item: 1) {
            count
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_field_that_stands_apart_for_the_order_of_keys_runs_once() -> None:
    head = "mutation ($x: Boolean!, $y: Boolean!)"
    other = "add(item: 1) @include(if: $y) { total }"
    apart = plan(
        "mutations",
        f"""{head} {{ add(item: 1) @include(if: $x) {{ count }} {other}
            add(item: 1) @include(if: $x) {{ id total }} }}""",
    )
    together = plan(
        "mutations",
        f"{head} {{ add(item: 1) @include(if: $x) {{ count id total }} {other} }}",
    )

    assert together == apart


def test_exclusive_occurrences_in_one_subgraph() -> None:
    actual = plan(
        "mutations",
        """mutation ($c: Boolean!, $d: Boolean!) { log @include(if: $c) clear { count } log @skip(if: $d) }""",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "carts") {
    {
      log @include(if: $c)
      clear {
        count
      }
      log @skip(if: $d) @skip(if: $c)
    }
  }
}
"""
        == actual
    )


def test_one_subgraph() -> None:
    actual = plan(
        "mutations",
        "mutation { a: clear { count } b: add(item: 2) { count } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "carts") {
    {
      a: clear {
        count
      }
      b: add(item: 2) {
        count
      }
    }
  }
}
"""
        == actual
    )
