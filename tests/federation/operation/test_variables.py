"""Coercion of variables; its errors never repeat a value."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import build_schema, parse

from gateway.federation.operation.errors import OperationError
from gateway.federation.operation.model import Operation
from gateway.federation.operation.variables import coerce_variables
from gateway.federation.plan import OperationKind

SCHEMA = build_schema(
    """
    enum Colour { RED GREEN }
    input Filter { colour: Colour! sizes: [Int!] text: String = "any" }
    input Tree { leaf: Int tree: Tree }
    input Pick @oneOf { a: Int b: String }
    type Query { find(filter: Filter, id: ID, n: Int, x: Float, tree: Tree, pick: Pick): Int }
    """
)


def operation(variables: str) -> Operation:
    node: Any = parse(f"query ({variables}) {{ find }}").definitions[0]
    return Operation(
        OperationKind.QUERY, None, "Query", (), (), SCHEMA, tuple(node.variable_definitions)
    )


def messages(variables: str, values: dict[str, Any]) -> list[str]:
    with pytest.raises(OperationError) as caught:
        coerce_variables(operation(variables), values)
    assert {"BAD_USER_INPUT"} == {error.code for error in caught.value.errors}
    return [error.message for error in caught.value.errors]


def test_an_operation_without_variables_takes_none() -> None:
    node = Operation(OperationKind.QUERY, None, "Query", (), (), SCHEMA)

    assert {} == coerce_variables(node, {"other": 1})


def test_values_are_coerced_and_defaults_filled_in() -> None:
    actual = coerce_variables(
        operation("$id: ID, $n: Int = 3, $filter: Filter"),
        {"id": 7, "filter": {"colour": "RED"}, "other": 1},
    )

    assert {"id": "7", "n": 3, "filter": {"colour": "RED", "text": "any"}} == actual


def test_a_missing_value() -> None:
    assert ['Variable "$n" of required type "Int!" was not provided.'] == messages("$n: Int!", {})


def test_a_wrong_value_is_not_repeated() -> None:
    assert ['Variable "$n" has an invalid value: "Int" is expected.'] == messages(
        "$n: Int", {"n": "secret"}
    )


def test_the_place_in_an_input_object_is_named() -> None:
    actual = messages("$f: Filter", {"f": {"colour": "SECRET", "sizes": [1, "secret"]}})

    assert [
        'Variable "$f" has an invalid value at "colour": "Colour!" is expected.',
        'Variable "$f" has an invalid value at "sizes.1": "Int!" is expected.',
    ] == actual


def test_unknown_input_fields() -> None:
    actual = messages("$f: Filter", {"f": {"colour": "RED", "secret": 1}})

    assert not any("secret" in message for message in actual)


def test_null_for_a_required_variable() -> None:
    assert ['Variable "$n" has an invalid value: "Int!" is expected.'] == messages(
        "$n: Int!", {"n": None}
    )


def test_what_may_be_missing_is_not_told_beside_what_is_missing() -> None:
    actual = messages("$id: ID, $m: Int! = 3, $n: Int!", {})

    assert ['Variable "$n" of required type "Int!" was not provided.'] == actual


def test_a_list_where_an_object_belongs() -> None:
    actual = messages("$f: Filter", {"f": {"colour": "RED", "sizes": {"1": 2}}})

    assert ['Variable "$f" has an invalid value at "sizes": "[Int!]" is expected.'] == actual


def test_the_required_fields_that_an_object_lacks_are_named() -> None:
    actual = messages("$f: [Filter]", {"f": [{"colour": "RED"}, {"sizes": []}]})

    assert [
        'Variable "$f" has an invalid value at "1": "Filter" is expected; it lacks colour.'
    ] == actual


def test_that_an_object_has_unknown_fields_is_told_without_their_names() -> None:
    actual = messages("$f: Filter", {"f": {"colour": "RED", "secret": 1}})

    assert [
        'Variable "$f" has an invalid value: "Filter" is expected; it has fields of other names.'
    ] == actual


@pytest.mark.parametrize(
    ("variables", "values", "expected"),
    [
        ("$n: Int", {}, {}),
        ("$n: Int = 3", {"n": None}, {"n": None}),
        ("$n: Int! = 3", {}, {"n": 3}),
        ("$n: Int", {"n": 3.0}, {"n": 3}),
        ("$s: [Int!]", {"s": 3}, {"s": [3]}),
        ("$s: [[Int]]", {"s": 3}, {"s": [[3]]}),
        ("$s: [[Int]]", {"s": [None, [None]]}, {"s": [None, [None]]}),
        (
            "$f: Filter",
            {"f": {"colour": "RED", "text": None}},
            {"f": {"colour": "RED", "text": None}},
        ),
        (
            "$f: Filter",
            {"f": {"colour": "GREEN", "sizes": 4}},
            {"f": {"colour": "GREEN", "sizes": [4], "text": "any"}},
        ),
    ],
)
def test_input_coercion_of_the_specification(
    variables: str, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Sections 3.11 "List" and 6.1.2: absent is not null, a default is for absent values only."""
    assert expected == coerce_variables(operation(variables), values)


@pytest.mark.parametrize(
    ("variables", "value"),
    [
        ("$n: Int", 2**31),
        ("$n: Int", 3.5),
        ("$n: Int", True),
        ("$n: Float", "1"),
        ("$n: String", 1),
        ("$n: Boolean", 0),
        ("$n: ID", 1.5),
        ("$n: Colour", "red"),
        ("$n: Colour", 1),
        ("$n: [Int]", ["1"]),
        ("$n: Filter", []),
        ("$n: Filter", "RED"),
        ("$n: Pick", {}),
        ("$n: Pick", {"a": None}),
        ("$n: Pick", {"a": 1, "b": "x"}),
    ],
)
def test_a_value_of_another_kind_is_refused(variables: str, value: object) -> None:
    assert 1 == len(messages(variables, {"n": value}))


def test_only_so_many_problems_are_told() -> None:
    assert 20 == len(messages("$n: [Int]", {"n": ["secret"] * 50}))


def test_a_problem_has_the_place_of_its_variables_definition() -> None:
    with pytest.raises(OperationError) as caught:
        coerce_variables(operation("$id: ID,\n  $n: Int!"), {})

    assert [((2, 3),)] == [error.locations for error in caught.value.errors]


def test_a_place_deep_inside_is_named_with_its_own_type() -> None:
    actual = messages(
        "$f: [Filter!]!", {"f": [{"colour": "RED"}, {"colour": "RED", "sizes": [1, None]}]}
    )

    assert ['Variable "$f" has an invalid value at "1.sizes.1": "Int!" is expected.'] == actual


def test_an_object_that_is_nested_beyond_reason_is_refused() -> None:
    tree: dict[str, Any] = {"leaf": 1}
    for _ in range(500):
        tree = {"tree": tree}

    assert ["The variables are invalid."] == messages("$t: Tree", {"t": tree})


@pytest.mark.parametrize("variables", ["$f: Filter", "$f: [Filter!]", "$f: [[Filter]!]!"])
def test_a_place_inside_a_single_value_for_a_list_is_named_with_its_own_type(
    variables: str,
) -> None:
    """An object may stand for a list of itself (section 3.11)."""
    actual = messages(variables, {"f": {"colour": "secret", "sizes": "secret"}})

    assert [
        'Variable "$f" has an invalid value at "colour": "Colour!" is expected.',
        'Variable "$f" has an invalid value at "sizes": "[Int!]" is expected.',
    ] == actual


def test_a_problem_in_a_document_without_places_has_none() -> None:
    """Section 7.1.2: a location is told where there is one."""
    document = parse("query ($n: Int!) { find }", no_location=True)
    node: Any = document.definitions[0]
    asked = replace(operation("$n: Int!"), variable_nodes=tuple(node.variable_definitions))
    with pytest.raises(OperationError) as caught:
        coerce_variables(asked, {})

    assert () == caught.value.locations
