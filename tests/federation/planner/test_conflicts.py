"""Fields that a subgraph's types forbid to answer under one name."""

from tests.federation.planner.kit import plan


def test_names_of_different_nullability_are_renamed() -> None:
    actual = plan(
        "conflicts",
        "{ actors { ... on User { label } ... on Robot { label } } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "two") {
    {
      actors {
        __fed_typename: __typename
        ... on User {
          label
        }
        ... on Robot {
          label <- __fed_1_label: label
        }
      }
    }
  }
}
"""
        == actual
    )


def test_fields_of_one_shape_keep_their_names() -> None:
    actual = plan(
        "conflicts",
        "{ actors { ... on User { tags id } ... on Robot { id } } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "two") {
    {
      actors {
        __fed_typename: __typename
        ... on User {
          tags
          id
        }
        ... on Robot {
          id
        }
      }
    }
  }
}
"""
        == actual
    )


def test_entities_of_different_types_share_a_call() -> None:
    actual = plan(
        "conflicts",
        "{ parts { user { name } robot { name } } users { label } }",
    )

    assert (
        """\
QueryPlan {
  Parallel {
    Sequence {
      Fetch(service: "one") {
        {
          users {
            __fed_id: id
          }
        }
      },
      Flatten(path: "users") {
        Fetch(service: "three") {
          {
            ... on User {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on User {
              label
            }
          }
        },
      },
    },
    Sequence {
      Fetch(service: "two") {
        {
          parts {
            user {
              __fed_id: id
            }
            robot {
              __fed_id: id
            }
          }
        }
      },
      Flatten(path: "parts.user", "parts.robot") {
        Fetch(service: "one") {
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
          {
            ... on Robot {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Robot {
              name
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
