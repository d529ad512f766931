"""What authorization refused before planning keeps its place: null, with its error."""

from dataclasses import replace
from typing import Any

from gateway.federation.executor.compiled import ExecutionOptions, compile_plan, execute
from gateway.federation.plan import OperationKind, QueryPlan
from gateway.federation.selection import Denial, Field, InlineFragment, Selection
from tests.federation.executor.kit import Case, ScriptedSubgraphs, graph, operation, root

GRAPH = graph("""
type Query { people: [Person] pet: Pet pets: [Pet!] me: Person! secret: Int }
type Person { id: ID! name: String salary: Int code: Int! }
interface Pet { name: String }
type Cat implements Pet { name: String lives: Int }
type Dog implements Pet { name: String }
""")
DENIAL = Denial("Not for you", "UNAUTHORIZED_FIELD_OR_TYPE")


def denied(selections: tuple[Selection, ...], *names: str) -> tuple[Selection, ...]:
    marked: list[Selection] = []
    for item in selections:
        below = denied(item.selections, *names)
        if isinstance(item, InlineFragment):
            marked.append(replace(item, selections=below))
        else:
            denial = DENIAL if item.name in names else None
            marked.append(replace(item, selections=below, denial=denial))
    return tuple(marked)


def refused(*places: Any) -> list[dict[str, Any]]:
    extensions = {"code": "UNAUTHORIZED_FIELD_OR_TYPE"}
    return [
        {"message": "Not for you", "path": list(place), "extensions": extensions}
        for place in places
    ]


def case(text: str, fetched: str, *names: str) -> Case:
    asked = operation(GRAPH, text)
    return Case(
        GRAPH,
        text,
        root(0, "a", fetched) if fetched else None,
        operation=replace(asked, selections=denied(asked.selections, *names)),
    )


async def test_a_denied_field_is_null_at_every_place_in_the_clients_order() -> None:
    response, _, outcome = await case(
        "people { pay: salary name }", "people { name }", "salary"
    ).run({"a": [{"data": {"people": [{"name": "A"}, None, {"name": "B"}]}}]})

    assert {
        "data": {"people": [{"pay": None, "name": "A"}, None, {"pay": None, "name": "B"}]},
        "errors": refused(["people", 0, "pay"], ["people", 2, "pay"]),
    } == response
    assert ["pay", "name"] == list(response["data"]["people"][0])
    assert not outcome.is_general


async def test_a_denied_non_null_field_nulls_its_parent() -> None:
    response, _, _ = await case("people { code name }", "people { name }", "code").run(
        {"a": [{"data": {"people": [{"name": "A"}]}}]}
    )

    assert {"data": {"people": [None]}, "errors": refused(["people", 0, "code"])} == response


async def test_a_denied_field_below_a_non_null_root_field_nulls_the_data() -> None:
    response, _, _ = await case("me { code name }", "me { name }", "code").run(
        {"a": [{"data": {"me": {"name": "A"}}}]}
    )

    assert {"data": None, "errors": refused(["me", "code"])} == response


async def test_an_operation_of_denied_fields_asks_nobody() -> None:
    response, subgraphs, _ = await case("secret", "", "secret").run({})

    assert {"data": {"secret": None}, "errors": refused(["secret"])} == response
    assert [] == subgraphs.requests


async def test_a_field_is_denied_only_for_the_member_that_it_is_denied_on() -> None:
    text = "pets { name ... on Cat { lives } }"
    response, _, outcome = await case(
        text, "pets { __fed_typename: __typename name }", "lives"
    ).run(
        {
            "a": [
                {
                    "data": {
                        "pets": [
                            {"__fed_typename": "Dog", "name": "d"},
                            {"__fed_typename": "Cat", "name": "c"},
                        ]
                    }
                }
            ]
        }
    )

    assert {
        "data": {"pets": [{"name": "d"}, {"name": "c", "lives": None}]},
        "errors": refused(["pets", 1, "lives"]),
    } == response
    assert not outcome.is_general


async def test_a_field_that_is_also_asked_where_it_is_permitted_has_its_value() -> None:
    asked = operation(GRAPH, "pets { name ... on Cat { name } }")
    pets = asked.selections[0]
    assert isinstance(pets, Field)
    first = pets.selections[0]
    assert isinstance(first, Field)
    marked = replace(pets, selections=(replace(first, denial=DENIAL), *pets.selections[1:]))
    mixed = Case(
        GRAPH,
        "",
        root(0, "a", "pets { __fed_typename: __typename ... on Cat { name } }"),
        operation=replace(asked, selections=(marked,)),
    )
    response, _, _ = await mixed.run(
        {
            "a": [
                {
                    "data": {
                        "pets": [{"__fed_typename": "Cat", "name": "c"}, {"__fed_typename": "Dog"}]
                    }
                }
            ]
        }
    )

    assert {
        "data": {"pets": [{"name": "c"}, {"name": None}]},
        "errors": refused(["pets", 1, "name"]),
    } == response


async def test_an_object_of_a_denied_type_is_null_with_an_error() -> None:
    """T25: not even its typename shows."""
    asked = operation(GRAPH, "pets { __typename } pet { name }")
    fetched = root(
        0, "a", "pets { __fed_typename: __typename } pet { __fed_typename: __typename name }"
    )
    plan = QueryPlan(OperationKind.QUERY, fetched)
    answer = {
        "data": {
            "pets": [{"__fed_typename": "Dog"}],
            "pet": {"__fed_typename": "Cat", "name": "c"},
        }
    }
    bodies = []
    for fast_path in (True, False):
        options = ExecutionOptions(fast_path=fast_path, fast_path_after=1)
        compiled = compile_plan(GRAPH, asked, plan, options, frozenset({"Cat"}))
        outcome = await execute(compiled, {}, ScriptedSubgraphs({"a": [answer]}))
        bodies.append(outcome.body)

    assert bodies[0] == bodies[1]
    assert bodies[0].startswith(b'{"data":{"pets":[{"__typename":"Dog"}],"pet":null},"errors":')
    assert [("pet",)] == [error.path for error in outcome.errors]
    assert ["UNAUTHORIZED_FIELD_OR_TYPE"] == [error.error.code for error in outcome.errors]


async def test_an_object_that_tells_no_type_is_not_taken_for_the_only_one_permitted() -> None:
    """T25: it may be of the denied one."""
    asked = operation(GRAPH, "pets { name }")
    plan = QueryPlan(OperationKind.QUERY, root(0, "a", "pets { __fed_typename: __typename name }"))
    answer = {"data": {"pets": [{"__fed_typename": "Dog", "name": "d"}, {"name": "c"}]}}
    bodies = []
    for fast_path in (True, False):
        options = ExecutionOptions(fast_path=fast_path, fast_path_after=1)
        compiled = compile_plan(GRAPH, asked, plan, options, frozenset({"Cat"}))
        bodies.append((await execute(compiled, {}, ScriptedSubgraphs({"a": [answer]}))).body)

    assert bodies[0] == bodies[1]
    assert b'"c"' not in bodies[0]
