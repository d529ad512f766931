"""Configuration files that name subgraphs: everything they may say, and everything wrong told."""

from pathlib import Path

import pytest

from gateway.commands.reading import CommandError
from gateway.commands.supergraph_config import SchemaSource, read_config


def _written(folder: Path, text: str) -> Path:
    path = folder / "supergraph.yaml"
    path.write_text(text, "utf-8")
    return path


def test_files_are_beside_the_configuration(tmp_path: Path) -> None:
    path = _written(
        tmp_path, "subgraphs: {a: {routing_url: http://a, schema: {file: ./sub/a.graphql}}}"
    )

    expected = SchemaSource("http://a", str(tmp_path / "sub/a.graphql"))

    assert {"a": expected} == read_config(path)


def test_a_running_subgraph_is_asked_with_the_headers_that_it_wants(tmp_path: Path) -> None:
    path = _written(
        tmp_path,
        "subgraphs: {a: {schema: {subgraph_url: http://a, introspection_headers: {x-key: 1}}}}",
    )

    expected = SchemaSource("http://a", "http://a", headers={"x-key": "1"})

    assert {"a": expected} == read_config(path)


def test_a_schema_may_stand_in_the_configuration(tmp_path: Path) -> None:
    path = _written(
        tmp_path, "subgraphs: {a: {routing_url: http://a, schema: {sdl: 'type Query {a: Int}'}}}"
    )

    expected = SchemaSource("http://a", sdl="type Query {a: Int}")

    assert {"a": expected} == read_config(path)


@pytest.mark.parametrize("written", ["routing_url: null, ", "routing_url:, ", ""])
def test_an_address_that_is_not_given_is_none(tmp_path: Path, written: str) -> None:
    path = _written(tmp_path, f"subgraphs: {{a: {{{written}schema: {{file: a.graphql}}}}}}")

    assert "" == read_config(path)["a"].routing_url


@pytest.mark.parametrize("version", ["2", "=2.9.0", "2.9.0", "latest-2", "null"])
def test_federation_2_is_composed(tmp_path: Path, version: str) -> None:
    path = _written(
        tmp_path, f"federation_version: {version}\nsubgraphs: {{a: {{schema: {{sdl: a}}}}}}"
    )

    assert ["a"] == list(read_config(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("federation_version: 1\nsubgraphs: {a: {schema: {sdl: a}}}", "only 2 is composed"),
        ("federation_version: 2.x\nsubgraphs: {a: {schema: {sdl: a}}}", "only 2 is composed"),
        ("subgraphs:\n  a: [\n", r"not YAML: .* \(line 3, column 1\)"),
        ("a: " + "[" * 5000, "not YAML: it is nested too deeply"),
        ("", "no subgraphs"),
        ("subgraphs: [a]", "no subgraphs"),
        ("subgraphs: {a: }", "subgraph a has no schema"),
        ("subgraphs: {a: {schema: {file: }}}", "subgraph a needs schema.file"),
        ("subgraphs: {a: {schema: {file: 3}}}", "subgraph a: schema.file is no text"),
        ("subgraphs: {a: {schema: {file: a, sdl: b}}}", "schema.file and schema.sdl"),
        ("subgraphs: {a: {schema: {graphref: x@y, subgraph: a}}}", "from no registry"),
        ("subgraphs: {a: {schema: {subgraph_url: a:1}}}", "schema.subgraph_url is no URL"),
        ("subgraphs: {a: {routing_url: [b], schema: {sdl: a}}}", "routing_url is no text"),
        ("subgraphs: {a: {schema: {file: '${env.A}'}}}", "values from the environment"),
        ("subgraphs: {a: {routing_url: '${env.A}', schema: {sdl: a}}}", "from the environment"),
        (
            "subgraphs: {a: {schema: {subgraph_url: http://a, introspection_headers: [b]}}}",
            "schema.introspection_headers are no names with values",
        ),
        (
            "subgraphs:\n  a: {schema: {sdl: a}}\n  a: {schema: {sdl: b}}\n",
            r'"a" stands there twice \(line 3, column 3\)',
        ),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        read_config(_written(tmp_path, text))


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = _written(tmp_path, "subgraphs: {a: {schema: }, b: {schema: {file: 3}}}")

    with pytest.raises(CommandError) as caught:
        read_config(path)

    assert 2 == len(str(caught.value).splitlines())


def test_keys_that_mean_nothing_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read_config(
        _written(
            tmp_path, "subgraphs: {a: {routingurl: http://a, schema: {sdl: a, fil: b}}}\nx: 1"
        )
    )

    told = capsys.readouterr().err

    assert ["x", "subgraphs.a.routingurl", "subgraphs.a.schema.fil"] == [
        line.split(": ")[1].removesuffix(" means nothing here") for line in told.splitlines()
    ]


def test_keys_may_be_shared_by_an_anchor(tmp_path: Path) -> None:
    text = """
        subgraphs:
          a: &a {routing_url: http://a, schema: {sdl: a}}
          b: {<<: *a, schema: {sdl: b}}
    """

    assert "http://a" == read_config(_written(tmp_path, text))["b"].routing_url


def test_names_are_text_whatever_else_they_could_be(tmp_path: Path) -> None:
    names = ["on", "no", "yes", "1", "010", "1_000", "2026-11-23", "12:30:45", "1e3", "null"]
    entries = "\n".join(f"  {name}: {{schema: {{sdl: a}}}}" for name in names)

    path = _written(tmp_path, f"subgraphs:\n{entries}")

    assert names == list(read_config(path))


@pytest.mark.parametrize("value", ["0123", "1_000", "12:30:45", "true", "1e3", "2026-11-23"])
def test_values_of_headers_are_sent_as_they_are_written(tmp_path: Path, value: str) -> None:
    schema = f"{{subgraph_url: http://a, introspection_headers: {{x-key: {value}}}}}"
    path = _written(tmp_path, f"subgraphs: {{a: {{schema: {schema}}}}}")

    assert {"x-key": value} == read_config(path)["a"].headers
