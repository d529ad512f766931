"""``@interfaceObject`` in both directions."""

from tests.federation.planner.kit import plan


def test_from_the_interface_to_its_object() -> None:
    actual = plan(
        "interface_object",
        "{ media { title stars } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "media") {
      {
        media {
          __fed_typename: __typename
          title
          __fed_id: id
        }
      }
    },
    Flatten(path: "media|[Text,Video]") {
      Fetch(service: "ratings") {
        {
          ... on Media {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Media {
            stars
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_from_the_object_without_concrete_type() -> None:
    actual = plan(
        "interface_object",
        "{ top { id stars } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "ratings") {
    {
      top {
        __fed_typename: __typename
        id
        stars
      }
    }
  }
}
"""
        == actual
    )


def test_from_the_object_to_the_concrete_types() -> None:
    actual = plan(
        "interface_object",
        "{ top { stars ... on Video { length } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "ratings") {
      {
        top {
          __fed_typename: __typename
          stars
          __fed_id: id
        }
      }
    },
    Flatten(path: "top") {
      Fetch(service: "media") {
        {
          ... on Media {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Media {
            __fed_typename: __typename
            ... on Video {
              length
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


def test_typename_comes_from_the_interface() -> None:
    actual = plan(
        "interface_object",
        "{ top { __typename stars } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "ratings") {
      {
        top {
          __fed_typename: __typename
          stars
          __fed_id: id
        }
      }
    },
    Flatten(path: "top") {
      Fetch(service: "media") {
        {
          ... on Media {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Media {
            __fed_typename: __typename
            __typename
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_fields_of_the_interface() -> None:
    actual = plan(
        "interface_object",
        "{ top { stars title } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "ratings") {
      {
        top {
          __fed_typename: __typename
          stars
          __fed_id: id
        }
      }
    },
    Flatten(path: "top") {
      Fetch(service: "media") {
        {
          ... on Media {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Media {
            title
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_inputs_of_the_object() -> None:
    actual = plan(
        "interface_object",
        "{ media { headline } top { headline } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Parallel {
      Fetch(service: "media") {
        {
          media {
            __fed_typename: __typename
            __fed_id: id
            __fed_title: title
          }
        }
      },
      Sequence {
        Fetch(service: "ratings") {
          {
            top {
              __fed_typename: __typename
              __fed_id: id
            }
          }
        },
        Flatten(path: "top") {
          Fetch(service: "media") {
            {
              ... on Media {
                __typename
                id: __fed_id
              }
            } =>
            {
              ... on Media {
                __fed_title: title
              }
            }
          },
        },
      },
    },
    Flatten(path: "media|[Text,Video]", "top") {
      Fetch(service: "ratings") {
        {
          ... on Media {
            __typename
            id: __fed_id
            title: __fed_title
          }
        } =>
        {
          ... on Media {
            headline
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_fields_of_the_object_in_a_fragment() -> None:
    actual = plan(
        "interface_object",
        "{ media { ... on Text { words stars } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "media") {
      {
        media {
          __fed_typename: __typename
          ... on Text {
            words
            __fed_id: id
          }
        }
      }
    },
    Flatten(path: "media|[Text]") {
      Fetch(service: "ratings") {
        {
          ... on Media {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Media {
            stars
          }
        }
      },
    },
  }
}
"""
        == actual
    )
