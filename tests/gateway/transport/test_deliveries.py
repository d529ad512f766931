"""In which order answers are handed to those who wait for them."""

import asyncio

from gateway.federation.executor.ports import FetchFailure
from gateway.transport.deliveries import LARGE, Deliveries

SMALL, HUGE = b"{}", b" " * LARGE
LOST = FetchFailure("the subgraph timed out", "GATEWAY_TIMEOUT")


class Waiting:
    """Futures by name, and the names in the order of their answers."""

    def __init__(self) -> None:
        self.answered: list[str] = []

    def future(self, name: str) -> "asyncio.Future[bytes | FetchFailure]":
        made: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        made.add_done_callback(lambda _: self.answered.append(name))
        return made


async def test_small_answers_and_failures_go_before_large_ones() -> None:
    waiting, deliveries = Waiting(), Deliveries(asyncio.get_running_loop())
    last = waiting.future("second large")

    deliveries.deliver(waiting.future("first large"), HUGE)
    deliveries.deliver(last, HUGE)
    deliveries.deliver(waiting.future("small"), SMALL)
    deliveries.deliver(waiting.future("lost"), LOST)
    await last
    await asyncio.sleep(0)

    assert ["small", "lost", "first large", "second large"] == waiting.answered


async def test_what_becomes_ready_between_two_large_answers_goes_before_the_second() -> None:
    waiting, deliveries = Waiting(), Deliveries(asyncio.get_running_loop())
    first, last = waiting.future("first large"), waiting.future("second large")
    first.add_done_callback(lambda _: deliveries.deliver(waiting.future("small"), SMALL))

    deliveries.deliver(first, HUGE)
    deliveries.deliver(last, HUGE)
    await last
    await asyncio.sleep(0)

    assert ["first large", "small", "second large"] == waiting.answered


async def test_a_large_answer_that_nobody_waits_for_any_longer_holds_up_no_other() -> None:
    waiting, deliveries = Waiting(), Deliveries(asyncio.get_running_loop())
    given_up, last = waiting.future("given up"), waiting.future("last")

    deliveries.deliver(given_up, HUGE)
    deliveries.deliver(last, HUGE)
    given_up.cancel()

    assert HUGE == await last
