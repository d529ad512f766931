"""``@requires``: chains, arguments, fragments, interfaces, conditions."""

import pytest

from tests.federation.compliance.kit import Row, by, data, echo, find, link, never, only, subgraph
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

CRATES = [
    {"id": "1", "weight": 2, "price": 10, "colour": "red"},
    {"id": "2", "weight": 3, "price": 20, "colour": "blue"},
]
IMPORTS = ("key", "external", "requires", "shareable")


def store() -> InMemorySubgraph:
    sdl = "type Query { crates: [Crate] } "
    sdl += 'type Crate @key(fields: "id") { id: ID! weight: Int price: Int }'
    rows = [only(crate, "id", "weight", "price") for crate in CRATES]
    return subgraph(
        "store", link(*IMPORTS) + sdl, Query={"crates": lambda _: rows}, Crate=by(rows, "id")
    )


def freight() -> InMemorySubgraph:
    sdl = 'type Crate @key(fields: "id") { id: ID! weight: Int @external price: Int @external '
    sdl += 'freight: Int @requires(fields: "weight price") '
    sdl += 'tag: String @requires(fields: "weight") stock: Boolean }'
    return subgraph(
        "freight",
        link(*IMPORTS) + sdl,
        Crate={
            **echo(),
            "freight": lambda c: c["weight"] * c["price"],
            "tag": lambda c: f"#{c['id']}#{c['weight']}",
            "stock": lambda c: c["id"] == "1",
        },
    )


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ("freight", {"freight": 20}),
        ("price freight weight", {"price": 10, "freight": 20, "weight": 2}),
        ("freight tag stock", {"freight": 20, "tag": "#1#2", "stock": True}),
        ("cost: freight price: weight", {"cost": 20, "price": 2}),
    ],
)
async def test_inputs_are_fetched_whatever_is_asked_beside(fields: str, first: Row) -> None:
    found = await data([store(), freight()], f"{{ crates {{ {fields} }} }}")

    assert first == found["crates"][0]


async def test_fields_without_inputs_do_not_wait_for_them() -> None:
    parts = [store(), freight()]

    await data(parts, "{ crates { stock } }")

    assert [{"__typename", "id"}] * 2 == [
        set(r) for r in parts[1].requests[0].variables["representations"]
    ]


def chain() -> list[InMemorySubgraph]:
    heavy = 'type Crate @key(fields: "id") { id: ID! weight: Int @external '
    heavy += 'heavy: Boolean @requires(fields: "weight") }'
    lift = 'type Crate @key(fields: "id") { id: ID! heavy: Boolean @external '
    lift += 'lift: String @requires(fields: "heavy") }'
    return [
        store(),
        subgraph(
            "heavy", link(*IMPORTS) + heavy, Crate={**echo(), "heavy": lambda c: c["weight"] > 2}
        ),
        subgraph(
            "lift",
            link(*IMPORTS) + lift,
            Crate={**echo(), "lift": lambda c: "crane" if c["heavy"] else "hand"},
        ),
    ]


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ("lift", [{"lift": "hand"}, {"lift": "crane"}]),
        ("heavy lift", [{"heavy": False, "lift": "hand"}, {"heavy": True, "lift": "crane"}]),
    ],
)
async def test_a_chain_of_requirements(fields: str, rows: list[Row]) -> None:
    assert {"crates": rows} == await data(chain(), f"{{ crates {{ {fields} }} }}")


@pytest.mark.parametrize(
    ("directive", "value", "expected"),
    [
        ("include", True, {"weight": 2, "lift": "hand"}),
        ("include", False, {"weight": 2}),
        ("skip", True, {"weight": 2}),
        ("skip", False, {"weight": 2, "lift": "hand"}),
    ],
)
async def test_inputs_are_fetched_only_if_their_field_is(
    directive: str, value: bool, expected: Row
) -> None:
    parts = chain()
    query = f"query($b: Boolean!) {{ crates {{ weight lift @{directive}(if: $b) }} }}"

    found = await data(parts, query, {"b": value})

    assert expected == found["crates"][0]
    assert ("lift" in expected) == bool(parts[1].requests)


async def test_two_subgraphs_that_require_each_others_fields() -> None:
    writers = [{"id": "w1", "years": 4}, {"id": "w2", "years": 30}]
    first = 'type Query { texts: [Text] } type Text @key(fields: "id") { id: ID! '
    first += 'early: Boolean @external late: Boolean @requires(fields: "early") } '
    first += 'type Writer @key(fields: "id") { id: ID! years: Int }'
    second = 'type Text @key(fields: "id") { id: ID! writer: Writer '
    second += 'early: Boolean @requires(fields: "writer { years }") } '
    second += 'type Writer @key(fields: "id") { id: ID! years: Int @external }'
    parts = [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={"texts": lambda _: [{"id": "1"}, {"id": "2"}]},
            Text={**echo(), "late": lambda t: not t["early"]},
            Writer=by(writers, "id"),
        ),
        subgraph(
            "second",
            link(*IMPORTS) + second,
            Text={
                REFERENCE: lambda r: {"sent": r},
                "writer": lambda t: {"id": f"w{t['sent']['id']}"},
                "early": lambda t: t["sent"]["writer"]["years"] < 10,
            },
            Writer=echo(),
        ),
    ]

    found = await data(parts, "{ texts { late } }")

    assert {"texts": [{"late": False}, {"late": True}]} == found


def prices(extra: str, **resolvers: object) -> list[InMemorySubgraph]:
    owner = "type Query { crates: [Crate] } "
    owner += (
        'type Crate @key(fields: "id") { id: ID! price(in: String!): Int lines(n: Int!): [Line] }'
    )
    owner += " type Line { text: String }"
    user = f'type Crate @key(fields: "id") {{ id: ID! {extra} }} '
    user += "type Line @external { text: String }" if "Line" in extra else ""
    rates = {"VND": 1000, "USD": 1}

    def price(crate: Row, **arguments: str) -> int:
        row = find(CRATES, id=crate["id"])
        assert row is not None
        return int(row["price"]) * rates[arguments["in"]]

    def lines(crate: Row, n: int) -> list[Row]:
        return [{"text": f"{crate['id']}.{i}"} for i in range(n)]

    return [
        subgraph(
            "owner",
            link(*IMPORTS) + owner,
            Query={"crates": lambda _: [{"id": "1"}, {"id": "2"}]},
            Crate={**echo(), "price": price, "lines": lines},
        ),
        subgraph("user", link(*IMPORTS) + user, Crate={**echo(), **resolvers}),  # type: ignore[dict-item]
    ]


async def test_inputs_with_arguments() -> None:
    parts = prices(
        r"""price(in: String!): Int @external """
        r"""label: String @requires(fields: "price(in: \"USD\")")""",
        label=lambda c: f"${c['price']}",
    )

    assert [{"label": "$10"}, {"label": "$20"}] == (await data(parts, "{ crates { label } }"))[
        "crates"
    ]


async def test_two_fields_require_one_field_with_different_arguments() -> None:
    parts = prices(
        r"""price(in: String!): Int @external """
        r"""label: String @requires(fields: "price(in: \"USD\")") """
        r"""local: String @requires(fields: "price(in: \"VND\")")""",
        label=lambda c: f"${c['price']}",
        local=lambda c: f"{c['price']} VND",
    )

    found = await data(parts, "{ crates { label local } }")

    assert {"label": "$10", "local": "10000 VND"} == found["crates"][0]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ crates { count lines(n: 1) { text } } }", {}),
        ("query($n: Int = 1) { crates { count lines(n: $n) { text } } }", {}),
        ("query($n: Int!) { crates { count ...A ...B } } "
         "fragment A on Crate { lines(n: $n) { text } } "
         "fragment B on Crate { lines(n: $n) { text } }", {"n": 1}),
    ],
)  # fmt: skip
async def test_the_client_asks_an_input_with_other_arguments(query: str, variables: Row) -> None:
    parts = prices(
        'lines(n: Int!): [Line] @external count: Int @requires(fields: "lines(n: 3) { text }")',
        count=lambda c: len([line["text"] for line in c["lines"]]),
    )

    found = await data(parts, query, variables)

    assert {"count": 3, "lines": [{"text": "1.0"}]} == found["crates"][0]


SHAPES = {
    "1": {"__typename": "Box", "size": "s1", "side": 4},
    "2": {"__typename": "Ball", "size": "s2", "radius": 9},
}
SHAPE_TYPES = "interface Shape { size: String } type Box implements Shape @shareable "
SHAPE_TYPES += "{ size: String side: Int } type Ball implements Shape @shareable "
SHAPE_TYPES += "{ size: String radius: Int }"


def shapes(requires: str) -> list[InMemorySubgraph]:
    owner = "type Query { crates: [Crate] } "
    owner += 'type Crate @key(fields: "id") { id: ID! shape: Shape } ' + SHAPE_TYPES
    user = "type Query { own: [Crate] } "
    user += 'type Crate @key(fields: "id") { id: ID! shape: Shape @external '
    user += f'described: String @requires(fields: "{requires}") }} ' + SHAPE_TYPES
    rows = [{"id": "1"}, {"id": "2"}]

    def described(crate: Row) -> str:
        shape = crate["shape"]
        return " ".join(f"{key}={shape[key]}" for key in sorted(shape) if key != "__typename")

    return [
        subgraph(
            "owner",
            link(*IMPORTS) + owner,
            Query={"crates": lambda _: rows},
            Crate={**echo(), "shape": lambda c: SHAPES[c["id"]]},
        ),
        subgraph(
            "user",
            link(*IMPORTS) + user,
            Query={"own": lambda _: rows},
            Crate={**echo(), "described": described},
        ),
    ]


@pytest.mark.parametrize("root", ["crates", "own"])
@pytest.mark.parametrize(
    ("requires", "texts"),
    [
        ("shape { size }", ["size=s1", "size=s2"]),
        ("shape { ... on Shape { size } }", ["size=s1", "size=s2"]),
        ("shape { ... on Box { side } }", ["side=4", ""]),
        (
            "shape { size ... on Box { side } ... on Ball { radius } }",
            ["side=4 size=s1", "radius=9 size=s2"],
        ),
    ],
)
async def test_inputs_on_an_interface(root: str, requires: str, texts: list[str]) -> None:
    found = await data(shapes(requires), f"{{ {root} {{ described }} }}")

    assert [{"described": text} for text in texts] == found[root]


async def test_inputs_on_an_interface_beside_the_clients_own_selection() -> None:
    parts = shapes("shape { ... on Ball { radius } }")

    found = await data(parts, "{ own { shape { __typename } described } }")

    box = {"shape": {"__typename": "Box"}, "described": ""}
    assert [box, {"shape": {"__typename": "Ball"}, "described": "radius=9"}] == found["own"]


async def test_inputs_that_are_lists_of_entities_of_another_subgraph() -> None:
    others = {"1": ["2"], "2": ["1", "2"]}
    owner = "type Query { crates: [Crate] } "
    owner += 'type Crate @key(fields: "id") { id: ID! beside: [Crate] }'
    marks = 'type Crate @key(fields: "id") { id: ID! mark: String }'
    user = (
        'type Crate @key(fields: "id") { id: ID! beside: [Crate] @external mark: String @external '
    )
    user += 'marks: String @requires(fields: "beside { mark }") }'
    parts = [
        subgraph(
            "owner",
            link(*IMPORTS) + owner,
            Query={"crates": lambda _: [{"id": "1"}, {"id": "2"}]},
            Crate={**echo(), "beside": lambda c: [{"id": i} for i in others[c["id"]]]},
        ),
        subgraph(
            "marks", link(*IMPORTS) + marks, Crate={**echo(), "mark": lambda c: f"m{c['id']}"}
        ),
        subgraph(
            "user",
            link(*IMPORTS) + user,
            Crate={**echo(), "marks": lambda c: "+".join(b["mark"] for b in c["beside"])},
        ),
    ]

    found = await data(parts, "{ crates { marks } }")

    assert [{"marks": "m2"}, {"marks": "m1+m2"}] == found["crates"]


async def test_inputs_that_clients_cannot_see() -> None:
    hidden = 'type Crate @key(fields: "id") { id: ID! weight: Int @inaccessible }'
    user = 'type Query { crates: [Crate] } type Crate @key(fields: "id") '
    user += '{ id: ID! weight: Int @external twice: Int @requires(fields: "weight") }'
    parts = [
        subgraph("hidden", link(*IMPORTS, "inaccessible") + hidden, Crate=by(CRATES, "id")),
        subgraph(
            "user",
            link(*IMPORTS) + user,
            Query={"crates": lambda _: [{"id": "1"}, {"id": "2"}]},
            Crate={**echo(), "twice": lambda c: 2 * c["weight"]},
        ),
    ]

    found = await data(parts, "{ crates { twice } }")

    assert [{"twice": 4}, {"twice": 6}] == found["crates"]


async def test_a_skipped_literal_is_never_required() -> None:
    parts = chain()
    parts[1].resolvers = {"Crate": {**echo(), "heavy": never("was skipped")}}

    found = await data(parts, "{ crates { weight lift @skip(if: true) } }")

    assert [{"weight": 2}, {"weight": 3}] == found["crates"]


async def test_an_input_that_is_a_list_of_references_and_requires_something_itself() -> None:
    start = "type Query { crate: Crate } "
    start += 'type Crate @key(fields: "id") { id: ID! name: String! }'
    middle = 'type Label @key(fields: "id") { id: ID! } type Crate @key(fields: "id") '
    middle += '{ id: ID! name: String! @external labels: [Label!] @requires(fields: "name") }'
    last = 'type Label @key(fields: "id", resolvable: false) { id: ID! } '
    last += 'type Crate @key(fields: "id") { id: ID! labels: [Label!] @external '
    last += 'count: Int @requires(fields: "labels { id }") '
    last += 'first: ID @requires(fields: "labels { id }") }'
    parts = [
        subgraph(
            "start",
            link(*IMPORTS) + start,
            Query={"crate": lambda _: {"id": "1", "name": "box"}},
        ),
        subgraph(
            "middle",
            link(*IMPORTS) + middle,
            Crate={**echo(), "labels": lambda c: [{"id": f"{c['name']}1"}, {"id": "x"}]},
        ),
        subgraph(
            "last",
            link(*IMPORTS) + last,
            Crate={
                **echo(),
                "count": lambda c: len(c["labels"]),
                "first": lambda c: c["labels"][0]["id"],
            },
        ),
    ]

    assert {"crate": {"count": 2, "first": "box1"}} == await data(
        parts, "{ crate { count first } }"
    )
