"""``@interfaceObject``: a subgraph that sees an interface as one object type."""

import pytest

from tests.federation.compliance.kit import Row, ask, by, data, echo, link, never, only, subgraph
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

IMPORTS = ("key", "shareable", "external", "requires", "interfaceObject")
STAFF = [
    {"__typename": "Cook", "id": "1", "name": "An", "badge": "c1", "dishes": 7},
    {"__typename": "Guard", "id": "2", "name": "Bình", "badge": "g2", "floor": 1},
]


def staff() -> InMemorySubgraph:
    """Knows the concrete types."""
    sdl = "type Query { staff: [Person!]! } "
    sdl += 'interface Person @key(fields: "id") { id: ID! name: String } '
    sdl += 'type Cook implements Person @key(fields: "id") '
    sdl += "{ id: ID! name: String dishes: Int shift: String @shareable } "
    sdl += 'type Guard implements Person @key(fields: "id") { id: ID! name: String floor: Int }'
    found = by(STAFF, "id")
    return subgraph(
        "staff",
        link(*IMPORTS) + sdl,
        Query={"staff": lambda _: STAFF},
        Person=found,
        Cook={**found, "shift": lambda _: "kitchen"},
        Guard=found,
    )


def doors() -> InMemorySubgraph:
    """Knows persons only; what it says of their type must never be believed."""
    sdl = "type Query { inside: [Person] } "
    sdl += 'type Person @key(fields: "id") @interfaceObject { id: ID! badge: String }'
    rows = [{"__typename": "Nobody", "id": p["id"], "badge": p["badge"]} for p in STAFF]
    return subgraph(
        "doors", link(*IMPORTS) + sdl, Query={"inside": lambda _: rows}, Person=by(rows, "id")
    )


def shifts() -> InMemorySubgraph:
    sdl = 'type Person @key(fields: "id") @interfaceObject { id: ID! shift: String @shareable }'
    return subgraph("shifts", link(*IMPORTS) + sdl, Person={**echo(), "shift": lambda _: "day"})


@pytest.mark.parametrize("root", ["staff", "inside"])
@pytest.mark.parametrize(
    ("selection", "cook", "guard"),
    [
        (
            "id name badge",
            {"id": "1", "name": "An", "badge": "c1"},
            {"id": "2", "name": "Bình", "badge": "g2"},
        ),
        ("... on Cook { dishes }", {"dishes": 7}, {}),
        (
            "... on Cook { dishes id name badge } id name",
            {"dishes": 7, "id": "1", "name": "An", "badge": "c1"},
            {"id": "2", "name": "Bình"},
        ),
        ("badge", {"badge": "c1"}, {"badge": "g2"}),
        ("... on Cook { badge }", {"badge": "c1"}, {}),
        (
            "badge __typename",
            {"badge": "c1", "__typename": "Cook"},
            {"badge": "g2", "__typename": "Guard"},
        ),
        ("t: __typename", {"t": "Cook"}, {"t": "Guard"}),
        ("... on Cook { __typename }", {"__typename": "Cook"}, {}),
        ("... on Guard { floor badge }", {}, {"floor": 1, "badge": "g2"}),
    ],
)
async def test_both_ways(root: str, selection: str, cook: Row, guard: Row) -> None:
    found = await data([staff(), doors(), shifts()], f"{{ {root} {{ {selection} }} }}")

    assert {root: [cook, guard]} == found


async def test_what_the_interface_object_knows_is_not_asked_elsewhere() -> None:
    parts = [staff(), doors(), shifts()]

    await data(parts, "{ inside { id badge } }")

    assert [[], 1, []] == [parts[0].requests, len(parts[1].requests), parts[2].requests]


async def test_a_field_that_implementer_and_interface_object_share() -> None:
    found = await data([staff(), doors(), shifts()], "{ inside { id shift } }")

    assert ["day", "day"] == [person["shift"] for person in found["inside"]]
    narrowed = await data([staff(), doors(), shifts()], "{ inside { ... on Cook { shift } } }")
    assert narrowed["inside"][0]["shift"] in {"kitchen", "day"}


@pytest.mark.parametrize("root", ["staff", "inside"])
async def test_a_requirement_of_an_interface_object(root: str) -> None:
    sdl = "type Query { inside: [Person] } "
    sdl += 'type Person @key(fields: "id") @interfaceObject '
    sdl += '{ id: ID! name: String @external greeting: String @requires(fields: "name") }'
    greetings = subgraph(
        "greetings",
        link(*IMPORTS) + sdl,
        Query={"inside": lambda _: [only(p, "id") for p in STAFF]},
        Person={**echo(), "greeting": lambda p: f"Hello {p['name']}"},
    )
    query = f"{{ {root} {{ greeting ... on Cook {{ dishes greeting }} }} }}"

    found = await data([staff(), greetings], query)

    assert [{"greeting": "Hello An", "dishes": 7}, {"greeting": "Hello Bình"}] == found[root]


async def test_an_implementer_is_extended_by_a_subgraph_without_the_interface() -> None:
    extension = 'extend type Cook @key(fields: "id") { id: ID! star: Boolean }'
    lists = "type Query { rota: Rota } type Rota { head: Person } "
    lists += 'type Person @key(fields: "id") @interfaceObject { id: ID! }'
    parts = [
        staff(),
        subgraph("stars", link(*IMPORTS) + extension, Cook={**echo(), "star": lambda _: True}),
        subgraph(
            "lists",
            link(*IMPORTS) + lists,
            Query={"rota": lambda _: {"head": {"id": "1"}}},
            Person=echo(),
        ),
    ]
    query = "{ rota { head { id ... on Cook { dishes star } } } staff { ... on Cook { star } } }"

    found = await data(parts, query)

    assert {"id": "1", "dishes": 7, "star": True} == found["rota"]["head"]
    assert [{"star": True}, {}] == found["staff"]


def unresolvable() -> list[InMemorySubgraph]:
    """``first`` cannot tell what a ``Node`` is; ``Room`` is an interface of ``second`` alone."""
    first = 'type Query { node: Node room: Room } interface Node @key(fields: "id") { id: ID! } '
    first += 'type Room @key(fields: "id") @interfaceObject { id: ID! }'
    second = "type Query { object: Node } "
    second += 'type Node @key(fields: "id", resolvable: false) @interfaceObject '
    second += "{ id: ID! text: String } "
    second += 'interface Room @key(fields: "id") { id: ID! } '
    second += 'type Hall implements Room @key(fields: "id") { id: ID! seats: Int }'
    hall = {"__typename": "Hall", "id": "h", "seats": 90}
    return [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={
                "node": lambda _: {"id": "n", "__typename": "Node"},
                "room": lambda _: {"id": "h"},
            },
            Room=echo(),
        ),
        subgraph(
            "second",
            link(*IMPORTS) + second,
            Query={"object": lambda _: {"id": "n", "text": "hi"}},
            Room={REFERENCE: lambda _: hall},
            Hall={REFERENCE: lambda _: hall},
        ),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ object { id text } }", {"object": {"id": "n", "text": "hi"}}),
        ("{ object { id } }", {"object": {"id": "n"}}),
        ("{ room { id } }", {"room": {"id": "h"}}),
        ("{ room { ... on Hall { id } } }", {"room": {"id": "h"}}),
        ("{ room { ... on Hall { seats } } }", {"room": {"seats": 90}}),
    ],
)
async def test_without_an_interface_that_can_be_resolved(query: str, expected: Row) -> None:
    assert expected == await data(unresolvable(), query)


@pytest.mark.parametrize(
    "query", ["{ node { text } }", "{ node { id } }", "{ room { id seats } }"]
)
async def test_what_nobody_can_resolve_is_an_error(query: str) -> None:
    answer = await ask(unresolvable(), query)

    assert answer["errors"]
    assert not (answer["data"] or {}).get("node")


async def test_an_interface_object_is_asked_by_the_name_of_the_interface() -> None:
    parts = [staff(), doors()]

    await data(parts, "{ staff { ... on Cook { badge } } }")

    representations = parts[1].requests[0].variables["representations"]
    assert [{"__typename": "Person", "id": "1"}] == representations


async def test_a_wrong_type_from_an_interface_object_never_reaches_the_client() -> None:
    parts = [staff(), doors()]
    parts[0].resolvers = {**parts[0].resolvers, "Query": {"staff": never("was not asked")}}

    found = await data(parts, "{ inside { __typename } }")

    assert [{"__typename": "Cook"}, {"__typename": "Guard"}] == found["inside"]


async def test_what_an_interface_object_leads_to_from_an_object_of_known_type() -> None:
    """The object does not bear its typename, which nobody has to ask for."""
    people = 'type Query { cook: Cook } interface Person @key(fields: "id") { id: ID! } '
    people += 'type Cook implements Person @key(fields: "id") { id: ID! } '
    people += 'type Guard implements Person @key(fields: "id") { id: ID! }'
    keys = 'type Person @key(fields: "id") @interfaceObject { id: ID! key: Key } '
    keys += 'type Key @key(fields: "no") { no: ID! }'
    parts = [
        subgraph("people", link(*IMPORTS) + people, Query={"cook": lambda _: {"id": "1"}}),
        subgraph("keys", link(*IMPORTS) + keys, Person={**echo(), "key": lambda _: {"no": "k1"}}),
        subgraph(
            "locks",
            link(*IMPORTS) + 'type Key @key(fields: "no") { no: ID! opens: String }',
            Key={**echo(), "opens": lambda _: "kitchen"},
        ),
    ]

    found = await data(parts, "{ cook { key { opens } } }")

    assert {"cook": {"key": {"opens": "kitchen"}}} == found


async def test_a_subgraph_may_see_two_interfaces_of_one_type_as_objects() -> None:
    """What it adds to the one and to the other are fetched apart, each by its own type."""
    people = 'type Query { cook: Cook } interface Person @key(fields: "id") { id: ID! } '
    people += 'interface Payee @key(fields: "id") { id: ID! } '
    people += 'type Cook implements Person & Payee @key(fields: "id") { id: ID! }'
    ledger = 'type Person @key(fields: "id") @interfaceObject { id: ID! badge: String } '
    ledger += 'type Payee @key(fields: "id") @interfaceObject { id: ID! wage: Int }'
    parts = [
        subgraph("people", link(*IMPORTS) + people, Query={"cook": lambda _: {"id": "1"}}),
        subgraph(
            "ledger",
            link(*IMPORTS) + ledger,
            Person={**echo(), "badge": lambda _: "c1"},
            Payee={**echo(), "wage": lambda _: 9},
        ),
    ]

    found = await data(parts, "{ cook { badge wage } }")

    assert {"cook": {"badge": "c1", "wage": 9}} == found
