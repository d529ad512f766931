"""Interfaces and unions that differ by subgraph."""

import pytest

from tests.federation.compliance.kit import Row, ask, by, data, echo, link, never, only, subgraph
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

IMPORTS = ("key", "shareable", "external", "requires", "provides", "inaccessible")
VANS = [{"__typename": "Van", "id": "v1", "doors": 4, "load": 900}]
BIKES = [{"__typename": "Bike", "id": "b1", "gears": 21, "load": 30}]
RIDES = [*VANS, *BIKES]


def rides() -> list[InMemorySubgraph]:
    """``fleet`` knows what there is; ``loads`` and ``names`` know more."""
    fleet = (
        "type Query { rides: [Ride] } interface Ride { id: ID! } interface Pair { pair: Ride } "
    )
    fleet += 'type Van implements Ride & Pair @key(fields: "id") '
    fleet += "{ id: ID! doors: Int made: Made pair: Van } "
    fleet += 'type Bike implements Ride & Pair @key(fields: "id") '
    fleet += "{ id: ID! gears: Int made: Made pair: Bike } "
    fleet += 'union Made = Maker | Unknown type Maker @key(fields: "id") { id: ID! } '
    fleet += "type Unknown { why: String }"
    loads = "interface Ride { id: ID! load: Int tag(in: String): String } "
    for name in ("Van", "Bike"):
        loads += f'type {name} implements Ride @key(fields: "id") '
        loads += "{ id: ID! load: Int tag(in: String): String } "
    names = 'extend union Made = Guild type Maker @key(fields: "id") { id: ID! title: String } '
    names += 'type Guild @key(fields: "id") { id: ID! title: [String] }'

    def tag(ride: Row, **arguments: str) -> str:
        return f"{ride['load']} {arguments.get('in', 'kg')}"

    return [
        subgraph(
            "fleet",
            link(*IMPORTS) + fleet,
            Query={"rides": lambda _: RIDES},
            Van={"made": lambda _: {"__typename": "Maker", "id": "m"}, "pair": lambda v: v},
            Bike={
                "made": lambda _: {"__typename": "Unknown", "why": "old"},
                "pair": lambda _: None,
            },
        ),
        subgraph(
            "loads",
            link(*IMPORTS) + loads,
            Van={**by(VANS, "id"), "tag": tag},
            Bike={**by(BIKES, "id"), "tag": tag},
        ),
        subgraph(
            "names",
            link(*IMPORTS) + names,
            Maker={REFERENCE: lambda r: {"title": f"maker {r['id']}"}},
        ),
    ]


@pytest.mark.parametrize(
    ("selection", "van", "bike"),
    [
        ("id load", {"id": "v1", "load": 900}, {"id": "b1", "load": 30}),
        ("tag", {"tag": "900 kg"}, {"tag": "30 kg"}),
        (
            'a: tag(in: "x") b: tag(in: "y")',
            {"a": "900 x", "b": "900 y"},
            {"a": "30 x", "b": "30 y"},
        ),
        ("... on Van { load doors }", {"load": 900, "doors": 4}, {}),
        (
            "... on Ride { id ... on Ride { ... on Bike { load } } }",
            {"id": "v1"},
            {"id": "b1", "load": 30},
        ),
        (
            "load ... on Van { load } ... on Bike { load gears }",
            {"load": 900},
            {"load": 30, "gears": 21},
        ),
        ("... on Pair { pair { load } }", {"pair": {"load": 900}}, {"pair": None}),
        (
            "... on Pair { __typename t: __typename }",
            {"__typename": "Van", "t": "Van"},
            {"__typename": "Bike", "t": "Bike"},
        ),
        (
            "... on Van { made { ... on Maker { title } ... on Unknown { why } } }"
            " ... on Bike { made { ... on Maker { title } ... on Unknown { why } } }",
            {"made": {"title": "maker m"}},
            {"made": {"why": "old"}},
        ),
        (
            "... on Van { made { ... on Guild { all: title } ... on Maker { one: title } } }",
            {"made": {"one": "maker m"}},
            {},
        ),
    ],
)
async def test_selections_on_an_interface(selection: str, van: Row, bike: Row) -> None:
    assert {"rides": [van, bike]} == await data(rides(), f"{{ rides {{ {selection} }} }}")


@pytest.mark.parametrize("directive", ["include", "skip"])
@pytest.mark.parametrize("value", [True, False])
async def test_conditions_on_fragments(directive: str, value: bool) -> None:
    default = str(value).lower()
    query = f"query($c: Boolean = {default}) {{ rides {{ id "
    query += f"... on Van @{directive}(if: $c) {{ load doors }} "
    query += "... on Van { doors ... on Van @skip(if: $c) { id } } ... on Bike { load } } }"
    applies = value is (directive == "include")

    found = await data(rides(), query)

    van = {"id": "v1", "load": 900, "doors": 4} if applies else {"id": "v1", "doors": 4}
    assert [van, {"id": "b1", "load": 30}] == found["rides"]


async def test_a_type_that_implements_an_interface_in_another_subgraph_only() -> None:
    first = "type Query { tools: [Tool] tools2: [Handy] } union Tool = Saw | Rope "
    first += "interface Handy { id: ID! } interface Sharp { edge: Int } "
    first += 'type Saw @key(fields: "id") { id: ID! } '
    first += 'type Rope implements Handy & Sharp @key(fields: "id") { id: ID! edge: Int }'
    second = "interface Handy { id: ID! } interface Sharp { edge: Int } "
    second += 'type Saw implements Handy & Sharp @key(fields: "id") { id: ID! edge: Int }'
    rope = {"__typename": "Rope", "id": "r", "edge": 0}
    saw = {"__typename": "Saw", "id": "s"}
    parts = [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={"tools": lambda _: [saw, rope], "tools2": lambda _: [rope]},
        ),
        subgraph("second", link(*IMPORTS) + second, Saw={REFERENCE: lambda _: {"edge": 9}}),
    ]

    assert [{"id": "s"}, {"id": "r"}] == (await data(parts, "{ tools { ... on Handy { id } } }"))[
        "tools"
    ]
    assert [{"edge": 9}, {"edge": 0}] == (
        await data(parts, "{ tools { ... on Sharp { edge } } }")
    )["tools"]
    nested = "{ tools2 { ... on Handy { id ... on Sharp { edge } ... on Saw { id } } } }"
    assert [{"id": "r", "edge": 0}] == (await data(parts, nested))["tools2"]


async def test_an_object_that_its_own_subgraph_does_not_count_to_the_interface_is_an_error() -> (
    None
):
    first = "type Query { tool: Handy } interface Handy { id: ID! } "
    first += 'type Saw @key(fields: "id") { id: ID! } '
    first += 'type Rope implements Handy @key(fields: "id") { id: ID! }'
    second = "interface Handy { id: ID! } "
    second += 'type Saw implements Handy @key(fields: "id") { id: ID! edge: Int }'
    parts = [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={"tool": lambda _: {"__typename": "Saw", "id": "s"}},
        ),
        subgraph("second", link(*IMPORTS) + second, Saw=echo()),
    ]

    answer = await ask(parts, "{ tool { ... on Saw { edge } } }")

    assert {"tool": None} == answer["data"]
    assert [["tool"]] == [error["path"] for error in answer["errors"]]


BOOK = {"__typename": "Book", "id": "1", "title": "T", "left": "L", "right": "R"}
SONG = {"__typename": "Song", "id": "2", "title": "S", "left": "LS"}
FILM = {"__typename": "Film", "id": "3", "title": "F", "right": "RF"}
ALL = "{ __typename ... on Book { title left right } ... on Song { left } ... on Film { right } }"


def media() -> list[InMemorySubgraph]:
    """Each subgraph knows other members of the same unions; ``shelf`` is a shared value type."""
    text = "union Media = Book | {other} "
    text += "type Query {{ pick: Media @shareable shelf: Shelf @shareable }} "
    text += 'type Book @key(fields: "id") {{ id: ID! title: String @shareable {side}: String }} '
    text += 'type {other} @key(fields: "id") {{ id: ID! title: String {side}: String }} '
    text += "type Shelf {{ any: Media @shareable {side}Only: Media book: {book} @shareable }}"
    first = text.format(other="Song", side="left", book="Book")
    second = text.format(other="Film", side="right", book="Media")
    return [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={
                "pick": lambda _: only(BOOK, "__typename", "id", "title", "left"),
                "shelf": lambda _: {"any": BOOK, "leftOnly": SONG, "book": BOOK},
            },
            Book=by([BOOK], "id"),
            Song=by([SONG], "id"),
        ),
        subgraph(
            "second",
            link(*IMPORTS) + second,
            Query={
                "pick": lambda _: only(BOOK, "__typename", "id", "title", "right"),
                "shelf": lambda _: {"any": BOOK, "rightOnly": FILM, "book": BOOK},
            },
            Book=by([BOOK], "id"),
            Film=by([FILM], "id"),
        ),
    ]


FULL = {"__typename": "Book", "title": "T", "left": "L", "right": "R"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ pick { ... on Film { title } } }", {"pick": {}}),
        ("{ pick { ... on Song { title } ... on Film { title } } }", {"pick": {}}),
        ("{ pick { ... on Book { title } ... on Film { title } } }", {"pick": {"title": "T"}}),
        (f"{{ pick {ALL} }}", {"pick": FULL}),
        (f"{{ shelf {{ any {ALL} book {ALL} }} }}", {"shelf": {"any": FULL, "book": FULL}}),
        (
            f"{{ shelf {{ leftOnly {ALL} rightOnly {ALL} }} }}",
            {
                "shelf": {
                    "leftOnly": {"__typename": "Song", "left": "LS"},
                    "rightOnly": {"__typename": "Film", "right": "RF"},
                }
            },
        ),
        (
            "{ shelf { leftOnly { ... on Film { right } } rightOnly { ... on Film { right } } } }",
            {"shelf": {"leftOnly": {}, "rightOnly": {"right": "RF"}}},
        ),
    ],
)
async def test_unions_with_other_members_in_each_subgraph(query: str, expected: Row) -> None:
    assert expected == await data(media(), query)


async def test_members_without_a_key_that_one_subgraph_alone_knows() -> None:
    acts = [
        {"__typename": "Walk", "far": 3},
        {"__typename": "Swim", "deep": 2},
        {"__typename": "Rest", "long": 1},
    ]
    first = "type Query { day: Day } type Day @shareable { acts: [Act!]! } "
    first += "union Act = Walk | Swim | Rest "
    first += "type Walk @shareable { far: Int } type Swim { deep: Int } type Rest { long: Int }"
    second = (
        "type Day @shareable { acts: [Act!]! } union Act = Walk type Walk @shareable { far: Int }"
    )
    parts = [
        subgraph("first", link(*IMPORTS) + first, Query={"day": lambda _: {"acts": acts}}),
        subgraph("second", link(*IMPORTS) + second),
    ]
    query = "{ day { acts { __typename ... on Walk { far } "
    query += "... on Swim { deep } ... on Rest { long } } } }"

    assert {"day": {"acts": acts}} == await data(parts, query)


async def test_members_depend_on_which_subgraph_is_asked() -> None:
    common = {"__typename": "Walk", "far": 3}
    text = "type Query {{ {root}: Trip both: Trip @shareable }} "
    text += 'type Trip @key(fields: "id") {{ id: ID! day: Day @shareable {own} }} '
    text += "type Day @shareable {{ acts: [Act!]! }} union Act = Walk | {other} "
    text += "type Walk @shareable {{ far: Int }} type {other} {{ {field}: Int }}"
    swim, rest = {"__typename": "Swim", "deep": 2}, {"__typename": "Rest", "long": 1}

    def part(name: str, sdl: str, root: str, own: Row) -> InMemorySubgraph:
        return subgraph(
            name,
            link(*IMPORTS) + sdl,
            Query={
                root: lambda _: {"id": "1", "day": {"acts": [common, own]}},
                "both": lambda _: {"id": "1", "day": {"acts": [common]}},
            },
            Trip={
                **echo(),
                "day": lambda t: t.get("day", {"acts": [common, own]}),
                "night": lambda _: {"acts": [own]},
            },
        )

    first = text.format(root="one", own="", other="Swim", field="deep")
    second = text.format(root="two", own="night: Day", other="Rest", field="long")
    parts = [part("first", first, "one", swim), part("second", second, "two", rest)]
    acts = "{ acts { __typename ... on Walk { far } ... on Swim { deep } ... on Rest { long } } }"
    query = f"{{ one {{ day {acts} night {acts} }} two {{ day {acts} }} both {{ day {acts} }} }}"

    found = await data(parts, query)

    assert {"day": {"acts": [common, swim]}, "night": {"acts": [rest]}} == found["one"]
    assert {"day": {"acts": [common, rest]}} == found["two"]
    assert {"day": {"acts": [common]}} == found["both"]


async def test_only_the_subgraphs_of_the_member_that_is_there_are_asked() -> None:
    sdl = "type Query { note: Note } union Note = Open | Signed type Open { item: Item } "
    sdl += 'type Signed { item: Item } type Item @key(fields: "id") { id: ID! }'
    price = 'type Item @key(fields: "id") { id: ID! price: Int }'
    size = 'type Item @key(fields: "id") { id: ID! size: Int }'
    parts = [
        subgraph(
            "notes",
            link("key") + sdl,
            Query={"note": lambda _: {"__typename": "Open", "item": {"id": "7"}}},
        ),
        subgraph("prices", link("key") + price, Item={REFERENCE: lambda _: {"price": 5}}),
        subgraph("sizes", link("key") + size, Item={REFERENCE: never("the note is not signed")}),
    ]
    query = "{ note { ... on Open { item { price } } ... on Signed { item { size } } } }"

    assert {"note": {"item": {"price": 5}}} == await data(parts, query)


async def test_an_interface_that_returns_itself_with_narrower_implementers() -> None:
    nuts = [{"__typename": "Nut", "id": i, "size": s} for i, s in (("1", 8), ("2", 5), ("3", 8))]
    first = "type Query { part: Part } interface Part { like: Part } "
    first += 'type Nut implements Part @key(fields: "id") '
    first += '{ id: ID! like: Nut @provides(fields: "size") size: Int @external }'
    second = 'type Nut @key(fields: "id") { id: ID! size: Int @shareable }'

    def like(nut: Row) -> Row:
        return next(n for n in nuts if n["size"] == nut["size"] and n["id"] != nut["id"])

    parts = [
        subgraph(
            "first", link(*IMPORTS) + first, Query={"part": lambda _: nuts[0]}, Nut={"like": like}
        ),
        subgraph("second", link(*IMPORTS) + second, Nut=by(nuts, "id")),
    ]
    query = "{ part { like { __typename ... on Nut { id } like { ... on Nut { id } } } "
    query += "... on Nut { size like { size id } } } }"

    found = await data(parts, query)

    like_it = {"__typename": "Nut", "id": "3", "like": {"id": "1"}, "size": 8}
    assert {"like": like_it, "size": 8} == found["part"]
    deep = "{ part { like { ... on Part { like { __typename } } } } }"
    assert {"like": {"like": {"__typename": "Nut"}}} == (await data(parts, deep))["part"]


async def test_node_interface_whose_members_are_resolved_elsewhere() -> None:
    node = "interface Node { id: ID! } "
    bare = node + "".join(
        f'type {name} implements Node @key(fields: "id") {{ id: ID! }} ' for name in ("Cup", "Jug")
    )
    full = node + 'type Cup implements Node @key(fields: "id") { id: ID! volume: Int }'
    parts = [
        subgraph(
            "nodes",
            link(*IMPORTS) + "type Query { node: Node } " + bare,
            Query={"node": lambda _: {"__typename": "Cup", "id": "c"}},
        ),
        subgraph("others", link(*IMPORTS) + bare, Cup=echo(), Jug=echo()),
        subgraph("full", link(*IMPORTS) + full, Cup={REFERENCE: lambda _: {"volume": 2}}),
    ]

    found = await data(parts, "{ node { ... on Cup { id volume __typename } } }")

    assert {"node": {"id": "c", "volume": 2, "__typename": "Cup"}} == found


async def test_fragments_whose_fields_have_other_nullability_in_a_subgraph() -> None:
    first = 'type Query { people: [Person] } type Person @key(fields: "id") { id: ID }'
    second = "type Query { all: [Anyone!]! } union Anyone = Person | Robot "
    second += 'type Person @key(fields: "id") { id: ID! like: [Anyone!] } '
    second += "type Robot { id: ID like: [Anyone!] }"
    person, robot = {"__typename": "Person", "id": "p"}, {"__typename": "Robot", "id": "r"}
    everyone = [person, robot]
    parts = [
        subgraph("first", link(*IMPORTS) + first, Query={"people": lambda _: [person]}),
        subgraph(
            "second",
            link(*IMPORTS) + second,
            Query={"all": lambda _: everyone},
            Person={**echo(), "like": lambda _: everyone},
            Robot={"like": lambda _: everyone},
        ),
    ]
    inner = "... on Person { id } ... on Robot { id }"
    outer = f"id like {{ {inner} }}"
    query = f"{{ all {{ ... on Person {{ {outer} }} ... on Robot {{ {outer} }} }} }}"

    found = await data(parts, query)

    like = [{"id": "p"}, {"id": "r"}]
    assert [{"id": "p", "like": like}, {"id": "r", "like": like}] == found["all"]
