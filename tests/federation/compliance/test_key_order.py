"""Fields stand in answers in the order in which they are first encountered, conditions or not.

Source: GraphQL specification, section 6.3.2 "Field collection".
"""

from tests.federation.compliance.kit import Row, by, data, link, subgraph
from tests.federation.oracle.in_memory import InMemorySubgraph

IMPORTS = ("key", "shareable")
ITEM = {"id": "1", "a": 1, "b": 2, "c": 3}
HEAD = "($x: Boolean!, $y: Boolean!)"
SELECTED = """
    item @include(if: $x) { a }
    item @include(if: $y) { b }
    item @include(if: $x) { c }
"""


def items(calls: list[str]) -> list[InMemorySubgraph]:
    """An entity whose fields three subgraphs resolve; a mutation that answers with it."""

    def change(_: object) -> Row:
        calls.append("item")
        return ITEM

    root = "type Query { item: Item } type Mutation { item: Item } "
    first = subgraph(
        "first",
        link(*IMPORTS) + root + 'type Item @key(fields: "id") { id: ID! a: Int }',
        Query={"item": lambda _: ITEM},
        Mutation={"item": change},
        Item=by([ITEM], "id"),
    )
    others = [
        subgraph(
            f"has{name}",
            link(*IMPORTS) + f'type Item @key(fields: "id") {{ id: ID! {name}: Int }}',
            Item=by([ITEM], "id"),
        )
        for name in "bc"
    ]
    return [first, *others]


def values(x: bool, y: bool) -> Row:
    return {"x": x, "y": y}


async def test_parts_of_an_object_keep_their_order_under_changing_conditions() -> None:
    query = f"query {HEAD} {{ {SELECTED} }}"

    answer = await data(items([]), query, values(x=True, y=True))

    assert ["a", "b", "c"] == list(answer["item"])


async def test_parts_under_a_condition_that_does_not_hold_leave_no_trace() -> None:
    query = f"query {HEAD} {{ {SELECTED} }}"

    answer = await data(items([]), query, values(x=True, y=False))

    assert ["a", "c"] == list(answer["item"])


async def test_a_field_stands_where_its_first_occurrence_that_holds_stands() -> None:
    query = f"query {HEAD} {{ item @include(if: $x) {{ a }} other: __typename item {{ b }} }}"
    query = query.replace(", $y: Boolean!", "")

    with_it = await data(items([]), query, {"x": True})
    without_it = await data(items([]), query, {"x": False})

    assert [["item", "other"], ["other", "item"]] == [list(with_it), list(without_it)]


async def test_a_mutation_in_parts_runs_once_per_execution() -> None:
    calls: list[str] = []
    parts = items(calls)

    answer = await data(parts, f"mutation {HEAD} {{ {SELECTED} }}", values(x=True, y=True))

    on_both_paths = 2
    assert (["a", "b", "c"], on_both_paths) == (list(answer["item"]), len(calls))
