"""What a change of the API schema does: beyond lists of definitions, and to operations."""

import pytest
from graphql import build_schema, parse

from gateway.commands.check import compare

OLD = """
    type Query { a(x: Int! = 1, i: I): Int! list: [Int!] node: Node }
    type Mutation { m: Int }
    interface Node { id: ID! }
    type T implements Node { id: ID! t: Int }
    input I { x: Int y: Int! = 1 inner: Inner }
    input Inner { e: E z: Int }
    enum E { P Q }
    scalar S @specifiedBy(url: "http://s/1")
"""


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("x: Int! = 1", "x: Int!", "DEFAULT_REMOVED: Query.a(x:) is required now."),
        ("y: Int! = 1", "y: Int!", "DEFAULT_REMOVED: I.y is required now."),
        ("input Inner", "input Inner @oneOf", "ONE_OF_ADDED: Inner takes exactly one field now."),
        (
            "type Mutation",
            "schema { query: Query } type Mutation",
            "ROOT_REMOVED: There is no mutation any more.",
        ),
    ],
)
def test_breaking_changes_that_leave_every_definition_there(
    before: str, after: str, line: str
) -> None:
    report = compare(build_schema(OLD), build_schema(OLD.replace(before, after)), {})

    assert line in report.breaking


def test_another_specification_of_a_scalar_is_dangerous() -> None:
    report = compare(build_schema(OLD), build_schema(OLD.replace("s/1", "s/2")), {})

    assert (
        "SPECIFIED_BY_CHANGED: S has changed from http://s/1 to http://s/2.",
    ) == report.dangerous


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("t: Int", "t: Int @deprecated", "T.t"),
        ("z: Int", "z: Int @deprecated", "Inner.z"),
        ("P Q", "P @deprecated Q", "E.P"),
        ("i: I", "i: I @deprecated", "Query.a(i:)"),
    ],
)
def test_deprecations_are_told(before: str, after: str, place: str) -> None:
    old, new = build_schema(OLD), build_schema(OLD.replace(before, after))

    assert (f"DEPRECATION_ADDED: {place} is deprecated: No longer supported",) == compare(
        old, new, {}
    ).safe
    assert (f"DEPRECATION_REMOVED: {place} is deprecated no longer.",) == compare(
        new, old, {}
    ).safe


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (
            "x: Int! = 1,",
            "x: Int = 1,",
            "ARG_CHANGED_KIND_SAFE: Argument Query.a(x:) has changed type from Int! to Int.",
        ),
        (
            "y: Int! = 1",
            "y: Int = 1",
            "FIELD_CHANGED_KIND_SAFE: Field I.y changed type from Int! to Int.",
        ),
        (
            "type Mutation",
            "schema { query: Query mutation: Mutation subscription: T } type Mutation",
            "ROOT_ADDED: There is a subscription now.",
        ),
    ],
)
def test_safe_changes_that_no_definition_shows(before: str, after: str, line: str) -> None:
    report = compare(build_schema(OLD), build_schema(OLD.replace(before, after)), {})

    assert ((), (), (line,)) == (report.breaking, report.dangerous, report.safe)


def _broken(operation: str, before: str, after: str) -> tuple[str, ...]:
    old, new = build_schema(OLD), build_schema(OLD.replace(before, after))
    return compare(old, new, {"o": parse(operation)}).broken_operations


@pytest.mark.parametrize(
    ("operation", "before", "after", "line"),
    [
        ("{ list }", "[Int!]", "[Int]", "Query.list changes its type from [Int!] to [Int]."),
        ("{ b: a }", "): Int!", "): String", "Query.a changes its type from Int! to String."),
        (
            "{ node { ...F } } fragment F on T { t }",
            "t: Int",
            "t: ID",
            "T.t changes its type from Int to ID.",
        ),
        ("query ($i: I) { a(i: $i) }", "P Q", "P", "$i: E no longer has Q."),
        ("query ($i: I) { a(i: $i) }", "{ x: Int ", "{ ", "$i: I.x is gone."),
        ("query ($i: I) { a(i: $i) }", "z: Int", "z: Int!", "from Int to Int!."),
        ("query ($i: I) { a(i: $i) }", "z: Int", "z: Int n: Int!", "$i: Inner.n is required now."),
        ("query ($i: I) { a(i: $i) }", "= 1 inner", "inner", "$i: I.y is required now."),
        (
            "query ($i: I) { a(i: $i) }",
            "input Inner",
            "input Inner @oneOf",
            "$i: Inner takes exactly one",
        ),
    ],
)
def test_an_operation_may_break_though_it_stays_valid(
    operation: str, before: str, after: str, line: str
) -> None:
    broken = _broken(operation, before, after)

    assert 1 == len(broken)
    assert line in broken[0]


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        ("{ list }", "[Int!]", "[Int!]!"),
        ("{ list }", "t: Int", "t: ID"),
        ("query ($i: I) { a(i: $i) }", "y: Int! = 1", "y: Int"),
        ("query ($i: I) { a(i: $i) }", "P Q", "P Q R"),
        ("query ($i: I) { a(i: $i) }", "z: Int", "z: Int n: Int! = 1"),
        ("{ a(i: {x: 1}) __typename }", "z: Int", "z: Int n: Int!"),
    ],
)
def test_an_operation_stays_whole_where_what_it_uses_only_widens(
    operation: str, before: str, after: str
) -> None:
    assert () == _broken(operation, before, after)
