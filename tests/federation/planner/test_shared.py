"""Root fields and value types that several subgraphs share."""

from tests.federation.planner.kit import plan


def test_a_shared_root_field_comes_from_where_more_is() -> None:
    actual = plan(
        "shared",
        "{ shop { name } onlyB }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "b") {
    {
      shop {
        name
      }
      onlyB
    }
  }
}
"""
        == actual
    )


def test_a_value_type_is_fetched_from_both() -> None:
    actual = plan(
        "shared",
        "{ shop { name hours { open } address { street lat lng } } }",
    )

    assert (
        """\
QueryPlan {
  Parallel {
    Fetch(service: "a") {
      {
        shop {
          name
          hours {
            open
          }
          address {
            street
            lat
          }
        }
      }
    },
    Fetch(service: "b") {
      {
        shop {
          address {
            lng
          }
        }
      }
    },
  }
}
"""
        == actual
    )


def test_shared_types_with_parts_of_their_own() -> None:
    actual = plan(
        "shared",
        "{ stats { a b } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "b") {
    {
      stats {
        a
        b
      }
    }
  }
}
"""
        == actual
    )


def test_one_subgraph_for_all() -> None:
    actual = plan(
        "shared",
        "{ onlyA onlyB shop { name } }",
    )

    assert (
        """\
QueryPlan {
  Parallel {
    Fetch(service: "a") {
      {
        onlyA
        shop {
          name
        }
      }
    },
    Fetch(service: "b") {
      {
        onlyB
      }
    },
  }
}
"""
        == actual
    )
