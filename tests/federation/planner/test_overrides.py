"""Fields taken over by another subgraph."""

from tests.federation.planner.kit import plan


def test_an_overridden_field_comes_from_the_new_subgraph() -> None:
    actual = plan(
        "overrides",
        "{ accounts { name } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "old") {
      {
        accounts {
          __fed_id: id
        }
      }
    },
    Flatten(path: "accounts") {
      Fetch(service: "new") {
        {
          ... on Account {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Account {
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


def test_a_label_that_is_off_leaves_the_field() -> None:
    actual = plan(
        "overrides",
        "{ accounts { email } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "old") {
    {
      accounts {
        email
      }
    }
  }
}
"""
        == actual
    )


def test_a_value_type_is_split_between_subgraphs() -> None:
    actual = plan(
        "overrides",
        "{ accounts { profile { bio photo } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "old") {
      {
        accounts {
          __fed_id: id
        }
      }
    },
    Flatten(path: "accounts") {
      Fetch(service: "profiles") {
        {
          ... on Account {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Account {
            profile {
              bio
              photo
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


def test_back_to_the_old_subgraph() -> None:
    actual = plan(
        "overrides",
        "{ me { name profile { bio } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "profiles") {
      {
        me {
          profile {
            bio
          }
          __fed_id: id
        }
      }
    },
    Flatten(path: "me") {
      Fetch(service: "new") {
        {
          ... on Account {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Account {
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
