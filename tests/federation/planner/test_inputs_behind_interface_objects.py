"""Inputs of computed fields that stand behind an interface object: its types must be found out."""

import json
from typing import Any

import pytest

from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.plan_printing import print_plan
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.planning import plan_operation
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key",'
    ' "@external", "@interfaceObject", "@requires", "@shareable"])\n'
)
TYPENAMES = {"c": "Cook", "g": "Guard"}
OWNERS = {"owner": {"id": "c"}, "owners": [{"id": "g"}, {"id": "c"}]}
CRATE = {"id": "1", **OWNERS, "shelves": [{"owners": [{"id": "c"}]}, {"owners": []}]}


def crates(kind: str = "type Crate", of_one: str = "") -> InMemorySubgraph:
    """Brings the owners without their types."""
    return InMemorySubgraph(
        "crates",
        f"""{LINK} type Query {{ crate: Crate other: Crate }}
        {kind} @key(fields: "id") {{
          id: ID! owner: Person owners: [Person!]! shelves: [Shelf!]
        }}
        type Shelf {{ owners: [Person!] }}
        type Person @key(fields: "id") @interfaceObject {{ id: ID! {of_one} }}""",
        {
            "Query": {"crate": lambda _: CRATE, "other": lambda _: {**CRATE, **REVERSED}},
            "Crate": {"__resolve_reference": lambda _: CRATE},
            "Person": {"age": lambda _: 30},
        },
    )


REVERSED = {"id": "2", "owner": {"id": "g"}, "owners": []}


def _person(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "__typename": TYPENAMES[given["id"]], "name": f"name of {given['id']}"}


def _times(given: dict[str, Any], times: int = 1) -> int:
    return 4 * times


PEOPLE = InMemorySubgraph(
    "people",
    LINK
    + """
    interface Person @key(fields: "id") { id: ID! name: String }
    type Cook implements Person @key(fields: "id") { id: ID! name: String n(times: Int): Int }
    type Guard implements Person @key(fields: "id") {
      id: ID! name: String chief: Person posts: [Person]
    }
    """,
    {
        "Person": {"__resolve_reference": _person},
        "Cook": {"__resolve_reference": _person, "n": _times},
        "Guard": {
            "__resolve_reference": _person,
            "chief": lambda _: _person({"id": "c"}),
            "posts": lambda _: [_person({"id": "c"})],
        },
    },
)


_ALL = (
    "owner { id } owners { ... on Guard { chief { id } } }"
    " shelves { owners { ... on Cook { n } } }"
)


def labels(requires: str, kind: str = "type Crate", of_one: str = "") -> InMemorySubgraph:
    """Labels crates with what it is sent of them."""
    return InMemorySubgraph(
        "labels",
        f"""{LINK}
        interface Person {{ id: ID! {of_one} }}
        type Cook implements Person @key(fields: "id", resolvable: false) {{
          id: ID! {of_one and f"{of_one} @external"} n(times: Int): Int @external
        }}
        type Guard implements Person @key(fields: "id", resolvable: false) {{
          id: ID! {of_one and f"{of_one} @external"} chief: Person @external
        }}
        type Shelf {{ owners: [Person!] @external }}
        {kind} @key(fields: "id") {{
          id: ID! owner: Person @external owners: [Person!]! @external
          shelves: [Shelf!] @external
          label: String @requires(fields: "{requires}")
          unasked: String @requires(fields: "{_ALL}")
        }}""",
        {"Crate": {"__resolve_reference": lambda r: {**r, "label": json.dumps(r)}}},
    )


async def label(
    document: str, *subgraphs: InMemorySubgraph, fast_path: bool = False
) -> dict[str, Any]:
    """What was sent of the crate for its label."""
    answer = await Federation.composed([*subgraphs, PEOPLE]).answer(document, fast_path=fast_path)
    assert "errors" not in answer
    sent: dict[str, Any] = json.loads(answer["data"]["crate"]["label"])
    return {name: value for name, value in sent.items() if name not in ("__typename", "id")}


COOK = {"__typename": "Cook", "n": 4}
GUARD = {"__typename": "Guard"}


@pytest.mark.parametrize("fast_path", [True, False])
async def test_a_part_of_one_type_is_sent(*, fast_path: bool) -> None:
    actual = await label(
        "{ crate { label } }",
        crates(),
        labels("owner { ... on Cook { n } }"),
        fast_path=fast_path,
    )

    assert {"owner": COOK} == actual


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ("owners { ... on Cook { n } }", {"owners": [GUARD, COOK]}),
        ("owners { id ... on Cook { n } }", {"owners": [GUARD | {"id": "g"}, COOK | {"id": "c"}]}),
        ("owner { ... on Cook { n(times: 3) } }", {"owner": COOK | {"n": 12}}),
        ("owner { __typename }", {"owner": {"__typename": "Cook"}}),
        ("owner { __typename id ... on Cook { n } }", {"owner": COOK | {"id": "c"}}),
        (
            "shelves { owners { ... on Cook { n } } }",
            {"shelves": [{"owners": [COOK]}, {"owners": []}]},
        ),
        (
            "owners { ... on Guard { chief { ... on Cook { n } } } }",
            {"owners": [GUARD | {"chief": COOK}, {"__typename": "Cook"}]},
        ),
        (
            "owner { ... on Cook { n } } owners { ... on Cook { n } }",
            {"owner": COOK, "owners": [GUARD, COOK]},
        ),
    ],
)
@pytest.mark.parametrize(
    "beside",
    [
        "",
        "owner { id } owners { id }",
        "owner { ... on Cook { n(times: 2) } } owners { ... on Guard { chief { id } } }",
        "own: owner { __typename } owners { __typename ... on Cook { n } }",
        "shelves { owners { ... on Cook { n } ... on Guard { name } } }",
    ],
)
async def test_inputs_are_sent_whatever_they_are_and_whatever_is_asked_beside(
    requires: str, expected: dict[str, Any], beside: str
) -> None:
    document = f"{{ crate {{ {beside} label }} }}"

    actual = await label(document, crates(), labels(requires))

    assert expected == actual


async def test_what_is_known_where_the_types_are_not_is_sent_beside() -> None:
    age = "age: Int"

    actual = await label(
        "{ crate { label } }",
        crates(of_one=age),
        labels("owner { age ... on Cook { n } }", of_one=age),
    )

    assert {"owner": COOK | {"age": 30}} == actual


async def test_inputs_of_a_field_that_an_interface_object_computes() -> None:
    real = InMemorySubgraph(
        "boxes",
        LINK
        + """
        interface Crate @key(fields: "id") { id: ID! }
        type Box implements Crate @key(fields: "id") { id: ID! }
        """,
        {
            name: {"__resolve_reference": lambda r: {**r, "__typename": "Box"}}
            for name in ("Crate", "Box")
        },
    )
    kind = "type Crate @interfaceObject"
    document = "{ crate { ... on Box { label } } }"

    actual = await label(
        document,
        crates(kind),
        labels("owner { ... on Cook { n } } owners { ... on Cook { n } }", kind),
        real,
    )

    assert {"owner": COOK, "owners": [GUARD, COOK]} == actual


def test_the_plan_finds_the_types_out_first() -> None:
    federation = Federation.composed([crates(), labels("owner { ... on Cook { n } }"), PEOPLE])
    operation = prepare_operation(federation.supergraph, "{ crate { label } }")

    actual = print_plan(plan_operation(federation.graph, operation))

    assert (
        """\
QueryPlan {
  Sequence {
    Fetch(service: "crates") {
      {
        crate {
          __fed_id: id
          __fed_owner: owner {
            __fed_id: id
          }
        }
      }
    },
    Flatten(path: "crate.__fed_owner") {
      Fetch(service: "people") {
        {
          ... on Person {
            __typename
            id: __fed_id
          }
        } =>
        {
          ... on Person {
            __fed_typename: __typename
            ... on Cook {
              __fed_n: n
            }
          }
        }
      },
    },
    Flatten(path: "crate") {
      Fetch(service: "labels") {
        {
          ... on Crate {
            __typename
            id: __fed_id
            owner: __fed_owner {
              __typename: __fed_typename
              ... on Cook {
                n: __fed_n
              }
            }
          }
        } =>
        {
          ... on Crate {
            label
          }
        }
      },
    },
  }
}
"""
        == f"{actual.rstrip()}\n"
    )


def test_a_field_is_computed_only_where_its_inputs_behind_are_permitted() -> None:
    federation = Federation.composed([crates(), labels("owner { ... on Cook { n } }"), PEOPLE])
    operation = prepare_operation(federation.supergraph, "{ crate { label } }")
    guards = GuardSpec({"Crate": ("id",)}, {("Crate", "label"): "labels", ("Cook", "n"): "pay"})

    plan = print_plan(plan_operation(federation.graph, operation, guards=guards))

    needs = [line.strip() for line in plan.splitlines() if "# requires" in line]
    assert ["__fed_n: n  # requires 0:pay", "label  # requires 0:labels, 0:pay"] == needs
