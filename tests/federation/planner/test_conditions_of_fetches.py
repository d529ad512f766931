"""``@skip`` and ``@include`` that decide on fetches as a whole."""

# ruff: noqa: E501 (operations and printed plans are as long as they are)

from tests.federation.planner.kit import plan


def test_of_all_fields_of_a_fetch() -> None:
    actual = plan(
        "products",
        """query ($x: Boolean!) { topProducts { upc inStock @include(if: $x) } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "products") {
      {
        topProducts {
          upc
        }
      }
    },
    Include(if: $x) {
      Flatten(path: "topProducts") {
        Fetch(service: "inventory") {
          {
            ... on Product {
              __typename
              upc
            }
          } =>
          {
            ... on Product {
              inStock
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


def test_of_some_fields_of_a_fetch() -> None:
    actual = plan(
        "products",
        """query ($x: Boolean!, $y: Boolean!) { topProducts { upc inStock @include(if: $x) shippingEstimate @skip(if: $y) } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "products") {
      {
        topProducts {
          upc
          __fed_price: price @skip(if: $y)
          __fed_weight: weight @skip(if: $y)
        }
      }
    },
    Flatten(path: "topProducts") {
      Fetch(service: "inventory") {
        {
          ... on Product {
            __typename
            upc
            price: __fed_price
            weight: __fed_weight
          }
        } =>
        {
          ... on Product {
            inStock @include(if: $x)
            shippingEstimate @skip(if: $y)
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_of_a_root_fetch() -> None:
    actual = plan(
        "products",
        """query ($x: Boolean!) { users @skip(if: $x) { id } topProducts { upc } }""",
    )

    assert (
        """\
QueryPlan {
  Parallel {
    Skip(if: $x) {
      Fetch(service: "accounts") {
        {
          users {
            id
          }
        }
      },
    },
    Fetch(service: "products") {
      {
        topProducts {
          upc
        }
      }
    },
  }
}
"""
        == actual
    )


def test_one_condition_of_several_fetches() -> None:
    actual = plan(
        "products",
        """query ($x: Boolean!) { topProducts { upc inStock @include(if: $x) reviews @include(if: $x) { author { name } } } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "products") {
      {
        topProducts {
          upc
        }
      }
    },
    Include(if: $x) {
      Parallel {
        Flatten(path: "topProducts") {
          Fetch(service: "inventory") {
            {
              ... on Product {
                __typename
                upc
              }
            } =>
            {
              ... on Product {
                inStock
              }
            }
          },
        },
        Sequence {
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
                    author {
                      __fed_id: id
                    }
                  }
                }
              }
            },
          },
          Flatten(path: "topProducts.reviews.author") {
            Fetch(service: "accounts") {
              {
                ... on User {
                  __typename
                  id: __fed_id
                }
              } =>
              {
                ... on User {
                  name
                }
              }
            },
          },
        },
      },
    },
  }
}
"""
        == actual
    )
