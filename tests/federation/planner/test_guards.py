"""Guards: what is fetched before they are asked, and what only after."""

from tests.federation.planner.guard_kit import SPEC
from tests.federation.planner.kit import plan, planned


def test_a_root_field_with_a_known_subject_is_guarded_first() -> None:
    actual = plan(
        "guards",
        "{ person(id: 1) { id name } }",
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
          id
          name  # requires 0:basic
        }
      }
    },
  }
}
"""
        == actual
    )


def test_what_no_group_covers_needs_no_guard() -> None:
    actual = plan(
        "guards",
        "{ recent { id owner { id } } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "notes") {
    {
      recent {
        id
        owner {
          id
        }
      }
    }
  }
}
"""
        == actual
    )


def test_an_unknown_subject_is_fetched_with_the_key_alone() -> None:
    actual = plan(
        "guards",
        "{ people { id name rank } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "people") {
      {
        people {
          id
        }
      }
    },
    Guard(id: 0, subject: "people by id", groups: [basic, scores]),
    Parallel {
      Flatten(path: "people") {
        Fetch(service: "people") {
          {
            ... on Person {
              __typename
              id
            }
          } =>
          {
            ... on Person {
              name  # requires 0:basic
            }
          }
        },
      },
      Flatten(path: "people") {
        Fetch(service: "scores") {
          {
            ... on Person {
              __typename
              id
            }
          } =>
          {
            ... on Person {
              rank  # requires 0:scores
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


def test_a_field_with_a_guarded_input_needs_both_groups() -> None:
    actual = plan(
        "guards",
        "{ person(id: 1) { score } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Guard(id: 0, subject: "Query.person as person", groups: [money, scores]),
    Fetch(service: "people") {
      {
        person(id: 1) {
          __fed_id: id
          __fed_salary: salary  # requires 0:money
        }
      }
    },
    Flatten(path: "person") {
      Fetch(service: "scores") {
        {
          ... on Person {
            __typename
            id: __fed_id
            salary: __fed_salary
          }
        } =>
        {
          ... on Person {
            score  # requires 0:money, 0:scores
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_guarded_input_waits_for_the_guard() -> None:
    actual = plan(
        "guards",
        "{ people { score } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "people") {
      {
        people {
          __fed_id: id
        }
      }
    },
    Guard(id: 0, subject: "people by __fed_id", groups: [money, scores]),
    Flatten(path: "people") {
      Fetch(service: "people") {
        {
          ... on Person {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Person {
            __fed_salary: salary  # requires 0:money
          }
        }
      },
    },
    Flatten(path: "people") {
      Fetch(service: "scores") {
        {
          ... on Person {
            __typename
            id: __fed_id
            salary: __fed_salary
          }
        } =>
        {
          ... on Person {
            score  # requires 0:money, 0:scores
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_subject_two_fields_away() -> None:
    actual = plan(
        "guards",
        "{ recent { text stars } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "notes") {
      {
        recent {
          __fed_owner: owner {
            __fed_id: id
          }
          __fed_id: id
        }
      }
    },
    Guard(id: 0, subject: "recent by __fed_owner.__fed_id", groups: [notes, scores]),
    Parallel {
      Flatten(path: "recent") {
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
      Flatten(path: "recent") {
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
    },
  }
}
"""
        == actual
    )


def test_a_mutation_with_a_group_of_its_own() -> None:
    actual = plan(
        "guards",
        'mutation { rename(id: 1, name: "a") { name } addNote(text: "b") { ok } }',
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Guard(id: 0, subject: "Mutation.rename as rename", groups: [basic, write]),
    Fetch(service: "people") {
      {
        rename(id: 1, name: "a") {  # requires 0:write
          name  # requires 0:basic
          __fed_id: id
        }
        addNote(text: "b") {
          ok
        }
      }
    },
  }
}
"""
        == actual
    )


def test_conditional_fields_count_as_requested() -> None:
    actual = plan(
        "guards",
        "query ($x: Boolean!) { people { id name @include(if: $x) } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "people") {
      {
        people {
          id
        }
      }
    },
    Guard(id: 0, subject: "people by id", groups: [basic]),
    Include(if: $x) {
      Flatten(path: "people") {
        Fetch(service: "people") {
          {
            ... on Person {
              __typename
              id
            }
          } =>
          {
            ... on Person {
              name  # requires 0:basic
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


def test_two_root_fields_two_guards() -> None:
    actual = plan(
        "guards",
        "{ a: person(id: 1) { name } b: person(id: 2) { name salary } }",
        guards=SPEC,
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Parallel {
      Guard(id: 0, subject: "Query.person as a", groups: [basic]),
      Guard(id: 1, subject: "Query.person as b", groups: [basic, money]),
    },
    Fetch(service: "people") {
      {
        a: person(id: 1) {
          name  # requires 0:basic
          __fed_id: id
        }
        b: person(id: 2) {
          name  # requires 1:basic
          salary  # requires 1:money
          __fed_id: id
        }
      }
    },
  }
}
"""
        == actual
    )


def test_without_guards_a_plan_has_none_and_no_checks() -> None:
    made = planned("guards", "{ person(id: 1) { notes { nodes { text } } } }")

    assert () == made.checks
