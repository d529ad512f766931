"""What ``@provides`` saves."""

from tests.federation.planner.kit import plan


def test_a_provided_field_needs_no_hop() -> None:
    actual = plan(
        "provides",
        "{ shelf { title author { name } } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "library") {
    {
      shelf {
        title
        author {
          name
        }
      }
    }
  }
}
"""
        == actual
    )


def test_elsewhere_it_does() -> None:
    actual = plan(
        "provides",
        "{ loans { author { name } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "library") {
      {
        loans {
          author {
            __fed_id: id
          }
        }
      }
    },
    Flatten(path: "loans.author") {
      Fetch(service: "people") {
        {
          ... on Author {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Author {
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


def test_what_is_not_provided_needs_one() -> None:
    actual = plan(
        "provides",
        "{ shelf { author { name born } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "library") {
      {
        shelf {
          author {
            name
            __fed_id: id
          }
        }
      }
    },
    Flatten(path: "shelf.author") {
      Fetch(service: "people") {
        {
          ... on Author {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Author {
            born
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_the_root_field_that_provides_more_is_taken() -> None:
    actual = plan(
        "provides",
        "{ media { ... on Film { length } } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "films") {
    {
      media {
        __fed_typename: __typename
        ... on Film {
          length
        }
      }
    }
  }
}
"""
        == actual
    )
