"""Keeps a number of worker processes alive."""

import logging
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

_RESTARTS = 10
_RESTARTS_WITHIN = 60.0
_PATIENCE = 5.0

_logger = logging.getLogger("gateway.server")


class Restarts:
    """Whether workers die again and again: more than ten within a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a monotonic clock in seconds."""
        self._clock = clock
        self._moments: deque[float] = deque(maxlen=_RESTARTS)

    def may_be(self) -> bool:
        """Take note of a worker that died; whether it may be replaced."""
        now = self._clock()
        full = len(self._moments) == _RESTARTS
        if full and now - self._moments[0] < _RESTARTS_WITHIN:
            return False
        self._moments.append(now)
        return True


class Supervisor:
    """Forks workers, replaces those that die, and ends them on SIGTERM or SIGINT."""

    def __init__(
        self,
        work: Callable[[int], None],
        workers: int,
        drain: float,
        stopping: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what a worker runs, how many there are, and their seconds to drain.

        ``stopping`` is called when the workers are told to end.
        """
        self._work = work
        self._drain = drain
        self._on_stop = stopping
        self._context = multiprocessing.get_context("fork")
        self._stopping = False
        self._restarts = Restarts()
        self._processes: list[BaseProcess] = []
        self._workers = workers

    def run(self, ready: Callable[[], None]) -> None:
        """Supervise until a signal comes.

        Raises:
            SystemExit: If workers die again and again.
        """
        self._processes = [self._start(number) for number in range(self._workers)]
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        ready()
        while not self._stopping:
            wait([process.sentinel for process in self._processes], timeout=1.0)
            self._replace_dead()
        for process in self._processes:
            if process.is_alive():
                process.terminate()  # a replacement that was being started when the signal came
        for process in self._processes:
            process.join(self._drain + _PATIENCE)
            if process.is_alive():
                process.kill()

    def _start(self, number: int) -> BaseProcess:
        process = self._context.Process(target=self._child, args=(number,))
        process.start()
        return process

    def _child(self, number: int) -> None:
        # The terminal sends its interrupt to the whole group; the parent alone passes it on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._work(number)

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for process in self._processes:
            if process.is_alive():
                process.terminate()
        self._on_stop()

    def _replace_dead(self) -> None:
        for number, process in enumerate(self._processes):
            if self._stopping or process.is_alive():
                continue
            _logger.error("worker %d ended with code %s", number, process.exitcode)
            if not self._restarts.may_be():
                _logger.error("workers end again and again: they are replaced no more")
                self._stop()
                raise SystemExit(1)
            self._processes[number] = self._start(number)
