"""``@provides``: fields that a subgraph brings along on some paths only."""

import pytest

from tests.federation.compliance.kit import Row, by, data, echo, link, never, only, subgraph
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

IMPORTS = ("key", "external", "provides", "shareable")
SHOPS = [
    {"id": "1", "name": "North", "motto": "n!", "size": 4},
    {"id": "2", "name": "South", "motto": "s!", "size": 5},
]


def shops() -> list[InMemorySubgraph]:
    """``towns`` provides names and mottos; asking ``shops`` for a name would be a poor plan."""
    owner = 'type Shop @key(fields: "id") '
    owner += "{ id: ID! name: String! @shareable motto: String! @shareable size: Int }"
    towns = 'type Query { shops: [Shop!]! @provides(fields: "name motto") } '
    towns += (
        'type Shop @key(fields: "id") { id: ID! name: String! @external motto: String! @external }'
    )
    return [
        subgraph(
            "shops",
            link(*IMPORTS) + owner,
            Shop={
                **by(SHOPS, "id"),
                "name": never("towns has it"),
                "motto": never("towns has it"),
            },
        ),
        subgraph(
            "towns",
            link(*IMPORTS) + towns,
            Query={"shops": lambda _: [only(s, "id", "name", "motto") for s in SHOPS]},
            Shop={REFERENCE: never("towns was the start"), "motto": never("nobody asked for it")},
        ),
    ]


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ("id", {"id": "1"}),
        ("name", {"name": "North"}),
        ("id title: name", {"id": "1", "title": "North"}),
        ("... on Shop { name }", {"name": "North"}),
        ("...F", {"name": "North"}),
        ("... { name } ... { size }", {"name": "North", "size": 4}),
        ("name size", {"name": "North", "size": 4}),
        ("id ... @skip(if: true) { motto }", {"id": "1"}),
        ("id ... on Shop @include(if: false) { motto }", {"id": "1"}),
    ],
)
async def test_provided_fields_are_asked_for_there_and_only_if_wanted(
    fields: str, first: Row
) -> None:
    fragment = " fragment F on Shop { name }" if "...F" in fields else ""

    found = await data(shops(), f"{{ shops {{ {fields} }} }}{fragment}")

    assert first == found["shops"][0]


def label(key: str, below: list[Row]) -> Row:
    return {"id": key, "title": f"title {key}", "parts": below}


async def test_provided_fields_below_provided_fields() -> None:
    tree = [{"id": "s", "labels": [label("a", [label("b", [])])]}]
    owner = 'type Shop @key(fields: "id") { id: ID! labels: [Label] @shareable } '
    owner += 'type Label @key(fields: "id") { id: ID! parts: [Label] @shareable }'
    start = (
        'type Query { shops: [Shop] @provides(fields: "labels { id title parts { id title } }") } '
    )
    start += 'type Shop @key(fields: "id") { id: ID! labels: [Label] @external } '
    start += 'type Label @key(fields: "id") { id: ID! title: String parts: [Label] @external }'
    poor = {REFERENCE: never("all is provided")}
    parts = [
        subgraph("owner", link(*IMPORTS) + owner, Shop=poor, Label=poor),
        subgraph(
            "start", link(*IMPORTS) + start, Query={"shops": lambda _: tree}, Shop=poor, Label=poor
        ),
    ]

    found = await data(parts, "{ shops { labels { title parts { id title } } } }")

    below = [{"id": "b", "title": "title b"}]
    assert {"shops": [{"labels": [{"title": "title a", "parts": below}]}]} == found


ANIMALS = [
    {"__typename": "Cow", "id": "a1", "name": "Berta", "age": 3},
    {"__typename": "Hen", "id": "a2", "name": "Clara", "age": 1},
]


def farm() -> list[InMemorySubgraph]:
    animal = "interface Animal { id: ID! name: String } "
    start = 'type Query { farm: Farm @shareable @provides(fields: "animals { id name }") } '
    start += "interface Farm { id: ID! animals: [Animal] } "
    start += "type Dairy implements Farm { id: ID! @shareable animals: [Animal] @external } "
    start += animal + "type Cow implements Animal { id: ID! @external name: String @external } "
    start += "type Hen implements Animal { id: ID! @external name: String @external }"
    owner = "interface Farm { id: ID! animals: [Animal] } " + animal
    owner += 'type Dairy implements Farm @key(fields: "id") '
    owner += "{ id: ID! animals: [Animal] @shareable } "
    for name in ("Cow", "Hen"):
        owner += f'type {name} implements Animal @key(fields: "id") '
        owner += "{ id: ID! name: String @shareable age: Int } "
    dairy = {"__typename": "Dairy", "id": "d", "animals": ANIMALS}
    return [
        subgraph(
            "owner",
            link(*IMPORTS) + owner,
            Dairy={REFERENCE: lambda _: dairy},
            Cow=by(ANIMALS, "id"),
            Hen=by(ANIMALS, "id"),
        ),
        subgraph("start", link(*IMPORTS) + start, Query={"farm": lambda _: dairy}),
    ]


async def test_provided_fields_of_an_interface() -> None:
    parts = farm()

    found = await data(parts, "{ farm { id animals { id name } } }")

    assert {"id": "d", "animals": [only(a, "id", "name") for a in ANIMALS]} == found["farm"]
    assert [] == parts[0].requests


async def test_a_field_of_one_member_that_is_not_provided() -> None:
    found = await data(farm(), "{ farm { animals { name ... on Hen { age } } } }")

    assert [{"name": "Berta"}, {"name": "Clara", "age": 1}] == found["farm"]["animals"]


async def test_provided_fields_of_a_union() -> None:
    goods = [{"__typename": "Book", "id": "1", "title": "B"}, {"__typename": "Pen", "id": "2"}]
    types = 'union Goods = Book | Pen type Pen @key(fields: "id") { id: ID! } '
    start = 'type Query { goods: [Goods] @provides(fields: "... on Book { title }") } ' + types
    start += 'type Book @key(fields: "id") { id: ID! title: String @external }'
    owner = 'type Book @key(fields: "id") { id: ID! title: String @shareable } '
    owner += 'type Pen @key(fields: "id") { id: ID! title: String }'
    parts = [
        subgraph("start", link(*IMPORTS) + start, Query={"goods": lambda _: goods}),
        subgraph(
            "owner",
            link(*IMPORTS) + owner,
            Book={REFERENCE: never("its title is provided")},
            Pen={REFERENCE: lambda r: {"title": f"pen {r['id']}"}},
        ),
    ]

    found = await data(parts, "{ goods { ... on Book { id title } ... on Pen { title } } }")

    assert [{"id": "1", "title": "B"}, {"title": "pen 2"}] == found["goods"]


async def test_the_subgraph_that_provides_more_is_asked_first() -> None:
    plain = 'type Query { shop: Shop @shareable } type Shop @key(fields: "id") { id: ID! }'
    rich = 'type Query { shop: Shop @shareable @provides(fields: "name") } '
    rich += 'type Shop @key(fields: "id") { id: ID! name: String @external }'
    owner = 'type Shop @key(fields: "id") { id: ID! name: String @shareable }'
    parts = [
        subgraph("a", link(*IMPORTS) + plain, Query={"shop": never("b can do more")}),
        subgraph("b", link(*IMPORTS) + rich, Query={"shop": lambda _: SHOPS[0]}),
        subgraph("c", link(*IMPORTS) + owner, Shop={REFERENCE: never("b provides the name")}),
    ]

    assert {"shop": {"name": "North"}} == await data(parts, "{ shop { name } }")


async def test_inputs_are_asked_for_only_of_the_type_of_which_they_are_provided() -> None:
    post = {"__typename": "Post", "id": "p", "writer": {"id": "1", "name": "An"}}
    film = {"__typename": "Film", "id": "f", "writer": {"id": "2"}}
    feed = 'type Query { feed: [Item] @provides(fields: "... on Post { writer { name } }") } '
    feed += "interface Item { id: ID! writer: Writer } "
    for name in ("Post", "Film"):
        feed += f'type {name} implements Item @key(fields: "id") {{ id: ID! writer: Writer }} '
    feed += 'type Writer @key(fields: "id") { id: ID! name: String @external }'
    cards = "interface Item { id: ID! writer: Writer } "
    for name in ("Post", "Film"):
        cards += f'type {name} implements Item @key(fields: "id") {{ id: ID! '
        cards += "writer: Writer @external "
        cards += 'card: String @requires(fields: "writer { name }") } '
    cards += 'type Writer @key(fields: "id") { id: ID! name: String @external }'
    writers = 'type Writer @key(fields: "id") { id: ID! name: String @shareable }'
    card = {**echo(), "card": lambda item: item["writer"]["name"]}

    parts = [
        subgraph(
            "feed",
            link(*IMPORTS) + feed,
            Query={"feed": lambda _: [post, film]},
            Writer={"name": lambda w: w.get("name") or "unknown here"},
        ),
        subgraph("cards", link(*IMPORTS, "requires") + cards, Post=card, Film=card),
        subgraph(
            "writers",
            link(*IMPORTS) + writers,
            Writer={REFERENCE: lambda writer: {**writer, "name": "Binh"}},
        ),
    ]

    found = await data(parts, "{ feed { ... on Post { card } ... on Film { card } } }")

    assert [{"card": "An"}, {"card": "Binh"}] == found["feed"]
