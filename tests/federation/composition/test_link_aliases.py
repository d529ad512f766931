"""The names by which specifications are linked in a supergraph that uses several of one name."""

import pytest

from gateway.federation.composition.link_aliases import LinkedSpecification, link_aliases
from gateway.federation.supergraph.reader import read_supergraph
from tests.federation.composition.cases.subgraphs import link
from tests.federation.composition.composing import codes, success

FEDERATIONS = LinkedSpecification("https://specs.apollo.dev/tag", "tag", {"tag": "tag"})
_ON = "on FIELD_DEFINITION"


def _composing(url: str, name: str, used: str, extra: str = "") -> str:
    return (
        link("2.9", "@composeDirective").strip()
        + f' @link(url: "{url}", import: ["@{name}"]) @composeDirective(name: "@{name}")\n'
        f"directive @{name} {_ON} type Query {{ {used}: Int @{name} {extra} }}"
    )


@pytest.mark.parametrize(
    ("name", "directives"),
    [
        ("foo", {"bar": "bar"}),
        ("foo", {"foo": "foo"}),
        ("foo", {"foo__bar": "bar"}),
    ],
)
def test_a_name_that_stands_for_one_thing_is_kept(name: str, directives: dict[str, str]) -> None:
    other = LinkedSpecification(f"https://example.com/{name}", name, directives)

    assert name == link_aliases([FEDERATIONS, other], ())[other.identity]


@pytest.mark.parametrize(
    ("name", "directives"),
    [
        ("tag", {"bar": "bar"}),
        ("foo", {"foo": "bar"}),
        ("foo", {"foo__bar": "other"}),
        ("join", {"bar": "bar"}),
        ("link", {"bar": "bar"}),
        ("my-foo", {"bar": "bar"}),
        ("foo__bar", {"bar": "bar"}),
        ("foo_", {"bar": "bar"}),
    ],
)
def test_a_name_that_could_be_taken_for_another_is_replaced(
    name: str, directives: dict[str, str]
) -> None:
    other = LinkedSpecification(f"https://example.com/{name}", name, directives)

    alias = link_aliases([FEDERATIONS, other], ())[other.identity]

    assert "_0" + "".join(c for c in name if c.isalpha()) == alias


@pytest.mark.parametrize(
    ("names", "prefix"),
    [
        (["__Type", "_Any", "_Entity", "_Service"], "_"),
        (["_Own"], "a"),
        (["_Own", "any", "Big"], "b"),
    ],
)
def test_the_replacement_begins_as_nothing_else_does(names: list[str], prefix: str) -> None:
    first = LinkedSpecification("https://example.com/tags", "foo", {"x": "x"})
    second = LinkedSpecification("https://example.org/tags", "foo", {"y": "y"})

    assert [f"{prefix}0foo"] == [
        each for each in link_aliases([first, second], names).values() if each != "foo"
    ]


def test_each_replacement_has_a_number() -> None:
    others = [LinkedSpecification(f"https://{n}.com/tag", "tag", {n: n}) for n in ("a", "b")]

    assert ["tag", "_0tag", "_1tag"] == list(link_aliases([FEDERATIONS, *others], ()).values())


def test_specifications_of_one_name_are_read_as_they_were_linked() -> None:
    sdl = success(
        {
            "a": _composing("https://example.com/authenticated/v1.0", "free", "q"),
            "b": link("2.9", "@authenticated") + "type Query { r: Int @authenticated }",
        }
    ).supergraph_sdl

    assert '@link(url: "https://example.com/authenticated/v1.0", as: "_0authenticated"' in sdl
    features = read_supergraph(sdl).features
    assert "authenticated" == features["authenticated", "authenticated"]
    assert "free" == features["https://example.com/authenticated", "free"]


def test_a_directive_of_ones_own_takes_the_name_of_a_specification() -> None:
    own = _composing(
        "https://example.com/own/v1.0", "cost", "q", "r: Int @federation__cost(weight: 3)"
    )

    sdl = success({"a": own}).supergraph_sdl

    assert (
        '@link(url: "https://specs.apollo.dev/cost/v0.1", as: "_0cost", '
        'import: [{name: "@cost", as: "@federation__cost"}])'
    ) in sdl
    assert "directive @_0cost__listSize(" in sdl


@pytest.mark.parametrize("name", ["authenticated", "cost", "listSize", "context"])
def test_one_name_cannot_stand_for_directives_of_two_specifications(name: str) -> None:
    uses = {
        "authenticated": "@authenticated",
        "cost": "@cost(weight: 3)",
        "listSize": "@listSize(assumedSize: 3)",
        "context": "",
    }
    on_type = '@context(name: "c")' if name == "context" else ""
    theirs = link("2.9", f"@{name}") + (
        f"type Query {{ r: [Int] {uses[name]} t: T }} type T {on_type} {{ x: Int }}"
    )
    ours = (
        link("2.9", "@composeDirective").strip()
        + f' @link(url: "https://example.com/own/v1.0", import: ["@{name}"])'
        f' @composeDirective(name: "@{name}")\n'
        f"directive @{name} {_ON} type Query {{ q: Int @{name} }}"
    )

    assert ["INVALID_LINK_DIRECTIVE_USAGE"] == codes({"a": ours, "b": theirs})


def test_a_specification_may_be_called_as_the_machinery_is() -> None:
    sdl = success({"a": _composing("https://example.com/join/v1.0", "foo", "q")}).supergraph_sdl

    assert '@link(url: "https://example.com/join/v1.0", as: "_0join", import: ["@foo"])' in sdl
    assert ["a"] == list(read_supergraph(sdl).subgraphs)


def test_a_directive_may_not() -> None:
    own = _composing("https://example.com/own/v1.0", "join", "q")

    assert ["INVALID_LINK_DIRECTIVE_USAGE"] == codes({"a": own})
