"""Value types of which each subgraph knows some fields, reached through what all of them share."""

import re

import pytest

from gateway.federation.plan_printing import print_plan
from gateway.federation.query_graph.graph import QueryGraph
from tests.federation.planner.kit import graph_of, plan_on

MANY = [f"s{number:02}" for number in range(30)]
THREE = ["s0", "s1", "s2"]


def every(subgraphs: list[str], text: str = "@join__type(graph: #)") -> str:
    """Repeats a text for every subgraph."""
    return " ".join(text.replace("#", name.upper()) for name in subgraphs)


def known_to(*subgraphs: str) -> str:
    return every(list(subgraphs), "@join__field(graph: #)")


def parts(letter: str, count: int) -> str:
    """Fields each of which one subgraph knows, every fourth of them three others as well."""
    found = []
    for number in range(count):
        steps = (0, 1, 7, 16) if number % 4 == 0 else (0,)
        homes = sorted({MANY[(number + step) % len(MANY)] for step in steps})
        found.append(f"{letter}{number}: Int {known_to(*homes)}")
    return " ".join(found)


def names(letter: str, count: int) -> str:
    return " ".join(f"{letter}{number}" for number in range(count))


def wide(wrapped: str = "#", *, behind_entity: bool = False) -> QueryGraph:
    """Three value types below each other, split over 30 subgraphs.

    Args:
        wrapped: The type of the fields that lead to them, ``#`` being the value type.
        behind_entity: They stand in an entity that all subgraphs have.
    """
    v, w, x = (wrapped.replace("#", name) for name in "VWX")
    home = every(MANY)
    entity = every(MANY, '@join__type(graph: #, key: "id")')
    return graph_of(
        MANY,
        f"type Query {home} {{ {'t: T' if behind_entity else f'v: {v}'} }}"
        + (f" type T {entity} {{ id: ID! v: {v} }}" if behind_entity else "")
        + f" type V {home} {{ {parts('v', 80)} w: {w} }}"
        f" type W {home} {{ {parts('w', 67)} x: {x} }}"
        f" type X {home} {{ {parts('x', 50)} }}",
    )


TWO_HUNDRED = f"v {{ {names('v', 80)} w {{ {names('w', 67)} x {{ {names('x', 50)} }} }} }}"


@pytest.mark.parametrize("wrapped", ["#", "[#!]!"])
def test_two_hundred_fields_split_over_thirty_subgraphs(wrapped: str) -> None:
    made = plan_on(wide(wrapped), f"{{ {TWO_HUNDRED} }}")

    assert len(MANY) == len(set(re.findall(r'service: "(\w+)"', print_plan(made))))
    assert made.nodes_considered < 8_000


def test_two_hundred_fields_split_over_thirty_subgraphs_behind_an_entity() -> None:
    made = plan_on(wide(behind_entity=True), f"{{ t {{ {TWO_HUNDRED} }} }}")

    assert len(MANY) == len(set(re.findall(r'service: "(\w+)"', print_plan(made))))
    assert made.nodes_considered < 20_000


def test_twice_the_aliases_take_twice_the_steps() -> None:
    graph = wide()
    few, many = (
        plan_on(graph, f"{{ {' '.join(f'a{n}: v {{ v0 v1 v2 }}' for n in range(count))} }}")
        for count in (20, 40)
    )

    assert many.nodes_considered <= 2 * few.nodes_considered


def test_a_subgraph_is_taken_for_what_others_leave_open() -> None:
    home = every(THREE)
    graph = graph_of(
        THREE,
        f"type Query {home} {{ v: V }} type V {home} {{"
        f" a: Int {known_to('s0', 's1')} b: Int {known_to('s0', 's1')}"
        f" c: Int {known_to('s0', 's1')} d: Int {known_to('s0')}"
        f" e: Int {known_to('s1', 's2')} f: Int {known_to('s2')} }}",
    )

    actual = print_plan(plan_on(graph, "{ v { a b c d e f } }"))

    assert (
        """\
QueryPlan {
  Parallel {
    Fetch(service: "s0") {
      {
        v {
          a
          b
          c
          d
        }
      }
    },
    Fetch(service: "s2") {
      {
        v {
          e
          f
        }
      }
    },
  }
}"""
        == actual
    )


def test_what_some_types_alone_leave_open_comes_from_elsewhere() -> None:
    home = every(THREE)
    entity = every(THREE, '@join__type(graph: #, key: "id")')
    member = every(THREE, '@join__implements(graph: #, interface: "I")')
    graph = graph_of(
        THREE,
        f"type Query {home} {{ v: V }} type V {home} {{ a: Int {known_to('s0')}"
        f" b: Int {known_to('s0')} c: Int {known_to('s0')} i: I {known_to('s1', 's2')} }}"
        f" interface I {home} {{ w: W }}"
        f" type P implements I {member} {home} {{ w: W }}"
        f" type Q implements I {member} {entity} {{ id: ID! w: W }}"
        f" type W {home} {{ x: Int {known_to('s1')} y: Int {known_to('s2')} }}",
    )

    actual = print_plan(plan_on(graph, "{ v { a b c i { w { x y } } } }"))

    assert (
        """\
QueryPlan {
  Parallel {
    Fetch(service: "s0") {
      {
        v {
          a
          b
          c
        }
      }
    },
    Sequence {
      Fetch(service: "s1") {
        {
          v {
            i {
              __fed_typename: __typename
              w {
                x
              }
              ... on Q {
                __fed_id: id
              }
            }
          }
        }
      },
      Flatten(path: "v.i|[Q]") {
        Fetch(service: "s2") {
          {
            ... on Q {
              __typename
              id: __fed_id
            }
          } =>
          {
            ... on Q {
              w {
                y
              }
            }
          }
        },
      },
    },
    Fetch(service: "s2") {
      {
        v {
          i {
            __fed_typename: __typename
            ... on P {
              w {
                y
              }
            }
          }
        }
      }
    },
  }
}"""
        == actual
    )
