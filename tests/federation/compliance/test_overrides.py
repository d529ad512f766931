"""``@override``: fields that move to another subgraph."""

import pytest

from tests.federation.compliance.kit import Row, by, data, echo, link, never, only, subgraph
from tests.federation.oracle.in_memory import InMemorySubgraph

IMPORTS = ("key", "shareable", "override", "external", "requires")
NEWS = [
    {"__typename": "News", "id": "1", "at": "May"},
    {"__typename": "News", "id": "2", "at": "June"},
]


def moved(source: str) -> list[InMemorySubgraph]:
    old = 'type Query { feed: [News] @shareable oldFeed: [News] } type News @key(fields: "id") '
    old += "{ id: ID! at: String! @shareable }"
    new = 'type Query { feed: [News] @shareable newFeed: [News] } type News @key(fields: "id") '
    new += f'{{ id: ID! at: String! @override(from: "{source}") @shareable }}'
    overridden = {"at": never("it was overridden")} if source == "old" else {}
    return [
        subgraph(
            "old",
            link(*IMPORTS) + old,
            Query={"feed": lambda _: NEWS, "oldFeed": lambda _: NEWS[1:]},
            News={**by(NEWS, "id"), **overridden},
        ),
        subgraph(
            "new",
            link(*IMPORTS) + new,
            Query={"feed": lambda _: NEWS, "newFeed": lambda _: NEWS[:1]},
            News=by(NEWS, "id"),
        ),
    ]


@pytest.mark.parametrize("source", ["old", "gone"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ feed { at } }", {"feed": [{"at": "May"}, {"at": "June"}]}),
        (
            "{ oldFeed { at } newFeed { at } }",
            {"oldFeed": [{"at": "June"}], "newFeed": [{"at": "May"}]},
        ),
    ],
)
async def test_the_new_subgraph_answers(source: str, query: str, expected: Row) -> None:
    assert expected == await data(moved(source), query)


def through_interfaces() -> list[InMemorySubgraph]:
    old = "type Query { feed: [Item] } interface Item { id: ID! at: String! } "
    old += 'type News implements Item @key(fields: "id") { id: ID! at: String! }'
    new = "type Query { other: [Dated] } interface Item { id: ID! at: String! } "
    new += 'type Note implements Item @key(fields: "id") { id: ID! at: String! text: String } '
    new += "interface Dated { id: ID! at: String! } "
    new += 'type News implements Dated @key(fields: "id") '
    new += '{ id: ID! at: String! @override(from: "old") }'
    return [
        subgraph(
            "old",
            link(*IMPORTS) + old,
            Query={"feed": lambda _: NEWS},
            News={**by(NEWS, "id"), "at": never("it was overridden")},
        ),
        subgraph(
            "new", link(*IMPORTS) + new, Query={"other": lambda _: NEWS}, News=by(NEWS, "id")
        ),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ feed { id at } }", {"feed": [only(n, "id", "at") for n in NEWS]}),
        ("{ feed { ... on Note { id text } } }", {"feed": [{}, {}]}),
        ("{ other { at } }", {"other": [only(n, "at") for n in NEWS]}),
        (
            "{ other { at id ... on News { at id } } }",
            {"other": [only(n, "at", "id") for n in NEWS]},
        ),
    ],
)
async def test_an_overridden_field_of_an_interface(query: str, expected: Row) -> None:
    assert expected == await data(through_interfaces(), query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ left { leftLabel } }", {"left": {"leftLabel": "left May"}}),
        ("{ left { rightLabel } }", {"left": {"rightLabel": "right May"}}),
        (
            "{ middle { at leftLabel rightLabel } right { id at rightLabel } }",
            {
                "middle": {"at": "May", "leftLabel": "left May", "rightLabel": "right May"},
                "right": {"id": "1", "at": "May", "rightLabel": "right May"},
            },
        ),
    ],
)
async def test_required_fields_come_from_where_they_moved_to(query: str, expected: Row) -> None:
    def side(name: str) -> InMemorySubgraph:
        sdl = f'type Query {{ {name}: News }} type News @key(fields: "id") '
        sdl += f'{{ id: ID! at: String @external {name}Label: String @requires(fields: "at") }}'
        return subgraph(
            name,
            link(*IMPORTS) + sdl,
            Query={name: lambda _: {"id": "1"}},
            News={**echo(), f"{name}Label": lambda n: f"{name} {n['at']}"},
        )

    old = 'type News @key(fields: "id") { id: ID! at: String }'
    new = 'type Query { middle: News } type News @key(fields: "id") '
    new += '{ id: ID! at: String @override(from: "old") }'
    parts = [
        side("left"),
        subgraph("old", link(*IMPORTS) + old, News={**echo(), "at": never("it moved")}),
        subgraph(
            "middle",
            link(*IMPORTS) + new,
            Query={"middle": lambda _: NEWS[0]},
            News=by(NEWS, "id"),
        ),
        side("right"),
    ]

    assert expected == await data(parts, query)
