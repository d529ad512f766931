"""Which path an execution begins with, after what became of earlier ones."""

from itertools import pairwise
from typing import Any

from gateway.federation.executor.compiled import CompiledPlan, execute
from gateway.federation.executor.in_use import MAX_REST
from tests.federation.executor.careful_kit import REGULAR, REVIEWS
from tests.federation.executor.guard_kit import MEMBERS, Table
from tests.federation.executor.kit import Case, Scripted, ScriptedSubgraphs

NULL_CITY: dict[str, list[Scripted]] = {
    **REGULAR,
    "c": [{"data": {"_entities": [{"name": "a", "city": {"name": None}}] * 2}}],
}
"""Answers that only the general path can make a response of: a city must have a name."""
FAILED: dict[str, list[Scripted]] = {**REGULAR, "c": [b"gone"]}
"""Answers that the careful path makes a response of."""


async def begins_fast(compiled: CompiledPlan, answers: dict[str, list[Scripted]]) -> bool:
    """Execute; return whether the fast path is tried."""
    is_fast = compiled.variant({}).fast_path() is not None
    await execute(compiled, {}, ScriptedSubgraphs(answers))
    return is_fast


async def test_faster_paths_that_give_up_again_and_again_rest_for_longer_and_longer() -> None:
    compiled = REVIEWS.compiled(fast_path=True)
    found = [await begins_fast(compiled, NULL_CITY) for _ in range(16)]
    written = "".join("-+"[is_fast] for is_fast in found)

    assert "++-+---+-------+" == written


async def test_faster_paths_do_not_rest_for_ever() -> None:
    compiled = REVIEWS.compiled(fast_path=True)
    found = [await begins_fast(compiled, NULL_CITY) for _ in range(400)]
    tried = [index for index, is_fast in enumerate(found) if is_fast]
    longest = max(after - before for before, after in pairwise(tried))

    assert MAX_REST + 1 == longest


async def test_an_answer_that_a_faster_path_can_use_ends_the_resting() -> None:
    compiled = REVIEWS.compiled(fast_path=True)
    for _ in range(4):
        await begins_fast(compiled, NULL_CITY)
    while not await begins_fast(compiled, REGULAR):
        pass
    found = [await begins_fast(compiled, item) for item in (REGULAR, NULL_CITY, REGULAR)]

    assert [True, True, True] == found


async def test_one_that_the_careful_path_can_use_does_so_too() -> None:
    compiled = REVIEWS.compiled(fast_path=True)
    for _ in range(3):
        await begins_fast(compiled, NULL_CITY)
    await begins_fast(compiled, FAILED)
    used = compiled.variant({})

    assert not used.gave_up
    assert used.fast_path() is None
    assert used.careful_path(is_taken_over=False) is not None


async def test_answers_stay_the_same_while_faster_paths_rest() -> None:
    bodies: set[bytes] = set()
    compiled = REVIEWS.compiled(fast_path=True)
    ways = []
    for answers in (NULL_CITY, NULL_CITY, REGULAR, REGULAR):
        outcome = await execute(compiled, {}, ScriptedSubgraphs(answers))
        ways.append(outcome.is_general)
        if answers is REGULAR:
            bodies.add(outcome.body)

    assert [True, True, True, False] == ways
    assert 1 == len(bodies)


async def test_the_careful_path_of_a_guarded_plan_rests_too() -> None:
    compiled = MEMBERS.compiled(fast_path=True)

    async def is_general(name: Any) -> bool:
        answers: dict[str, list[Scripted]] = {
            "a": [
                {"data": {"members": [{"__fed_id": "1"}]}},
                {"data": {"_entities": [{"name": name, "score": 5}]}},
            ]
        }
        subgraphs, port = ScriptedSubgraphs(answers), Table({"1": "who rank"})
        return (await execute(compiled, {}, subgraphs, port, "scope")).is_general

    odd = [await is_general(5) for _ in range(2)]
    good = [await is_general("An") for _ in range(3)]

    assert [True, True] == odd
    assert [True, False, False] == good


async def test_a_plan_that_has_no_faster_path_never_rests() -> None:
    case = Case(REVIEWS.supergraph, "me { __typename __schema { queryType { name } } }", None)
    compiled = case.compiled(fast_path=True)
    for _ in range(3):
        await execute(compiled, {}, ScriptedSubgraphs({}))

    assert not compiled.variant({}).gave_up
