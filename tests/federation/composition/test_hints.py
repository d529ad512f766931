"""What is worth knowing of subgraphs that compose."""

import pytest

from gateway.federation.errors import HintCode
from tests.federation.composition.cases import LINK, Subgraphs, link, linked
from tests.federation.composition.composing import hints

CASES: dict[str, Subgraphs] = {
    "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE": linked(
        a="type Query { t: Int @shareable }", b="type Query { t: Int! @shareable }"
    ),
    "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE": linked(
        a="type Query { t(x: Int): Int @shareable }", b="type Query { t(x: Int!): Int @shareable }"
    ),
    "INCONSISTENT_DEFAULT_VALUE_PRESENCE": linked(
        a="type Query { t(x: Int = 1): Int @shareable }",
        b="type Query { t(x: Int): Int @shareable }",
    ),
    "INCONSISTENT_ENTITY": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
        b="type Query { r: T } type T { id: ID! @shareable }",
    ),
    "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD": linked(
        a="type Query { t: T } type T @shareable { x: Int }",
        b='type T @shareable { x: Int y: Int } type Query { t: T @override(from: "a") }',
    ),
    "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD": linked(
        a="type Query { i: I } interface I { x: Int } "
        'type T implements I @key(fields: "x") { x: Int y: Int }',
        b='interface I { x: Int y: Int } type T implements I @key(fields: "x") '
        '{ x: Int y: Int @override(from: "a") }',
    ),
    "INCONSISTENT_INPUT_OBJECT_FIELD": linked(
        a="type Query { t(i: I): Int } input I { x: Int y: Int }",
        b="type Query { r(i: I): Int } input I { x: Int }",
    ),
    "INCONSISTENT_UNION_MEMBER": linked(
        a="type Query { u: U } union U = A | B type A @shareable { x: Int } type B { x: Int }",
        b="type Query { v: U } union U = A type A @shareable { x: Int }",
    ),
    "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM": linked(
        a="type Query { t(e: E): Int } enum E { A B }",
        b="type Query { r(e: E): Int } enum E { A }",
    ),
    "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM": linked(
        a="type Query { t: E } enum E { A B }", b="type Query { r: E } enum E { A }"
    ),
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE": linked(
        a="directive @live on FIELD type Query { q: Int }", b="type Query { r: Int }"
    ),
    "NO_EXECUTABLE_DIRECTIVE_INTERSECTION": linked(
        a="directive @live on FIELD type Query { q: Int }",
        b="directive @live on QUERY type Query { r: Int }",
    ),
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE": linked(
        a="directive @live on FIELD type Query { q: Int }",
        b="directive @live repeatable on FIELD type Query { r: Int }",
    ),
    "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS": linked(
        a="directive @live on FIELD | QUERY type Query { q: Int }",
        b="directive @live on FIELD type Query { r: Int }",
    ),
    "INCONSISTENT_DESCRIPTION": linked(
        a='"one" type Query { q: Int }', b='"two" type Query { r: Int }'
    ),
    "INCONSISTENT_ARGUMENT_PRESENCE": linked(
        a="type Query { t(x: Int): Int @shareable }", b="type Query { t: Int @shareable }"
    ),
    "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS": linked(
        a='type Query { t: Int @shareable @deprecated(reason: "a") }',
        b='type Query { t: Int @shareable @deprecated(reason: "b") }',
    ),
    "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS": linked(
        a="type Query { t: Int @shareable @cost(weight: 1) }",
        b="type Query { t: Int @shareable @cost(weight: 2) }",
    ),
    "FROM_SUBGRAPH_DOES_NOT_EXIST": linked(a='type Query { q: Int @override(from: "gone") }'),
    "OVERRIDDEN_FIELD_CAN_BE_REMOVED": linked(
        a='type Query { q: Int @override(from: "b") }', b="type Query { q: Int r: Int }"
    ),
    "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED": linked(
        a='type Query { q: Int @override(from: "b") }', b="type Query { r: Int }"
    ),
    "OVERRIDE_MIGRATION_IN_PROGRESS": linked(
        a='type Query { q: Int @override(from: "b", label: "beta") }',
        b="type Query { q: Int r: Int }",
    ),
    "UNUSED_ENUM_TYPE": linked(a="type Query { q: Int } enum E { A }"),
    "DIRECTIVE_COMPOSITION_INFO": linked(
        a='extend schema @composeDirective(name: "@tag") type Query { q: Int @tag(name: "x") }'
    ),
    "DIRECTIVE_COMPOSITION_WARN": linked(
        a='extend schema @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) '
        '@composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
        "type Query { q: Int @foo }",
        b='extend schema @link(url: "https://example.com/foo/v1.0", '
        'import: [{name: "@foo", as: "@bar"}]) directive @bar on FIELD_DEFINITION '
        "type Query { r: Int @bar }",
    ),
    "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN": linked(
        a="type Query { u: U @shareable } union U = A | B type A @shareable { x: Int } "
        "type B @shareable { x: Int }",
        b="type Query { u: U @shareable } union U = A type A @shareable { x: Int }",
    ),
    "IMPLICITLY_UPGRADED_FEDERATION_VERSION": {
        "a": link("2.3").strip()
        + ' @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"])\n'
        "type Query { q: Int @cost(weight: 3) }",
    },
    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS": linked(
        a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
        "{ id: ID! x: String u: U } "
        'type U @key(fields: "id") '
        '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int @shareable }',
        b='type Query { r: U } type U @key(fields: "id") { id: ID! f(a: String): Int @shareable }',
    ),
}


@pytest.mark.parametrize("code", CASES)
def test_subgraphs_get_the_hint(code: str) -> None:
    assert code in hints(CASES[code])


def test_every_hint_has_a_case() -> None:
    assert set(CASES) == {c.value for c in HintCode}


def test_plain_subgraphs_get_no_hint() -> None:
    assert set() == hints({"a": LINK + "type Query { q: Int }"})
