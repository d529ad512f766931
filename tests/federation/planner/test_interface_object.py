"""``@interfaceObject`` in both directions."""

from gateway.federation.plan_printing import print_plan
from tests.federation.planner.kit import graph_of, plan, plan_on


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


def test_a_field_that_an_implementer_needs_inputs_for_is_not_asked_of_the_interface() -> None:
    types = """
    type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C)
      { node: Node @join__field(graph: C) }
    interface Node @join__type(graph: A, key: "id")
      @join__type(graph: C, key: "id", isInterfaceObject: true)
      { id: ID! x: Int @join__field(graph: A) }
    type Plain implements Node @join__implements(graph: A, interface: "Node")
      @join__type(graph: A, key: "id") { id: ID! x: Int @join__field(graph: A) }
    type Heavy implements Node @join__implements(graph: A, interface: "Node")
      @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
      id: ID!
      weight: Int @join__field(graph: A, external: true) @join__field(graph: B)
      x: Int @join__field(graph: A, requires: "weight")
    }
    """
    printed = print_plan(plan_on(graph_of("abc", types), "{ node { x } }"))

    assert "... on Plain {\n              x\n" in printed
    assert 'Flatten(path: "node|[Heavy]") {\n      Fetch(service: "b")' in printed
    assert "weight: __fed_weight" in printed
