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


def test_values_are_fetched_under_the_conditions_of_the_way_to_the_field() -> None:
    actual = plan(
        "contexts",
        """query ($x: Boolean!, $y: Boolean!) {
          shops { shelf @skip(if: $x) { item { price @include(if: $y) } } }
        }""",
    )

    assert "__fed_currency: currency @skip(if: $x) @include(if: $y)\n" in actual


def test_values_for_several_fields_are_fetched_under_what_their_conditions_share() -> None:
    shared = plan(
        "contexts",
        """query ($x: Boolean!, $y: Boolean!) {
          shops { shelf @skip(if: $x) { item { price } items { price @include(if: $y) } } }
        }""",
    )
    apart = plan(
        "contexts",
        """query ($x: Boolean!, $y: Boolean!) {
          shops { shelf { item @skip(if: $x) { price } items { price @include(if: $y) } } }
        }""",
    )

    assert "__fed_currency: currency @skip(if: $x)\n" in shared
    assert "__fed_currency: currency\n" in apart


def test_values_bear_no_condition_that_their_own_object_bears() -> None:
    actual = plan(
        "contexts",
        """query ($x: Boolean!, $y: Boolean!) {
          shops @include(if: $y) { id shelf @skip(if: $x) { item { price } } }
          mall { id }
        }""",
    )

    assert "shops @include(if: $y) {" in actual
    assert "__fed_currency: currency @skip(if: $x)\n" in actual
