"""Whatever subgraphs answer: no path raises, and all answer and ask the same, byte for byte.

Answers are good ones with a few things changed at random, the same for all paths.
"""

import asyncio
import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.federation.executor.compiled import CompiledPlan, execute
from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.plan import KeyField, Parallel, Sequence
from tests.federation.executor.careful_kit import GRAPH, REVIEWS
from tests.federation.executor.guard_kit import MEMBERS, Table
from tests.federation.executor.kit import Case, entity, flatten, graph, path, root
from tests.federation.executor.test_inherited_guards import case as inherited
from tests.federation.executor.test_subgraph_errors import requiring
from tests.federation.executor.test_subject_checks import CHECKED

ROUNDS = 250

Entity = Callable[[dict[str, Any]], Any]


@dataclass
class Subgraphs:
    """Answers each request by what it asks, changed by chance that depends on the request alone.

    Attributes:
        data: The root data of each subgraph.
        entities: Makes an entity of each subgraph from its representation.
        seed: Of the chance.
    """

    data: dict[str, Any]
    entities: dict[str, Entity]
    seed: int
    requests: list[SubgraphRequest] = field(default_factory=list)

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        self.requests.append(request)
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        chance = random.Random(f"{self.seed} {request.subgraph} {request.body!r}")
        future.set_result(self._answer(request, chance))
        return future

    def _answer(self, request: SubgraphRequest, chance: random.Random) -> bytes | FetchFailure:
        variables = json.loads(request.body)["variables"]
        lists = {name: value for name, value in variables.items() if isinstance(value, list)}
        if lists:
            names = list(lists)
            aliases = ["_entities"] if len(names) == 1 else [f"_entities_{i}" for i in range(9)]
            make = self.entities[request.subgraph]
            data = {
                alias: [make(item) for item in lists[name]]
                for alias, name in zip(aliases, names, strict=False)
            }
        else:
            data = copy.deepcopy(self.data[request.subgraph])
        answer: Any = {"data": data}
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 3))):
            answer = changed(answer, chance)
        if isinstance(answer, dict) and chance.random() < 0.4:
            answer["errors"] = [failed(answer, chance) for _ in range(chance.randint(1, 3))]
        if chance.random() < 0.05:
            return FetchFailure("gone")
        return json.dumps(answer).encode()


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything inside a value."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (*at, key)
        yield from places(item, (*at, key))


def changed(answer: Any, chance: random.Random) -> Any:
    """An answer with one thing changed."""
    found = list(places(answer))
    if not found:
        return answer
    *above, key = chance.choice(found)
    holder = answer
    for step in above:
        holder = holder[step]
    if chance.random() < 0.15:
        del holder[key]
    elif chance.random() < 0.1:
        holder[key] = [holder[key]]
    elif isinstance(holder, list) and chance.random() < 0.3:
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[key] = chance.choice(ODD)()
    return answer


ODD: list[Callable[[], Any]] = [
    *[lambda: None] * 8,
    lambda: 5,
    lambda: 1.5,
    lambda: 2**70,
    lambda: True,
    lambda: "x",
    lambda: "User",
    list,
    dict,
    lambda: [None],
    lambda: [[]],
    lambda: {"name": "y", "id": "2"},
]


def failed(answer: dict[str, Any], chance: random.Random) -> Any:
    """An entry of ``errors``."""
    found = [place for place in places(answer.get("data")) if place]
    at = list(chance.choice(found)) if found else ["me"]
    kind = chance.random()
    if kind < 0.15:
        return {"message": "none"}
    if kind < 0.3:
        at.append(chance.choice(["name", 0, "x", -1]))
    elif kind < 0.4:
        at[chance.randrange(len(at))] = chance.choice(["name", 7, "x", -1, 1.5, None])
    return {"message": f"at {len(at)}", "path": at, "extensions": {"code": "BROKEN"}}


LISTS = Case(
    GRAPH,
    "best { lists { upc name price } } again: best { price }",
    Sequence(
        (
            root(0, "a", "best { lists { upc } } again: best { __fed_upc: upc }"),
            Parallel(
                (
                    flatten(1, "b", "best.lists", entity("Product", "upc", "name")),
                    flatten(
                        2,
                        "c",
                        "best.lists again",
                        entity("Product", "upc", "price", paths=(path("best.lists"),)),
                        entity(
                            "Product", "upc=__fed_upc", "price", paths=(path("again"),), call=1
                        ),
                    ),
                )
            ),
        )
    ),
)
IDS = Case(
    GRAPH,
    "users { id name friend { id } city { id } reviews { id } }",
    Sequence(
        (
            root(0, "a", "users { id city { id } reviews { id } }"),
            flatten(1, "b", "users", entity("User", "id", "name friend { id }")),
        )
    ),
)
UNION = Case(
    GRAPH,
    "nodes { __typename ... on User { name must } ... on Product { price } }",
    Sequence(
        (
            root(
                0,
                "a",
                "nodes { __typename ... on User { __fed_id: id name }"
                " ... on Product { __fed_upc: upc } ... on City { __fed_id: id } }",
            ),
            flatten(
                1,
                "b",
                "nodes|User nodes|Product",
                entity("User", "id=__fed_id", "must", paths=(path("nodes|User"),)),
                entity("Product", "upc=__fed_upc", "price", paths=(path("nodes|Product"),)),
            ),
        )
    ),
)
ODD_GRAPH = graph("""
scalar Any
type Query { boxes: [Box!] box: Box }
type Box { id: Any size: Size! owner: Owner any: Any anys: [Any!] tags: [[String!]] weight: Float }
type Size { height: Int! width: Int }
type Owner { name: String! }
""")
KEYS = Case(
    ODD_GRAPH,
    "boxes { weight any anys tags owner { name } } box { size { height } weight }",
    Sequence(
        (
            root(
                0,
                "a",
                "boxes { __fed_id: id __fed_size: size { height width } any anys }"
                " box { size { height width } __fed_id: id }",
            ),
            Parallel(
                (
                    flatten(
                        1,
                        "b",
                        "boxes",
                        entity(
                            "Box",
                            "",
                            "weight tags owner { name }",
                            fields=(
                                KeyField("id", "__fed_id"),
                                KeyField(
                                    "size",
                                    "__fed_size",
                                    (KeyField("height", "height"), KeyField("width", "width")),
                                ),
                            ),
                            required=frozenset({"size"}),
                        ),
                    ),
                    flatten(2, "c", "box", entity("Box", "id=__fed_id", "weight")),
                )
            ),
        )
    ),
)


REQUIRING = Case(
    requiring(),
    "users { name more }",
    Sequence(
        (
            root(0, "a", "users { __fed_id: id __fed_city: city { name } }"),
            flatten(
                1,
                "b",
                "users",
                entity(
                    "User",
                    "",
                    "name more",
                    fields=(
                        KeyField("id", "__fed_id"),
                        KeyField("city", "__fed_city", (KeyField("name", "name"),)),
                    ),
                    required=frozenset({"city"}),
                ),
            ),
        )
    ),
)


def below(given: dict[str, Any]) -> Any:
    """What stands below guarded members, and in it."""
    if given.get("__typename") == "Note":
        return {"text": f"t{given.get('id')}"}
    return {"notes": [{"__fed_note": "n1"}, {"__fed_note": f"n{given.get('id')}"}]}


def user(given: dict[str, Any]) -> Any:
    reviews = [{"body": "b", "author": {"__fed_id": number}} for number in "12"]
    return {"name": f"u{given.get('id')}", "reviews": reviews}


def node(given: dict[str, Any]) -> Any:
    if given.get("__typename") == "User":
        return {"__fed_typename": "User", "must": 5}
    return {"__fed_typename": "Product", "price": 7}


SIZE = {"height": 5, "width": None}
PRODUCTS = [[{"upc": "1"}, {"upc": "2"}], None, [{"upc": "1"}], []]
NODES = [
    {"__typename": "User", "__fed_id": "1", "name": "An"},
    {"__typename": "Product", "__fed_upc": "1"},
    {"__typename": "City", "__fed_id": "3"},
    None,
    {"__typename": "User", "__fed_id": "1", "name": "An"},
]
BOX = {"__fed_id": {"x": 2**65}, "__fed_size": SIZE, "any": [None, {"x": []}], "anys": [1, [2]]}


def member(number: int, *abouts: object) -> dict[str, Any]:
    notes = [{"__fed_about": about, "__fed_note": f"n{about}"} for about in abouts]
    return {"__fed_id": str(number), "notes": notes}


@dataclass
class Scenario:
    """A case with the good answers of its subgraphs.

    Attributes:
        case: The case.
        data: The root data of each subgraph.
        entities: Makes an entity of each subgraph from its representation.
        permitted: What its guards permit, by subject; ``None`` if it has none.
    """

    case: Case
    data: dict[str, Any]
    entities: dict[str, Entity]
    permitted: dict[object, str] | None = None

    def guard(self) -> Table | None:
        return None if self.permitted is None else Table(self.permitted)


SCENARIOS = {
    "entities below entities": Scenario(
        REVIEWS,
        {"a": {"users": [{"__fed_id": "1"}, {"__fed_id": "2"}]}},
        {"b": user, "c": lambda given: {"name": str(given.get("id")), "city": {"name": "Huế"}}},
    ),
    "ids that are numbers": Scenario(
        REVIEWS,
        {"a": {"users": [{"__fed_id": 1}, {"__fed_id": 2}, {"__fed_id": "1"}]}},
        {
            "b": lambda given: {
                **user(given),
                "reviews": [{"body": "b", "author": {"__fed_id": number}} for number in (1, "1")],
            },
            "c": lambda given: {"name": str(given.get("id")), "city": {"name": "Huế"}},
        },
    ),
    "numbers as ids that clients see": Scenario(
        IDS,
        {
            "a": {
                "users": [
                    {"id": 1, "city": {"id": 5}, "reviews": [{"id": 1}, {"id": "1"}]},
                    {"id": 1, "city": None, "reviews": [{"id": 7}]},
                ]
            }
        },
        {"b": lambda given: {"name": "x", "friend": {"id": given.get("id")}}},
    ),
    "lists of lists and aliased calls": Scenario(
        LISTS,
        {"a": {"best": [{"lists": PRODUCTS}, {"lists": None}], "again": [{"__fed_upc": "2"}]}},
        {"b": lambda given: {"name": str(given["upc"])}, "c": lambda _: {"price": 7}},
    ),
    "members of a union": Scenario(UNION, {"a": {"nodes": NODES}}, {"b": node}),
    "odd scalars and objects in keys": Scenario(
        KEYS,
        {
            "a": {
                "boxes": [BOX, {**BOX, "__fed_id": 1.5}, BOX],
                "box": {"size": SIZE, "__fed_id": "7"},
            }
        },
        {
            "b": lambda _: {"weight": 0.5, "tags": [["x"], None], "owner": {"name": "An"}},
            "c": lambda _: {"weight": 2**64},
        },
    ),
    "inputs that others need": Scenario(
        REQUIRING,
        {"a": {"users": [{"__fed_id": str(i), "__fed_city": {"name": "Huế"}} for i in range(3)]}},
        {"b": lambda given: {"name": str(given.get("id")), "more": "m"}},
    ),
    "guarded entities": Scenario(
        MEMBERS,
        {"a": {"members": [{"__fed_id": str(number)} for number in (1, 2, 3, 1)]}},
        {"a": lambda given: {"name": f"m{given.get('id')}", "score": 5}},
        {"1": "who", "2": "who rank"},
    ),
    "entities below guarded ones": Scenario(
        inherited("__fed_id: id", ("__fed_id",)),
        {"a": {"members": [{"__fed_id": number} for number in "1231"]}},
        {"b": below},
        {"1": "talk", "2": ""},
    ),
    "children that must be about their parents": Scenario(
        CHECKED,
        {"a": {"members": [member(1, "1", "1"), member(2, "2"), member(1, "1")]}},
        {"a": lambda given: {"text": f"t{given.get('id')}"}},
        {"1": "talk", "2": "talk"},
    ),
}


@dataclass
class Told:
    """What one execution answered and asked."""

    body: bytes
    failures: list[tuple[str, str, str]]
    asked: list[bytes]

    @classmethod
    def of(cls, outcome: ExecutionOutcome, subgraphs: Subgraphs) -> "Told":
        failures = sorted((item.subgraph, item.code, item.message) for item in outcome.failures)
        return cls(outcome.body, failures, sorted(item.body for item in subgraphs.requests))


@pytest.mark.parametrize("name", SCENARIOS)
async def test_all_paths_agree_whatever_is_answered(name: str) -> None:
    scenario = SCENARIOS[name]
    general, faster = (scenario.case.compiled(fast_path) for fast_path in (False, True))

    async def told(compiled: CompiledPlan, seed: int) -> tuple[Told, bool]:
        subgraphs = Subgraphs(scenario.data, scenario.entities, seed)
        outcome = await execute(compiled, {}, subgraphs, scenario.guard(), "scope")
        return Told.of(outcome, subgraphs), outcome.is_general

    ways = set()
    for seed in range(ROUNDS):
        expected, _ = await told(general, seed)
        faster.variant({}).careful_path_done(was_regular=True)
        first, was_general = await told(faster, seed)
        again, _ = await told(faster, seed)
        ways.add(was_general)

        assert (seed, expected) == (seed, first)
        assert (seed, expected) == (seed, again)

    assert {True, False} == ways
