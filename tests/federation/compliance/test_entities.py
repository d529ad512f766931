"""Entities: keys of every form, hops, missing entities, value types reached through them."""

import pytest

from tests.federation.compliance.kit import by, data, echo, find, link, never, only, subgraph
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

PLANTS = [
    {"id": "1", "code": "rose", "bed": {"row": 1, "spot": "a"}, "name": "Rose", "height": 3},
    {"id": "2", "code": "fern", "bed": {"row": 2, "spot": "b"}, "name": "Fern", "height": 5},
]


def catalogue() -> InMemorySubgraph:
    sdl = link("key") + 'type Query { plants: [Plant] } type Plant @key(fields: "id") { id: ID! }'
    return subgraph("catalogue", sdl, Query={"plants": lambda _: PLANTS})


async def test_fields_of_one_entity_come_from_two_subgraphs() -> None:
    heights = subgraph(
        "heights",
        link("key") + 'type Plant @key(fields: "id") { id: ID! height: Int }',
        Plant=by(PLANTS, "id"),
    )

    found = await data([catalogue(), heights], "{ plants { height id } }")

    assert {"plants": [{"height": 3, "id": "1"}, {"height": 5, "id": "2"}]} == found


async def test_a_key_is_reached_through_a_third_subgraph() -> None:
    codes = subgraph(
        "codes",
        link("key")
        + 'type Plant @key(fields: "id") @key(fields: "code") { id: ID! code: String }',
        Plant=by(PLANTS, "id"),
    )
    heights = subgraph(
        "heights",
        link("key") + 'type Plant @key(fields: "code") { code: String height: Int }',
        Plant=by(PLANTS, "code"),
    )

    found = await data([catalogue(), codes, heights], "{ plants { height } }")

    assert {"plants": [{"height": 3}, {"height": 5}]} == found


async def test_a_compound_key_with_nested_fields() -> None:
    beds = "type Bed @shareable { row: Int spot: String }"
    places = subgraph(
        "places",
        link("key", "shareable")
        + 'type Query { first: Plant } type Plant @key(fields: "code bed { row spot }") '
        + "{ code: String bed: Bed } "
        + beds,
        Query={"first": lambda _: PLANTS[0]},
    )
    heights = subgraph(
        "heights",
        link("key", "shareable")
        + 'type Plant @key(fields: "code bed { row spot }") { code: String bed: Bed height: Int } '
        + beds,
        Plant=by(PLANTS, "code", "bed"),
    )

    found = await data([places, heights], "{ first { height } }")

    assert {"first": {"height": 3}} == found
    assert [{"__typename": "Plant", "code": "rose", "bed": {"row": 1, "spot": "a"}}] == next(
        iter(heights.requests[0].variables.values())
    )


async def test_only_resolvable_keys_are_used_to_enter_a_subgraph() -> None:
    keys = (
        '@key(fields: "id", resolvable: {0}) @key(fields: "code bed {{ row }}", resolvable: {1})'
    )
    names = subgraph(
        "names",
        link("key", "shareable")
        + f"type Plant {keys.format('true', 'false')} "
        + "{ id: ID! code: String bed: Bed name: String } type Bed @shareable { row: Int }",
        Plant=by(PLANTS, "id"),
    )
    labels = subgraph(
        "labels",
        link("key", "shareable", "external", "requires")
        + f"type Query {{ last: Plant }} type Plant {keys.format('false', 'true')} "
        + "{ id: ID! code: String bed: Bed name: String @external"
        + ' label: String @requires(fields: "name") } type Bed @shareable { row: Int }',
        Query={"last": lambda _: only(PLANTS[1], "id", "code", "bed")},
        Plant={
            REFERENCE: lambda r: {"name": r["name"], "row": r["bed"]["row"]},
            "label": lambda p: f"{p['name']} in row {p['row']}",
        },
    )

    found = await data([names, labels], "{ last { name label } }")

    assert {"last": {"name": "Fern", "label": "Fern in row 2"}} == found


async def test_an_entity_that_a_subgraph_does_not_know_has_nulls() -> None:
    codes = subgraph(
        "codes",
        link("key")
        + 'type Plant @key(fields: "id") @key(fields: "code") { id: ID! code: String }',
        Plant={REFERENCE: lambda r: find(PLANTS[:1], id=r["id"])},
    )
    heights = subgraph(
        "heights",
        link("key") + 'type Plant @key(fields: "code") { code: String height: Int }',
        Plant=by(PLANTS, "code"),
    )

    found = await data([catalogue(), codes, heights], "{ plants { id height } }")

    assert {"plants": [{"id": "1", "height": 3}, {"id": "2", "height": None}]} == found


async def test_an_entity_whose_key_is_null_is_not_asked_for() -> None:
    start = subgraph(
        "start",
        link("key")
        + 'type Query { plant: Plant } type Plant @key(fields: "code") { code: String }',
        Query={"plant": lambda _: {"code": None}},
    )
    heights = subgraph(
        "heights",
        link("key") + 'type Plant @key(fields: "code") { code: String height: Int }',
        Plant={REFERENCE: never("there is no key")},
    )

    found = await data([start, heights], "{ plant { code height } }")

    assert {"plant": {"code": None, "height": None}} == found
    assert [] == heights.requests


async def test_equal_representations_are_sent_once() -> None:
    start = subgraph(
        "start",
        link("key") + 'type Query { plants: [Plant] } type Plant @key(fields: "id") { id: ID! }',
        Query={"plants": lambda _: [{"id": "1"}, {"id": "2"}, {"id": "1"}]},
    )
    heights = subgraph(
        "heights",
        link("key") + 'type Plant @key(fields: "id") { id: ID! height: Int }',
        Plant=by(PLANTS, "id"),
    )

    found = await data([start, heights], "{ plants { height } }")

    assert [3, 5, 3] == [plant["height"] for plant in found["plants"]]
    assert [2] == [len(r.variables["representations"]) for r in heights.requests]


async def test_keys_of_lists_of_entities() -> None:
    start = subgraph(
        "start",
        link("key")
        + 'type Query { border: Border } type Border @key(fields: "plants { id }") '
        + '{ plants: [Plant!]! } type Plant @key(fields: "id") { id: ID! }',
        Query={"border": lambda _: {"plants": PLANTS}},
    )
    lengths = subgraph(
        "lengths",
        link("key")
        + 'type Border @key(fields: "plants { id }") { plants: [Plant!]! length: Int } '
        + 'type Plant @key(fields: "id") { id: ID! }',
        Border={REFERENCE: lambda r: {"length": len(r["plants"])}},
        Plant=echo(),
    )

    assert {"border": {"length": 2}} == await data([start, lengths], "{ border { length } }")


async def test_a_key_that_needs_other_keys_first() -> None:
    sets = [{"plants": PLANTS}]
    start = subgraph(
        "start",
        link("key")
        + 'type Query { border: Border } type Border @key(fields: "plants { id }") '
        + '{ plants: [Plant!]! } type Plant @key(fields: "id") { id: ID! }',
        Query={"border": lambda _: sets[0]},
    )
    codes = subgraph(
        "codes",
        link("key")
        + 'type Plant @key(fields: "id") @key(fields: "id code") { id: ID! code: String }',
        Plant=by(PLANTS, "id"),
    )
    tallest = subgraph(
        "tallest",
        link("key")
        + 'type Border @key(fields: "plants { id code }") { plants: [Plant!]! tallest: Plant } '
        + 'type Plant @key(fields: "id code") { id: ID! code: String }',
        Border={
            REFERENCE: lambda r: {"tallest": find(PLANTS, code=r["plants"][1]["code"])},
        },
        Plant=by(PLANTS, "id", "code"),
    )

    found = await data([start, codes, tallest], "{ border { tallest { id } plants { code } } }")

    assert {"tallest": {"id": "2"}, "plants": [{"code": "rose"}, {"code": "fern"}]} == found[
        "border"
    ]


@pytest.mark.parametrize("order", ["soil { kind ph }", "soil { ph kind }"])
async def test_parts_of_a_value_type_are_reached_through_its_entity(order: str) -> None:
    kinds = subgraph(
        "kinds",
        link("key", "shareable")
        + 'type Query { plants: [Plant] } type Plant @key(fields: "id") '
        + "{ id: ID! soil: Soil @shareable } type Soil { kind: String }",
        Query={"plants": lambda _: [{"id": "1", "soil": {"kind": "clay"}}]},
        Plant={REFERENCE: never("is there already")},
    )
    acids = subgraph(
        "acids",
        link("key", "shareable")
        + 'type Plant @key(fields: "id") { id: ID! soil: Soil @shareable } type Soil { ph: Int }',
        Plant={REFERENCE: lambda _: {"soil": {"ph": 7}}},
    )

    found = await data([kinds, acids], f"{{ plants {{ {order} }} }}")

    assert {"plants": [{"soil": {"kind": "clay", "ph": 7}}]} == found


async def test_a_part_of_a_value_type_that_is_an_entity_elsewhere() -> None:
    start = subgraph(
        "start",
        link("key")
        + 'type Query { plant: Plant } type Plant @key(fields: "id") { id: ID! name: String }',
        Query={"plant": lambda _: {"id": "1", "name": "Rose"}},
    )
    notes = subgraph(
        "notes",
        link("key", "shareable")
        + 'type Plant @key(fields: "id") { id: ID! family: Family @shareable } '
        + "type Family { note: String }",
        Plant={REFERENCE: lambda r: {"family": {"note": f"note on {r['id']}"}}},
    )
    families = subgraph(
        "families",
        link("key", "shareable")
        + 'type Plant @key(fields: "id") { id: ID! family: Family @shareable } '
        + 'type Family @key(fields: "id") { id: ID! }',
        Plant={REFERENCE: lambda _: {"family": {"id": "f3"}}},
        Family=echo(),
    )
    names = subgraph(
        "names",
        link("key") + 'type Family @key(fields: "id") { id: ID! title: String }',
        Family={REFERENCE: lambda r: {"title": f"family {r['id']}"}},
    )

    found = await data(
        [start, notes, families, names], "{ plant { name family { id title note } } }"
    )

    family = {"id": "f3", "title": "family f3", "note": "note on 1"}
    assert {"plant": {"name": "Rose", "family": family}} == found


@pytest.mark.parametrize("is_open", [True, None])
async def test_an_entity_may_be_the_only_one_of_its_type(is_open: bool | None) -> None:
    """The key says no more than its type: all objects of it are one."""
    key = '@key(fields: "__typename")'
    shops = subgraph(
        "shops",
        link("key")
        + f"type Query {{ shop: Shop all: [Shop] }} type Shop {key} {{ name: String }}",
        Query={"shop": lambda _: {"name": "An"}, "all": lambda _: [{"name": "An"}, None]},
    )
    hours = subgraph(
        "hours",
        link("key") + f"type Shop {key} {{ open: Boolean }}",
        Shop={REFERENCE: lambda shop: is_open and {**shop, "open": is_open}},
    )
    actual = await data([shops, hours], "{ shop { name open } all { open } other: shop { open } }")

    known = {"open": is_open}
    assert {"shop": {"name": "An", **known}, "all": [known, None], "other": known} == actual
    assert [{"representations": [{"__typename": "Shop"}]}] == [
        request.variables for request in hours.requests
    ]
