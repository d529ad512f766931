"""The committed schemas are those of the subgraphs; the clients' documents are valid for them."""

import re
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    parse,
    print_schema,
    validate,
)

from access.subgraphs import SUBGRAPHS
from gateway.app import health_book_graph
from gateway.consent.guards import SECURITY_LINK
from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.supergraph.reader import read_supergraph
from resolvers.__main__ import subgraph_sdl

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


SHOWN = [
    (r"\{ me \{", "citizen/health-book.graphql"),
    (r"verifyPrescription", "pharmacy/verify-prescription.graphql"),
]


@pytest.mark.parametrize(("start", "document"), SHOWN, ids=[name for _, name in SHOWN])
def test_the_readme_shows_parts_of_what_clients_send(start: str, document: str) -> None:
    blocks = re.findall(
        r"```graphql\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    (shown,) = [block for block in blocks if re.search(start, block)]
    sent = (ROOT / "operations" / document).read_text("utf-8")

    assert set() == paths_of(shown) - paths_of(sent)


def paths_of(text: str) -> set[tuple[str, ...]]:
    """The fields that a document selects, by their names from the root."""
    document = parse(text)
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    found: set[tuple[str, ...]] = set()

    def walk(selected: SelectionSetNode | None, before: tuple[str, ...]) -> None:
        for one in () if selected is None else selected.selections:
            if isinstance(one, FieldNode):
                found.add((*before, one.name.value))
                walk(one.selection_set, (*before, one.name.value))
            elif isinstance(one, FragmentSpreadNode):
                walk(fragments[one.name.value].selection_set, before)
            elif isinstance(one, InlineFragmentNode):
                walk(one.selection_set, before)

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            walk(definition.selection_set, ())
    return found
