"""The oracle must see differences, and must make the same cases again from the same seed."""

import asyncio
from dataclasses import replace

import pytest
from graphql import build_schema, parse, validate

from tests.federation.oracle.cases import Case, cases_of, shrink, universe_of
from tests.federation.oracle.census import CONSTRUCTS, take
from tests.federation.oracle.compare import differences
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.guards import GuardedRunner, RandomGuard
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph
from tests.federation.oracle.model import Universe
from tests.federation.oracle.operations import Operation
from tests.federation.oracle.printing import print_monolith, print_subgraph
from tests.federation.oracle.resolving import (
    State,
    answer_monolith,
    make_subgraph,
    monolith_schema,
)
from tests.federation.oracle.running import Split

COVERING = (
    40,
    41,
    42,
    43,
    44,
    46,
    47,
    48,
    50,
    51,
    52,
    54,
    55,
    57,
    58,
    59,
    61,
    65,
    66,
    71,
    73,
    83,
    92,
    127,
    129,
    262,
)
"""What ``python -m tests.federation.oracle.census --cover --seed 40 --per-split 8`` finds."""


def test_the_same_seed_makes_the_same_case() -> None:
    first, second = (next(cases_of(11, 1)).report() for _ in range(2))

    assert first == second


@pytest.mark.parametrize("seed", range(25))
def test_operations_are_valid_against_the_monolith(seed: int) -> None:
    for case in cases_of(seed, 3):
        schema = build_schema(print_monolith(case.universe))

        assert [] == validate(schema, parse(case.operation.document))


def test_many_seeds_use_every_directive() -> None:
    text = "".join(
        print_subgraph(universe, index)
        for universe in map(universe_of, range(60))
        for index in range(universe.count)
    )
    wanted: tuple[str, ...] = (
        "@requires(",
        "@provides(",
        "@override(",
        "@interfaceObject {",
        "@external",
    )
    wanted += ("resolvable: false", "@shareable", "union ", "interface ", "org { code }", "input ")

    assert [] == [word for word in wanted if word not in text]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"data": {"a": 1}}, {"data": {"a": 2}}),
        ({"data": {"a": 1}}, {"data": {"a": True}}),
        ({"data": {"a": 1, "b": 2}}, {"data": {"b": 2, "a": 1}}),
        ({"data": {"a": [1]}}, {"data": {"a": [1, 2]}}),
        ({"data": {"a": None}}, {"data": {"a": None}, "errors": [{"path": ["a"]}]}),
        ({"data": {"a": None}, "errors": [{"path": ["a"]}]}, {"data": {"a": None}}),
        (
            {"data": {"a": None}, "errors": [{"path": ["a"]}, {"path": ["a"]}]},
            {"data": {"a": None}, "errors": [{"path": ["a"]}]},
        ),
        (
            {"data": {"a": 1}, "errors": [{"path": ["a"]}]},
            {"data": {"a": 1}},
        ),
    ],
)
def test_answers_that_differ_are_told_apart(
    ours: dict[str, object], theirs: dict[str, object]
) -> None:
    assert differences(ours, theirs)


class OpenGuard(RandomGuard):
    """Permits everything, whatever the case says."""

    def permits(self, subject: object, group: str) -> bool:
        return True


class LeakyRunner(GuardedRunner):
    """Runs the engine with a guard that permits more than the oracle's."""

    def prepare_split(self, split: Split, case: Case) -> Split:
        prepared = super().prepare_split(split, case)
        federation = replace(prepared.federation, guard=OpenGuard(str(case.seed)))
        return replace(prepared, federation=federation)


def test_a_field_that_is_fetched_without_permission_is_seen() -> None:
    runner = LeakyRunner()

    found = [p for seed in range(10) for case in cases_of(seed, 4) for p in runner.problems(case)]

    assert [] != [problem for problem in found if problem.endswith("not permitted")]


def test_most_answers_come_from_the_fast_path_where_it_may_be_used() -> None:
    fast: list[bool] = []
    for seed in range(6):
        for case in cases_of(seed, 4):
            parts = [make_subgraph(case.universe, State(), i) for i in range(case.universe.count)]
            federation = Federation.composed(parts)
            asyncio.run(federation.answer(case.operation.document, case.operation.variables))
            fast += federation.fast_answers

    assert len(fast) / 2 < sum(fast)


def test_errors_beneath_one_null_count_once() -> None:
    ours = {"data": {"a": None}, "errors": [{"path": ["a", "b"]}, {"path": ["a", "c"]}]}
    theirs = {"data": {"a": None}, "errors": [{"path": ["a", "b"]}]}

    assert [] == differences(ours, theirs)


def test_a_failing_case_shrinks_to_what_makes_it_fail() -> None:
    universe = universe_of(0)
    document = "{ settings { __typename x: __typename } ... { y: __typename } }"
    case = Case(0, universe, Operation(document, {}))

    def fails(smaller: Case) -> bool:
        return "__typename" in smaller.operation.document

    shrunk = shrink(case, fails)

    assert "{ __typename }" == " ".join(shrunk.operation.document.split())
    assert sum(map(_fields, [universe])) > sum(map(_fields, [shrunk.universe]))


def _fields(universe: Universe) -> int:
    return sum(len(model.fields) for model in universe.objects)


def test_the_monolith_reports_a_failing_resolver() -> None:
    universe = universe_of(0)
    failing = Universe(
        universe.count,
        universe.objects,
        universe.abstracts,
        universe.enums,
        universe.inputs,
        universe.data,
        frozenset({("Query", "settings")}),
    )

    answer = answer_monolith(failing, "{ settings { __typename } }", {}, monolith_schema(failing))

    assert [["settings"]] == [error["path"] for error in answer["errors"]]


def test_a_subgraph_in_memory_answers_entities_and_its_own_errors() -> None:
    def book(reference: dict[str, object]) -> dict[str, object]:
        if reference["id"] == "bad":
            message = "no such book"
            raise ValueError(message)
        return {"title": f"book {reference['id']}"}

    subgraph = InMemorySubgraph(
        "books",
        'type Book @key(fields: "id") { id: ID! title: String }',
        {"Book": {REFERENCE: book}},
    )

    answer = subgraph.execute(
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Book { title } } }",
        {"r": [{"__typename": "Book", "id": "1"}, {"__typename": "Book", "id": "bad"}]},
    )

    assert [{"title": "book 1"}, None] == answer["data"]["_entities"]
    assert ["_entities", 1] == answer["errors"][0]["path"]


def test_a_subgraph_in_memory_refuses_an_invalid_request() -> None:
    subgraph = InMemorySubgraph("s", "type Query { a: Int }")

    with pytest.raises(AssertionError, match="Cannot query field 'b'"):
        subgraph.execute("{ b }")


def test_operations_reach_every_construct() -> None:
    census = take(COVERING, per_split=8)

    assert [] == [c.name for c in CONSTRUCTS if not census.reached[c.name]]
