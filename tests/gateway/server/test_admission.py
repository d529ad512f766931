"""The adaptive limit of operations in flight."""

import asyncio

import pytest

from gateway.server.admission import Admission, AdmissionOptions


class Operation:
    def __init__(self) -> None:
        self.running = False

    def admitted(self) -> None:
        self.running = True


class ManualLoop:
    """A loop whose clock the test turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.scheduled: list[object] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: object) -> "ManualLoop":
        self.scheduled.append(callback)
        return self

    def cancel(self) -> None:
        self.scheduled.clear()


def _admission(options: AdmissionOptions, busy_share: list[float]) -> tuple[Admission, ManualLoop]:
    loop = ManualLoop()
    used = 0.0
    last = 0.0

    def busy_clock() -> float:
        nonlocal used, last
        used += (loop.now - last) * busy_share[0]
        last = loop.now
        return used

    return Admission(loop, options, busy_clock, loop.time), loop  # type: ignore[arg-type]


def _elapse(loop: ManualLoop, seconds: float) -> None:
    loop.now += seconds
    callback = loop.scheduled.pop()
    callback()  # type: ignore[operator]


def test_operations_over_the_limit_wait_their_turn() -> None:
    admission, _ = _admission(AdmissionOptions(floor=2), [1.0])
    operations = [Operation() for _ in range(4)]
    for operation in operations:
        admission.submit(operation)
    before = [operation.running for operation in operations]
    admission.done()
    after = [operation.running for operation in operations]

    assert [True, True, False, False] == before
    assert [True, True, True, False] == after


def test_the_limit_grows_while_the_core_idles_and_operations_wait() -> None:
    admission, loop = _admission(AdmissionOptions(floor=2), [0.1])
    for _ in range(100):
        admission.submit(Operation())
    limits = []
    for _ in range(8):
        _elapse(loop, 0.02)
        limits.append(admission.limit)

    assert limits == [4, 6, 8, 10, 12, 15, 18, 22]
    assert admission.running == 22


def test_the_limit_shrinks_while_the_core_is_busy() -> None:
    share = [0.1]
    admission, loop = _admission(AdmissionOptions(floor=2), share)
    for _ in range(100):
        admission.submit(Operation())
    for _ in range(3):
        _elapse(loop, 0.02)
    share[0] = 1.0
    limits = []
    for _ in range(8):
        _elapse(loop, 0.02)
        limits.append(admission.limit)

    assert limits == [7, 6, 5, 4, 3, 2, 2, 2]


def test_the_limit_goes_down_by_one_where_nothing_waited_in_between() -> None:
    admission, loop = _admission(AdmissionOptions(floor=2), [0.1])
    for _ in range(12):
        admission.submit(Operation())
    for _ in range(3):
        _elapse(loop, 0.02)
    for _ in range(8):
        admission.done()
    limits = []
    for _ in range(7):
        _elapse(loop, 0.02)
        limits.append(admission.limit)

    assert [7, 6, 5, 4, 3, 2, 2] == limits


def test_more_waiting_operations_than_allowed_are_refused() -> None:
    admission, _ = _admission(AdmissionOptions(floor=1, waiting=1), [1.0])
    accepted = [admission.submit(Operation()) for _ in range(3)]

    assert accepted == [True, True, False]


@pytest.mark.parametrize("operations", [1, 7, 50])
def test_every_accepted_operation_runs_in_the_end(operations: int) -> None:
    admission, _ = _admission(AdmissionOptions(floor=2), [1.0])
    submitted = [Operation() for _ in range(operations)]
    for operation in submitted:
        admission.submit(operation)
    for _ in submitted:
        admission.done()

    assert all(operation.running for operation in submitted)
    assert (0, 0) == (admission.running, admission.waiting)


async def test_the_clock_of_the_real_loop_and_processor_will_do() -> None:
    admission = Admission(asyncio.get_running_loop(), AdmissionOptions(floor=1, interval=0.001))
    operations = [Operation() for _ in range(3)]
    for operation in operations:
        admission.submit(operation)
    async with asyncio.timeout(5):
        while admission.waiting:  # noqa: ASYNC110 - the limit grows by the loop's clock alone
            await asyncio.sleep(0.001)
    admission.close()

    assert all(operation.running for operation in operations)
