"""What stands in the structs of the careful path where there is no value.

All of it is encoded as null: the marks of refused groups, and the faults of what an error took
away.
"""

from types import NoneType
from typing import Final

import msgspec

from gateway.federation.response.errors import Fault, MergedValue, fault
from gateway.federation.response.values import UNEXPECTED_NULL

NO_VALUE: Final = frozenset({NoneType, Fault, msgspec.Raw, msgspec.UnsetType})
"""Classes of what stands where there is no value."""

NULL_WITHOUT_CAUSE: Final = fault(UNEXPECTED_NULL)
"""Stands where a value is null that may not be, and nothing tells why."""


class RefusalMarks:
    """Marks of refused fields: they are encoded as null and are told from data by identity."""

    def __init__(self) -> None:
        self._marks: dict[str, msgspec.Raw] = {}

    def mark(self, group: str) -> msgspec.Raw:
        """Return the mark of a group."""
        return self._marks.setdefault(group, msgspec.Raw(b"null"))

    def group(self, mark: msgspec.Raw) -> str:
        """Return the group that a mark stands for."""
        return next(group for group, known in self._marks.items() if known is mark)


def _encode_fault(value: MergedValue) -> None:
    if value.__class__ is not Fault:
        raise TypeError(value.__class__)


encode_with_faults = msgspec.json.Encoder(enc_hook=_encode_fault).encode
