"""Codes that carry their own description."""

from enum import StrEnum
from typing import Self


class DescribedCode(StrEnum):
    """A code with a description."""

    description: str

    def __new__(cls, code: str, description: str) -> Self:
        """Make the member whose value is the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.description = description
        return member
