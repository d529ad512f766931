"""Plans of many kinds, with good answers of their subgraphs."""

from dataclasses import dataclass
from typing import Any

from gateway.federation.plan import KeyField, Parallel, Sequence
from tests.federation.executor.careful_kit import GRAPH, REVIEWS
from tests.federation.executor.error_kit import requiring
from tests.federation.executor.guard_kit import MEMBERS, Table
from tests.federation.executor.kit import Case, entity, flatten, graph, path, root
from tests.federation.executor.random_answers import Entity
from tests.federation.executor.test_inherited_guards import case as inherited
from tests.federation.executor.test_subject_checks import CHECKED

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
