"""How answers of several fetches come together; every case runs on both paths."""

import json
from typing import Any

import pytest

from gateway.federation.executor.compiled import execute
from gateway.federation.plan import Fetch, Flatten, OperationKind, Parallel, Sequence
from tests.federation.executor.kit import (
    Case,
    ScriptedSubgraphs,
    entity,
    flatten,
    graph,
    path,
    root,
    select,
)

GRAPH = graph("""
type Query { box: Box boxes: [Box] a: Item b: Item c: Item items: [Item] again: Again thing: Thing
  things: [Thing] }
type Again { query: Query }
type Box { id: ID! size: Size sizes: [Size] grid: [[Size]] label: String }
type Size { height: Int width: Int }
type Item { id: ID! owner: Owner name: String part: Part parts: [Part!] rank: Int }
type Part { id: ID! name: String note: String }
type Owner { id: ID! name: String mail: String }
interface Thing { id: ID! name: String mass: Int }
type Rock implements Thing { id: ID! name: String mass: Int }
type Leaf implements Thing { id: ID! name: String mass: Int }
""")


async def both(text: str, first: str, second: str, answers: Any) -> Any:
    case = Case(GRAPH, text, Parallel((root(0, "a", first), root(1, "b", second))))
    response, _, _ = await case.run({"a": [{"data": answers[0]}], "b": [{"data": answers[1]}]})
    return response


async def test_a_value_type_known_in_parts_is_merged_deeply() -> None:
    response = await both(
        "box { size { height width } }",
        "box { size { height } }",
        "box { size { width } }",
        ({"box": {"size": {"height": 1}}}, {"box": {"size": {"width": 2}}}),
    )

    assert {"data": {"box": {"size": {"height": 1, "width": 2}}}} == response


async def test_lists_are_merged_item_by_item() -> None:
    response = await both(
        "box { sizes { height width } grid { height width } }",
        "box { sizes { height } grid { height } }",
        "box { sizes { width } grid { width } }",
        (
            {"box": {"sizes": [{"height": 1}, None, {"height": 3}], "grid": [[{"height": 5}]]}},
            {"box": {"sizes": [{"width": 1}, None, {"width": 4}], "grid": [[{"width": 6}]]}},
        ),
    )

    assert {
        "sizes": [{"height": 1, "width": 1}, None, {"height": 3, "width": 4}],
        "grid": [[{"height": 5, "width": 6}]],
    } == response["data"]["box"]


async def test_lists_of_different_lengths_leave_the_second_part_missing() -> None:
    response = await both(
        "box { sizes { height width } }",
        "box { sizes { height } }",
        "box { sizes { width } }",
        ({"box": {"sizes": [{"height": 1}]}}, {"box": {"sizes": []}}),
    )

    assert [{"height": 1, "width": None}] == response["data"]["box"]["sizes"]
    assert [["box", "sizes", 0, "width"]] == [error["path"] for error in response["errors"]]


async def test_what_one_subgraph_nulled_another_may_still_know() -> None:
    response = await both(
        "box { sizes { height width } label }",
        "box { sizes { height } }",
        "box { sizes { width } label }",
        (
            {"box": {"sizes": [None]}},
            {"box": {"sizes": [{"width": 1}], "label": "x"}},
        ),
    )

    assert "x" == response["data"]["box"]["label"]
    assert 1 == response["data"]["box"]["sizes"][0]["width"]


async def test_a_field_fetched_under_another_name_gets_the_clients() -> None:
    case = Case(
        GRAPH,
        "thing { ... on Rock { x: name } ... on Leaf { x: mass } }",
        root(
            0,
            "a",
            "thing { __fed_typename: __typename ... on Rock { x: name }"
            ' ... on Leaf { __fed_x: mass @output(name: "x") } }',
        ),
    )
    response, _, outcome = await case.run(
        {"a": [{"data": {"thing": {"__fed_typename": "Leaf", "__fed_x": 7}}}]}
    )

    assert {"data": {"thing": {"x": 7}}} == response
    assert outcome.is_general


async def test_an_error_of_a_renamed_field_has_the_clients_path() -> None:
    case = Case(
        GRAPH, "box { label }", root(0, "a", 'box { __fed_x: label @output(name: "label") }')
    )
    response, _, _ = await case.run(
        {
            "a": [
                {
                    "data": {"box": {"__fed_x": None}},
                    "errors": [{"message": "no", "path": ["box", "__fed_x"]}],
                }
            ]
        }
    )

    assert [["box", "label"]] == [error["path"] for error in response["errors"]]


async def test_a_subgraph_that_sees_an_interface_as_an_object_leaves_the_type_to_others() -> None:
    case = Case(
        GRAPH,
        "things { __typename name ... on Rock { mass } }",
        Sequence(
            (
                root(0, "a", "things { __fed_typename: __typename __fed_id: id }"),
                flatten(
                    1,
                    "b",
                    "things",
                    entity("Thing", "id=__fed_id", "__fed_typename: __typename name"),
                ),
                flatten(2, "c", "things|Rock", entity("Rock", "id=__fed_id", "mass")),
                flatten(
                    3,
                    "a",
                    "things",
                    entity("Thing", "id=__fed_id", "__fed_typename: __typename"),
                ),
            )
        ),
    )
    things = [{"__fed_typename": "Thing", "__fed_id": number} for number in "12"]
    response, subgraphs, _ = await case.run(
        {
            "a": [
                {"data": {"things": things}},
                {"data": {"_entities": [{"__fed_typename": "Thing"}] * 2}},
            ],
            "b": [
                {
                    "data": {
                        "_entities": [
                            {"__fed_typename": "Rock", "name": "r"},
                            {"__fed_typename": "Leaf", "name": "l"},
                        ]
                    }
                }
            ],
            "c": [{"data": {"_entities": [{"mass": 9}]}}],
        }
    )

    assert [
        {"__typename": "Rock", "name": "r", "mass": 9},
        {"__typename": "Leaf", "name": "l"},
    ] == response["data"]["things"]
    assert [[{"__typename": "Rock", "id": "1"}]] == subgraphs.representations("c")


@pytest.mark.parametrize("found", [{"__fed_typename": "Again"}, None])
async def test_the_root_type_may_be_entered_again_below_the_root(found: Any) -> None:
    again = Fetch(1, "b", OperationKind.QUERY, selections=select("box { label }"))
    case = Case(
        GRAPH,
        "again { query { box { label } } }",
        Sequence(
            (
                root(0, "a", "again { query { __fed_typename: __typename } }"),
                Flatten((path("again.query"),), again),
            )
        ),
    )
    query = None if found is None else {"__fed_typename": "Query"}
    response, subgraphs, _ = await case.run(
        {
            "a": [{"data": {"again": {"query": query}}}],
            "b": [{"data": {"box": {"label": "x"}}}],
        }
    )

    assert {"query": found and {"box": {"label": "x"}}} == response["data"]["again"]
    assert (0 if found is None else 1) == len(subgraphs.bodies("b"))


OWNERS = "a { owner { name mail } } b { owner { name mail } }"


async def test_one_entity_at_two_places_shares_what_is_below() -> None:
    case = Case(
        GRAPH,
        OWNERS,
        Sequence(
            (
                root(0, "x", "a { __fed_id: id } b { __fed_id: id }"),
                flatten(
                    1, "y", "a b", entity("Item", "id=__fed_id", "owner { __fed_key: id name }")
                ),
                flatten(2, "z", "a.owner b.owner", entity("Owner", "id=__fed_key", "mail")),
            )
        ),
    )
    item = {"__fed_id": "1"}
    response, subgraphs, outcome = await case.run(
        {
            "x": [{"data": {"a": item, "b": item}}],
            "y": [{"data": {"_entities": [{"owner": {"__fed_key": "7", "name": "An"}}]}}],
            "z": [{"data": {"_entities": [{"mail": "an@example.org"}]}}],
        }
    )
    shown = {"owner": {"name": "An", "mail": "an@example.org"}}

    assert {"a": shown, "b": shown} == response["data"]
    assert [[{"__typename": "Owner", "id": "7"}]] == subgraphs.representations("z")
    assert not outcome.is_general


@pytest.mark.parametrize(
    "text",
    [
        "a { owner { name mail } } b { owner { mail name } }",
        "a { owner { name mail } } b { owner { name } rank }",
    ],
)
async def test_one_entity_at_two_places_with_different_selections_keeps_them_apart(
    text: str,
) -> None:
    case = Case(
        GRAPH,
        text,
        Sequence(
            (
                root(0, "x", "a { __fed_id: id rank } b { __fed_id: id rank }"),
                flatten(1, "y", "a b", entity("Item", "id=__fed_id", "owner { name mail }")),
            )
        ),
    )
    item = {"__fed_id": "1", "rank": 3}
    owner = {"name": "An", "mail": "m"}
    response, _, _ = await case.run(
        {
            "x": [{"data": {"a": item, "b": item}}],
            "y": [{"data": {"_entities": [{"owner": owner}]}}],
        }
    )

    assert {"name": "An", "mail": "m"} == response["data"]["a"]["owner"]
    assert set(response["data"]["b"]["owner"]) <= {"mail", "name"}
    assert text.split("b { owner { ")[1].split(" ", maxsplit=1)[0] == next(
        iter(response["data"]["b"]["owner"])
    )


async def test_what_is_fetched_later_at_one_of_two_places_stays_there() -> None:
    """The later fetch concerns one place only, though both places hold the same entity."""
    case = Case(
        GRAPH,
        "a { owner { x: name } } b { owner { x: mail } }",
        Sequence(
            (
                root(0, "p", "a { __fed_id: id } b { __fed_id: id }"),
                flatten(1, "q", "a b", entity("Item", "id=__fed_id", "owner { __fed_key: id }")),
                Parallel(
                    (
                        flatten(2, "r", "a.owner", entity("Owner", "id=__fed_key", "x: name")),
                        flatten(3, "s", "b.owner", entity("Owner", "id=__fed_key", "x: mail")),
                    )
                ),
            )
        ),
    )
    item = {"__fed_id": "1"}
    response, _, _ = await case.run(
        {
            "p": [{"data": {"a": item, "b": item}}],
            "q": [{"data": {"_entities": [{"owner": {"__fed_key": "7"}}]}}],
            "r": [{"data": {"_entities": [{"x": "name"}]}}],
            "s": [{"data": {"_entities": [{"x": "mail"}]}}],
        }
    )

    assert {"a": {"owner": {"x": "name"}}, "b": {"owner": {"x": "mail"}}} == response["data"]


async def test_the_general_path_accepts_representations_in_another_order() -> None:
    """The fast path walks entities, the general path places: their order may differ."""
    case = Case(
        GRAPH,
        "c { rank } items { parts { name note } }",
        Sequence(
            (
                root(0, "x", "items { __fed_id: id }"),
                flatten(1, "y", "items", entity("Item", "id=__fed_id", "parts { __fed_key: id }")),
                Parallel(
                    (
                        flatten(2, "z", "items.parts", entity("Part", "id=__fed_key", "name")),
                        root(3, "w", "c { rank }"),
                    )
                ),
                flatten(4, "v", "items.parts", entity("Part", "id=__fed_key", "note")),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "x": [{"data": {"items": [{"__fed_id": "1"}, {"__fed_id": "2"}, {"__fed_id": "1"}]}}],
            "y": [
                {
                    "data": {
                        "_entities": [
                            {"parts": [{"__fed_key": "p"}, {"__fed_key": "q"}]},
                            {"parts": [{"__fed_key": "q"}, {"__fed_key": "r"}]},
                        ]
                    }
                }
            ],
            "z": [{"data": {"_entities": [{"name": "P"}, {"name": "Q"}, {"name": "R"}]}}],
            "w": [{"data": {"c": 1}}],
            "v": [{"data": {"_entities": [{"note": "1"}, {"note": "2"}, {"note": "3"}]}}],
        }
    )
    first = [{"name": "P", "note": "1"}, {"name": "Q", "note": "2"}]
    second = [{"name": "Q", "note": "2"}, {"name": "R", "note": "3"}]

    assert [first, second, first] == [item["parts"] for item in response["data"]["items"]]
    assert 5 == len(subgraphs.requests)
    assert outcome.is_general


async def test_answers_to_representations_in_another_order_find_their_places() -> None:
    """The fast path groups by type what the general path sends in the plan's order."""
    case = Case(
        GRAPH,
        "a { name } box { label } b { name }",
        Sequence(
            (
                root(0, "x", "a { __fed_id: id } box { __fed_id: id } b { __fed_id: id }"),
                flatten(
                    1,
                    "y",
                    "a box b",
                    entity("Item", "id=__fed_id", "name", paths=(path("a"),)),
                    entity("Box", "id=__fed_id", "label", paths=(path("box"),)),
                    entity("Item", "id=__fed_id", "name", paths=(path("b"),)),
                ),
            )
        ),
    )
    found = {"a": {"__fed_id": "1"}, "box": {"__fed_id": "2"}, "b": {"__fed_id": "3"}}
    answer = {
        "data": {
            "_entities": [
                {"__fed_typename": "Item", "name": "one"},
                {"__fed_typename": "Item", "name": "three"},
                None,
            ]
        },
        "errors": [{"message": "no box"}],
    }
    subgraphs = ScriptedSubgraphs({"x": [{"data": found}], "y": [answer]})
    outcome = await execute(case.compiled(True), {}, subgraphs)
    response = json.loads(outcome.body)

    assert ["1", "3", "2"] == [item["id"] for item in subgraphs.representations("y")[0]]
    assert {
        "a": {"name": "one"},
        "box": {"label": None},
        "b": {"name": "three"},
    } == response["data"]
    assert [["box", "label"]] == [error["path"] for error in response["errors"]]
    assert 2 == outcome.fetches
    assert outcome.is_general
