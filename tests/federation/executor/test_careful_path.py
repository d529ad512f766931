"""What lacks something and still does not take the general path.

``Case.run`` compares each answer with that of the general path.
"""

from typing import Any

import pytest

from gateway.federation.executor.fast.program import FastSource
from gateway.federation.executor.in_use import VariantInUse
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.plan import Parallel, Sequence
from tests.federation.executor.kit import Case, entity, flatten, graph, path, root
from tests.federation.executor.test_subgraph_errors import error

GRAPH = graph("""
type Query { users: [User!] best: [Product] me: User must: User! node: Node nodes: [Node!] }
type User {
  id: ID! name: String must: Int! friend: User tags: [String] reviews: [Review!] city: City
}
type City { id: ID! name: String! }
type Review { id: ID! body: String product: Product author: User! }
type Product { upc: String! name: String price: Int! lists: [[Product!]] }
union Node = User | Product | City
""")

REVIEWS = Case(
    GRAPH,
    "users { name reviews { body author { name city { name } } } }",
    Sequence(
        (
            root(0, "a", "users { __fed_id: id }"),
            flatten(
                1,
                "b",
                "users",
                entity("User", "id=__fed_id", "name reviews { body author { __fed_id: id } }"),
            ),
            flatten(
                2,
                "c",
                "users.reviews.author",
                entity("User", "id=__fed_id", "name city { name }"),
            ),
        )
    ),
)


def user(number: int, *authors: int) -> dict[str, Any]:
    reviews = [{"body": "b", "author": {"__fed_id": str(author)}} for author in authors]
    return {"name": f"u{number}", "reviews": reviews}


def author(number: int) -> dict[str, Any]:
    return {"name": f"a{number}", "city": {"name": "Huế"}}


REGULAR: dict[str, list[Any]] = {
    "a": [{"data": {"users": [{"__fed_id": "1"}, {"__fed_id": "2"}]}}],
    "b": [{"data": {"_entities": [user(1, 1, 2), user(2, 2, 1)]}}],
    "c": [{"data": {"_entities": [author(1), author(2)]}}],
}

IRREGULAR: dict[str, tuple[str, Any]] = {
    "no users": ("a", {"data": {"users": None}, "errors": [error("users")]}),
    "no data of the root": ("a", {"data": None, "errors": [error("users")]}),
    "no data of the root, for no told field": ("a", {"data": None, "errors": [error()]}),
    "the root fetch fails": ("a", FetchFailure("gone")),
    "an unknown user": ("b", {"data": {"_entities": [None, user(2, 2)]}}),
    "a user with an error": (
        "b",
        {"data": {"_entities": [None, user(2, 2)]}, "errors": [error("_entities", 0)]},
    ),
    "a user with an error below": (
        "b",
        {
            "data": {"_entities": [None, user(2, 2)]},
            "errors": [error("_entities", 0, "reviews", 3, "body")],
        },
    ),
    "a field with an error": (
        "b",
        {
            "data": {"_entities": [{**user(1, 1), "name": None}, user(2, 2)]},
            "errors": [error("_entities", 0, "name")],
        },
    ),
    "a list with an error": (
        "b",
        {
            "data": {"_entities": [{"name": "u1", "reviews": None}, user(2, 2)]},
            "errors": [error("_entities", 0, "reviews")],
        },
    ),
    "a field below with an error": (
        "b",
        {
            "data": {
                "_entities": [
                    {"name": "u1", "reviews": [{"body": None, "author": {"__fed_id": "1"}}]},
                    user(2, 2),
                ]
            },
            "errors": [error("_entities", 0, "reviews", 0, "body")],
        },
    ),
    "an unknown author": ("c", {"data": {"_entities": [None, author(2)]}}),
    "no author, for no told reason": (
        "c",
        {"data": {"_entities": [None, None]}, "errors": [error(), error(message="more")]},
    ),
    "no list of authors": ("c", {"data": {"_entities": None}, "errors": [error("_entities")]}),
    "the authors' fetch fails": ("c", FetchFailure("gone")),
    "the users' fetch fails": ("b", FetchFailure("gone")),
    "authors that are not JSON": ("c", b"<html>"),
    "users that break off": ("b", b'{"data":{"_entities":['),
    "roots that are not JSON": ("a", b"<html>"),
    "neither authors nor errors": ("c", {"data": None}),
    "neither roots nor errors": ("a", {}),
}


@pytest.mark.parametrize("kind", IRREGULAR)
async def test_answers_that_lack_something_are_completed(kind: str) -> None:
    subgraph, answer = IRREGULAR[kind]
    asked = {"_entities": [author(2)]} if kind in ONE_AUTHOR else REGULAR["c"][0]["data"]
    answers = {**REGULAR, "c": [{"data": asked}], subgraph: [answer]}
    _, _, outcome = await REVIEWS.run(answers)

    assert not outcome.is_general


ONE_AUTHOR = {
    "an unknown user",
    "a user with an error",
    "a user with an error below",
    "a list with an error",
}

BEYOND: dict[str, tuple[str, Any]] = {
    "too few entities": ("c", {"data": {"_entities": [None]}, "errors": [error()]}),
    "no list and no error": ("c", {"data": {"_entities": None}}),
    "an error where there is a value": (
        "c",
        {"data": {"_entities": [author(1), author(2)]}, "errors": [error("_entities", 0, "name")]},
    ),
    "an error at something that nobody asked": (
        "c",
        {"data": {"_entities": [author(1), author(2)]}, "errors": [error("_entities", 0, "x")]},
    ),
    "an error below a leaf": (
        "c",
        {
            "data": {"_entities": [author(1), author(2)]},
            "errors": [error("_entities", 0, "name", "x")],
        },
    ),
    "an error at an index of no list": (
        "c",
        {"data": {"_entities": [author(1), author(2)]}, "errors": [error("_entities", 0, 0)]},
    ),
    "an error of no field beside data": (
        "c",
        {"data": {"_entities": [author(1), None]}, "errors": [error()]},
    ),
    "an error of no field beside root data": (
        "a",
        {"data": REGULAR["a"][0]["data"], "errors": [error()]},
    ),
    "an error of an unknown root field": ("a", {"data": None, "errors": [error("x")]}),
    "a null that may not be": (
        "c",
        {"data": {"_entities": [{"name": "a", "city": {"name": None}}, author(2)]}},
    ),
}


@pytest.mark.parametrize("kind", BEYOND)
async def test_the_rest_is_left_to_the_general_path(kind: str) -> None:
    subgraph, answer = BEYOND[kind]
    _, _, outcome = await REVIEWS.run({**REGULAR, subgraph: [answer]})

    assert outcome.is_general


async def test_an_error_is_told_at_every_place_of_a_shared_object() -> None:
    broken = {"data": {"_entities": [{**author(1), "city": None}, author(2)]}}
    broken["errors"] = [error("_entities", 0, "city", "name")]  # type: ignore[assignment]
    response, _, outcome = await REVIEWS.run({**REGULAR, "c": [broken]})
    paths = [
        ["users", 0, "reviews", 0, "author", "city", "name"],
        ["users", 1, "reviews", 1, "author", "city", "name"],
    ]

    assert paths == [item["path"] for item in response["errors"]]
    assert not outcome.is_general


async def test_a_null_goes_up_to_the_nearest_field_that_may_be_null() -> None:
    case = Case(
        GRAPH,
        "nodes { ... on User { id reviews { author { must } body } } } me { id }",
        Sequence(
            (
                root(
                    0,
                    "a",
                    "nodes { __typename ... on User { id reviews {"
                    " body author { __fed_id: id } } } } me { id }",
                ),
                flatten(
                    1,
                    "b",
                    "nodes|User.reviews.author",
                    entity("User", "id=__fed_id", "must"),
                ),
            )
        ),
    )
    reviews = user(1, 1, 2)["reviews"]
    listed = [
        {"__typename": "User", "id": "7", "reviews": reviews},
        {"__typename": "User", "id": "8", "reviews": [reviews[1]]},
        {"__typename": "User", "id": "9", "reviews": None},
    ]
    for answer in ([{"must": 5}, None], [None, {"must": 5}]):
        response, _, outcome = await case.run(
            {
                "a": [{"data": {"nodes": listed, "me": {"id": "1"}}}],
                "b": [{"data": {"_entities": answer}}],
            }
        )

        assert not outcome.is_general
        assert None is response["data"]["nodes"][0]["reviews"]
        assert {"UNEXPECTED_NULL"} == {item["extensions"]["code"] for item in response["errors"]}


async def test_a_null_in_lists_of_lists_goes_up_one_list() -> None:
    case = Case(
        GRAPH,
        "best { lists { price } }",
        Sequence(
            (
                root(0, "a", "best { lists { __fed_upc: upc } }"),
                flatten(1, "b", "best.lists", entity("Product", "upc=__fed_upc", "price")),
            )
        ),
    )
    lists = [[{"__fed_upc": "1"}, {"__fed_upc": "2"}], [{"__fed_upc": "1"}], None]
    response, _, outcome = await case.run(
        {
            "a": [{"data": {"best": [None, {"lists": lists}]}}],
            "b": [{"data": {"_entities": [{"price": 5}, None]}}],
        }
    )

    assert [None, {"lists": [None, [{"price": 5}], None]}] == response["data"]["best"]
    assert not outcome.is_general


async def test_a_null_that_nothing_takes_up_is_null_data() -> None:
    case = Case(
        GRAPH,
        "must { must }",
        Sequence(
            (
                root(0, "a", "must { __fed_id: id }"),
                flatten(1, "b", "must", entity("User", "id=__fed_id", "must")),
            )
        ),
    )
    response, _, outcome = await case.run(
        {"a": [{"data": {"must": {"__fed_id": "1"}}}], "b": [FetchFailure("gone")]}
    )

    assert None is response["data"]
    assert [["must", "must"]] == [item["path"] for item in response["errors"]]
    assert not outcome.is_general
    assert ["SUBREQUEST_HTTP_ERROR"] == [failure.code for failure in outcome.failures]


async def test_an_error_inside_a_list_of_leaves_keeps_its_index() -> None:
    case = Case(GRAPH, "me { tags }", root(0, "a", "me { tags }"))
    response, _, outcome = await case.run(
        {"a": [{"data": {"me": {"tags": ["x", None]}}, "errors": [error("me", "tags", 1)]}]}
    )

    assert [["me", "tags", 1]] == [item["path"] for item in response["errors"]]
    assert not outcome.is_general


async def test_entities_of_several_types_in_one_call_may_be_null() -> None:
    case = Case(
        GRAPH,
        "me { name } best { price }",
        Sequence(
            (
                Parallel(
                    (root(0, "a", "me { __fed_id: id }"), root(1, "b", "best { __fed_upc: upc }"))
                ),
                flatten(
                    2,
                    "c",
                    "me best",
                    entity("User", "id=__fed_id", "name", paths=(path("me"),)),
                    entity("Product", "upc=__fed_upc", "price", paths=(path("best"),)),
                ),
            )
        ),
    )
    response, _, outcome = await case.run(
        {
            "a": [{"data": {"me": {"__fed_id": "1"}}}],
            "b": [{"data": {"best": [{"__fed_upc": "1"}, {"__fed_upc": "2"}]}}],
            "c": [
                {
                    "data": {"_entities": [None, {"__fed_typename": "Product", "price": 5}, None]},
                    "errors": [error("_entities", 2, "price")],
                }
            ],
        }
    )

    assert {"me": {"name": None}, "best": [{"price": 5}, None]} == response["data"]
    assert [["best", 1, "price"]] == [item["path"] for item in response["errors"]]
    assert not outcome.is_general


def in_use(case: Case) -> VariantInUse:
    return case.compiled(fast_path=True).variant({})


async def test_the_careful_path_stays_until_an_answer_is_regular() -> None:
    used = in_use(REVIEWS)

    assert used.fast_path() is not None
    assert used.careful_path(is_taken_over=False) is None

    careful = used.careful_path(is_taken_over=True)
    used.careful_path_done(was_regular=False)

    assert careful is not None
    assert used.fast_path() is None
    assert careful is used.careful_path(is_taken_over=False)

    used.careful_path_done(was_regular=True)

    assert used.fast_path() is not None


async def test_a_plan_that_is_beyond_the_faster_paths_is_tried_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gateway.federation.executor import in_use as module

    tried: list[FastSource] = []
    monkeypatch.setattr(module, "compile_careful_path", tried.append)
    used = in_use(REVIEWS)
    used.fast_path()
    for _ in range(2):
        assert used.careful_path(is_taken_over=True) is None

    assert 1 == len(tried)
