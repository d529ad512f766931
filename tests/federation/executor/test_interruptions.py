"""How an execution ends before its time: the client goes away, or the transport raises."""

import asyncio
from typing import Any

import pytest

from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.compiled import execute
from gateway.federation.executor.general.run import GeneralRun
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.executor.surroundings import Surroundings
from gateway.federation.plan import Parallel, Sequence
from tests.federation.executor.guard_kit import MEMBERS, Table
from tests.federation.executor.kit import Case, ScriptedSubgraphs, entity, flatten, root
from tests.federation.executor.test_fast_path import GRAPH


async def test_a_client_that_goes_away_cancels_its_fetches() -> None:
    sent: list[asyncio.Future[bytes | FetchFailure]] = []

    class Silent:
        def send(self, _request: Any) -> "asyncio.Future[bytes | FetchFailure]":
            sent.append(asyncio.get_running_loop().create_future())
            return sent[-1]

    case = Case(GRAPH, "me { name }", root(0, "a", "me { name }"))
    for fast_path in (True, False):
        task = asyncio.create_task(execute(case.compiled(fast_path), {}, Silent()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert [True, True] == [future.cancelled() for future in sent]


async def test_a_transport_that_raises_is_a_fault_of_ours() -> None:
    class Broken:
        def send(self, _request: Any) -> "asyncio.Future[bytes | FetchFailure]":
            future: asyncio.Future[bytes | FetchFailure] = (
                asyncio.get_running_loop().create_future()
            )
            future.set_exception(RuntimeError("broken"))
            return future

    case = Case(GRAPH, "me { name }", root(0, "a", "me { name }"))
    for fast_path in (True, False):
        with pytest.raises(RuntimeError, match="broken"):
            await execute(case.compiled(fast_path), {}, Broken())


async def test_a_transport_that_raises_on_a_guarded_plan_is_a_fault_of_ours() -> None:
    class Broken:
        def send(self, _request: Any) -> "asyncio.Future[bytes | FetchFailure]":
            future: asyncio.Future[bytes | FetchFailure] = (
                asyncio.get_running_loop().create_future()
            )
            future.set_exception(RuntimeError("broken"))
            return future

    for fast_path in (True, False):
        with pytest.raises(RuntimeError, match="broken"):
            await execute(MEMBERS.compiled(fast_path), {}, Broken(), Table({}), "scope")


async def test_a_transport_that_raises_leaves_nothing_under_way() -> None:
    sent: list[asyncio.Future[bytes | FetchFailure]] = []

    class Broken:
        def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
            if request.subgraph == "b":
                raise RuntimeError("broken")
            sent.append(asyncio.get_running_loop().create_future())
            return sent[-1]

    fetches = (root(0, "a", "me { name }"), root(1, "b", "best { name }"))
    case = Case(GRAPH, "me { name } best { name }", Parallel(fetches))
    for fast_path in (True, False):
        with pytest.raises(RuntimeError, match="broken"):
            await execute(case.compiled(fast_path), {}, Broken())

    assert [True, True] == [future.cancelled() for future in sent]


async def test_what_a_faster_path_has_sent_does_not_outlive_its_request() -> None:
    """The client goes away before the general path has come to a fetch that was sent already."""
    loop = asyncio.get_running_loop()
    first: asyncio.Future[bytes | FetchFailure] = loop.create_future()
    second: asyncio.Future[bytes | FetchFailure] = loop.create_future()
    case = Case(
        GRAPH,
        "best { price }",
        Sequence(
            (
                root(0, "b", "best { __fed_upc: upc }"),
                flatten(1, "c", "best", entity("Product", "upc=__fed_upc", "price")),
            )
        ),
    )
    compiled = case.compiled(fast_path=False)
    subgraphs = ScriptedSubgraphs({"b": [{}]})
    given = Surroundings(subgraphs, None, None, {}, ErrorMasking(), case.supergraph.api_schema)
    variant = compiled.variant({}).variant
    asked = variant.fetches[0]
    assert asked is not None
    template = asked.request(()).template
    assert template is not None
    sent = {0: [(template.body({}, []), first)], 1: [(b"{}", second)]}
    task = asyncio.create_task(GeneralRun(variant, given, {}, sent).finish())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert [True, True] == [first.cancelled(), second.cancelled()]
    assert [] == subgraphs.requests
