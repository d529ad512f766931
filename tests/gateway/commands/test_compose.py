"""The compose command's arguments: what is read, and what makes no sense."""

import io
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from gateway.commands.compose import add_arguments, main
from gateway.commands.reading import CommandError

SDL = "type Query { a: Int }"


def options(*arguments: str) -> Namespace:
    parser = ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "a.graphql"
    path.write_text(SDL, "utf-8")
    return path


def test_a_schema_comes_by_the_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SDL.encode())))

    assert 0 == main(options("a=-"))
    assert '@join__graph(name: "a", url: "")' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("further", "message"),
    [
        (["a={path}", "a={path}"], "there is another subgraph of that name"),
        (["a="], "a=: wanted NAME=FILE or NAME=URL"),
        (["={path}"], "wanted NAME=FILE or NAME=URL"),
        (["a={path}", "--url", "a"], "--url a: wanted NAME=URL"),
        (["a={path}", "--url", "a="], "--url a=: wanted NAME=URL"),
        (["a={path}", "--url", "b=http://b"], "there is no subgraph of that name"),
        (["a={path}", "--api-schema", "-"], "cannot be the same"),
        (
            ["a={path}", "--output", "no.graphql", "--api-schema", "no.graphql"],
            "cannot be the same",
        ),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    schema: Path, further: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        main(options(*(each.replace("{path}", str(schema)) for each in further)))


def test_a_subgraph_on_the_command_line_takes_the_place_of_a_configured_one(
    tmp_path: Path, schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "b.graphql"
    other.write_text("type Query { b: Int }", "utf-8")
    config = tmp_path / "supergraph.yaml"
    config.write_text(f"subgraphs: {{a: {{schema: {{file: {schema}}}}}}}", "utf-8")

    assert 0 == main(options("--config", str(config), f"a={other}"))
    assert "  b: Int" in capsys.readouterr().out


def test_the_standard_input_is_one_schema_only() -> None:
    with pytest.raises(CommandError, match="can be read once only"):
        main(options("a=-", "b=-"))


def test_what_clients_see_may_be_all_that_is_printed(
    schema: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(options(f"a={schema}", "--output", "/dev/null", "--api-schema", "-"))
    assert "type Query {\n  a: Int\n}\n" == capsys.readouterr().out


def test_what_is_no_file_may_take_both(schema: Path) -> None:
    both = options(f"a={schema}", "--output", "/dev/null", "--api-schema", "/dev/null")

    assert 0 == main(both)
