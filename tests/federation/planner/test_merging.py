"""Few fetches: several types, paths and selections in one request."""

# ruff: noqa: E501 (operations and printed plans are as long as they are)

from tests.federation.planner.kit import plan


def test_one_fetch_for_several_types_and_paths() -> None:
    actual = plan(
        "products",
        "{ users { reviews { body } } topProducts { reviews { body } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Parallel {
      Fetch(service: "accounts") {
        {
          users {
            __fed_id: id
          }
        }
      },
      Fetch(service: "products") {
        {
          topProducts {
            __fed_upc: upc
          }
        }
      },
    },
    Flatten(path: "users", "topProducts") {
      Fetch(service: "reviews") {
        {
          ... on User {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on User {
            reviews {
              body
            }
          }
        }
        {
          ... on Product {
            __typename
            upc: __fed_upc
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
  }
}
"""
        == actual
    )


def test_a_fetch_waits_for_a_later_one_of_its_subgraph() -> None:
    actual = plan(
        "products",
        """{ topProducts { inStock shippingEstimate name } me { reviews { product { name inStock shippingEstimate } } } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Parallel {
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
                reviews {
                  product {
                    __fed_upc: upc
                  }
                }
              }
            }
          },
        },
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
                __fed_price: price
                __fed_weight: weight
              }
            }
          },
        },
      },
      Fetch(service: "products") {
        {
          topProducts {
            name
            __fed_upc: upc
            __fed_price: price
            __fed_weight: weight
          }
        }
      },
    },
    Flatten(path: "topProducts", "me.reviews.product") {
      Fetch(service: "inventory") {
        {
          ... on Product {
            __typename
            upc: __fed_upc
            price: __fed_price
            weight: __fed_weight
          }
        } =>
        {
          ... on Product {
            inStock
            shippingEstimate
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_different_selections_of_a_type_need_two_calls() -> None:
    actual = plan(
        "products",
        """{ me { reviews { product { name } } } users { reviews { product { weight } } } }""",
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
        users {
          __fed_id: id
        }
      }
    },
    Flatten(path: "me", "users") {
      Fetch(service: "reviews") {
        {
          ... on User {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on User {
            reviews {
              product {
                __fed_upc: upc
              }
            }
          }
        }
      },
    },
    Flatten(path: "me.reviews.product", "users.reviews.product") {
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
        {
          ... on Product {
            __typename
            upc: __fed_upc
          }
        } =>
        {
          ... on Product {
            weight
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_arguments_and_variables_only_where_used() -> None:
    actual = plan(
        "products",
        """query Top($n: Int = 3, $id: ID!) { topProducts(first: $n) { name reviews { body } } user(id: $id) { name } }""",
    )

    assert (
        """\
QueryPlan {
  Parallel {
    Fetch(service: "accounts") {
      {
        user(id: $id) {
          name
        }
      }
    },
    Sequence {
      Fetch(service: "products") {
        {
          topProducts(first: $n) {
            name
            __fed_upc: upc
          }
        }
      },
      Flatten(path: "topProducts") {
        Fetch(service: "reviews") {
          {
            ... on Product {
              __typename
              upc: __fed_upc
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
