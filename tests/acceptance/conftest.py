from collections.abc import Iterator

import pytest

from tests.acceptance.book import Book, end_book, start_book


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The running product, shared by the stories; each works on people of its own."""
    started = start_book(tmp_path_factory.mktemp("book") / "data")
    yield started
    end_book(started)
