"""Plans with something that only the general path does: the answer is right all the same."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gateway.federation.executor.compiled import execute
from gateway.federation.executor.fast import outlining
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.executor.variant import MAX_PERMIT_VARIANTS
from gateway.federation.plan import ContextValue, KeyField, KeyFragment, PlanNode
from gateway.federation.plan import Sequence as InOrder
from gateway.federation.response.errors import ErrorValue
from tests.federation.executor.guard_kit import MEMBERS
from tests.federation.executor.kit import (
    Case,
    Scripted,
    ScriptedSubgraphs,
    entity,
    flatten,
    graph,
    path,
    root,
)

GRAPH = graph("""
enum Colour { RED BLUE }
type Query { a: Item b: Item things: [Thing] }
type Item { id: ID! name: String rank: Int colour: Colour inner: Inner thing: Thing }
type Inner { id: ID! name: String deep: Inner thing: Thing }
union Thing = Item | Inner
""")
ITEM = {"__fed_id": "1"}


def then(first: str, *follow: PlanNode) -> PlanNode:
    return InOrder((root(0, "x", first), *follow))


CASES: dict[str, tuple[str, PlanNode, Mapping[str, Sequence[Scripted]], Any]] = {
    "a field brought by two fetches": (
        "a { name rank }",
        then(
            "a { __fed_id: id name }",
            flatten(1, "y", "a", entity("Item", "id=__fed_id", "name rank")),
        ),
        {
            "x": [{"data": {"a": {**ITEM, "name": "n"}}}],
            "y": [{"data": {"_entities": [{"name": "n", "rank": 1}]}}],
        },
        {"a": {"name": "n", "rank": 1}},
    ),
    "one of the plan's own fields brought by two fetches, one of which fails": (
        "a { name }",
        then(
            "a { __fed_id: id }",
            flatten(1, "y", "a", entity("Item", "id=__fed_id", "__fed_rank: rank")),
            flatten(2, "z", "a", entity("Item", "id=__fed_id", "__fed_rank: rank")),
            flatten(3, "w", "a", entity("Item", "id=__fed_id rank=__fed_rank", "name")),
        ),
        {
            "x": [{"data": {"a": ITEM}}],
            "y": [FetchFailure("gone")],
            "z": [{"data": {"_entities": [{"__fed_rank": 7}]}}],
            "w": [{"data": {"_entities": [{"name": "n"}]}}],
        },
        {"a": {"name": "n"}},
    ),
    "a path through the plan's own object": (
        "a { name }",
        then(
            "a { __fed_inner: inner { __fed_id: id } }",
            flatten(1, "y", "a.__fed_inner", entity("Inner", "id=__fed_id", "__fed_name: name")),
            flatten(
                2,
                "z",
                "a",
                entity(
                    "Item",
                    "",
                    "name",
                    fields=(KeyField("inner", "__fed_inner", (KeyField("n", "__fed_name"),)),),
                ),
            ),
        ),
        {
            "x": [{"data": {"a": {"__fed_inner": {"__fed_id": "1"}}}}],
            "y": [{"data": {"_entities": [{"__fed_name": "inner"}]}}],
            "z": [{"data": {"_entities": [{"name": "outer"}]}}],
        },
        {"a": {"name": "outer"}},
    ),
    "a fragment inside a nested key": (
        "a { name }",
        then(
            "a { __fed_inner: inner { __fed_typename: __typename id } }",
            flatten(
                1,
                "y",
                "a",
                entity(
                    "Item",
                    "",
                    "name",
                    fields=(
                        KeyField(
                            "inner",
                            "__fed_inner",
                            (KeyFragment(frozenset({"Inner"}), (KeyField("id", "id"),), "Inner"),),
                        ),
                    ),
                ),
            ),
        ),
        {
            "x": [{"data": {"a": {"__fed_inner": {"__fed_typename": "Inner", "id": "1"}}}}],
            "y": [{"data": {"_entities": [{"name": "n"}]}}],
        },
        {"a": {"name": "n"}},
    ),
    "a key field that comes in two parts": (
        "a { name }",
        then(
            "a { __fed_x: inner { id } __fed_y: inner { name } }",
            flatten(
                1,
                "y",
                "a",
                entity(
                    "Item",
                    "",
                    "name",
                    fields=(
                        KeyField("inner", "__fed_x", (KeyField("id", "id"),)),
                        KeyField("inner", "__fed_y", (KeyField("name", "name"),)),
                    ),
                ),
            ),
        ),
        {
            "x": [{"data": {"a": {"__fed_x": {"id": "1"}, "__fed_y": {"name": "n"}}}}],
            "y": [{"data": {"_entities": [{"name": "n"}]}}],
        },
        {"a": {"name": "n"}},
    ),
    "a nested key that was not fetched": (
        "a { name inner { name } }",
        then(
            "a { inner { name } }",
            flatten(
                1,
                "y",
                "a",
                entity(
                    "Item",
                    "",
                    "name",
                    fields=(KeyField("inner", "inner", (KeyField("id", "__fed_id"),)),),
                ),
            ),
        ),
        {"x": [{"data": {"a": {"inner": {"name": "n"}}}}], "y": []},
        {"a": {"name": None, "inner": {"name": "n"}}},
    ),
    "fragments on entities of another type": (
        "things { ... on Item { rank } ... on Inner { name } }",
        then(
            "things { __fed_typename: __typename ... on Item { __fed_id: id }"
            " ... on Inner { __fed_id: id } }",
            flatten(
                1,
                "y",
                "things",
                entity(
                    "Thing",
                    "id=__fed_id",
                    "__fed_typename: __typename ... on Item { rank } ... on Inner { name }",
                ),
            ),
        ),
        {
            "x": [{"data": {"things": [{"__fed_typename": "Item", "__fed_id": "1"}]}}],
            "y": [{"data": {"_entities": [{"__fed_typename": "Item", "rank": 3}]}}],
        },
        {"things": [{"rank": 3}]},
    ),
    "one type asked for differently in one call": (
        "a { name } b { name rank }",
        then(
            "a { __fed_id: id } b { __fed_id: id }",
            flatten(
                1,
                "y",
                "a b",
                entity("Item", "id=__fed_id", "name", paths=(path("a"),)),
                entity("Item", "id=__fed_id", "name rank", paths=(path("b"),)),
            ),
        ),
        {
            "x": [{"data": {"a": {"__fed_id": "1"}, "b": {"__fed_id": "2"}}}],
            "y": [{"data": {"_entities": [{"name": "a", "rank": 1}, {"name": "b", "rank": 2}]}}],
        },
        {"a": {"name": "a"}, "b": {"name": "b", "rank": 2}},
    ),
    "an abstract value whose typename nobody asked": (
        "things { ... on Item { rank } }",
        then("things { ... on Item { rank } }"),
        {"x": [{"data": {"things": []}}]},
        {"things": []},
    ),
    "context values that are objects or lists": (
        "a { inner { name } }",
        then(
            "a { __fed_c: inner { id deep { id } } inner { __fed_id: id } }",
            flatten(
                1,
                "y",
                "a.inner",
                entity("Inner", "id=__fed_id", "name(in: $c)"),
                contexts=(ContextValue("c", 1, ("__fed_c",)),),
                variables=("c",),
                variable_definitions=("$c: In",),
            ),
        ),
        {
            "x": [
                {
                    "data": {
                        "a": {
                            "__fed_c": {"id": "1", "deep": [{"id": "2"}]},
                            "inner": {"__fed_id": "9"},
                        }
                    }
                }
            ],
            "y": [{"data": {"_entities": [{"name": "n"}]}}],
        },
        {"a": {"inner": {"name": "n"}}},
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_the_general_path_keeps_plans_with(name: str) -> None:
    text, plan, answers, expected = CASES[name]
    response, _, outcome = await Case(GRAPH, text, plan).run(answers)

    assert expected == response["data"]
    assert outcome.is_general or not expected.get("things", True)


async def test_very_large_operations_are_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlining, "MAX_OUTLINES", 2)
    case = Case(
        GRAPH, "a { inner { deep { name } } }", root(0, "x", "a { inner { deep { name } } }")
    )
    response, _, outcome = await case.run(
        {"x": [{"data": {"a": {"inner": {"deep": {"name": "n"}}}}}]}
    )

    assert {"a": {"inner": {"deep": {"name": "n"}}}} == response["data"]
    assert outcome.is_general


async def test_enum_values_and_unions_inside_objects_stay_on_the_fast_path() -> None:
    case = Case(
        GRAPH,
        "a { colour inner { thing { ... on Inner { thing { ... on Item { name } } } } } }",
        root(
            0,
            "x",
            "a { colour inner { thing { __fed_typename: __typename ... on Inner"
            " { thing { __fed_typename: __typename ... on Item { name } } } } } }",
        ),
    )
    found = {"__fed_typename": "Item", "name": "n"}
    inner = {"thing": {"__fed_typename": "Inner", "thing": found}}
    response, _, outcome = await case.run(
        {"x": [{"data": {"a": {"colour": "RED", "inner": inner}}}]}
    )

    assert {"colour": "RED", "inner": {"thing": {"thing": {"name": "n"}}}} == response["data"]["a"]
    assert not outcome.is_general


async def test_an_enum_value_that_the_api_hides_is_null_with_an_error() -> None:
    case = Case(GRAPH, "a { colour }", root(0, "x", "a { colour }"))
    response, _, outcome = await case.run({"x": [{"data": {"a": {"colour": "SECRET"}}}]})

    assert {"colour": None} == response["data"]["a"]
    assert "SECRET" not in str(response)
    assert outcome.is_general


class Many:
    """Permits each subject a set of groups of its own."""

    async def decide(
        self, _scope: object, _guard: int, _groups: tuple[str, ...], subjects: Sequence[object]
    ) -> Sequence[frozenset[str]]:
        return [frozenset({"who"} if int(str(item)) % 2 else {"rank"}) for item in subjects]

    def refusal(self, _scope: object, group: str) -> ErrorValue:
        return ErrorValue("no", {"code": group})

    def is_subject(self, *_: object) -> bool:
        return True

    def subject_mismatch(self, *_: object) -> ErrorValue:
        return ErrorValue("no")


async def test_few_requests_are_kept_for_sets_of_permitted_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gateway.federation.executor import variant
    from gateway.federation.executor.careful import fetches

    monkeypatch.setattr(variant, "MAX_PERMIT_VARIANTS", 1)
    monkeypatch.setattr(fetches, "MAX_PERMIT_VARIANTS", 1)
    compiled = MEMBERS.compiled(True)
    for number in (1, 2, 1, 2):
        answered = {"name": "An"} if number % 2 else {"score": 5}
        subgraphs = ScriptedSubgraphs(
            {
                "a": [
                    {"data": {"members": [{"__fed_id": str(number)}]}},
                    {"data": {"_entities": [answered]}},
                ]
            }
        )
        outcome = await execute(compiled, {}, subgraphs, Many(), "scope")

        assert not outcome.is_general

    kept = [fetch for fetch in compiled.variant({}).variant.fetches if fetch is not None]

    assert MAX_PERMIT_VARIANTS > 1
    assert all(len(fetch._requests) <= 1 for fetch in kept)


async def test_lists_in_each_other_more_deeply_than_python_takes_blocks() -> None:
    nested = graph("type Query { a: A } type A { id: ID! a: [A] b: Int }")
    text, fetched = "b", "id"
    asked: Any = {"id": "1"}
    expected: Any = {"b": 5}
    for _ in range(30):
        text, fetched = f"a {{ {text} }}", f"a {{ {fetched} }}"
        asked, expected = {"a": [asked]}, {"a": [expected]}
    node = InOrder(
        (
            root(0, "x", f"a {{ {fetched} }}"),
            flatten(1, "y", ".".join("a" * 31), entity("A", "id", "b")),
        )
    )

    response, _, _ = await Case(nested, f"a {{ {text} }}", node).run(
        {"x": [{"data": {"a": asked}}], "y": [{"data": {"_entities": [{"b": 5}]}}]}
    )

    assert {"data": {"a": expected}} == response
