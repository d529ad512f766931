"""SQLite files of the outside world."""

from pathlib import Path

import pytest

from sandbox.databases import BrokenDatabaseError, DatabaseForm, open_database

FORM = DatabaseForm("a test's database", 2, "CREATE TABLE IF NOT EXISTS row (id TEXT PRIMARY KEY)")


def test_a_file_is_made_and_opened_again(tmp_path: Path) -> None:
    first = open_database(tmp_path / "a.db", FORM)
    first.execute("INSERT INTO row VALUES ('1')")
    first.close()

    again = open_database(tmp_path / "a.db", FORM)
    kept = again.execute("SELECT id FROM row").fetchall()
    again.close()

    assert [("1",)] == kept


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    open_database(tmp_path / "a.db", DatabaseForm("older", 1, FORM.tables)).close()

    with pytest.raises(BrokenDatabaseError, match=r"a\.db has schema 1, expected 2"):
        open_database(tmp_path / "a.db", FORM)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"no database at all" * 100)

    with pytest.raises(BrokenDatabaseError, match="cannot be used as a test's database"):
        open_database(tmp_path / "a.db", FORM)
