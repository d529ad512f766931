"""The committed schemas are those of the subgraphs; the clients' documents are valid for them."""

from pathlib import Path

import pytest
from graphql import build_schema, parse, print_schema, validate

from gateway.app import health_book_graph
from gateway.consent.guards import SECURITY_LINK
from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.supergraph.reader import read_supergraph
from resolvers.__main__ import SUBGRAPHS, subgraph_sdl

ROOT = Path(__file__).parent.parent.parent
PORTS = {"patient": 4001, "encounter": 4002, "pharmacy": 4003, "insurance": 4004}
OPERATIONS = sorted((ROOT / "operations").rglob("*.graphql"))


@pytest.fixture(scope="module")
def composed() -> str:
    documents = [
        SubgraphDocument(name, f"http://127.0.0.1:{PORTS[name]}/graphql", subgraph_sdl(name))
        for name in SUBGRAPHS
    ]
    result = compose(documents, security_links=[SECURITY_LINK])
    assert isinstance(result, CompositionSuccess), result
    return result.supergraph_sdl


def test_the_committed_supergraph_is_what_the_subgraphs_compose_to(composed: str) -> None:
    assert (ROOT / "supergraph.graphql").read_text("utf-8") == composed


def test_the_committed_api_schema_is_the_supergraphs(composed: str) -> None:
    printed = print_schema(read_supergraph(composed).api_schema) + "\n"

    assert (ROOT / "schema.graphql").read_text("utf-8") == printed


def test_a_router_that_cannot_enforce_consent_is_told_not_to_start(composed: str) -> None:
    link = '@link(url: "https://specs.health-book.vn/consent/v1.0", for: SECURITY'

    assert link in composed


def test_the_supergraph_states_subjects_and_categories_clearly(composed: str) -> None:
    health_book_graph(read_supergraph(composed))


@pytest.mark.parametrize(
    "document", OPERATIONS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_the_clients_documents_are_valid(document: Path) -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))

    assert [] == validate(schema, parse(document.read_text("utf-8")))
