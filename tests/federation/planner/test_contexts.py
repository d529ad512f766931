"""Arguments filled from objects above."""

from tests.federation.planner.kit import plan


def test_a_value_of_the_object_above() -> None:
    actual = plan(
        "contexts",
        "{ shops { shelf { item { price } } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "shop") {
      {
        shops {
          shelf {
            item {
              __fed_id: id
            }
          }
          __fed_currency: currency
        }
      }
    },
    Flatten(path: "shops.shelf.item") {
      Fetch(service: "shop") {
        # $__fed_context_0: shops by __fed_currency
        {
          ... on Item {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Item {
            price(currency: $__fed_context_0)
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_several_arguments_fields_and_places() -> None:
    actual = plan(
        "contexts",
        """{ shops { currency shelf { item { name price tax(rate: 2) } items { price } } } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "shop") {
      {
        shops {
          currency
          shelf {
            item {
              __fed_id: id
            }
            items {
              __fed_id: id
            }
          }
          __fed_region: region {
            __fed_code: code
          }
        }
      }
    },
    Parallel {
      Flatten(path: "shops.shelf.item") {
        Fetch(service: "other") {
          {
            ... on Item {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Item {
              name
            }
          }
        },
      },
      Flatten(path: "shops.shelf.item") {
        Fetch(service: "shop") {
          # $__fed_context_0: shops by currency
          {
            ... on Item {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Item {
              price(currency: $__fed_context_0)
            }
          }
        },
      },
      Flatten(path: "shops.shelf.item") {
        Fetch(service: "shop") {
          # $__fed_context_1: shops by __fed_region.__fed_code
          {
            ... on Item {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Item {
              tax(rate: 2, code: $__fed_context_1)
            }
          }
        },
      },
      Flatten(path: "shops.shelf.items") {
        Fetch(service: "shop") {
          # $__fed_context_2: shops by currency
          {
            ... on Item {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Item {
              price(currency: $__fed_context_2)
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


def test_an_object_above_that_is_reached_through_an_interface() -> None:
    actual = plan("contexts", "{ mall { ... on Shop { shelf { item { price } } } } }")

    assert "... on Shop {\n            shelf {" in actual
    assert "# $__fed_context_0: mall by __fed_currency" in actual
