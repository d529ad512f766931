"""What an operation came to, held back until its access events are durable.

The operation itself has ended by then: it has given its place among those that run to another, and
nothing of it is kept but the response. An answer whose events may not be durable never leaves.
"""

import contextlib
from collections.abc import Callable, Sequence

from gateway.errors import ClientError, ErrorCode
from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.plan import OperationKind
from gateway.pipeline.ports import Observer
from gateway.request import PendingRecord


class Answer:
    """The response to one operation, and what has to be on record before it may leave."""

    __slots__ = ("_kind", "_observer", "_outcome", "_records", "_started")

    def __init__(
        self,
        kind: OperationKind,
        outcome: ExecutionOutcome,
        records: Sequence[PendingRecord] = (),
        observer: Observer | None = None,
        started: float = 0.0,
    ) -> None:
        """Hold a response back.

        Args:
            kind: What was executed.
            outcome: What came of it.
            records: Its access events.
            observer: Is told when the answer leaves.
            started: When the operation began, by the observer's clock.
        """
        self._kind = kind
        self._outcome = outcome
        self._records = records
        self._observer = observer
        self._started = started

    def when_recorded(self, leave: Callable[[], object]) -> None:
        """Call back, now or from the loop, when nothing of the records is pending."""
        for record in self._records:
            if not record.done():
                record.add_done_callback(lambda _: self.when_recorded(leave))
                return
        leave()

    async def recorded(self) -> None:
        """Wait until nothing of the records is pending; leaving tells whether all is durable."""
        for record in self._records:
            with contextlib.suppress(OSError):
                await record

    def leave(self) -> bytes:
        """Return the response's bytes; to be called once, when nothing is pending.

        Raises:
            ClientError: Something may not be durable: the answer must not leave.
        """
        observer = self._observer
        try:
            for record in self._records:
                record.result()
        except OSError as error:
            if observer is not None:
                observer.refused(ErrorCode.AUDIT_UNAVAILABLE)
            raise unaudited() from error
        if observer is not None:
            observer.executed(self._kind, self._outcome, observer.clock() - self._started)
        return self._outcome.body


def unaudited() -> ClientError:
    """Return what a client learns where the access log takes nothing."""
    return ClientError(ErrorCode.AUDIT_UNAVAILABLE, retry_after=5.0)
