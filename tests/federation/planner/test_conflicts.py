"""Fields that a subgraph's types forbid to answer under one name."""

import pytest

from tests.federation.oracle.engine import Federation, Prepared
from tests.federation.oracle.in_memory import InMemorySubgraph
from tests.federation.planner.kit import plan

ANIMALS = InMemorySubgraph(
    "animals",
    """
    type Query { pets: [Pet] animals: [Animal] packs: [Pack] }
    interface Animal { name: String friends: [Animal] }
    interface Pet { id: ID! }
    type Cat implements Pet & Animal { id: ID! name: String! friends: [Animal]! }
    type Dog implements Pet & Animal { id: ID! name: String friends: [Animal] }
    interface Pack { first: Animal }
    type Wild implements Pack { first: Animal }
    type Tame implements Pack { first: Cat }
    """,
    {
        "Query": {
            "pets": lambda _: [
                {"__typename": "Cat", "name": "Tom", "friends": []},
                {"__typename": "Dog", "name": "Rex", "friends": None},
            ],
            "packs": lambda _: [
                {"__typename": "Wild", "first": {"__typename": "Dog", "name": None}},
                {"__typename": "Tame", "first": {"name": "Tom"}},
            ],
        }
    },
)


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


@pytest.mark.parametrize("fast_path", [True, False])
async def test_implementers_that_narrow_a_field_differently_are_kept_apart(
    *, fast_path: bool
) -> None:
    actual = await Federation.composed([ANIMALS]).answer(
        "{ pets { ... on Animal { name friends { name } } } }", fast_path=fast_path
    )

    pets = [{"name": "Tom", "friends": []}, {"name": "Rex", "friends": None}]
    assert {"data": {"pets": pets}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_what_stands_on_an_interface_has_the_type_of_the_interface(
    *, fast_path: bool
) -> None:
    actual = await Federation.composed([ANIMALS]).answer(
        "{ packs { first { name } } }", fast_path=fast_path
    )

    packs = [{"first": {"name": None}}, {"first": {"name": "Tom"}}]
    assert {"data": {"packs": packs}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_keys_of_different_nullability_are_kept_apart(*, fast_path: bool) -> None:
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
    keyed = """
        type Cat implements Pet @key(fields: "nick") {{ nick: String! {fields} }}
        type Dog implements Pet @key(fields: "nick") {{ nick: String {fields} }}
        """
    named = InMemorySubgraph(
        "named",
        f"{link} type Query {{ pets: [Pet] }} interface Pet {{ id: ID! }}"
        + keyed.format(fields="id: ID!"),
        {
            "Query": {
                "pets": lambda _: [
                    {"__typename": "Cat", "nick": "Tom"},
                    {"__typename": "Dog", "nick": "Rex"},
                ]
            }
        },
    )
    ages = InMemorySubgraph(
        "ages",
        f"{link} interface Pet {{ age: Int }}" + keyed.format(fields="age: Int"),
        {
            name: {"__resolve_reference": lambda r: {"age": len(r["nick"])}}
            for name in ("Cat", "Dog")
        },
    )

    actual = await Federation.composed([named, ages]).answer(
        "{ pets { age } }", fast_path=fast_path
    )

    assert {"data": {"pets": [{"age": 3}, {"age": 3}]}} == actual


def test_a_field_that_stands_on_the_interface_is_asked_once() -> None:
    prepared = Federation.composed([ANIMALS]).prepare("{ animals { name } }", {})

    assert isinstance(prepared, Prepared)
    assert "Cat" not in str(prepared.plan)


LINK = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key", "@interfaceObject"])
"""


def _size(vehicle: dict[str, str], unit: str = "m") -> int:
    return int(vehicle["id"]) * (100 if unit == "cm" else 1)


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_interface_is_asked_apart_from_types_that_are_asked_otherwise(
    fast_path: bool,
) -> None:
    found = InMemorySubgraph(
        "found",
        f"""{LINK}
        type Query {{ tram: Tram vehicle: Vehicle }}
        type Vehicle @interfaceObject @key(fields: "id") {{ id: ID! }}
        type Tram @key(fields: "id") {{ id: ID! }}
        """,
        {"Query": {"tram": lambda _: {"id": "3"}, "vehicle": lambda _: {"id": "7"}}},
    )
    sizes = InMemorySubgraph(
        "sizes",
        f"""{LINK}
        interface Vehicle @key(fields: "id") {{ id: ID! size(unit: String): Int }}
        type Bus implements Vehicle @key(fields: "id") {{ id: ID! size(unit: String): Int }}
        type Tram @key(fields: "id") {{ id: ID! size(unit: String): Int }}
        """,
        {
            "Vehicle": {"__resolve_reference": lambda r: {**r, "__typename": "Bus"}},
            "Bus": {"size": _size},
            "Tram": {"size": _size},
        },
    )
    actual = await Federation.composed([found, sizes]).answer(
        '{ tram { size(unit: "cm") } vehicle { size } }', fast_path=fast_path
    )

    assert {"data": {"tram": {"size": 300}, "vehicle": {"size": 7}}} == actual
