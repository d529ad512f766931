"""How the gateway hands events to the access log, and what it owes to it."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from gateway.request import PendingRecord
from storage.access_log.model import AccessEvent


class AccessLog(Protocol):
    """Makes events durable, many together."""

    def append(self, events: Sequence[AccessEvent]) -> PendingRecord:
        """Begin to write.

        Raises:
            OSError: From the record, or at once when the log takes no more.
        """
        ...

    def owe(self, events: Sequence[AccessEvent]) -> None:
        """Take events of a change that could not be written, though its answer leaves.

        They are written as soon as they can be.
        """
        ...


class CountedLog:
    """An access log that knows how many events it was ever owed.

    Attributes:
        owed: Events of changes that could not be written before their answer left.
    """

    def __init__(self, log: AccessLog) -> None:
        """Take the log."""
        self.append = log.append
        self._owe = log.owe
        self.owed = 0

    def owe(self, events: Sequence[AccessEvent]) -> None:
        """Take events of a change that could not be written, though its answer leaves."""
        self.owed += len(events)
        self._owe(events)


def append_or_owe(log: AccessLog, events: Sequence[AccessEvent]) -> PendingRecord:
    """Begin to write events of a change that was sent: its answer leaves whatever becomes of them.

    Raises:
        OSError: From the record, or at once when the log takes no more; the events are owed then.
    """
    try:
        write = log.append(events)
    except OSError:
        log.owe(events)
        raise
    owe_if_lost(log, events, write)
    return write


def owe_if_lost(log: AccessLog, events: Sequence[AccessEvent], write: PendingRecord) -> None:
    """Owe events to the log if their write fails."""
    write.add_done_callback(partial(_owe_lost, log, events))


def _owe_lost(log: AccessLog, events: Sequence[AccessEvent], write: PendingRecord) -> None:
    try:
        write.result()
    except OSError:
        log.owe(events)
