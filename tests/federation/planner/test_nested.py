"""Inputs of ``@requires`` below other fields."""

from tests.federation.planner.kit import plan


def test_inputs_below_entities_and_lists() -> None:
    actual = plan(
        "nested",
        "{ orders { tax } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "orders") {
      {
        orders {
          __fed_id: id
          __fed_buyer: buyer {
            __fed_id: id
          }
          __fed_lines: lines {
            __fed_amount: amount
            __fed_product: product {
              __fed_upc: upc
            }
          }
        }
      }
    },
    Parallel {
      Flatten(path: "orders.__fed_buyer") {
        Fetch(service: "buyers") {
          {
            ... on Buyer {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Buyer {
              __fed_region: region {
                __fed_code: code
              }
            }
          }
        },
      },
      Flatten(path: "orders.__fed_lines.__fed_product") {
        Fetch(service: "prices") {
          {
            ... on Product {
              __typename
              upc: __fed_upc
            }
          } =>
          {
            ... on Product {
              __fed_price: price
            }
          }
        },
      },
    },
    Flatten(path: "orders") {
      Fetch(service: "tax") {
        {
          ... on Order {
            __typename
            id: __fed_id
            buyer: __fed_buyer {
              region: __fed_region {
                code: __fed_code
              }
            }
            lines: __fed_lines {
              amount: __fed_amount
              product: __fed_product {
                price: __fed_price
              }
            }
          }
        } =>
        {
          ... on Order {
            tax
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_inputs_below_fields_of_the_client() -> None:
    actual = plan(
        "nested",
        "{ orders { buyer { name } lines { amount product { price } } tax } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "orders") {
      {
        orders {
          buyer {
            __fed_id: id
          }
          lines {
            amount
            product {
              __fed_upc: upc
            }
          }
          __fed_id: id
        }
      }
    },
    Parallel {
      Flatten(path: "orders.buyer") {
        Fetch(service: "buyers") {
          {
            ... on Buyer {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Buyer {
              name
              __fed_region: region {
                __fed_code: code
              }
            }
          }
        },
      },
      Flatten(path: "orders.lines.product") {
        Fetch(service: "prices") {
          {
            ... on Product {
              __typename
              upc: __fed_upc
            }
          } =>
          {
            ... on Product {
              price
            }
          }
        },
      },
    },
    Flatten(path: "orders") {
      Fetch(service: "tax") {
        {
          ... on Order {
            __typename
            id: __fed_id
            buyer {
              region: __fed_region {
                code: __fed_code
              }
            }
            lines {
              amount
              product {
                price
              }
            }
          }
        } =>
        {
          ... on Order {
            tax
          }
        }
      },
    },
  }
}
"""
        == actual
    )
