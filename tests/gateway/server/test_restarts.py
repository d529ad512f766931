"""Workers are replaced for as long as the service lives, unless they die at once."""

from itertools import count

from gateway.server.supervisor import Restarts


def test_workers_that_die_now_and_then_are_replaced_for_ever() -> None:
    clock = count(0.0, 10.0)
    restarts = Restarts(lambda: next(clock))

    assert all(restarts.may_be() for _ in range(1000))


def test_workers_that_die_again_and_again_are_not() -> None:
    restarts = Restarts(lambda: 0.0)

    assert [*[True] * 10, False] == [restarts.may_be() for _ in range(11)]


def test_a_minute_later_they_are_replaced_again() -> None:
    now = 0.0
    restarts = Restarts(lambda: now)
    for _ in range(10):
        restarts.may_be()
    now = 60.0

    assert restarts.may_be()
