"""The code of a national prescription: `xxxxxyyyyyyy-z`.

Five characters of the facility, seven random ones, and the type. Sources: TT 26/2025/TT-BYT
appendix I (types N, H, C), TT 55/2025/TT-BYT (T), QĐ 808/QĐ-BYT (the older Y, read but no longer
issued).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"

_CODE = re.compile(r"([0-9A-Za-z]{5})([0-9a-z]{7})-([NHCTYnhcty])")
_FACILITY = re.compile(r"[0-9A-Z]{5}")


class PrescriptionType(StrEnum):
    """The last letter of a code."""

    NARCOTIC = "N"
    PSYCHOTROPIC = "H"
    COMMON = "C"
    TRADITIONAL = "T"
    TRADITIONAL_LEGACY = "Y"


ISSUABLE = frozenset(PrescriptionType) - {PrescriptionType.TRADITIONAL_LEGACY}
"""Types that are still issued."""


@dataclass(frozen=True, slots=True)
class PrescriptionCode:
    """A code in its parts.

    Attributes:
        facility: The facility's code, upper case.
        serial: Seven characters, unique within the facility.
        type: What kind of prescription it is.
    """

    facility: str
    serial: str
    type: PrescriptionType

    def __str__(self) -> str:
        """The code as it is stored and looked up."""
        return f"{self.facility}{self.serial}-{self.type.value}"


def parse_code(text: str) -> PrescriptionCode | None:
    """The code of a text; ``None`` where it is malformed. Blanks around it do not matter."""
    match = _CODE.fullmatch(text.strip())
    if match is None:
        return None
    facility, serial, letter = match.groups()
    return PrescriptionCode(facility.upper(), serial, PrescriptionType(letter.upper()))


def is_facility_code(text: str) -> bool:
    """Whether a text can begin a prescription code."""
    return _FACILITY.fullmatch(text) is not None


def new_code(
    facility: str, kind: PrescriptionType, choose: Callable[[str], str]
) -> PrescriptionCode:
    """A fresh code; whether it is taken is for the store to say.

    Args:
        facility: The facility's five-character code.
        kind: What kind of prescription it is.
        choose: Picks one character of the alphabet at random.

    Raises:
        ValueError: if the facility's code does not have the form.
    """
    if not is_facility_code(facility):
        raise ValueError("the facility's code does not have five characters")
    return PrescriptionCode(facility, "".join(choose(ALPHABET) for _ in range(7)), kind)
