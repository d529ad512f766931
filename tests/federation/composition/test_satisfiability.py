"""Whether every query can be answered, and what is said if not."""

import pytest

from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.rules import MergedView
from gateway.federation.satisfiability import check_satisfiability
from tests.federation.composition.cases import Subgraphs, linked
from tests.federation.composition.composing import codes, errors, success


def view_of(subgraphs: Subgraphs) -> MergedView:
    views: list[MergedView] = []

    def keep(view: MergedView) -> tuple[()]:
        views.append(view)
        return ()

    success(subgraphs, extra_rules=[keep])
    return views[0]


def test_error_shows_the_query_and_why_each_subgraph_cannot_go_on() -> None:
    found = errors(
        linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
            b='type Query { r: T } type T @key(fields: "id", resolvable: false) '
            "{ id: ID! y: Int }",
            c='type T @key(fields: "sku") { sku: ID! z: Int } type Query { s: T }',
        )
    )

    assert (
        """The subgraphs cannot answer this query of the supergraph's API:
query {
  t {
    y
  }
}
because:
- from subgraph "a":
  - it does not have field "T.y".
- subgraph "b" has "T.y", but no @key of type "T" is resolvable there."""
        == found[0].message
    )
    assert (
        'subgraph "c" has "T.z", but none of its keys ("sku") can be had from the subgraphs above'
        in "\n".join(e.message for e in found)
    )


def test_error_gives_required_arguments_values() -> None:
    found = errors(
        linked(
            a="type Query { t(i: I!, e: E!, n: [Int!]!, s: String!): T } "
            "input I { x: Int! y: [E] e: E! } enum E { A } type T @shareable { x: Int }",
            b="type Query { r: T } type T @shareable { x: Int y: W } type W { z: Int }",
        )
    )

    assert 't(i: {x: 0, e: A}, e: A, n: [], s: "") {\n    y {' in found[0].message


@pytest.mark.parametrize(
    ("subgraphs", "reason"),
    [
        (
            linked(
                a='type Query { t: T p: T @provides(fields: "x") } '
                'type T @key(fields: "id") { id: ID! x: Int @external }',
                b="type T { id: ID! @shareable x: Int @shareable } type Query { r: T }",
            ),
            'field "T.x" is @external and not provided on this path',
        ),
        (
            linked(
                a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
                'g: Int @requires(fields: "f") }',
                b="type T { id: ID! @shareable f: Int } type Query { r: T }",
            ),
            'the @requires(fields: "f") of field "T.g" cannot be met',
        ),
        (
            linked(
                a='type Query { t: T u: U } type T @key(fields: "id") @context(name: "c") '
                "{ id: ID! x: String u: U } "
                'type U @key(fields: "id") '
                '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
            ),
            'a context that field "U.f" takes a value from is not set on this path',
        ),
        (
            linked(
                a="type Query { q: Int } "
                'interface I @key(fields: "id", resolvable: false) { id: ID! } '
                'type T implements I @key(fields: "id") { id: ID! x: Int }',
                b='type Query { i: I } type I @interfaceObject @key(fields: "id") '
                "{ id: ID! y: Int }",
            ),
            '"I" is an @interfaceObject, so it does not know the concrete type',
        ),
        (
            linked(
                a='type Query { t: T } type T { y: Int @override(from: "b") }',
                b='type T @key(fields: "id") { id: ID! y: Int } type Query { r: T }',
            ),
            'field "T.y" is overridden by another subgraph',
        ),
    ],
)
def test_reasons_are_told_apart(subgraphs: Subgraphs, reason: str) -> None:
    assert reason in "\n".join(e.message for e in errors(subgraphs))


def test_path_through_a_union_is_shown_with_its_type_condition() -> None:
    found = errors(
        linked(
            a="type Query { u: U } union U = A type A @shareable { x: Int }",
            b="type Query { v: U } union U = A type A @shareable { x: Int y: Int }",
        )
    )

    assert "query {\n  u {\n    ... on A {\n      y\n    }\n  }\n}" in found[0].message


def test_budget_ends_the_walk_with_an_error() -> None:
    view = view_of(
        linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
            b='type T @key(fields: "id") { id: ID! y: Int }',
        )
    )

    found = check_satisfiability(view, steps=3).errors

    assert ["MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED"] == [e.code.value for e in found]


def test_walk_of_thirty_subgraphs_stays_within_few_steps() -> None:
    subgraphs = linked(
        **{
            f"s{n}": f"type Query {{ q{n}: E{n % 3} }} "
            + " ".join(
                f'type E{e} @key(fields: "id") {{ id: ID! f{e}_{n}: Int to{e}_{n}: E{e} }}'
                for e in range(3)
            )
            for n in range(30)
        }
    )

    assert () == check_satisfiability(view_of(subgraphs), steps=30_000).errors


def test_cycles_of_types_and_of_requires_end() -> None:
    subgraphs = linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! back: T '
        'x: Int @requires(fields: "y") y: Int @external }',
        b='type T @key(fields: "id") { id: ID! y: Int @requires(fields: "x") x: Int @external }',
    )

    assert {"SATISFIABILITY_ERROR"} == set(codes(subgraphs))


@pytest.mark.parametrize("count", [1, 6])
def test_progressive_overrides_hold_with_their_labels_on_and_off(count: int) -> None:
    """The overridden side of the last label cannot be entered."""
    fields = " ".join(f'y{n}: Int @override(from: "b", label: "l{n}")' for n in range(count))
    overridden = " ".join(f"y{n}: Int" for n in range(count))
    good = linked(
        a=f'type Query {{ t: T }} type T @key(fields: "id") {{ id: ID! {fields} }}',
        b=f'type T @key(fields: "id") {{ id: ID! {overridden} }}',
    )
    bad = linked(
        a=f'type Query {{ t: T }} type T @key(fields: "id") {{ id: ID! {fields} }}',
        b=f'type T @key(fields: "id", resolvable: false) {{ id: ID! {overridden} }}',
    )

    assert success(good).supergraph_sdl
    assert {"SATISFIABILITY_ERROR"} == set(codes(bad))


def test_inaccessible_fields_need_not_be_answered() -> None:
    subgraphs = linked(
        a="type Query { t: T } type T @shareable { x: Int }",
        b="type Query { r: T } type T @shareable { x: Int y: Int @inaccessible }",
    )

    assert success(subgraphs).supergraph_sdl


def test_composing_twice_gives_the_same_errors() -> None:
    documents = [
        SubgraphDocument(n, "", s)
        for n, s in linked(
            a="type Query { t: T u: T } type T @shareable { x: Int }",
            b="type Query { r: T } type T @shareable { x: Int y: Int z: Int }",
        ).items()
    ]

    first, second = compose(documents), compose(documents[::-1])

    assert not isinstance(first, CompositionSuccess)
    assert first == second
