"""What each ``maKetQua`` of the card look-up means.

The codes are those that clients of the portal handle; the grouping into usable answers, refusals
and faults is this project's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class EligibilityStatus(Enum):
    """Whether the card entitles its holder today, or why not."""

    ELIGIBLE = "ELIGIBLE"
    EXPIRED = "EXPIRED"
    NOT_FOUND = "NOT_FOUND"
    MISMATCH = "MISMATCH"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    MANAGED_ELSEWHERE = "MANAGED_ELSEWHERE"


class Handling(Enum):
    """What a client does with an answer."""

    ANSWER = "ANSWER"
    RETRY = "RETRY"
    NEW_TOKEN = "NEW_TOKEN"  # noqa: S105 - not a secret
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True)
class ResultCode:
    """The meaning of a code.

    Attributes:
        handling: Whether it is an answer about the card or a state of the portal.
        status: For answers: what it says of the card.
        english: The meaning.
        vietnamese: The meaning, as citizens read it.
    """

    handling: Handling
    status: EligibilityStatus | None
    english: str
    vietnamese: str


def _answer(status: EligibilityStatus, english: str, vietnamese: str) -> ResultCode:
    return ResultCode(Handling.ANSWER, status, english, vietnamese)


def _reduced(english: str, vietnamese: str) -> ResultCode:
    return _answer(EligibilityStatus.SUSPENDED, english, vietnamese)


_ELIGIBLE = EligibilityStatus.ELIGIBLE
_MISMATCH = EligibilityStatus.MISMATCH
_ELSEWHERE = EligibilityStatus.MANAGED_ELSEWHERE

RESULT_CODES: Mapping[str, ResultCode] = MappingProxyType(
    {
        "000": _answer(_ELIGIBLE, "The card is valid.", "Thẻ hợp lệ."),
        "001": _answer(
            _ELSEWHERE,
            "The card is managed by the Ministry of National Defence.",
            "Thẻ do BHXH Bộ Quốc phòng quản lý.",
        ),
        "002": _answer(
            _ELSEWHERE,
            "The card is managed by the Ministry of Public Security.",
            "Thẻ do BHXH Bộ Công an quản lý.",
        ),
        "003": _answer(
            _ELIGIBLE,
            "The old card is no longer valid; a new one was issued.",
            "Thẻ cũ hết giá trị, đã được cấp thẻ mới.",
        ),
        "004": _answer(
            _ELIGIBLE,
            "The old card is still valid; a new one was issued.",
            "Thẻ cũ còn giá trị, đã được cấp thẻ mới.",
        ),
        "010": _answer(EligibilityStatus.EXPIRED, "The card has expired.", "Thẻ hết hạn sử dụng."),
        "050": _answer(
            EligibilityStatus.NOT_FOUND, "No card was found.", "Không thấy thông tin thẻ."
        ),
        "051": _answer(_MISMATCH, "The card number is wrong.", "Mã thẻ không đúng."),
        "052": _answer(
            _MISMATCH, "The card's province code is wrong.", "Mã tỉnh của thẻ không đúng."
        ),
        "053": _answer(
            _MISMATCH, "The card's benefit level is wrong.", "Mã quyền lợi của thẻ không đúng."
        ),
        "054": ResultCode(Handling.FAULT, None, "The member of staff's id is wrong.", ""),
        "055": ResultCode(Handling.FAULT, None, "The member of staff's name is wrong.", ""),
        "060": _answer(_MISMATCH, "The name does not match.", "Họ tên không đúng với thẻ."),
        "061": _answer(
            _MISMATCH,
            "The name does not match beyond its first letters.",
            "Họ tên không đúng với thẻ (đúng ký tự đầu).",
        ),
        "070": _answer(
            _MISMATCH, "The birth date does not match.", "Ngày sinh không đúng với thẻ."
        ),
        "100": ResultCode(Handling.RETRY, None, "The portal cannot read its data.", ""),
        "101": ResultCode(Handling.RETRY, None, "The portal has a fault.", ""),
        "110": _answer(EligibilityStatus.REVOKED, "The card was revoked.", "Thẻ đã bị thu hồi."),
        "120": _reduced("The card was suspended.", "Thẻ đã báo giảm."),
        "121": _reduced(
            "The card was suspended: moved to another province.",
            "Thẻ đã báo giảm: chuyển ngoại tỉnh.",
        ),
        "122": _reduced(
            "The card was suspended: moved within the province.",
            "Thẻ đã báo giảm: chuyển nội tỉnh.",
        ),
        "123": _reduced(
            "The card was suspended: registered twice with one employer.",
            "Thẻ đã báo giảm: tăng tại cùng đơn vị.",
        ),
        "124": _reduced(
            "The card was suspended: participation ended.",
            "Thẻ đã báo giảm: ngừng tham gia.",
        ),
        "130": _answer(
            _ELIGIBLE,
            "A child that shows no card is entitled.",
            "Trẻ em không xuất trình thẻ được hưởng bảo hiểm y tế.",
        ),
        "205": ResultCode(Handling.FAULT, None, "The portal did not accept a parameter.", ""),
        "401": ResultCode(Handling.NEW_TOKEN, None, "The portal did not accept the token.", ""),
    }
)
"""Every code of the card look-up."""

UNKNOWN_CODE = ResultCode(Handling.FAULT, None, "The portal answered with an unknown code.", "")
"""Stands for any code that is not listed: never an entitlement."""


def meaning_of(code: str) -> ResultCode:
    """The meaning of a ``maKetQua``."""
    return RESULT_CODES.get(code, UNKNOWN_CODE)
