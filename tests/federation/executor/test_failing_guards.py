"""Guards that fail, hang or are interrupted."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.federation.executor.compiled import execute
from gateway.federation.executor.ports import (
    FetchFailure,
    SubgraphRequest,
)
from gateway.federation.plan import (
    Parallel,
)
from gateway.federation.plan import Sequence as InOrder
from tests.federation.executor.guard_kit import (
    CLUB,
    MEMBERS,
    Table,
    object_guard,
)
from tests.federation.executor.kit import (
    Case,
    ScriptedSubgraphs,
    entity,
    flatten,
    root,
)


async def test_a_port_that_answers_for_another_number_of_subjects_is_a_fault_of_ours() -> None:
    class Short(Table):
        async def decide(self, *_: Any) -> Sequence[frozenset[str]]:
            return []

    for fast_path in (True, False):
        subgraphs = ScriptedSubgraphs({"a": [{"data": {"members": [{"__fed_id": "1"}]}}]})
        with pytest.raises(ValueError, match="zip"):
            await execute(MEMBERS.compiled(fast_path), {}, subgraphs, Short({}), "scope")


async def test_a_client_that_goes_away_cancels_decisions_and_fetches() -> None:
    """Neither a guard that is being asked nor a guarded fetch outlives its request."""
    sent: list[asyncio.Future[bytes | FetchFailure]] = []
    cancelled: list[str] = []

    class Silent:
        def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
            sent.append(asyncio.get_running_loop().create_future())
            if len(sent) % 2:
                sent[-1].set_result(b'{"data":{"members":[{"__fed_id":"1"}]}}')
            return sent[-1]

    class Slow(Table):
        async def decide(self, *_: Any) -> Sequence[frozenset[str]]:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                cancelled.append("decision")
                raise
            return []

    for fast_path in (True, False):
        for port in (Slow({}), Table({"1": "who"})):
            sent.clear()
            running = execute(MEMBERS.compiled(fast_path), {}, Silent(), port, "scope")
            task = asyncio.create_task(running)
            for _ in range(10):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)

            assert all(future.done() for future in sent)

    assert ["decision", "decision"] == cancelled


async def test_a_guard_that_fails_fails_the_execution() -> None:
    """Fail closed: without a decision there is no answer."""

    class Broken(Table):
        async def decide(self, *_: Any) -> Sequence[frozenset[str]]:
            raise RuntimeError("no profiles")

    for fast_path in (True, False):
        subgraphs = ScriptedSubgraphs({"a": [{"data": {"members": [{"__fed_id": "1"}]}}]})
        with pytest.raises(RuntimeError, match="no profiles"):
            await execute(MEMBERS.compiled(fast_path), {}, subgraphs, Broken({}), "scope")


async def test_an_answer_with_errors_before_the_guard_is_decided_once() -> None:
    """The general path takes over while the guard is being asked."""
    both = Case(
        CLUB,
        "members { name } best { id }",
        Parallel(
            (
                InOrder(
                    (
                        root(0, "a", "members { __fed_id: id }"),
                        object_guard(0, "members", "who"),
                        flatten(
                            1,
                            "a",
                            "members",
                            entity("Member", "id=__fed_id", 'name @group(guard: 0, name: "who")'),
                            guards=(0,),
                        ),
                    )
                ),
                root(2, "b", "best { id }"),
            )
        ),
    )
    response, subgraphs, outcome = await both.run(
        {
            "a": [
                {"data": {"members": [{"__fed_id": "1"}]}},
                {"data": {"_entities": [{"name": "An"}]}},
            ],
            "b": [{"data": {"best": 1}}],
        },
        guard=Table({"1": "who"}),
    )

    assert {"members": [{"name": "An"}], "best": None} == response["data"]
    assert 3 == len(subgraphs.requests)
    assert outcome.is_general


async def test_a_port_that_is_cancelled_by_itself_does_not_leave_the_request_hanging() -> None:
    """As by a deadline of its own: the client has not gone."""

    class Interrupted(Table):
        async def decide(self, *_: Any) -> Sequence[frozenset[str]]:
            raise asyncio.CancelledError

    for fast_path in (True, False):
        subgraphs = ScriptedSubgraphs({"a": [{"data": {"members": [{"__fed_id": "1"}]}}]})
        running = execute(MEMBERS.compiled(fast_path), {}, subgraphs, Interrupted({}), "scope")
        task = asyncio.create_task(running)
        done, _ = await asyncio.wait({task}, timeout=5)

        assert {task} == done
        assert task.cancelled()
