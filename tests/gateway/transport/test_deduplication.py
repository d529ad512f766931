"""Deduplication of in-flight reads: shared within one sharing key, never across."""

import asyncio
from dataclasses import dataclass

import pytest

from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.transport.deduplication import DeduplicatingTransport


@dataclass(frozen=True)
class Scope:
    sharing_key: str


class HeldTransport:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.sent: list[asyncio.Future[bytes | FetchFailure]] = []

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        self.sent.append(future)
        return future


def _read(body: bytes = b"{}", key: str = "a", subgraph: str = "s") -> SubgraphRequest:
    return SubgraphRequest(subgraph, body, False, Scope(key))


async def test_identical_reads_share_one_fetch() -> None:
    held = HeldTransport()
    transport = DeduplicatingTransport(held)
    futures = [transport.send(_read()) for _ in range(3)]
    held.sent[0].set_result(b"answer")
    results = [await future for future in futures]

    assert results == [b"answer"] * 3
    assert len(held.sent) == 1


@pytest.mark.parametrize(
    "other",
    [_read(b"[]"), _read(key="b"), _read(subgraph="t")],
    ids=["body", "sharing key", "subgraph"],
)
async def test_different_reads_are_sent_apart(other: SubgraphRequest) -> None:
    held = HeldTransport()
    transport = DeduplicatingTransport(held)
    transport.send(_read())
    transport.send(other)

    assert len(held.sent) == 2


async def test_a_read_after_the_answer_is_sent_anew() -> None:
    held = HeldTransport()
    transport = DeduplicatingTransport(held)
    first = transport.send(_read())
    held.sent[0].set_result(b"old")
    await first
    transport.send(_read())

    assert len(held.sent) == 2


async def test_mutations_are_never_shared() -> None:
    held = HeldTransport()
    transport = DeduplicatingTransport(held)
    for _ in range(2):
        transport.send(SubgraphRequest("s", b"{}", True, Scope("a")))

    assert len(held.sent) == 2


async def test_a_caller_that_goes_does_not_take_the_others_answer() -> None:
    held = HeldTransport()
    transport = DeduplicatingTransport(held)
    gone, stays = transport.send(_read()), transport.send(_read())
    gone.cancel()
    held.sent[0].set_result(b"answer")
    result = await stays

    assert result == b"answer"
