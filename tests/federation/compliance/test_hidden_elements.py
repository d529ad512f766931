"""``@inaccessible``: what clients cannot see, name, or be shown."""

import pytest

from tests.federation.compliance.kit import Row, ask, by, data, echo, link, subgraph
from tests.federation.oracle.in_memory import InMemorySubgraph

IMPORTS = ("key", "shareable", "inaccessible", "external", "requires")
CATS = [
    {"id": "1", "friends": ["2"], "mood": "SHY"},
    {"id": "2", "friends": ["1"], "mood": "BOLD"},
]


def cats() -> list[InMemorySubgraph]:
    ages = 'type Query { cats: [Cat!]! } type Cat @key(fields: "id") { id: ID age: Int }'
    friends = "type Query { friendly: [Cat!]! } enum Mood { SHY @inaccessible BOLD } "
    friends += 'type Cat @key(fields: "id") { id: ID mood: Mood secret: String @inaccessible '
    friends += "friends(mood: Mood = SHY @inaccessible): [Cat!]! }"

    def of(cat: Row, **_: str) -> list[Row]:
        return [c for c in CATS if c["id"] in cat["friends"]]

    rows = [{"id": c["id"], "age": 3} for c in CATS]
    return [
        subgraph(
            "ages", link(*IMPORTS) + ages, Query={"cats": lambda _: rows}, Cat=by(rows, "id")
        ),
        subgraph(
            "friends",
            link(*IMPORTS) + friends,
            Query={"friendly": lambda _: CATS},
            Cat={**by(CATS, "id"), "friends": of},
        ),
    ]


@pytest.mark.parametrize("root", ["cats", "friendly"])
async def test_what_is_accessible_is_answered(root: str) -> None:
    found = await data(cats(), f"{{ {root} {{ age friends {{ id age }} }} }}")

    assert {"age": 3, "friends": [{"id": "2", "age": 3}]} == found[root][0]


@pytest.mark.parametrize(
    "query",
    [
        "{ friendly { friends(mood: BOLD) { id } } }",
        "{ friendly { secret } }",
        "query($m: Mood) { friendly { friends(mood: $m) { id } } }",
    ],
)
async def test_what_is_hidden_cannot_be_asked_for(query: str) -> None:
    parts = cats()

    answer = await ask(parts, query)

    assert answer["errors"]
    assert answer.get("data") is None
    assert [] == [r for part in parts for r in part.requests]


async def test_a_hidden_enum_value_becomes_null() -> None:
    answer = await ask(cats(), "{ friendly { id mood } }")

    assert [{"id": "1", "mood": None}, {"id": "2", "mood": "BOLD"}] == answer["data"]["friendly"]


def pets() -> list[InMemorySubgraph]:
    types = "interface Toy {{ name: String! }} type Ball implements Toy @shareable {hidden} "
    types += "{{ name: String! radius: Int }} type Rope implements Toy @shareable "
    types += "{{ name: String! length: Int }} "
    toys = {
        "1": {"__typename": "Ball", "name": "b", "radius": 4},
        "2": {"__typename": "Rope", "name": "r", "length": 9},
    }
    owner = "type Query { all: [Cat] } "
    owner += 'type Cat @key(fields: "id") { id: ID! toy: Toy } ' + types.format(hidden="")
    user = 'type Cat @key(fields: "id") { id: ID! toy: Toy @external text: String! @requires('
    user += 'fields: "toy { name ... on Ball { radius } ... on Rope { length } }") } '
    user += types.format(hidden="@inaccessible")

    def text(cat: Row) -> str:
        return " ".join(
            str(cat["toy"][k]) for k in ("name", "radius", "length") if k in cat["toy"]
        )

    return [
        subgraph(
            "owner",
            link(*IMPORTS) + owner,
            Query={"all": lambda _: [{"id": "1"}, {"id": "2"}]},
            Cat={**echo(), "toy": lambda c: toys[c["id"]]},
        ),
        subgraph("user", link(*IMPORTS) + user, Cat={**echo(), "text": text}),
    ]


async def test_an_object_of_a_hidden_type_becomes_null() -> None:
    answer = await ask(pets(), "{ all { toy { __typename } } }")

    assert [{"toy": None}, {"toy": {"__typename": "Rope"}}] == answer["data"]["all"]


async def test_an_object_of_a_hidden_type_is_still_an_input_of_requirements() -> None:
    answer = await ask(pets(), "{ all { text toy { name } } }")

    assert [
        {"text": "b 4", "toy": None},
        {"text": "r 9", "toy": {"name": "r"}},
    ] == answer["data"]["all"]
