"""Recorded operations where a name stays and stands for another kind of type, or root."""

import pytest
from graphql import build_schema, parse

from gateway.commands.check import compare

OLD = """
    schema { query: Query }
    type Query { a(e: E, s: S, i: I): Int d: D s: S me: User }
    type User { id: ID! }
    enum D { P }
    enum E { P }
    scalar S
    input I { e: E }
"""


def _broken(operation: str, before: str, after: str) -> tuple[str, ...]:
    old, new = build_schema(OLD), build_schema(OLD.replace(before, after))
    return compare(old, new, {"o": parse(operation)}).broken_operations


@pytest.mark.parametrize(
    ("operation", "before", "after", "line"),
    [
        ("query ($s: S) { a(s: $s) }", "scalar S", "enum S { P }", "$s: S is an enum now."),
        ("query ($i: I) { a(i: $i) }", "enum E { P }", "scalar E", "$i: E is a scalar now."),
        (
            "query ($e: E) { a(e: $e) }",
            "enum E { P }",
            "input E { p: Int }",
            "$e: E is an input object now.",
        ),
        ("{ d }", "enum D { P }", "scalar D", "Query.d: D is a scalar now."),
        ("{ s }", "scalar S", "enum S { P }", "Query.s: S is an enum now."),
    ],
)
def test_another_kind_of_a_value_breaks_an_operation(
    operation: str, before: str, after: str, line: str
) -> None:
    assert (f"o: {line}",) == _broken(operation, before, after)


def test_an_object_type_that_becomes_an_interface_answers_as_ever() -> None:
    after = "interface User { id: ID! } type Person implements User { id: ID! }"

    assert () == _broken("{ me { id } }", "type User { id: ID! }", after)


def test_fields_of_a_root_that_has_another_name_are_compared() -> None:
    old = build_schema(OLD)
    new = build_schema(OLD.replace("Query", "Root").replace("): Int", "): String"))

    report = compare(old, new, {"o": parse("{ a }")})

    assert ("o: Root.a changes its type from Int to String.",) == report.broken_operations
