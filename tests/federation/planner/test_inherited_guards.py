"""Guards that objects inherit from the object above, and where they need their own."""

from tests.federation.planner.guard_kit import SPEC
from tests.federation.planner.kit import plan, planned


def test_objects_about_the_parents_subject_inherit_its_guard() -> None:
    actual = plan(
        "guards",
        "{ person(id: 1) { notes { nodes { text stars } } } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Parallel {
      Fetch(service: "people") {
        {
          person(id: 1) {
            __fed_id: id
          }
        }
      },
      Guard(id: 0, subject: "Query.person as person", groups: [notes, scores]),
    },
    Flatten(path: "person") {
      Fetch(service: "notes") {
        {
          ... on Person {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Person {
            notes {  # requires 0:notes
              nodes {
                text  # requires 0:notes
                __fed_owner: owner {
                  __fed_id: id
                }
                __fed_id: id
              }
            }
          }
        }
      },
    },
    Flatten(path: "person.notes.nodes") {
      Fetch(service: "scores") {
        {
          ... on Note {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Note {
            stars  # requires 0:scores
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_another_subject_gets_a_guard_of_its_own() -> None:
    actual = plan(
        "guards",
        "{ person(id: 1) { friends { name } } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Guard(id: 0, subject: "Query.person as person", groups: [basic]),
    Fetch(service: "people") {
      {
        person(id: 1) {
          friends {  # requires 0:basic
            __fed_id: id
          }
          __fed_id: id
        }
      }
    },
    Guard(id: 1, subject: "person.friends by __fed_id", groups: [basic]),
    Flatten(path: "person.friends") {
      Fetch(service: "people") {
        {
          ... on Person {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Person {
            name  # requires 1:basic
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_an_inherited_guard_in_the_fetch_of_its_subject() -> None:
    actual = plan(
        "guards",
        "{ recent { related { text } } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "notes") {
      {
        recent {
          related {
            __fed_owner: owner {
              __fed_id: id
            }
            __fed_id: id
          }
          __fed_owner: owner {
            __fed_id: id
          }
        }
      }
    },
    Guard(id: 0, subject: "recent by __fed_owner.__fed_id", groups: [notes]),
    Flatten(path: "recent.related") {
      Fetch(service: "notes") {
        {
          ... on Note {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Note {
            text  # requires 0:notes
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_inherited_guards_are_checked_on_arrival() -> None:
    made = planned("guards", "{ person(id: 1) { notes { nodes { text } } } }", guards=SPEC)

    checks = [
        (check.guard, ".".join(step.response_name for step in check.path), check.source)
        for check in made.checks
    ]
    assert [
        (0, "person", ("__fed_id",)),
        (0, "person.notes.nodes", ("__fed_owner", "__fed_id")),
    ] == checks
