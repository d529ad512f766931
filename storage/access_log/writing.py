"""A thread that writes to a disk for an event loop.

The loop can hear of the end of a write by a callback, which hides the disk behind other work but
costs it two changes of thread in the midst of that work: 200 to 400 µs beside a busy interpreter.
Or it can stand still until the write has ended: a disk that takes 0.3 ms costs less so. The first
is better for writes that come now and then, the second for those that follow each other closely.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread


@dataclass(frozen=True, slots=True)
class Patience:
    """When the loop stands still for a write.

    Attributes:
        longest: Seconds that it does so at most; then it goes on and is told later.
        closeness: Seconds between the beginnings of two writes up to which they follow each other
            closely.
        rest: Seconds for which it does not, after a write that took longer than ``longest``.
    """

    longest: float = 0.002
    closeness: float = 0.010
    rest: float = 0.1


class WritingThread:
    """Writes in the order of the calls, one at a time."""

    def __init__(
        self,
        write: Callable[[bytes], None],
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the thread.

        Args:
            write: Returns when the bytes are on the disk; called in the thread.
            patience: When the loop stands still.
            clock: Seconds of a clock that never goes back.
        """
        self._patience = patience or Patience()
        self._clock = clock
        self._before = self._not_until = float("-inf")
        self._writes: SimpleQueue[_Write | None] = SimpleQueue()
        self._thread = Thread(target=self._run, args=(write,), name="access-log", daemon=True)
        self._thread.start()

    async def write(self, data: bytes) -> None:
        """Return when the bytes are on the disk.

        Raises:
            Exception: Whatever the write raised.
        """
        write = _Write(data)
        stands_still = self._stands_still()
        if not stands_still:
            write.listener = asyncio.get_running_loop().create_future()
        self._writes.put(write)
        if stands_still and not write.ended.acquire(timeout=self._patience.longest):
            self._not_until = self._clock() + self._patience.rest
            write.listener = asyncio.get_running_loop().create_future()
            if write.ended.acquire(blocking=False):  # it ended before the thread saw the listener
                write.listener.cancel()
                write.listener = None
        if write.listener is not None:
            await write.listener
        if write.failure is not None:
            raise write.failure

    def close(self) -> None:
        """End the thread, after all that was handed over is written."""
        self._writes.put(None)
        self._thread.join()

    def _stands_still(self) -> bool:
        now = self._clock()
        is_close = now - self._before <= self._patience.closeness
        self._before = now
        return is_close and now >= self._not_until

    def _run(self, write_through: Callable[[bytes], None]) -> None:
        while (write := self._writes.get()) is not None:
            try:
                write_through(write.data)
            except BaseException as error:  # noqa: BLE001 (handed to the one who waits)
                write.failure = error
            write.ended.release()
            listener = write.listener
            if listener is not None:
                with contextlib.suppress(RuntimeError):  # the loop was closed, nobody awaits
                    listener.get_loop().call_soon_threadsafe(_tell, listener)


class _Write:
    """Bytes on their way to the disk.

    Attributes:
        data: The bytes.
        ended: Held until the write has ended.
        listener: Is told of the end if there is one by then.
        failure: Why it failed.
    """

    __slots__ = ("data", "ended", "failure", "listener")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.ended = Lock()
        self.ended.acquire()
        self.listener: asyncio.Future[None] | None = None
        self.failure: BaseException | None = None


def _tell(listener: "asyncio.Future[None]") -> None:
    if not listener.done():
        listener.set_result(None)
