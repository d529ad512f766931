"""Races about one prescription, on every database that documents may live in."""

import asyncio

import pytest

from tests.mongodb_server.server import mongodb_server_url
from tests.resolvers.pharmacy.counter import Counter, codes, item, line, pharmacist

__all__ = ["mongodb_server_url"]

pytestmark = pytest.mark.parametrize("database", ["sqlite", "mongodb-server"], indirect=True)


async def test_of_fifty_dispenses_of_the_last_box_one_succeeds(counter: Counter) -> None:
    code = await counter.issued(items=[item(quantity="1")])

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                counter.dispense(code, line("1"), by=pharmacist(f"79-NT-{number:04}"))
            )
            for number in range(50)
        ]

    outcomes = [codes(task.result()) for task in tasks]
    assert (1, 49) == (outcomes.count([]), outcomes.count(["PRESCRIPTION_DISPENSED"]))


async def test_racing_pharmacies_never_hand_over_more_than_prescribed(counter: Counter) -> None:
    code = await counter.issued(items=[item(quantity="10")])

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                counter.dispense(code, line("3"), by=pharmacist(f"79-NT-{number:04}"))
            )
            for number in range(20)
        ]

    won = [task.result() for task in tasks if not task.result()["problems"]]
    left = (await counter.verify(code))["prescription"]["items"][0]["remaining"]["value"]
    assert (3, "1") == (len(won), left)


async def test_of_fifty_claims_one_is_held(counter: Counter) -> None:
    code = await counter.issued()

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(counter.claim(code, pharmacist(f"79-NT-{number:04}")))
            for number in range(50)
        ]

    assert 1 == [codes(task.result()) for task in tasks].count([])


async def test_of_fifty_reversals_one_counts(counter: Counter) -> None:
    code = await counter.issued()
    dispense = (await counter.dispense(code, line("5")))["dispense"]["id"]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(counter.reverse(code, dispense)) for _ in range(50)]

    left = (await counter.verify(code))["prescription"]["items"][0]["remaining"]["value"]
    assert (1, "20") == ([codes(task.result()) for task in tasks].count([]), left)


async def test_of_a_replacement_and_a_dispense_that_race_one_succeeds(counter: Counter) -> None:
    old = await counter.issued()

    async with asyncio.TaskGroup() as group:
        replacement = group.create_task(counter.issue(replaces=old))
        dispense = group.create_task(counter.dispense(old, line()))

    assert 1 == [codes(replacement.result()), codes(dispense.result())].count([])
