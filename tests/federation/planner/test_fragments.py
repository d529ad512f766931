"""Inputs of ``@requires`` in fragments."""

from tests.federation.planner.kit import plan


def test_inputs_of_union_members() -> None:
    actual = plan(
        "fragments",
        "{ boxes { label } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "store") {
      {
        boxes {
          __fed_id: id
          __fed_content: content {
            __fed_typename: __typename
            ... on Food {
              __fed_kind: kind
            }
            ... on Tool {
              __fed_kind: kind
            }
            ... on Food {
              __fed_grams: grams
            }
            ... on Tool {
              __fed_serial: serial
            }
          }
        }
      }
    },
    Flatten(path: "boxes.__fed_content|[Tool]") {
      Fetch(service: "tools") {
        {
          ... on Tool {
            __typename
            serial: __fed_serial
          }
        } =>
        {
          ... on Tool {
            __fed_volts: volts
          }
        }
      },
    },
    Flatten(path: "boxes") {
      Fetch(service: "labels") {
        {
          ... on Box {
            __typename
            id: __fed_id
            content: __fed_content {
              __typename: __fed_typename
              ... on Food {
                kind: __fed_kind
                grams: __fed_grams
              }
              ... on Tool {
                kind: __fed_kind
                volts: __fed_volts
              }
            }
          }
        } =>
        {
          ... on Box {
            label
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_inputs_of_an_interface() -> None:
    actual = plan(
        "fragments",
        "{ boxes { badge } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "store") {
      {
        boxes {
          __fed_id: id
          __fed_extra: extra {
            __fed_typename: __typename
            __fed_note: note
            ... on Gift {
              __fed_to: to
            }
          }
        }
      }
    },
    Flatten(path: "boxes") {
      Fetch(service: "labels") {
        {
          ... on Box {
            __typename
            id: __fed_id
            extra: __fed_extra {
              __typename: __fed_typename
              ... on Gift {
                note: __fed_note
                to: __fed_to
              }
              ... on Sale {
                note: __fed_note
              }
            }
          }
        } =>
        {
          ... on Box {
            badge
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_beside_the_clients_own_fragments() -> None:
    actual = plan(
        "fragments",
        "{ boxes { content { ... on Food { kind } } label } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "store") {
      {
        boxes {
          content {
            __fed_typename: __typename
            ... on Food {
              kind
              __fed_grams: grams
            }
            ... on Tool {
              __fed_kind: kind
              __fed_serial: serial
            }
          }
          __fed_id: id
        }
      }
    },
    Flatten(path: "boxes.content|[Tool]") {
      Fetch(service: "tools") {
        {
          ... on Tool {
            __typename
            serial: __fed_serial
          }
        } =>
        {
          ... on Tool {
            __fed_volts: volts
          }
        }
      },
    },
    Flatten(path: "boxes") {
      Fetch(service: "labels") {
        {
          ... on Box {
            __typename
            id: __fed_id
            content {
              __typename: __fed_typename
              ... on Food {
                kind
                grams: __fed_grams
              }
              ... on Tool {
                kind: __fed_kind
                volts: __fed_volts
              }
            }
          }
        } =>
        {
          ... on Box {
            label
          }
        }
      },
    },
  }
}
"""
        == actual
    )
