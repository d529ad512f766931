"""Interfaces and unions that differ by subgraph."""

# ruff: noqa: E501 (operations and printed plans are as long as they are)

from tests.federation.planner.kit import plan


def test_interface_fields_of_one_subgraph() -> None:
    actual = plan(
        "abstract",
        "{ animals { id name } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "zoo") {
    {
      animals {
        __fed_typename: __typename
        id
        name
      }
    }
  }
}
"""
        == actual
    )


def test_interface_fields_elsewhere() -> None:
    actual = plan(
        "abstract",
        "{ animals { name visits } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "zoo") {
      {
        animals {
          __fed_typename: __typename
          name
          __fed_id: id
        }
      }
    },
    Flatten(path: "animals|[Cat]", "animals|[Dog]") {
      Fetch(service: "vet") {
        {
          ... on Cat {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Cat {
            visits
          }
        }
        {
          ... on Dog {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Dog {
            visits
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_fields_of_some_types() -> None:
    actual = plan(
        "abstract",
        "{ animals { name ... on Dog { barks vaccine } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "zoo") {
      {
        animals {
          __fed_typename: __typename
          name
          ... on Dog {
            barks
            __fed_id: id
          }
        }
      }
    },
    Flatten(path: "animals|[Dog]") {
      Fetch(service: "vet") {
        {
          ... on Dog {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Dog {
            vaccine
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_union() -> None:
    actual = plan(
        "abstract",
        """{ pets { __typename ... on Dog { barks } ... on Animal { name visits } ... on Fish { fins } } }""",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "zoo") {
      {
        pets {
          __fed_typename: __typename
          __typename
          ... on Dog {
            barks
          }
          ... on Cat {
            name
          }
          ... on Dog {
            name
          }
          ... on Fish {
            fins
          }
          ... on Cat {
            __fed_id: id
          }
          ... on Dog {
            __fed_id: id
          }
        }
      }
    },
    Flatten(path: "pets|[Cat]", "pets|[Dog]") {
      Fetch(service: "vet") {
        {
          ... on Cat {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Cat {
            visits
          }
        }
        {
          ... on Dog {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Dog {
            visits
          }
        }
      },
    },
  }
}
"""
        == actual
    )


def test_a_type_condition_that_covers_all() -> None:
    actual = plan(
        "abstract",
        "{ animals { ... on Animal { name } } }",
    )

    assert (
        """\
QueryPlan {
  Fetch(service: "zoo") {
    {
      animals {
        __fed_typename: __typename
        name
      }
    }
  }
}
"""
        == actual
    )


def test_typename_through_an_alias() -> None:
    actual = plan(
        "abstract",
        "{ animals { kind: __typename } patients { __typename } }",
    )

    assert (
        """\
QueryPlan {
  Parallel {
    Fetch(service: "vet") {
      {
        patients {
          __fed_typename: __typename
          __typename
        }
      }
    },
    Fetch(service: "zoo") {
      {
        animals {
          __fed_typename: __typename
          kind: __typename
        }
      }
    },
  }
}
"""
        == actual
    )


def test_below_an_entity() -> None:
    actual = plan(
        "abstract",
        "{ owner { bill favourite { ... on Cat { name visits } } } }",
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "zoo") {
      {
        owner {
          favourite {
            __fed_typename: __typename
            ... on Cat {
              name
              __fed_id: id
            }
          }
          __fed_id: id
        }
      }
    },
    Flatten(path: "owner.favourite|[Cat]", "owner") {
      Fetch(service: "vet") {
        {
          ... on Cat {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Cat {
            visits
          }
        }
        {
          ... on Owner {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Owner {
            bill
          }
        }
      },
    },
  }
}
"""
        == actual
    )
