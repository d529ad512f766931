"""Where the careful path puts nulls and errors; ``Case.run`` compares with the general path."""

from gateway.federation.executor.ports import FetchFailure
from gateway.federation.plan import Parallel, Sequence
from tests.federation.executor.careful_kit import GRAPH, REGULAR, REVIEWS, author, user
from tests.federation.executor.error_kit import error
from tests.federation.executor.kit import Case, entity, flatten, path, root


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
