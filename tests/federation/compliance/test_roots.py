"""Root fields: shared ones, mutations, ``__typename``, and questions that nobody can answer."""

from collections.abc import Callable

import pytest

from tests.federation.compliance.kit import Row, ask, by, data, echo, find, link, subgraph
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

IMPORTS = ("key", "shareable", "external", "requires")
ROOM = {"id": "1", "seat": {"row": 3}, "door": {"wide": True}, "lamp": {"watt": 40}}


def rooms() -> list[InMemorySubgraph]:
    """A type without keys whose parts stand in three subgraphs under the same root fields."""
    parts = []
    for name, inner in (("seat", "row: Int!"), ("door", "wide: Boolean!"), ("lamp", "watt: Int!")):
        sdl = "type Query { room: Room! @shareable rooms: [Room!]! @shareable } "
        sdl += f"type Room {{ id: ID! @shareable {name}: {name.title()}! }} "
        sdl += f"type {name.title()} {{ {inner} }}"
        row = {"id": "1", name: ROOM[name]}
        resolvers = {"room": lambda _, row=row: row, "rooms": lambda _, row=row: [row]}
        parts.append(subgraph(name, link(*IMPORTS) + sdl, Query=resolvers))
    return parts


@pytest.mark.parametrize(("root", "expected"), [("room", ROOM), ("rooms", [ROOM])])
async def test_parts_of_a_keyless_type_are_fetched_from_every_root(
    root: str, expected: Row
) -> None:
    query = f"{{ {root} {{ id seat {{ row }} door {{ wide }} lamp {{ watt }} }} }}"

    assert {root: expected} == await data(rooms(), query)


async def test_a_shared_root_field_is_asked_once_if_one_subgraph_has_all() -> None:
    parts = rooms()

    await data(parts, "{ room { id lamp { watt } } }")

    assert [0, 0, 1] == [len(part.requests) for part in parts]


class Ledger:
    """What mutations of several subgraphs change."""

    def __init__(self) -> None:
        self.total = 0
        self.rows: list[Row] = []


def ledger() -> list[InMemorySubgraph]:
    state = Ledger()
    first = "type Query { total: Int } input Entry { text: String! } type Mutation "
    first += (
        "{ times(by: Int!): Int! enter(entry: Entry!): Row! note(text: String!): Row! @shareable }"
    )
    first += ' type Row @key(fields: "id") { id: ID! text: String! }'
    second = "type Mutation { take: Int! note(text: String!): Row! @shareable } "
    second += 'type Row @key(fields: "id") { id: ID! text: String! @external size: Int! '
    second += 'loud: String! @requires(fields: "text") total: Int! }'
    third = "type Mutation { plus(by: Int!): Int! }"

    def change(operation: str) -> Callable[..., int]:
        def resolve(_: object, by: int = 0) -> int:
            match operation:
                case "plus":
                    state.total += by
                case "times":
                    state.total *= by
                case _:
                    state.total -= 1
            return state.total

        return resolve

    def enter(_: object, text: str) -> Row:
        row = {"id": str(len(state.rows)), "text": text}
        state.rows.append(row)
        return row

    return [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Mutation={
                "times": change("times"),
                "enter": lambda _, entry: enter(_, entry["text"]),
                "note": enter,
            },
            Row={REFERENCE: lambda r: find(state.rows, id=r["id"])},
        ),
        subgraph(
            "second",
            link(*IMPORTS) + second,
            Mutation={"take": change("take"), "note": enter},
            Row={
                **echo(),
                "size": lambda r: len(r["id"]),
                "loud": lambda r: r["text"].upper(),
                "total": lambda _: state.total,
            },
        ),
        subgraph("third", link(*IMPORTS) + third, Mutation={"plus": change("plus")}),
    ]


async def once(parts: list[InMemorySubgraph], query: str) -> Row:
    """The data of a mutation, which must not run twice."""
    answer = await Federation.composed(parts).answer(query)
    assert "errors" not in answer
    found: Row = answer["data"]
    return found


async def test_mutations_run_in_the_order_of_the_document() -> None:
    found = await once(
        ledger(), "mutation { a: plus(by: 5) b: times(by: 2) c: plus(by: 2) d: take }"
    )

    assert {"a": 5, "b": 10, "c": 12, "d": 11} == found


@pytest.mark.parametrize("included", [True, False])
async def test_a_mutation_that_is_named_twice_runs_once(included: bool) -> None:
    parts = ledger()
    query = "mutation($c: Boolean!) { a: plus(by: 5) @include(if: $c) a: plus(by: 5) b: take }"

    answer = await Federation.composed(parts).answer(query, {"c": included})

    assert {"data": {"a": 5, "b": 4}} == answer


async def test_each_mutation_ends_with_its_own_follow_up_fetches() -> None:
    query = 'mutation { enter(entry: { text: "x" }) { total loud } plus(by: 3) '
    query += 'later: enter(entry: { text: "y" }) { total size text } }'

    found = await once(ledger(), query)

    assert {"total": 0, "loud": "X"} == found["enter"]
    assert {"total": 3, "size": 1, "text": "y"} == found["later"]


async def test_a_shared_mutation_is_sent_to_one_subgraph() -> None:
    parts = ledger()

    found = await once(parts, 'mutation { note(text: "n") { id text size } }')

    assert {"id": "0", "text": "n", "size": 1} == found["note"]
    sent = [r for part in parts for r in part.requests if "mutation" in r.query]
    assert 1 == len(sent)


APPLIANCES = {"__typename": "Oven", "id": "1"}


def kitchen() -> list[InMemorySubgraph]:
    first = "type Query { some: Thing one: Node } "
    first += "union Thing = Oven | Sink interface Node { id: ID! } "
    first += 'type Oven implements Node @key(fields: "id") { id: ID! } '
    first += 'type Sink implements Node @key(fields: "id") { id: ID! }'
    second = 'type Oven @key(fields: "id") { id: ID! heat: Int }'
    return [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={
                "some": lambda _: APPLIANCES,
                "one": lambda _: {"__typename": "Sink", "id": "2"},
            },
        ),
        subgraph("second", link(*IMPORTS) + second, Oven={**by([APPLIANCES], "id")}),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ __typename }", {"__typename": "Query"}),
        ("{ t: __typename some { __typename } }", {"t": "Query", "some": {"__typename": "Oven"}}),
        (
            "{ some { __typename name: __typename } one { a: __typename id } }",
            {
                "some": {"__typename": "Oven", "name": "Oven"},
                "one": {"a": "Sink", "id": "2"},
            },
        ),
        (
            "{ one { ... on Oven { t: __typename } ... on Sink { t: __typename } __typename } }",
            {"one": {"t": "Sink", "__typename": "Sink"}},
        ),
        (
            "{ some { ... on Oven { heat __typename } } }",
            {"some": {"heat": None, "__typename": "Oven"}},
        ),
        ("{ ... on Query { __typename } }", {"__typename": "Query"}),
    ],
)
async def test_typenames(query: str, expected: Row) -> None:
    assert expected == await data(kitchen(), query)


async def test_the_root_typename_of_a_mutation() -> None:
    assert {"t": "Mutation"} == await once(ledger(), "mutation { t: __typename }")


def split_nodes() -> list[InMemorySubgraph]:
    """Both answer ``node``, but each has the id of one type only as ``@external``."""
    head = "type Query {{ node(id: ID!): Node @shareable {own} }} interface Node {{ id: ID! }} "
    first = head.format(own="left(id: ID!): Left")
    first += 'type Left implements Node @key(fields: "id") { id: ID! name: String! } '
    first += 'type Right implements Node @key(fields: "id") { id: ID! @external left: Left! }'
    second = head.format(own="right(id: ID!): Right")
    second += 'type Left implements Node @key(fields: "id") { id: ID! @external all: [Right!]! } '
    second += 'type Right implements Node @key(fields: "id") { id: ID! text: String! }'
    left = {"__typename": "Left", "id": "l", "name": "L", "all": [{"id": "r", "text": "R"}]}
    right = {"__typename": "Right", "id": "r", "text": "R", "left": {"id": "l", "name": "L"}}

    def node(_: object, **arguments: str) -> Row:
        return left if arguments["id"] == "l" else right

    return [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={"node": node, "left": node},
            Left=by([left], "id"),
            Right=by([right], "id"),
        ),
        subgraph(
            "second",
            link(*IMPORTS) + second,
            Query={"node": node, "right": node},
            Left=by([left], "id"),
            Right=by([right], "id"),
        ),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            '{ a: node(id: "l") { __typename } b: node(id: "r") { __typename } }',
            {"a": {"__typename": "Left"}, "b": {"__typename": "Right"}},
        ),
        (
            '{ a: node(id: "l") { ... on Left { id name } } '
            'b: node(id: "r") { ... on Right { text } } }',
            {"a": {"id": "l", "name": "L"}, "b": {"text": "R"}},
        ),
        ('{ node(id: "l") { __typename ... on Right { id } } }', {"node": {"__typename": "Left"}}),
        ('{ node(id: "l") { ... on Right { id } } }', {"node": {}}),
        ('{ right(id: "r") { id left { name } } }', {"right": {"id": "r", "left": {"name": "L"}}}),
        ('{ left(id: "l") { name all { id } } }', {"left": {"name": "L", "all": [{"id": "r"}]}}),
    ],
)
async def test_what_a_supergraph_with_gaps_can_still_answer(query: str, expected: Row) -> None:
    assert expected == await data(split_nodes(), query)


@pytest.mark.parametrize(
    "query", ['{ node(id: "l") { id } }', '{ node(id: "l") { id ... on Right { id } } }']
)
async def test_a_question_that_nobody_can_answer_is_an_error_before_any_fetch(query: str) -> None:
    parts = split_nodes()

    answer = await ask(parts, query)

    assert answer["errors"]
    assert answer.get("data") is None
    assert [] == [r for part in parts for r in part.requests]


async def test_keys_come_in_the_order_in_which_the_document_asks_for_them() -> None:
    query = "query($c: Boolean!) { room { lamp @skip(if: $c) { first: watt } "
    query += "lamp { second: watt } lamp @skip(if: $c) { third: watt } } }"

    found = await data(rooms(), query, {"c": False})

    assert ["first", "second", "third"] == list(found["room"]["lamp"])
