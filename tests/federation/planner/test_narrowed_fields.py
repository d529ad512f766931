"""Fields asked on an interface whose only type there says more of what stands in them."""

import json
from typing import Any

import pytest

from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.plan_printing import print_plan
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.planning import plan_operation
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key",'
    ' "@external", "@interfaceObject", "@requires", "@shareable"])\n'
)
ENTITY = '@key(fields: "id") {{ id: ID! {} }}'.format
TYPES = (
    f" interface Part {{ id: ID! }} type Reel implements Part {ENTITY('')}"
    f" type Page implements Part {ENTITY('')}"
)
REEL = {"__typename": "Reel", "id": "r"}
SHELF = InMemorySubgraph(
    "shelf",
    f"{LINK} type Query {{ top: Media all: [Media!]! }} type Media @interfaceObject " + ENTITY(""),
    {"Query": {"top": lambda _: {"id": "1"}, "all": lambda _: [{"id": "1"}, {"id": "2"}]}},
)
FILMS = InMemorySubgraph(
    "films",
    f"{LINK} {TYPES} interface Media {ENTITY('parts: [Part]')}"
    f" type Film implements Media {ENTITY('parts: [Reel]')}",
    {
        name: {"__resolve_reference": lambda r: {**r, "__typename": "Film", "parts": [REEL]}}
        for name in ("Media", "Film")
    },
)
SIZES = InMemorySubgraph(
    "sizes",
    f"{LINK} type Reel {ENTITY('size: Int')} type Page {ENTITY('size: Int')}",
    {name: {"__resolve_reference": lambda r: {**r, "size": 3}} for name in ("Reel", "Page")},
)


async def ask(
    document: str, *subgraphs: InMemorySubgraph, fast_path: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answer, and the representations that the subgraph of the sizes was sent."""
    sent: list[dict[str, Any]] = []

    def note(subgraph: str, request: bytes, answer: dict[str, Any]) -> bytes:
        if subgraph == "sizes":
            sent.extend(json.loads(request)["variables"]["representations"])
        return json.dumps(answer).encode()

    federation = Federation.composed([SHELF, SIZES, *subgraphs])
    federation.faults = note
    answer = await federation.answer(document, fast_path=fast_path)
    return answer, sent


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize("root", ["top", "all"])
async def test_no_entity_is_asked_for_under_a_type_that_does_not_stand_there(
    root: str, *, fast_path: bool
) -> None:
    document = f"{{ {root} {{ parts {{ ... on Page {{ size }} ... on Reel {{ size }} }} }} }}"

    answer, sent = await ask(document, FILMS, fast_path=fast_path)

    film = {"parts": [{"size": 3}]}
    assert ({"top": film, "all": [film, film]}[root], [REEL]) == (answer["data"][root], sent)


@pytest.mark.parametrize("fast_path", [True, False])
async def test_nothing_is_asked_where_only_other_types_were_asked_for(*, fast_path: bool) -> None:
    document = "{ top { parts { ... on Page { size } } } }"

    answer, sent = await ask(document, FILMS, fast_path=fast_path)

    assert ({"data": {"top": {"parts": [{}]}}}, []) == (answer, sent)


def test_no_guard_is_asked_about_types_that_do_not_stand_there() -> None:
    federation = Federation.composed([SHELF, SIZES, FILMS])
    document = "{ top { parts { ... on Page { size } ... on Reel { size } } } }"
    guarded = GuardSpec(
        {"Reel": ("id",), "Page": ("id",)}, {("Reel", "size"): "reels", ("Page", "size"): "pages"}
    )

    plan = plan_operation(
        federation.graph, prepare_operation(federation.supergraph, document), guards=guarded
    )

    guards = [line.strip() for line in print_plan(plan).splitlines() if "Guard(" in line]
    expected = 'Guard(id: 0, subject: "top.parts by __fed_id", groups: [reels]),'
    assert [expected] == guards


def labels(implements: str = "") -> InMemorySubgraph:
    """Computes labels of sizes."""
    return InMemorySubgraph(
        "labels",
        f"{LINK} interface Part {{ id: ID! }} interface Labelled {{ label: String }}"
        f" type Reel implements Part {ENTITY('size: Int @external')}"
        f" type Page implements Part {ENTITY('size: Int @external')}"
        f' type Media {implements} @interfaceObject @key(fields: "id") {{'
        " id: ID! parts: [Part] @external label: String @requires("
        'fields: "parts { ... on Page { size } ... on Reel { size } }") }',
        {
            "Media": {
                "__resolve_reference": lambda r: {**r, "label": str(r["parts"][0].get("size"))}
            }
        },
    )


@pytest.mark.parametrize("fast_path", [True, False])
async def test_inputs_are_asked_for_under_types_that_stand_there(*, fast_path: bool) -> None:
    answer, sent = await ask("{ all { label } }", FILMS, labels(), fast_path=fast_path)

    assert ({"data": {"all": [{"label": "3"}] * 2}}, [REEL]) == (answer, sent)


PAGE = {"__typename": "Page", "id": "p"}
KNOWN = {
    "1": {"__typename": "Film", "parts": [REEL]},
    "2": {"__typename": "Book", "parts": [PAGE]},
}
SHOP = InMemorySubgraph(
    "shop",
    f"{LINK} type Query {{ open: Int sold: [Media] @shareable }}"
    " interface Labelled { label: String } "
    f" type Media implements Labelled @interfaceObject {ENTITY('label: String @external')}",
    {"Query": {"sold": lambda _: [{"id": "1"}, {"id": "2"}]}},
)
STORE = InMemorySubgraph(
    "store",
    f"{LINK} type Query {{ sold: [Labelled] @shareable }} interface Labelled {{ label: String }}"
    f" type Film implements Labelled {ENTITY('label: String @external')}"
    f" type Book implements Labelled {ENTITY('label: String @external')}",
)
WORKS = InMemorySubgraph(
    "works",
    f"{LINK} {TYPES} interface Media {ENTITY('parts: [Part]')}"
    f" type Film implements Media {ENTITY('parts: [Reel]')}"
    f" type Book implements Media {ENTITY('parts: [Page]')}",
    {
        name: {"__resolve_reference": lambda r: {**r, **KNOWN[r["id"]]}}
        for name in ("Media", "Film", "Book")
    },
)


@pytest.mark.parametrize("fast_path", [True, False])
async def test_types_that_narrow_differently_are_told_apart_where_their_place_lacks_the_field(
    *, fast_path: bool
) -> None:
    document = "{ open sold { label } }"

    subgraphs = [labels("implements Labelled"), SHOP, STORE, WORKS]
    answer, sent = await ask(document, *subgraphs, fast_path=fast_path)

    assert ([{"label": "3"}, {"label": "3"}], [PAGE, REEL]) == (answer["data"]["sold"], sent)
