"""Everything random comes from here, and from a seed alone."""

import hashlib
import random

_FIRST_SIGNS = "ghijkmnopqrstuvw"
_SUFFIX_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


def derived_id(*parts: object) -> str:
    """Return an opaque id of 20 signs, the same for the same parts.

    It begins with a letter beyond hexadecimal digits, so that none is taken for a number.
    """
    text = "\0".join(str(part) for part in parts)
    digest = hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
    return _FIRST_SIGNS[int(digest[0], 16)] + digest[1:]


def chance(*parts: object) -> random.Random:
    """Return a generator of random numbers for these parts alone."""
    text = "\0".join(str(part) for part in parts)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return random.Random(int.from_bytes(digest, "big"))


def code_suffix(*parts: object) -> str:
    """Return 7 signs `[0-9a-z]`, as prescription codes carry them."""
    text = "\0".join(str(part) for part in parts)
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    signs = []
    for _ in range(7):
        number, remainder = divmod(number, 36)
        signs.append(_SUFFIX_SIGNS[remainder])
    return "".join(signs)


class Serial:
    """Ids in a row for the parts of one person's book: cheap, and still opaque."""

    __slots__ = ("_count", "_prefix")

    def __init__(self, *parts: object) -> None:
        self._prefix = derived_id(*parts)[:16]
        self._count = 0

    def next(self) -> str:
        """Return the next id."""
        self._count += 1
        return f"{self._prefix}{self._count:04x}"
