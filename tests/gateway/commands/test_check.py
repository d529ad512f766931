"""The check of schema changes: kinds, recorded operations, exit codes."""

from argparse import Namespace
from pathlib import Path

import pytest

from gateway.commands.check import main
from gateway.commands.reading import CommandError, load_api_schema

OLD = "type Query { a(x: Int): Int b: Int e: E } enum E { P }"


def _check(
    folder: Path, new: str, capsys: pytest.CaptureFixture[str], operations: str | None = None
) -> tuple[int, list[str]]:
    paths = []
    for name, text in (("old", OLD), ("new", new), ("operations", operations)):
        if text is not None:
            (folder / f"{name}.graphql").write_text(text, "utf-8")
            paths.append(folder / f"{name}.graphql")
    code = main(Namespace(old=paths[0], new=paths[1], operations=paths[2:]))
    return code, [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_a_removed_field_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = _check(tmp_path, "type Query { a(x: Int): Int e: E } enum E { P }", capsys)

    assert 1 == code
    assert ["1 breaking", "FIELD_REMOVED: Field Query.b was removed."] == lines[:2]


def test_an_added_enum_value_is_dangerous(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = _check(tmp_path, OLD.replace("P", "P Q"), capsys)

    assert 0 == code
    assert "1 dangerous" in lines


def test_an_added_field_is_safe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = _check(tmp_path, OLD.replace("b: Int", "b: Int c: Int"), capsys)

    assert 0 == code
    assert {"0 breaking", "0 dangerous", "1 safe"} <= set(lines)


@pytest.mark.parametrize(("operation", "code"), [("query A { a }", 0), ("query B { b }", 1)])
def test_with_recorded_operations_only_what_they_use_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], operation: str, code: int
) -> None:
    found, _ = _check(
        tmp_path, "type Query { a(x: Int): Int e: E } enum E { P }", capsys, operation
    )

    assert code == found


def test_each_operation_of_a_file_is_judged_with_its_own_fragments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operations = """
        query A { ...F } query B { ...G }
        fragment F on Query { a } fragment G on Query { ...H } fragment H on Query { b }
    """
    code, lines = _check(
        tmp_path, "type Query { a(x: Int): Int e: E } enum E { P }", capsys, operations
    )

    assert 1 == code
    assert "1 operations that would break" in lines
    assert " B: " in lines[-1]


def test_an_operation_that_cannot_be_read_is_not_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"operations\.graphql: Syntax Error"):
        _check(tmp_path, OLD, capsys, "query A {")


def test_a_folder_without_operations_is_told(tmp_path: Path) -> None:
    (tmp_path / "old.graphql").write_text(OLD, "utf-8")
    (tmp_path / "none").mkdir()
    path = tmp_path / "old.graphql"

    with pytest.raises(CommandError, match="--operations: there are none"):
        main(Namespace(old=path, new=path, operations=[tmp_path / "none"]))


def test_an_operation_that_was_broken_before_is_told_and_does_not_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("old", OLD), ("new", OLD), ("operations", "query A { z }")):
        (tmp_path / f"{name}.graphql").write_text(text, "utf-8")
    old, new, operations = (tmp_path / f"{n}.graphql" for n in ("old", "new", "operations"))

    code = main(Namespace(old=old, new=new, operations=[operations]))

    assert 0 == code
    assert capsys.readouterr().err.startswith("not valid on OLD either: ")


def test_a_fragment_that_no_operation_uses_does_not_hide_what_breaks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operations = "query B { b } fragment F on Query { a }"
    code, _ = _check(
        tmp_path, "type Query { a(x: Int): Int e: E } enum E { P }", capsys, operations
    )

    assert 1 == code


def test_a_fragment_may_stand_in_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "operations").mkdir()
    (tmp_path / "operations" / "a.graphql").write_text("query A { ...F }", "utf-8")
    (tmp_path / "operations" / "b.gql").write_text("fragment F on Query { b }", "utf-8")
    (tmp_path / "old.graphql").write_text(OLD, "utf-8")
    (tmp_path / "new.graphql").write_text(OLD.replace("b: Int", ""), "utf-8")

    code = main(
        Namespace(
            old=tmp_path / "old.graphql",
            new=tmp_path / "new.graphql",
            operations=[tmp_path / "operations"],
        )
    )

    assert 1 == code
    assert "a.graphql A: Cannot query field 'b'" in capsys.readouterr().out


def test_operations_of_one_name_are_all_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = _check(tmp_path, OLD.replace("b: Int", ""), capsys, "{ b } { a }")

    assert 1 == code
    assert "1 operations that would break" in lines


def test_everything_wrong_with_a_schema_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError) as caught:
        _check(tmp_path, "type A implements I { a: Int } interface I { b: Int }", capsys, "{ a }")

    told = str(caught.value).splitlines()

    assert 2 == len(told)
    assert all(line.startswith(f"{tmp_path / 'new.graphql'}: ") for line in told)


def test_a_schema_that_cannot_be_built_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError) as caught:
        _check(tmp_path, "type Query { a: Int @deprecated(reason: null) }", capsys)

    assert 1 == len(str(caught.value).splitlines())
    assert str(caught.value).endswith("(line 1, column 41)")


def test_everything_wrong_with_a_schema_is_told_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.graphql"
    path.write_text("extend schema @link(url: 1) type Query { q: Int @key }", "utf-8")

    with pytest.raises(CommandError) as caught:
        load_api_schema(path)

    expected = [f"{path}: Unknown directive '@{name}'." for name in ("link", "key")]
    assert expected == str(caught.value).splitlines()


def test_a_supergraph_is_known_by_what_it_links(tmp_path: Path) -> None:
    path = tmp_path / "supergraph.graphql"
    text = Path("bench/supergraph.graphql").read_text("utf-8").replace("join__", "joined__")
    path.write_text(text.replace('/join/v0.3"', '/join/v0.3", as: "joined"'), "utf-8")

    assert not [name for name in load_api_schema(path).type_map if "join" in name]
