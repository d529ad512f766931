"""What the C library does with memory that is free again.

glibc gives blocks of 128 KB and more, and the end of its heap, back to the system at once, and
gets every page of them anew, zeroed, with the next response: a tenth of the processor time of a
response of 90 KB (page faults, by samples), a quarter at 1 MB.

Source: mallopt(3).
"""

import ctypes

_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_KEPT = 64 * 2**20
_LARGE = 32 * 2**20


def keep_freed_memory() -> bool:
    """Keep up to 64 MiB that are free, and large blocks in the heap, where free means kept.

    Returns:
        Whether the C library does so; false where it has no such setting.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(mallopt(_M_TRIM_THRESHOLD, _KEPT)) and bool(mallopt(_M_MMAP_THRESHOLD, _LARGE))
