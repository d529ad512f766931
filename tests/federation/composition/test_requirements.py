"""Requirements on the caller: where they may stand, how they merge, whom they reach."""

import pytest

from gateway.federation.composition.applied import conjunction
from tests.federation.composition.cases import LINK, linked
from tests.federation.composition.composing import codes, line, success


def test_requirement_on_an_interface_is_refused() -> None:
    """T1."""
    assert "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE" in codes(
        linked(
            a="type Query { i: I } interface I { x: Int @authenticated } "
            "type A implements I { x: Int }"
        )
    )


def test_field_that_requires_protected_data_must_demand_the_same() -> None:
    """T3."""
    protected = 'type T @key(fields: "id") { id: ID! f: Int @requiresScopes(scopes: [["s"]]) }'
    using = (
        'type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
        'g: Int @requires(fields: "f") %s }'
    )

    assert ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"] == codes(linked(a=protected, b=using % ""))
    assert success(
        linked(a=protected, b=using % '@requiresScopes(scopes: [["s", "t"]])')
    ).supergraph_sdl


def test_chain_of_requires_carries_requirements_along() -> None:
    """T3: g uses f, h uses g; g alone demanding what f demands is not enough."""
    subgraphs = linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @authenticated }',
        b='type T @key(fields: "id") { id: ID! f: Int @external '
        'g: Int @requires(fields: "f") @authenticated }',
        c='type T @key(fields: "id") { id: ID! g: Int @external h: Int @requires(fields: "g") }',
    )

    assert ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"] == codes(subgraphs)


def test_requirement_of_a_type_selected_by_requires_counts() -> None:
    subgraphs = linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! m: M } '
        "interface M { x: Int } type A implements M @authenticated { x: Int }",
        b='type T @key(fields: "id") { id: ID! m: M @external '
        'g: Int @requires(fields: "m { ... on A { x } }") } '
        "interface M { x: Int } type A implements M { x: Int @external }",
    )

    assert ["MISSING_TRANSITIVE_AUTH_REQUIREMENTS"] == codes(subgraphs)


def test_a_scope_that_is_written_without_lists_is_one_of_those_of_all_subgraphs() -> None:
    sdl = success(
        linked(
            a='type Query { f: Int @shareable @requiresScopes(scopes: "s") }',
            b='type Query { f: Int @shareable @requiresScopes(scopes: [["t"], ["u"]]) }',
        )
    ).supergraph_sdl

    assert '@requiresScopes(scopes: [["s", "t"], ["s", "u"]])' in line(sdl, "type Query", "f")


def test_requirements_of_implementations_reach_the_interface() -> None:
    """T4."""
    sdl = success(
        linked(
            a="type Query { i: I } interface I { x: Int } "
            'type A implements I { x: Int @policy(policies: [["p"], ["q"]]) } '
            'type B implements I { x: Int @policy(policies: [["r"]]) }'
        )
    ).supergraph_sdl

    assert 'x: Int @policy(policies: [["p", "r"], ["q", "r"]])' == line(sdl, "interface I", "x")


def test_renamed_requirements_stay_requirements() -> None:
    """T5."""
    sdl = success(
        {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
            'import: [{name: "@authenticated", as: "@login"}])\n'
            "type Query { q: Int @login }"
        }
    ).supergraph_sdl

    assert (
        '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY, '
        'import: [{name: "@authenticated", as: "@login"}])' in sdl
    )
    assert "q: Int @login" == line(sdl, "type Query", "q")


def test_requirements_of_several_subgraphs_hold_together() -> None:
    """T6."""
    sdl = success(
        linked(
            a='type Query { q: Int @shareable @requiresScopes(scopes: [["a"], ["b", "c"]]) }',
            b='type Query { q: Int @shareable @requiresScopes(scopes: [["d"], ["b"]]) }',
        )
    ).supergraph_sdl

    assert '@requiresScopes(scopes: [["a", "b"], ["a", "d"], ["b", "c"]])' in line(
        sdl, "type Query", "q"
    )


def test_requirement_on_an_interface_object_field_reaches_every_implementation() -> None:
    """T7."""
    sdl = success(
        linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type A implements I @key(fields: "id") { id: ID! } '
            'type B implements I @key(fields: "id") { id: ID! }',
            b='type I @interfaceObject @key(fields: "id") { id: ID! y: Int @authenticated }',
        )
    ).supergraph_sdl

    assert "y: Int @authenticated @join__field" == line(sdl, "type A", "y")
    assert "y: Int @authenticated @join__field" == line(sdl, "type B", "y")


@pytest.mark.parametrize(
    "requirement",
    ["@requiresScopes(scopes: [])", "@requiresScopes(scopes: [[]])", "@policy(policies: [])"],
)
def test_empty_requirement_is_refused(requirement: str) -> None:
    """T18."""
    assert ["EMPTY_AUTH_REQUIREMENT"] == codes(
        {"a": LINK + f"type Query {{ q: Int {requirement} }}"}
    )


def test_conjunction_drops_what_is_implied() -> None:
    assert (("a",),) == conjunction([(("a",), ("a", "b"))[:1], (("a",),)])
    assert (("a",), ("b", "c")) == conjunction([(("a",), ("b",)), (("a",), ("c",))])
