"""What the caller of composition may add: rules, and links that matter for security."""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules import MergedView
from gateway.federation.subgraph.values import string_value
from tests.federation.composition.cases import linked
from tests.federation.composition.composing import errors, success

SUBGRAPHS = linked(
    a='extend schema @link(url: "https://example.com/owner/v1.0", import: ["@owner"]) '
    '@composeDirective(name: "@owner") directive @owner(team: String!) on OBJECT '
    'type Query { t: T u: U } type T @owner(team: "red") { x: Int } type U { x: Int }'
)


def every_type_has_an_owner(view: MergedView) -> Iterator[CompositionError]:
    """A rule of a caller, on a composed directive."""
    for name, definition in view.types.items():
        owners = [
            string_value(d.arguments["team"]) for d in definition.directives if d.name == "owner"
        ]
        if name != "Query" and not owners:
            yield CompositionError(
                ErrorCode.DIRECTIVE_COMPOSITION_ERROR, f"{name} has no owner", (name,)
            )


def test_extra_rules_see_the_merged_types_with_composed_directives() -> None:
    found = errors(SUBGRAPHS, extra_rules=[every_type_has_an_owner])

    assert [("U has no owner", ("U",))] == [(e.message, e.coordinates) for e in found]


def test_extra_rules_see_the_subgraphs() -> None:
    seen: list[str] = []

    def note(view: MergedView) -> tuple[()]:
        seen.extend(v.subgraph.name for v in view.subgraphs)
        return ()

    success(SUBGRAPHS, extra_rules=[note])

    assert ["a"] == seen


def test_named_links_are_marked_for_security() -> None:
    sdl = success(SUBGRAPHS, security_links=["https://example.com/owner"]).supergraph_sdl

    assert '@link(url: "https://example.com/owner/v1.0", for: SECURITY, import: ["@owner"])' in sdl
