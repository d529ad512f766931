"""What a schema tells people may change without any client noticing: it is told as safe."""

import pytest
from graphql import build_schema

from gateway.commands.check import compare

OLD = """
    "s" schema { query: Query }
    "d" directive @d("da" a: Int = 1, b: Int @deprecated(reason: "r")) on FIELD
    "q" type Query { "f" a("fa" x: I): Int! @deprecated(reason: "r") e: E }
    "n" interface N { id: ID }
    type T implements N { id: ID }
    "u" union U = T
    "en" enum E { "v" P Q @deprecated(reason: "r") }
    "i" input I { "if" x: Int }
    "sc" scalar S
"""


def _safe(before: str, after: str) -> tuple[str, ...]:
    assert before in OLD
    report = compare(build_schema(OLD), build_schema(OLD.replace(before, after)), {})
    assert ((), ()) == (report.breaking, report.dangerous)
    return report.safe


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("s", "The schema"),
        ("d", "@d"),
        ("da", "@d(a:)"),
        ("q", "Query"),
        ("f", "Query.a"),
        ("fa", "Query.a(x:)"),
        ("n", "N"),
        ("u", "U"),
        ("en", "E"),
        ("v", "E.P"),
        ("i", "I"),
        ("if", "I.x"),
        ("sc", "S"),
    ],
)
def test_a_description_that_changes_goes_or_comes_is_told_in_one_line(
    text: str, place: str
) -> None:
    changed = _safe(f'"{text}" ', '"""two\nlines""" ')
    removed = _safe(f'"{text}" ', "")

    assert (f"DESCRIPTION_CHANGED: {place} has another description now.",) == changed
    assert (f"DESCRIPTION_REMOVED: {place} has no description any more.",) == removed


def test_a_description_where_there_was_none_is_told() -> None:
    assert ("DESCRIPTION_ADDED: T.id has a description now.",) == _safe(
        "type T implements N { ", 'type T implements N { "new" '
    )


@pytest.mark.parametrize(
    ("before", "place"),
    [
        ('Int! @deprecated(reason: "r")', "Query.a"),
        ('Int @deprecated(reason: "r")', "@d(b:)"),
        ('Q @deprecated(reason: "r")', "E.Q"),
    ],
)
def test_another_reason_of_a_deprecation_is_told_in_one_line(before: str, place: str) -> None:
    told = _safe(before, before.replace('"r"', '"other\\nreason"'))

    assert (f"DEPRECATION_CHANGED: {place} is deprecated now because: other reason",) == told


def test_a_deprecated_argument_of_a_directive_is_told() -> None:
    assert ("DEPRECATION_ADDED: @d(a:) is deprecated: No longer supported",) == _safe(
        "a: Int = 1", "a: Int = 1 @deprecated"
    )
