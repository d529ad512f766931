"""Caps on operations: each counted with fragments expanded, in linear work (T10)."""

import time

import pytest
from graphql import parse

from gateway.errors import ClientError, ErrorCode
from gateway.limits import Limits, check_limits

TIGHT = Limits(depth=3, selections=6, aliases=2, root_fields=3, directives=2)


def _code(text: str, limits: Limits = TIGHT) -> ErrorCode | None:
    try:
        check_limits(parse(text), limits)
    except ClientError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    "text",
    [
        "{ a { b { c } } }",
        "{ a b c }",
        "{ x: a y: b }",
        "{ a @skip(if: true) b @include(if: true) }",
        "{ a { ...F } } fragment F on T { b { c } }",
        "query A { a { b { c } } } query B { a b c }",
    ],
)
def test_operations_at_the_caps_pass(text: str) -> None:
    assert _code(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "{ a { b { c { d } } } }",
        "{ a { ...F } } fragment F on T { b { c { d } } }",
        "{ a { ... on T { b { ... { c { d } } } } } }",
        "{ a { b c d e f g } }",
        "{ a { ...F ...F } } fragment F on T { b c d }",
        "{ x: a y: b z: c }",
        "{ ...F ...F } fragment F on Query { x: a y: b }",
        "{ a b c d }",
        "{ ...F d } fragment F on Query { a ... { b c } }",
        "{ a @x @y @z }",
        "query @x { a @y ...F @z } fragment F on Query { b }",
        "query ($v: Int @x) @y { a @z }",
        "query A { a } query B { a { b { c { d } } } }",
    ],
)
def test_operations_over_a_cap_are_refused(text: str) -> None:
    assert ErrorCode.OPERATION_LIMIT_EXCEEDED is _code(text)


def test_t10_nested_reused_fragments_take_linear_work() -> None:
    levels = 1_000
    fragments = " ".join(
        f"fragment F{level} on T {{ ...F{level + 1} ...F{level + 1} }}" for level in range(levels)
    )
    text = f"{{ ...F0 }} {fragments} fragment F{levels} on T {{ a }}"
    started = time.perf_counter()
    code = _code(text, Limits())

    assert ErrorCode.OPERATION_LIMIT_EXCEEDED is code
    assert time.perf_counter() - started < 2


def test_fragments_that_spread_each_other_end() -> None:
    text = "{ ...A } fragment A on T { a ...B } fragment B on T { b ...A }"

    assert _code(text) is None


def test_an_unknown_fragment_is_left_to_validation() -> None:
    assert _code("{ ...Nowhere }") is None


@pytest.mark.parametrize(
    "text", ["{ __schema { __typename } }", "{ x: __type(name: 1) { name } }"]
)
def test_introspection_can_be_switched_off(text: str) -> None:
    found = [_code(text, Limits(introspection=allowed)) for allowed in (True, False)]

    assert [None, ErrorCode.INTROSPECTION_DISABLED] == found


def test_introspection_behind_a_fragment_is_found() -> None:
    text = "{ ...F } fragment F on Query { __schema { __typename } }"

    assert ErrorCode.INTROSPECTION_DISABLED is _code(text, Limits(introspection=False))
