"""Directives that protect data are told where no link says what they are."""

import pytest

from gateway.federation.supergraph.reader import read_supergraph

_SPECIFICATIONS = "https://specs.apollo.dev"


def _unlinked(links: str, **uses: str) -> dict[str, str]:
    """What is unlinked in a supergraph, by the directives at its places."""
    places = ("type_", "field", "argument", "value", "input_")
    at = {place: uses.get(place, "") for place in places}
    supergraph = read_supergraph(
        f"""
        schema @link(url: "{_SPECIFICATIONS}/link/v1.0")
          @link(url: "{_SPECIFICATIONS}/join/v0.3", for: EXECUTION)
          {links} {{ query: Query }}
        enum join__Graph {{ A @join__graph(name: "a", url: "http://a") }}
        type Query @join__type(graph: A) {at["type_"]} {{
          a(b: I {at["argument"]}): E {at["field"]}
        }}
        enum E @join__type(graph: A) {{ V {at["value"]} }}
        input I @join__type(graph: A) {{ c: Int {at["input_"]} }}
        extend type Query {uses.get("extension", "@other")}
        """
    )
    return dict(supergraph.unlinked)


@pytest.mark.parametrize("place", ["type_", "field", "extension"])
@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("authenticated", "@authenticated"),
        ("requiresScopes", '@requiresScopes(scopes: [["s"]])'),
        ("policy", '@policy(policies: [["p"]])'),
        ("inaccessible", "@inaccessible"),
    ],
)
def test_a_directive_that_nothing_links_is_told(place: str, name: str, use: str) -> None:
    found = _unlinked("", **{place: use})

    assert {name: name} == found


@pytest.mark.parametrize("place", ["argument", "value", "input_"])
def test_what_is_hidden_may_stand_anywhere(place: str) -> None:
    found = _unlinked("", **{place: "@inaccessible"})

    assert {"inaccessible": "inaccessible"} == found


@pytest.mark.parametrize(
    ("links", "use"),
    [
        (f'@link(url: "{_SPECIFICATIONS}/authenticated/v0.1", as: "auth")', "@authenticated"),
        (f'@link(url: "{_SPECIFICATIONS}/federation/v2.5")', "@federation__authenticated"),
        (
            f'@link(url: "{_SPECIFICATIONS}/federation/v2.5", import: ["@authenticated"])',
            "@authenticated",
        ),
        (
            f'@link(url: "{_SPECIFICATIONS}/federation/v2.5",'
            ' import: [{name: "@authenticated", as: "@known"}])',
            "@known",
        ),
        (
            f'@link(url: "{_SPECIFICATIONS}/authenticated/v0.1")'
            f' @link(url: "{_SPECIFICATIONS}/authenticated/v0.1", as: "known")',
            "@known",
        ),
        ("", "@federation__authenticated"),
    ],
)
def test_a_name_that_its_own_specification_does_not_give_it_is_told(links: str, use: str) -> None:
    found = _unlinked(links, field=use)

    assert {use.removeprefix("@"): "authenticated"} == found


@pytest.mark.parametrize(
    ("links", "use"),
    [
        (f'@link(url: "{_SPECIFICATIONS}/authenticated/v0.1")', "@authenticated"),
        (f'@link(url: "{_SPECIFICATIONS}/authenticated/v0.1", as: "known")', "@known"),
        (
            f'@link(url: "{_SPECIFICATIONS}/authenticated/v0.1",'
            ' import: [{name: "@authenticated", as: "@known"}])',
            "@known",
        ),
        ('@link(url: "https://example.com/own/v1", import: ["@authenticated"])', "@authenticated"),
        ('@link(url: "https://example.com/authenticated/v1.0")', "@authenticated"),
        ('@link(url: "https://example.com/own/v1")', "@own__authenticated"),
        ("", "@verified"),
    ],
)
def test_what_is_linked_or_somebody_elses_is_left_alone(links: str, use: str) -> None:
    assert {} == _unlinked(links, field=use)
