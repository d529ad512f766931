"""Gateways that take turns on one core.

The host of a virtual machine is now fast, now slow, by a factor of up to two, for seconds at a
time. So every turn of a gateway follows a turn of the one it is compared with; a ratio is that of
two turns side by side, and the median over the rounds is told. A turn begins when the gateway
before has done what its load left behind: a slow one works on for seconds.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.load import Load, Measured, put_load
from bench.processes import Running

_LOOK = 0.2
_IDLE = 0.05
_PATIENCE = 60.0
_LATENCIES = 25
_LONGEST = 25.0


@dataclass(frozen=True)
class Contender:
    """A gateway that is up, and what it is sent."""

    name: str
    running: Running
    url: str
    load: Load


@dataclass(frozen=True)
class Turn:
    """What one gateway did for some seconds.

    Attributes:
        measured: What the load saw.
        processor: Microseconds of processor time per request.
    """

    measured: Measured
    processor: float


@dataclass(frozen=True)
class Series:
    """All turns of one gateway.

    Attributes:
        turns: In their order.
        ratios: For each, how many times the rate of the reference beside it was the rate here.
    """

    turns: list[Turn]
    ratios: list[float]

    @property
    def median(self) -> Turn:
        """The turn with the median rate."""
        return sorted(self.turns, key=lambda turn: turn.measured.rate)[len(self.turns) // 2]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


def warmed(contender: Contender, seconds: float, core: str) -> Contender:
    """Put load on a gateway whose figures are not wanted.

    Returns:
        The gateway with turns that are long enough for it: all connections begin at once, so that
        nothing is answered during the first latency of a turn.
    """
    load = contender.load
    measured = put_load(contender.url, replace(load, seconds=seconds), core)
    _let_finish(contender.running)
    wanted = min(_LATENCIES * measured.p50 / 1000, _LONGEST)
    return replace(contender, load=replace(load, seconds=max(load.seconds, wanted)))


def take_turns(
    contenders: Sequence[Contender],
    rounds: int,
    core: str,
    watch: Callable[[Contender, Turn], None] = lambda _contender, _turn: None,
) -> list[Series]:
    """Measure gateways against the first of them.

    Args:
        contenders: Gateways that are up; the first is the reference.
        rounds: How many turns each of the others has, and the first before each of theirs.
        core: Of the load.
        watch: Is told of each turn.
    """
    reference, others = contenders[0], contenders[1:]
    own: list[Turn] = []
    theirs = [Series([], []) for _ in others]

    def turn_of(contender: Contender) -> Turn:
        turn = _take_turn(contender, core)
        watch(contender, turn)
        return turn

    for _ in range(rounds):
        if not others:
            own.append(turn_of(reference))
        for contender, series in zip(others, theirs, strict=True):
            own.append(turn_of(reference))
            turn = turn_of(contender)
            series.turns.append(turn)
            series.ratios.append(own[-1].measured.rate / max(turn.measured.rate, 0.001))
    return [Series(own, [1.0]), *theirs]


def _take_turn(contender: Contender, core: str) -> Turn:
    before = contender.running.processor_seconds()
    measured = put_load(contender.url, contender.load, core)
    used = contender.running.processor_seconds() - before
    _let_finish(contender.running)
    return Turn(measured, used / max(1, measured.requests) * 1e6)


def _let_finish(running: Running) -> None:
    """Wait until a gateway does nothing any more."""
    until = time.monotonic() + _PATIENCE
    used = running.processor_seconds()
    while time.monotonic() < until:
        time.sleep(_LOOK)
        before, used = used, running.processor_seconds()
        if used - before <= _LOOK * _IDLE:
            return
