"""Completion of merged data: leaves, lists, abstract types, null propagation."""

from typing import Any

import pytest
from graphql import build_schema, is_abstract_type

from gateway.federation.response.completion import TYPE_SLOT, ResponseShape, compile_response
from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    Fault,
    fault,
    with_error,
)
from gateway.federation.response.fields import TypeConditions
from gateway.federation.selection import Denial
from tests.federation.executor.kit import select

SCHEMA = build_schema("""
scalar Any
enum Colour { RED GREEN }
interface Named { name: String }
interface Hunter { prey: Hunter }
interface Flier { height: Int }
type Owl implements Hunter & Flier { prey: Hunter height: Int! }
type Hawk implements Hunter & Flier { prey: Owl height: Int }
union Bird = Owl | Hawk
type Cat implements Named { name: String lives: Int! friend: Named }
type Dog implements Named { name: String! }
union Pet = Cat | Dog
type Query {
  int: Int float: Float string: String boolean: Boolean id: ID colour: Colour any: Any
  list: [Int] required: [Int!] matrix: [[Int!]]! named: Named pet: Pet pets: [Pet!] cat: Cat
  hunter: Hunter bird: Bird
}
""")
TYPES = TypeConditions(
    SCHEMA,
    {
        name: frozenset(item.name for item in SCHEMA.get_possible_types(kind))
        for name, kind in SCHEMA.type_map.items()
        if is_abstract_type(kind)
    },
)


def shape(text: str, denied_types: dict[str, Denial] | None = None) -> ResponseShape:
    return compile_response(SCHEMA, "Query", select(text), TYPES, denied_types)


def complete(text: str, data: dict[Any, Any]) -> tuple[Any, list[tuple[str, Any]]]:
    completed, errors = shape(text).complete(data)
    return completed, [(error.error.code, error.path) for error in errors]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("int", 2147483647, 2147483647),
        ("int", 3.0, 3),
        ("float", 1, 1),
        ("float", 1.5, 1.5),
        ("string", "", ""),
        ("boolean", False, False),
        ("id", "7", "7"),
        ("id", 7, "7"),
        ("colour", "RED", "RED"),
        ("any", {"a": [1]}, {"a": [1]}),
        ("list", [1, None], [1, None]),
        ("list", None, None),
    ],
)
def test_values_of_the_type_pass(name: str, value: Any, expected: Any) -> None:
    assert ({name: expected}, []) == complete(name, {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("int", 2147483648),
        ("int", 1.5),
        ("int", True),
        ("int", "1"),
        ("float", "1"),
        ("float", True),
        ("string", 1),
        ("boolean", 1),
        ("id", True),
        ("id", 1.5),
        ("colour", "HIDDEN"),
        ("colour", 1),
        ("list", 1),
        ("list", {"0": 1}),
        ("cat", "cat"),
        ("pet", []),
    ],
)
def test_values_of_another_type_are_an_error_of_their_field(name: str, value: Any) -> None:
    text = f"{name} {{ __typename }}" if name in {"cat", "pet"} else name

    assert ({name: None}, [("INVALID_VALUE", (name,))]) == complete(text, {name: value})


def test_a_null_item_nulls_the_list_whose_items_may_not_be_null() -> None:
    assert (
        {"required": None, "list": [None]},
        [("UNEXPECTED_NULL", ("required", 1))],
    ) == complete("required list", {"required": [1, None], "list": [None]})


def test_a_null_rises_through_lists_to_the_nearest_nullable_place() -> None:
    assert ({"matrix": [[1], None]}, [("UNEXPECTED_NULL", ("matrix", 1, 0))]) == complete(
        "matrix", {"matrix": [[1], [None]]}
    )


def test_a_null_in_a_non_null_root_field_nulls_the_data() -> None:
    assert (None, [("UNEXPECTED_NULL", ("matrix",))]) == complete("matrix", {"matrix": None})


def test_a_fault_is_one_error_however_far_the_null_rises() -> None:
    cause = ErrorValue("gone", {"code": "GONE"})
    data = {"cat": {"lives": fault(cause)}, "matrix": [[1]]}

    assert ({"cat": None, "matrix": [[1]]}, [("GONE", ("cat", "lives"))]) == complete(
        "cat { lives } matrix", data
    )


def test_a_fault_may_name_a_place_below_the_null() -> None:
    data = {"cat": Fault(((ErrorValue("x", {"code": "X"}), ("friend", "name")),))}

    assert ({"cat": None}, [("X", ("cat", "friend", "name"))]) == complete(
        "cat { friend { name } }", data
    )


def test_an_error_inside_a_custom_scalar_leaves_its_value() -> None:
    cause = fault(ErrorValue("x", {"code": "X"}))
    data = {"any": [1, cause, [{"a": None}, cause]]}

    assert (
        {"any": [1, None, [{"a": None}, None]]},
        [("X", ("any", 1)), ("X", ("any", 2, 1))],
    ) == complete("any", data)


def test_a_null_has_one_error_for_each_path_below_it() -> None:
    first, second = ErrorValue("first"), ErrorValue("second")
    shared = fault(first)
    own = with_error(shared, second, ())
    own = with_error(own, second, ("a",))
    own = with_error(own, first, ("a",))

    assert [(first, ()), (second, ("a",))] == own.errors
    assert [(first, ())] == shared.errors


def test_thousands_of_errors_of_one_null_are_not_compared_with_each_other() -> None:
    compared = []

    class Path(tuple[int, ...]):
        __slots__ = ()
        __hash__ = tuple.__hash__

        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return tuple.__eq__(self, other)

    known = None
    for index in range(2_000):
        known = with_error(known, ErrorValue("x"), Path((index,)))

    assert known is not None
    assert 2_000 == len(known.errors)
    assert len(compared) < 2_000


def test_a_field_that_no_subgraph_answered_is_an_error() -> None:
    assert (
        {"cat": {"name": None}},
        [("SUBREQUEST_MALFORMED_RESPONSE", ("cat", "name"))],
    ) == complete("cat { name }", {"cat": {}})


def test_an_abstract_value_is_completed_as_its_concrete_type() -> None:
    pets: list[dict[Any, Any]] = [
        {TYPE_SLOT: "Cat", "lives": 9},
        {TYPE_SLOT: "Dog", "name": "Rex"},
    ]
    text = "pets { ... on Cat { lives } ... on Named { name } kind: __typename }"
    pets[0]["name"] = None

    assert (
        {
            "pets": [
                {"lives": 9, "name": None, "kind": "Cat"},
                {"name": "Rex", "kind": "Dog"},
            ]
        },
        [],
    ) == complete(text, {"pets": pets})


def test_a_concrete_type_has_its_own_nullability() -> None:
    named = {TYPE_SLOT: "Dog", "name": None}

    assert ({"named": None}, [("UNEXPECTED_NULL", ("named", "name"))]) == complete(
        "named { name }", {"named": named}
    )


@pytest.mark.parametrize("type_name", ["Secret", "Query", "Colour"])
def test_a_type_that_is_no_member_is_an_error(type_name: str) -> None:
    assert ({"pet": None}, [("INVALID_VALUE", ("pet",))]) == complete(
        "pet { __typename }", {"pet": {TYPE_SLOT: type_name}}
    )


def test_an_interface_whose_concrete_type_nobody_asked_is_completed_as_such() -> None:
    assert ({"named": {"name": "x"}}, []) == complete("named { name }", {"named": {"name": "x"}})


@pytest.mark.parametrize("known", [{TYPE_SLOT: "Named"}, {}])
def test_an_object_that_nobody_knows_is_null(known: Any) -> None:
    assert ({"named": None}, []) == complete(
        "named { name ... on Cat { lives } }",
        {"named": {**known, "__fed_typename": None, "name": "x"}},
    )


@pytest.mark.parametrize(
    "known", [{TYPE_SLOT: "Named"}, {TYPE_SLOT: "Named", "__fed_typename": "Named"}, {}]
)
def test_an_object_whose_concrete_type_nobody_told_is_an_error(known: Any) -> None:
    assert ({"named": None}, [("INVALID_VALUE", ("named",))]) == complete(
        "named { name ... on Cat { lives } }", {"named": {**known, "name": "x"}}
    )


def test_an_error_that_kept_the_concrete_type_back_is_told() -> None:
    lost = fault(ErrorValue("lost", {"code": "LOST"}))
    text = "named { name ... on Cat { lives } }"

    assert ({"named": None}, [("LOST", ("named",))]) == complete(
        text, {"named": {"__fed_typename": lost}}
    )
    assert ({"named": None}, [("LOST", ("named", "lives"))]) == complete(
        text, {"named": {TYPE_SLOT: "Named", "lives": lost}}
    )


def test_an_untold_type_where_null_may_not_be_is_an_error() -> None:
    assert ({"pets": None}, [("UNEXPECTED_NULL", ("pets", 0))]) == complete(
        "pets { ... on Cat { lives } }", {"pets": [{"__fed_typename": None}]}
    )


@pytest.mark.parametrize("name", ["hunter", "bird"])
def test_a_field_of_an_untold_type_is_as_its_fragment_has_it(name: str) -> None:
    lost = fault(ErrorValue("lost", {"code": "LOST"}))
    untold: dict[Any, Any] = {TYPE_SLOT: name.title()}
    data = {name: {**untold, "height": lost, "prey": {**untold, "height": 7}}}
    height = "... on Flier { height }"
    text = f"{name} {{ {height} ... on Hunter {{ prey {{ {height} }} }} }}"

    assert (
        {name: {"height": None, "prey": {"height": 7}}},
        [("LOST", (name, "height"))],
    ) == complete(text, data)


def test_a_type_that_was_left_out_and_is_needed_is_an_error() -> None:
    assert ({"named": None}, [("INVALID_VALUE", ("named",))]) == complete(
        "named { ... on Cat { lives } }", {"named": {"lives": 9}}
    )


def test_an_object_that_may_be_of_a_denied_type_is_null() -> None:
    denied = {"Cat": Denial("no", "UNAUTHORIZED_FIELD_OR_TYPE")}

    completed, errors = shape("named { name }", denied).complete({"named": {"name": "Tom"}})

    assert {"named": None} == completed
    assert [("INVALID_VALUE", ("named",))] == [(error.error.code, error.path) for error in errors]


def test_an_object_that_may_be_of_a_hidden_type_is_null() -> None:
    types = TypeConditions(SCHEMA, {"Named": frozenset({"Cat", "Dog", "Ghost"})})
    compiled = compile_response(SCHEMA, "Query", select("named { name }"), types)

    completed, errors = compiled.complete({"named": {"name": "Boo"}})

    assert {"named": None} == completed
    assert ["INVALID_VALUE"] == [error.error.code for error in errors]


def test_a_typename_that_is_not_known_is_an_error() -> None:
    assert ({"named": None}, [("INVALID_VALUE", ("named",))]) == complete(
        "named { __typename }", {"named": {"name": "x"}}
    )


def test_objects_of_denied_types_are_null() -> None:
    denied = {"Cat": Denial("no", "UNAUTHORIZED_FIELD_OR_TYPE")}
    completed, errors = shape("named { name } pet { __typename }", denied).complete(
        {
            "named": {TYPE_SLOT: "Cat", "name": "Tom"},
            "pet": {TYPE_SLOT: "Dog"},
        }
    )

    assert {"named": None, "pet": {"__typename": "Dog"}} == completed
    assert [("UNAUTHORIZED_FIELD_OR_TYPE", ("named",))] == [
        (error.error.code, error.path) for error in errors
    ]


def test_fields_of_one_name_are_merged() -> None:
    data = {"cat": {"friend": {TYPE_SLOT: "Dog", "name": "Rex"}}}

    assert ({"cat": {"friend": {"name": "Rex", "__typename": "Dog"}}}, []) == complete(
        "cat { friend { name } ... on Named { ... on Cat { friend { __typename } } } }", data
    )


def test_errors_are_sent_without_what_they_lack() -> None:
    assert {"message": "x"} == ExecutionError(ErrorValue("x"), None).formatted()
    assert {"message": "x", "path": ("a",)} == ExecutionError(ErrorValue("x"), ("a",)).formatted()
    assert "" == ErrorValue("x").code
