"""Fields taken over by another subgraph."""

from tests.federation.planner.kit import graph_of, plan

ALL = "@join__type(graph: A) @join__type(graph: B) @join__type(graph: C)"


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


def test_a_label_that_is_on_takes_the_field_over() -> None:
    off = plan("overrides", "{ accounts { email } }")
    on = plan("overrides", "{ accounts { email } }", labels=frozenset({"percent(5)", "other"}))

    assert ("new" in off, "new" in on) == (False, True)


def test_the_same_labels_share_one_graph() -> None:
    graph = graph_of("abc", f"type Query {ALL} {{ a: Int }}")

    assert graph is graph.under(frozenset({"unknown"}))


def test_only_so_many_combinations_of_labels_are_kept() -> None:
    fields = " ".join(
        f"f{n}: Int @join__field(graph: A)"
        f' @join__field(graph: B, override: "a", overrideLabel: "l{n}")'
        for n in range(8)
    )
    graph = graph_of("abc", f"type Query {ALL} {{ {fields} }}")

    for number in range(200):
        labels = frozenset(f"l{bit}" for bit in range(8) if number >> bit & 1)
        assert labels == graph.under(labels).labels


def test_a_label_that_is_off_leaves_the_field_where_a_hop_leads() -> None:
    off = plan("overrides", "{ me { email } }")
    on = plan("overrides", "{ me { email } }", labels=frozenset({"percent(5)"}))

    assert (True, True) == ('Fetch(service: "old")' in off, 'Fetch(service: "new")' in on)
    assert (False, False) == ('Fetch(service: "new")' in off, 'Fetch(service: "old")' in on)
