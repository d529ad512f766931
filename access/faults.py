"""What a log may say of an exception: its type and where it happened, never its text.

The text of an exception may hold a value of a row or of a request, and so may those of its causes.
"""

import asyncio
import logging
from collections.abc import Mapping

_LOG = logging.getLogger("faults")


def log_unhandled(_loop: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Logs what an event loop was left with, without texts and without arguments of callbacks.

    Set it with ``loop.set_exception_handler``; asyncio's own handler writes both.

    Args:
        context: As asyncio describes it.
    """
    error = context.get("exception")
    told = described_fault(error) if isinstance(error, BaseException) else "no exception"
    _LOG.error("left unhandled: %s", told)


def described_fault(error: BaseException) -> str:
    """An exception and its causes by type and place, outermost first.

    Args:
        error: What was caught.
    """
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        parts.append(f"{type(current).__name__} at {_places(current)}")
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return ", caused by ".join(parts)


def _places(error: BaseException) -> str:
    places: list[str] = []
    frame = error.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        places.append(f"{code.co_filename}:{frame.tb_lineno} {code.co_name}")
        frame = frame.tb_next
    return " < ".join(reversed(places)) or "an unknown place"
