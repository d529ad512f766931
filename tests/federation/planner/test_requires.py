"""Inputs of ``@requires``."""

from tests.federation.planner.kit import plan


def test_inputs_are_fetched_before() -> None:
    actual = plan(
        "requires",
        "{ items { cost } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "items") {
      {
        items {
          __fed_id: id
          __fed_weight: weight
          __fed_size: size {
            __fed_width: width
          }
        }
      }
    },
    Flatten(path: "items") {
      Fetch(service: "shipping") {
        {
          ... on Item {
            __typename
            id: __fed_id
            weight: __fed_weight
            size: __fed_size {
              width: __fed_width
            }
          }
        } =>
        {
          ... on Item {
            cost
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_inputs_of_the_client_are_reused() -> None:
    actual = plan(
        "requires",
        "{ items { weight cost } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "items") {
      {
        items {
          weight
          __fed_id: id
          __fed_size: size {
            __fed_width: width
          }
        }
      }
    },
    Flatten(path: "items") {
      Fetch(service: "shipping") {
        {
          ... on Item {
            __typename
            id: __fed_id
            weight
            size: __fed_size {
              width: __fed_width
            }
          }
        } =>
        {
          ... on Item {
            cost
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_chain_of_inputs() -> None:
    actual = plan(
        "requires",
        "{ items { total } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "items") {
      {
        items {
          __fed_id: id
          __fed_weight: weight
          __fed_size: size {
            __fed_width: width
          }
        }
      }
    },
    Flatten(path: "items") {
      Fetch(service: "shipping") {
        {
          ... on Item {
            __typename
            id: __fed_id
            weight: __fed_weight
            size: __fed_size {
              width: __fed_width
            }
          }
        } =>
        {
          ... on Item {
            __fed_cost: cost
          }
        }
      },
    },
    Flatten(path: "items") {
      Fetch(service: "offers") {
        {
          ... on Item {
            __typename
            id: __fed_id
            cost: __fed_cost
          }
        } =>
        {
          ... on Item {
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


def test_inputs_that_differ_in_arguments_keep_representations_apart() -> None:
    actual = plan(
        "requires",
        "{ items { dutyUsd dutyEur } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "items") {
      {
        items {
          __fed_id: id
          __fed_price: price(currency: USD)
          __fed_price_1: price(currency: EUR)
        }
      }
    },
    Flatten(path: "items") {
      Fetch(service: "shipping") {
        {
          ... on Item {
            __typename
            id: __fed_id
            price: __fed_price
          }
        } =>
        {
          ... on Item {
            dutyUsd
          }
        }
        {
          ... on Item {
            __typename
            id: __fed_id
            price: __fed_price_1
          }
        } =>
        {
          ... on Item {
            dutyEur
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_the_clients_arguments_do_not_disturb() -> None:
    actual = plan(
        "requires",
        "{ items { price(currency: EUR) dutyUsd } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "items") {
      {
        items {
          price(currency: EUR)
          __fed_id: id
          __fed_price: price(currency: USD)
        }
      }
    },
    Flatten(path: "items") {
      Fetch(service: "shipping") {
        {
          ... on Item {
            __typename
            id: __fed_id
            price: __fed_price
          }
        } =>
        {
          ... on Item {
            dutyUsd
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_conditional_needs_make_conditional_inputs() -> None:
    actual = plan(
        "requires",
        "query ($with: Boolean!) { items { id total @include(if: $with) } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "items") {
      {
        items {
          id
          __fed_weight: weight @include(if: $with)
          __fed_size: size @include(if: $with) {
            __fed_width: width
          }
        }
      }
    },
    Include(if: $with) {
      Sequence {
        Flatten(path: "items") {
          Fetch(service: "shipping") {
            {
              ... on Item {
                __typename
                id
                weight: __fed_weight
                size: __fed_size {
                  width: __fed_width
                }
              }
            } =>
            {
              ... on Item {
                __fed_cost: cost
              }
            }
          },
        },
        Flatten(path: "items") {
          Fetch(service: "offers") {
            {
              ... on Item {
                __typename
                id
                cost: __fed_cost
              }
            } =>
            {
              ... on Item {
                total
              }
            }
          },
        },
      },
    },
  }
}
"""
        == actual
    )
