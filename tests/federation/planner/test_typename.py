"""``__typename`` anywhere."""

from tests.federation.planner.kit import plan


def test_of_the_root_needs_no_fetch() -> None:
    actual = plan(
        "products",
        "{ __typename }",
    )

    assert (
        """\
QueryPlan {}
"""
        == actual
    )


def test_of_the_root_beside_fields() -> None:
    actual = plan(
        "products",
        "{ __typename me { __typename id } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "accounts") {
    {
      me {
        __typename
        id
      }
    }
  }
}
"""
        == actual
    )


def test_of_objects() -> None:
    actual = plan(
        "products",
        "{ me { kind: __typename __typename } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "accounts") {
    {
      me {
        kind: __typename
        __typename
      }
    }
  }
}
"""
        == actual
    )


def test_introspection_needs_no_fetch() -> None:
    actual = plan(
        "products",
        "{ __schema { queryType { name } } }",
    )

    assert (
        """\
QueryPlan {}
"""
        == actual
    )
