"""What ends an execution on a faster path: an answer that it was not compiled for."""

from typing import Final

import msgspec


class DeviationError(Exception):
    """An answer has something that only a slower path handles."""


UNUSABLE: Final = (
    DeviationError,
    msgspec.MsgspecError,
    RecursionError,
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
)
"""What decoding and merging raise where a slower path must take over.

The built-in errors are for answers that no walk was written for: whatever such an answer holds,
the general path has a reply to it.
"""
