"""Graphs in which not everything can be reached, or only by detours."""

# ruff: noqa: E501 (schemas are as long as they are)

import pytest

from gateway.federation.plan import Flatten, Sequence
from gateway.federation.plan_printing import print_plan
from gateway.federation.planner.errors import PlanningError
from tests.federation.planner.kit import graph_of, plan, plan_on

ALL = "@join__type(graph: A) @join__type(graph: B) @join__type(graph: C)"


def plan_of(types: str, operation: str) -> str:
    return print_plan(plan_on(graph_of("abc", types), operation))


def test_an_interface_without_implementers_can_be_asked_for_what_it_has() -> None:
    types = f"""
    type Query {ALL} {{ node: Node @join__field(graph: A) }}
    interface Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", isInterfaceObject: true)
      {{ id: ID! field: Int @join__field(graph: B) }}
    type Thing implements Node @join__implements(graph: C, interface: "Node") @join__type(graph: C, key: "id") {{ id: ID! field: Int @join__field }}
    """

    actual = plan_of(types, "{ node { id } }")

    assert "node {\n        __fed_typename: __typename\n      }" in actual
    with pytest.raises(PlanningError):
        plan_of(types, "{ node { field } }")


def test_a_concrete_type_that_nobody_knows() -> None:
    types = f"""
    type Query {ALL} {{ node: Node @join__field(graph: B) }}
    interface Node @join__type(graph: A, key: "id", resolvable: false) @join__type(graph: B, key: "id", isInterfaceObject: true) {{ id: ID! }}
    type Thing implements Node @join__implements(graph: A, interface: "Node") @join__type(graph: A, key: "id") {{ id: ID! more: Int }}
    """

    with pytest.raises(PlanningError, match=r"node.__typename"):
        plan_of(types, "{ node { __typename } }")


def test_inputs_that_need_each_other_have_no_plan() -> None:
    types = f"""
    type Query {ALL} {{ t: T @join__field(graph: A) }}
    type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {{
      id: ID!
      x: Int @join__field(graph: A, requires: "y") @join__field(graph: B, external: true)
      y: Int @join__field(graph: B, requires: "x") @join__field(graph: A, external: true)
    }}
    """

    with pytest.raises(PlanningError, match=r"t\.x"):
        plan_of(types, "{ t { x } }")


def test_a_key_put_together_from_two_subgraphs() -> None:
    types = f"""
    type Query {ALL} {{ t: T @join__field(graph: A) }}
    type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") @join__type(graph: C, key: "x y {{ z }} __typename") {{
      id: ID! @join__field(graph: A) @join__field(graph: B)
      x: Int @join__field(graph: A) @join__field(graph: C)
      y: Y @join__field(graph: B) @join__field(graph: C)
      w: Int @join__field(graph: C)
    }}
    type Y @join__type(graph: B) @join__type(graph: C) {{ z: Int }}
    """

    assert (
        plan_of(types, "{ t { w } }")
        == """QueryPlan {
  Sequence {
    Fetch(service: "a") {
      {
        t {
          __fed_x: x
          __fed_id: id
        }
      }
    },
    Flatten(path: "t") {
      Fetch(service: "b") {
        {
          ... on T {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on T {
            __fed_y: y {
              __fed_z: z
            }
          }
        }
      },
    },
    Flatten(path: "t") {
      Fetch(service: "c") {
        {
          ... on T {
            __typename
            x: __fed_x
            y: __fed_y {
              z: __fed_z
            }
          }
        } =>
        {
          ... on T {
            w
          }
        }
      },
    },
  }
}"""
    )


def test_an_argument_from_a_context_that_nobody_sets() -> None:
    types = f"""
    type Query {ALL} {{ p: P @join__field(graph: A) }}
    type P @join__type(graph: A, key: "id") {{ id: ID! x: Int t: T }}
    type T @join__type(graph: A, key: "id") {{ id: ID!
      f: Int @join__field(graph: A, contextArguments: [{{context: "a__c", name: "n", type: "Int", selection: "{{ x }}"}}]) }}
    """

    with pytest.raises(PlanningError, match="No object above sets the context of the argument n"):
        plan_of(types, "{ p { t { f } } }")


def test_an_input_that_cannot_be_had_leaves_other_ways() -> None:
    types = f"""
    type Query {ALL} {{ t: T @join__field(graph: A) }}
    type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") @join__type(graph: C, key: "id") {{
      id: ID!
      hidden: Int @join__field(graph: B, external: true)
      x: Int @join__field(graph: B, requires: "hidden") @join__field(graph: C)
    }}
    """

    assert 'Fetch(service: "c")' in plan_of(types, "{ t { x } }")


CONTEXT = '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)'


def test_a_context_that_cannot_be_reached_or_is_no_single_value() -> None:
    types = f"""
    type Query {ALL} {{ p: P @join__field(graph: A) }}
    type P @join__type(graph: A, key: "id") @context(name: "a__c") {{ id: ID! x: Int @join__field(graph: A, external: true) y: Int t: T }}
    type T @join__type(graph: A, key: "id") {{ id: ID!
      f: Int @join__field(graph: A, contextArguments: [{{context: "a__c", name: "n", type: "Int", selection: "{{ x }}"}}])
      g: Int @join__field(graph: A, contextArguments: [{{context: "a__c", name: "n", type: "Int", selection: "{{ id y }}"}}]) }}
    """
    graph = graph_of("abc", types, links=CONTEXT)

    with pytest.raises(PlanningError, match="cannot be reached"):
        plan_on(graph, "{ p { t { f } } }")
    with pytest.raises(PlanningError, match="is not one value"):
        plan_on(graph, "{ p { t { g } } }")


def test_a_subgraph_that_answers_with_a_type_it_does_not_know() -> None:
    types = f"""
    type Query {ALL} {{ t: T @join__field(graph: A) }}
    type T @join__type(graph: B) {{ a: Int }}
    """

    with pytest.raises(PlanningError, match="a answers with T, which it does not know"):
        plan_of(types, "{ t { a } }")


def test_an_interface_and_its_implementer_do_not_share_a_call() -> None:
    types = f"""
    type Query {ALL} {{ things: [Thing] @join__field(graph: B) node: Node @join__field(graph: C) }}
    interface Node @join__type(graph: A, key: "id") @join__type(graph: C, key: "id", isInterfaceObject: true)
      {{ id: ID! x: Int @join__field(graph: A) y: Int @join__field(graph: A) }}
    type Thing implements Node @join__implements(graph: A, interface: "Node") @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
      {{ id: ID! x: Int @join__field(graph: A) y: Int @join__field(graph: A) }}
    type Other implements Node @join__implements(graph: A, interface: "Node") @join__type(graph: A, key: "id")
      {{ id: ID! x: Int @join__field(graph: A) y: Int @join__field(graph: A) }}
    """
    made = plan_on(graph_of("abc", types), "{ things { x } node { ... on Thing { y } } }")

    assert isinstance(made.node, Sequence)
    last = made.node.nodes[-1]
    assert isinstance(last, Flatten)
    assert {("Thing", 0), ("Node", 1)} == {
        (item.type_name, item.call) for item in last.fetch.representations
    }


def test_a_member_split_over_two_subgraphs_is_asked_for_in_both() -> None:
    both = "@join__type(graph: A) @join__type(graph: B)"
    types = f"""
    type Query {both} {{ node: Node }}
    interface Node {both} {{ id: ID! }}
    type Thing implements Node @join__implements(graph: A, interface: "Node") @join__implements(graph: B, interface: "Node") {both}
      {{ id: ID! a: Int @join__field(graph: A) b: Int @join__field(graph: B) }}
    """

    assert """QueryPlan {
  Parallel {
    Fetch(service: "a") {
      {
        node {
          __fed_typename: __typename
          id
          ... on Thing {
            a
          }
        }
      }
    },
    Fetch(service: "b") {
      {
        node {
          __fed_typename: __typename
          ... on Thing {
            b
          }
        }
      }
    },
  }
}""" == plan_of(types, "{ node { id ... on Thing { a b } } }")


def test_a_field_of_an_interface_must_come_from_one_subgraph_for_all_its_types() -> None:
    both = "@join__type(graph: A) @join__type(graph: B)"
    types = f"""
    type Query {both} {{ node: Node }}
    interface Node {both} {{ id: ID! }}
    type This implements Node @join__implements(graph: A, interface: "Node") @join__implements(graph: B, interface: "Node") {both}
      {{ id: ID! @join__field(graph: A) @join__field(graph: B, external: true) }}
    type That implements Node @join__implements(graph: A, interface: "Node") @join__implements(graph: B, interface: "Node") {both}
      {{ id: ID! @join__field(graph: B) @join__field(graph: A, external: true) }}
    """

    with pytest.raises(PlanningError, match=r"node\.id"):
        plan_of(types, "{ node { id } }")


def test_two_inputs_without_conflict_go_into_one_representation() -> None:
    actual = plan("requires", "{ items { cost dutyUsd } }")

    assert 1 == actual.count("... on Item {\n            __typename")
    assert "cost\n            dutyUsd" in actual
