"""How long a thread was busy, whoever else shares its core."""

import time
from pathlib import Path
from typing import Final

_SCHEDULED: Final = "/proc/thread-self/schedstat"


def busy_time() -> float:
    """Return the seconds in which this thread has run, or was ready to and waited for a core.

    The time of the processor alone says little where others take turns on the core: a thread that
    gets half of it is busy all the time. Where the system does not tell the waiting (it is not
    Linux, or its kernel does not count), it is the time of the processor alone.

    Source: proc(5), ``/proc/pid/schedstat``: nanoseconds of running, of waiting, number of turns.
    """
    try:
        ran, waited, _ = Path(_SCHEDULED).read_bytes().split()
        return (int(ran) + int(waited)) * 1e-9
    except (OSError, ValueError):
        return time.thread_time()
