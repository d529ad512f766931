from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.acceptance.book import Book, end_book, start_book
from tests.mongodb_server.server import mongodb_server_url

__all__ = ["mongodb_server_url"]


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("book")),
        pytest.param(
            "mongodb",
            marks=[pytest.mark.xdist_group("book on mongodb"), pytest.mark.java],
        ),
    ],
)
def book(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Book]:
    """The running product on each database, shared by the stories."""
    database_url = None
    if request.param == "mongodb":
        database_url = f"{request.getfixturevalue('mongodb_server_url')}/{uuid4().hex}"
    started = start_book(tmp_path_factory.mktemp("book") / "data", database_url=database_url)
    yield started
    end_book(started)
