"""What was taken for one field is revised in the light of what later fields need."""

import re

from gateway.federation.plan_printing import print_plan
from tests.federation.planner.kit import graph_of, plan_on

NAMES = ["a", "b", "c"]


def fetched(types: str, operation: str) -> list[str]:
    """The subgraphs of a plan's fetches, in order."""
    return re.findall(r'service: "(\w+)"', print_plan(plan_on(graph_of(NAMES, types), operation)))


def test_a_root_field_joins_one_whose_value_a_single_subgraph_knows() -> None:
    types = """
        type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) {
          one: One @join__field(graph: A) @join__field(graph: B)
          value: Value
        }
        type One @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
          @join__type(graph: C, key: "id") { id: ID! far: Int @join__field(graph: C) }
        type Value @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) {
          rare: Int @join__field(graph: B) common: Int
        }
    """

    actual = fetched(types, "{ one { far } value { rare } }")

    assert ["b", "c"] == actual


def test_a_root_field_joins_one_that_needs_no_hop_elsewhere() -> None:
    types = """
        type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) {
          one: One @join__field(graph: A) @join__field(graph: B)
          two: Two @join__field(graph: A) @join__field(graph: B)
        }
        type One @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
          @join__type(graph: C, key: "id") { id: ID! far: Int @join__field(graph: C) }
        type Two @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
          id: ID! near: Int @join__field(graph: B)
        }
    """

    actual = fetched(types, "{ one { far } two { near } }")

    assert ["b", "c"] == actual


def test_several_root_fields_leave_a_subgraph_together() -> None:
    types = """
        type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) {
          one: One @join__field(graph: A) @join__field(graph: B)
          two: Two @join__field(graph: A) @join__field(graph: B)
          value: Value
        }
        type Value @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) {
          rare: Int @join__field(graph: B) common: Int
        }
        type One @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
          @join__type(graph: C, key: "id") { id: ID! far: Int @join__field(graph: C) }
        type Two @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
          @join__type(graph: C, key: "id") { id: ID! far: Int @join__field(graph: C) }
    """

    actual = fetched(types, "{ one { far } two { far } value { rare } }")

    assert ["b", "c"] == actual


def test_what_saves_nothing_stays_where_it_is() -> None:
    types = """
        type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C) {
          one: Value @join__field(graph: A) @join__field(graph: B)
          two: Int @join__field(graph: C)
        }
        type Value @join__type(graph: A) @join__type(graph: B) { common: Int }
    """

    actual = fetched(types, "{ one { common } two }")

    assert ["a", "c"] == actual
