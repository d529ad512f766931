"""Objects of one answer that are told equal by the bytes that they are, each decoded once.

Those that stand at many places are few, and most differ in length: to compare one with those of
its length reads its bytes once and copies none, which costs a third of hashing a copy.
"""

from collections.abc import Callable
from typing import Final

import msgspec

MOST_ALIKE: Final = 8
"""Objects of one length that are compared; further ones are hashed, so that nobody who sends many
of one length makes the comparisons of all with all."""


class EqualObjects:
    """The different objects at a place of an answer.

    Whoever looks for the object of a text compares it with those of ``alike`` first, and calls
    ``decoded`` where none is equal.

    Args:
        decode: Decodes an object, or null.

    Attributes:
        alike: Returns texts with their objects by length in bytes.
        objects: The objects, nulls left out.
    """

    __slots__ = ("_by_length", "_by_text", "_decode", "alike", "objects")

    def __init__(self, decode: Callable[[msgspec.Raw], object]) -> None:
        self._decode = decode
        self._by_length: dict[int, list[tuple[msgspec.Raw, object]]] = {}
        self._by_text: dict[bytes, object] = {}
        self.alike = self._by_length.get
        self.objects: list[object] = []

    def decoded(self, text: msgspec.Raw) -> object:
        """Return the object of a text that equals none of ``alike``.

        Raises:
            msgspec.MsgspecError: The text is not such an object.
        """
        alike = self._by_length.setdefault(len(text), [])
        if len(alike) < MOST_ALIKE:
            found = self._new(text)
            alike.append((text, found))
            return found
        key = bytes(text)
        if key not in self._by_text:
            self._by_text[key] = self._new(text)
        return self._by_text[key]

    def _new(self, text: msgspec.Raw) -> object:
        found = self._decode(text)
        if found is not None:
            self.objects.append(found)
        return found
