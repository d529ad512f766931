"""The plan command: every stage, guards and pruning included."""

from pathlib import Path

import pytest

from gateway.app import health_book_graph
from gateway.commands.plan import StagedCaller, served_graph, stages
from gateway.commands.reading import CommandError
from gateway.federation.plan_printing import print_plan
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph
from tests.gateway.pipeline.graphs import PROTECTED

OPERATIONS = sorted(Path("operations").rglob("*.graphql"))


@pytest.fixture(scope="module")
def book() -> Supergraph:
    return read_supergraph(Path("supergraph.graphql").read_text("utf-8"))


@pytest.fixture(scope="module")
def graph(book: Supergraph) -> ServedGraph:
    return served_graph(book)


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
def test_the_plan_is_the_one_that_the_health_book_executes(
    path: Path, book: Supergraph, graph: ServedGraph
) -> None:
    text = path.read_text("utf-8")
    served = health_book_graph(book)
    plan = served.plan(served.prepare(text, None).operation)
    actual = stages(graph, text, None)

    assert print_plan(plan) in actual
    assert "Guard(id: 0, subject: " in actual


def test_the_checks_of_inherited_guards_are_told(graph: ServedGraph) -> None:
    text = "{ patient(id: 1) { encounters(first: 1) { edges { node { status } } } } }"
    _, checks = stages(graph, text, None).split("# Checks of inherited guards\n")

    assert [
        "guard 0: patient by __fed_id",
        "guard 0: patient.encounters.edges.node by __fed_subjectId",
    ] == sorted(checks.splitlines())


def test_a_graph_that_is_not_clear_about_its_categories_is_refused() -> None:
    sdl = Path("supergraph.graphql").read_text("utf-8")
    unclear = sdl.replace('category: "ALLERGIES"', 'category: "NO_SUCH_THING"')

    with pytest.raises(CommandError, match=r"AllergyIntolerance\.code: the category is unknown"):
        served_graph(read_supergraph(unclear))


def test_a_graph_whose_protection_would_be_passed_over_is_refused() -> None:
    link = '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)'
    assert link in PROTECTED

    with pytest.raises(CommandError, match="@authenticated without linking its specification"):
        served_graph(read_supergraph(PROTECTED.replace(link, "")))


def _protected(*without: int) -> str:
    graph = served_graph(read_supergraph(PROTECTED))
    return stages(graph, "{ name account secret }", None, StagedCaller(without))


def test_without_a_requirement_the_operation_is_pruned() -> None:
    secret = next(
        int(line.partition(":")[0])
        for line in _protected().splitlines()
        if line.endswith("scopes [['secret:read']]")
    )
    actual = _protected(secret)

    assert "# Operation, pruned\nquery {\n  name\n  account\n}\n" in actual
    assert actual.endswith(
        """
QueryPlan {
  Fetch(service: "shop") {
    {
      name
      account
    }
  }
}"""
    )


def test_with_every_requirement_nothing_is_pruned() -> None:
    assert "# Operation, pruned" not in _protected()


def test_an_unknown_requirement_is_one_clear_line() -> None:
    with pytest.raises(CommandError, match="--without 77: the operation has no static requirem"):
        _protected(77)


OVERRIDES = Path("tests/federation/planner/supergraphs/overrides.graphql")


@pytest.mark.parametrize(("label", "subgraph"), [(None, "old"), ("percent(5)", "new")])
def test_an_override_label_is_on_if_it_is_named(label: str | None, subgraph: str) -> None:
    graph = served_graph(read_supergraph(OVERRIDES.read_text("utf-8")))
    caller = StagedCaller(labels=frozenset({label} if label else ()))
    _, plan = stages(graph, "{ accounts { email } }", None, caller).split("# Plan")

    assert subgraph == ("new" if 'Fetch(service: "new")' in plan else "old")


def test_an_unknown_override_label_is_one_clear_line() -> None:
    caller = StagedCaller(labels=frozenset({"soon"}))

    with pytest.raises(CommandError, match="--override-label soon: the supergraph has no such"):
        stages(served_graph(read_supergraph(PROTECTED)), "{ name }", None, caller)


def test_all_places_of_a_mistake_are_told() -> None:
    graph = served_graph(read_supergraph(PROTECTED))

    with pytest.raises(CommandError) as caught:
        stages(graph, "query ($a: Int, $a: Int) { name @include(if: $a) }", None)

    assert str(caught.value).splitlines()[0].endswith("(line 1, column 9; line 1, column 18)")
