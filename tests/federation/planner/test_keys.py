"""Hops by keys: plain, compound, through third subgraphs, unresolvable ones."""

from tests.federation.planner.kit import plan


def test_a_plain_key_moves_to_another_subgraph() -> None:
    actual = plan(
        "keys",
        "{ claims { name warranty } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "warranty") {
      {
        claims {
          warranty
          __fed_serial: serial
        }
      }
    },
    Flatten(path: "claims") {
      Fetch(service: "serials") {
        {
          ... on Product {
            __typename
            serial: __fed_serial
          }
        } =>
        {
          ... on Product {
            __fed_id: id
          }
        }
      },
    },
    Flatten(path: "claims") {
      Fetch(service: "catalog") {
        {
          ... on Product {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Product {
            name
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_compound_key_with_an_object_in_it() -> None:
    actual = plan(
        "keys",
        "{ products { name stock } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "catalog") {
      {
        products {
          name
          __fed_sku: sku
          __fed_brand: brand {
            __fed_code: code
          }
        }
      }
    },
    Flatten(path: "products") {
      Fetch(service: "stock") {
        {
          ... on Product {
            __typename
            sku: __fed_sku
            brand: __fed_brand {
              code: __fed_code
            }
          }
        } =>
        {
          ... on Product {
            stock
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_key_hops_through_a_third_subgraph() -> None:
    actual = plan(
        "keys",
        "{ products { name warranty } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "catalog") {
      {
        products {
          name
          __fed_id: id
        }
      }
    },
    Flatten(path: "products") {
      Fetch(service: "serials") {
        {
          ... on Product {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Product {
            __fed_serial: serial
          }
        }
      },
    },
    Flatten(path: "products") {
      Fetch(service: "warranty") {
        {
          ... on Product {
            __typename
            serial: __fed_serial
          }
        } =>
        {
          ... on Product {
            warranty
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_an_unresolvable_key_only_leads_out() -> None:
    actual = plan(
        "keys",
        "{ featured { name } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "links") {
      {
        featured {
          __fed_id: id
        }
      }
    },
    Flatten(path: "featured") {
      Fetch(service: "catalog") {
        {
          ... on Product {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Product {
            name
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_key_that_the_client_selects_is_used_as_it_is() -> None:
    actual = plan(
        "keys",
        "{ products { id sku brand { code } stock } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "catalog") {
      {
        products {
          id
          sku
          brand {
            code
          }
        }
      }
    },
    Flatten(path: "products") {
      Fetch(service: "stock") {
        {
          ... on Product {
            __typename
            sku
            brand {
              code
            }
          }
        } =>
        {
          ... on Product {
            stock
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_an_aliased_key_is_fetched_for_the_plan() -> None:
    actual = plan(
        "keys",
        "{ products { sku: name stock } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "catalog") {
      {
        products {
          sku: name
          __fed_sku: sku
          __fed_brand: brand {
            __fed_code: code
          }
        }
      }
    },
    Flatten(path: "products") {
      Fetch(service: "stock") {
        {
          ... on Product {
            __typename
            sku: __fed_sku
            brand: __fed_brand {
              code: __fed_code
            }
          }
        } =>
        {
          ... on Product {
            stock
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_several_hops_from_one_place_run_in_parallel() -> None:
    actual = plan(
        "keys",
        "{ featured { name stock warranty } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "links") {
      {
        featured {
          __fed_id: id
        }
      }
    },
    Parallel {
      Sequence {
        Flatten(path: "featured") {
          Fetch(service: "catalog") {
            {
              ... on Product {
                __typename
                id: __fed_id
              }
            } =>
            {
              ... on Product {
                name
                __fed_sku: sku
                __fed_brand: brand {
                  __fed_code: code
                }
              }
            }
          },
        },
        Flatten(path: "featured") {
          Fetch(service: "stock") {
            {
              ... on Product {
                __typename
                sku: __fed_sku
                brand: __fed_brand {
                  code: __fed_code
                }
              }
            } =>
            {
              ... on Product {
                stock
              }
            }
          },
        },
      },
      Sequence {
        Flatten(path: "featured") {
          Fetch(service: "serials") {
            {
              ... on Product {
                __typename
                id: __fed_id
              }
            } =>
            {
              ... on Product {
                __fed_serial: serial
              }
            }
          },
        },
        Flatten(path: "featured") {
          Fetch(service: "warranty") {
            {
              ... on Product {
                __typename
                serial: __fed_serial
              }
            } =>
            {
              ... on Product {
                warranty
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
