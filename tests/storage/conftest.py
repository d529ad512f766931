import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.documents import Collection, DocumentStore
from storage.opening import open_documents
from tests.mongodb_server.server import mongodb_server_url

__all__ = ["mongodb_server_url"]


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of the kind that the test is parametrized with."""
    kind = getattr(request, "param", "sqlite")
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'documents.db'}"
    database = f"test_{uuid.uuid4().hex}"
    if kind == "mongodb-server":
        return f"{request.getfixturevalue('mongodb_server_url')}/{database}"
    url = os.environ["MONGODB_TEST_URI"]
    base, _, options = url.partition("?")
    host = "/".join(base.split("/")[:3])
    return f"{host}/{database}?{options}" if options else f"{host}/{database}"


@pytest.fixture
async def documents(database_url: str) -> AsyncIterator[DocumentStore]:
    store = await open_documents(database_url)
    yield store
    await store.close()


@pytest.fixture
def collection(documents: DocumentStore) -> Collection:
    return documents.collection("things")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Modules named test_contract_* run on every database; the others on SQLite."""
    if metafunc.module.__name__.rpartition(".")[2].startswith("test_contract_"):
        kinds = ["sqlite", "mongodb-server"]
        kinds += ["mongodb"] if "MONGODB_TEST_URI" in os.environ else []
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test keeps its access log."""
    return tmp_path / "access.log"
