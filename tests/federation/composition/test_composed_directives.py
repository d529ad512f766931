"""``@composeDirective`` where subgraphs link different versions of a specification."""

from tests.federation.composition.cases.subgraphs import LINK
from tests.federation.composition.composing import codes, errors, hints, line, success

_ON = "repeatable on OBJECT | FIELD_DEFINITION"


def _subgraph(version: str, imports: str, composed: str, rest: str) -> str:
    asked = " ".join(f'@composeDirective(name: "@{name}")' for name in composed.split())
    return (
        LINK + f'extend schema @link(url: "https://example.com/audit/{version}", '
        f"import: [{imports}]) {asked}\n{rest}"
    )


OLD = _subgraph(
    "v1.0",
    '"@audited", "@kept"',
    "audited kept",
    f"directive @audited {_ON} directive @kept {_ON} type Query {{ q: Int @audited @kept }}",
)
NEW = _subgraph(
    "v1.10",
    '"@audited"',
    "audited",
    f"directive @audited(by: String) {_ON} type Query {{ r: Int @audited(by: " + '"r") }',
)


def test_the_newest_version_must_define_every_directive() -> None:
    found = errors({"old": OLD, "new": NEW})

    assert [("DIRECTIVE_COMPOSITION_ERROR", ("@kept",), ("new",))] == [
        (error.code, error.coordinates, error.subgraphs) for error in found
    ]


def test_any_subgraph_of_the_newest_version_may_define_it() -> None:
    third = _subgraph(
        "v1.10", '"@kept"', "", f"directive @kept(for: Int) {_ON} " + "type Query { s: Int }"
    )

    sdl = success({"old": OLD, "new": NEW, "third": third}).supergraph_sdl

    assert f"directive @audited(by: String) {_ON}" in sdl
    assert f"directive @kept(for: Int) {_ON}" in sdl
    assert '@link(url: "https://example.com/audit/v1.10", import: ["@audited", "@kept"])' in sdl


def test_a_directive_that_a_subgraph_does_not_import_has_no_other_name_there() -> None:
    third = _subgraph(
        "v1.10", '"@audited"', "", f"directive @audited {_ON} type Query {{ s: Int }}"
    )
    old = OLD.replace("v1.0", "v1.10")

    assert "DIRECTIVE_COMPOSITION_WARN" not in hints({"old": old, "third": third})


def test_other_major_versions_of_who_does_not_compose_it_are_a_hint() -> None:
    other = _subgraph(
        "v2.0", '"@audited"', "", f"directive @audited {_ON} type Query {{ s: Int }}"
    )

    assert {"DIRECTIVE_COMPOSITION_INFO"} == hints({"old": OLD, "other": other})


def test_other_major_versions_of_who_composes_it_are_an_error() -> None:
    other = NEW.replace("v1.10", "v2.0")

    assert ["DIRECTIVE_COMPOSITION_ERROR"] == codes({"old": OLD, "other": other})


def _shared(definition: str, use: str) -> str:
    return _subgraph(
        "v1.0", '"@audited"', "audited", f"{definition} type Query {{ q: Int @shareable {use} }}"
    )


def test_an_argument_that_is_left_out_is_its_default_value() -> None:
    definition = f"directive @audited(by: Int = 1, for: Int) {_ON}"
    given = _shared(definition, "@audited(by: 1, for: null)")
    left_out = _shared(definition, "@audited @audited(by: 2)")

    sdl = success({"a": given, "b": left_out}).supergraph_sdl

    assert "q: Int @audited(by: 1, for: null) @audited(by: 2)" == line(sdl, "type Query", "q")


def test_it_is_no_other_value_where_the_directive_stands_once() -> None:
    definition = "directive @audited(by: Int = 1, for: Int) on FIELD_DEFINITION"
    given = _shared(definition, "@audited(by: 1)")
    left_out = _shared(definition, "@audited")

    assert set() == hints({"a": given, "b": left_out})
