"""The card look-up: which `maKetQua` an enquiry gets. Pure.

The codes and their meaning are those that implementers handle; `000` valid, `003`/`004` a new card
was issued, `010` expired, `050`-`053` no such card or a wrong part of it, `054`/`055` the member
of staff, `060`/`061` name, `070` birth date, `110` revoked, `120`-`124` reduced, `130` child
without card, `205` bad parameter.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sandbox.insurance_portal.records import PortalCard

MEANINGS = {
    "000": "Thông tin thẻ chính xác",
    "001": "Thẻ do BHXH Bộ Quốc phòng quản lý",
    "002": "Thẻ do BHXH Bộ Công an quản lý",
    "003": "Thẻ cũ hết giá trị sử dụng, đã được cấp thẻ mới",
    "004": "Thẻ cũ còn giá trị sử dụng, đã được cấp thẻ mới",
    "010": "Thẻ hết giá trị sử dụng",
    "050": "Không thấy thông tin thẻ bảo hiểm y tế",
    "051": "Mã thẻ không đúng",
    "052": "Mã tỉnh cấp thẻ (ký tự thứ 4, 5) không đúng",
    "053": "Mã quyền lợi thẻ (ký tự thứ 3) không đúng",
    "054": "CCCD của cán bộ tra cứu không đúng",
    "055": "Họ tên của cán bộ tra cứu không đúng",
    "060": "Thẻ sai họ tên",
    "061": "Thẻ sai họ tên (đúng ký tự đầu)",
    "070": "Thẻ sai ngày sinh",
    "100": "Lỗi khi lấy dữ liệu sổ thẻ",
    "101": "Lỗi máy chủ",
    "110": "Thẻ đã thu hồi",
    "120": "Thẻ đã báo giảm",
    "121": "Thẻ đã báo giảm: giảm chuyển ngoại tỉnh",
    "122": "Thẻ đã báo giảm: giảm chuyển nội tỉnh",
    "123": "Thẻ đã báo giảm: thu hồi do tăng tại cùng đơn vị",
    "124": "Thẻ đã báo giảm: ngừng tham gia",
    "130": "Trẻ em không xuất trình thẻ",
    "205": "Lỗi sai định dạng tham số",
    "401": "Lỗi xác thực tài khoản",
}
"""Every `maKetQua` that the portal answers, with its `ghiChu`."""

CARD_FOUND = frozenset({"000", "001", "002", "003", "004", "010", "110", "130"}) | {
    f"12{digit}" for digit in range(5)
}
"""Codes whose answer carries the data of the card."""

PROVINCE_CODES = frozenset(f"{code:02}" for code in range(1, 100)) - frozenset(
    [
        "03",
        "05",
        "07",
        "09",
        "13",
        "16",
        "18",
        "21",
        "23",
        "28",
        "29",
        "32",
        "39",
        "41",
        "43",
        "47",
        "50",
        "53",
        "55",
        "57",
        "59",
        "61",
        "63",
        "65",
        "69",
        "71",
        "73",
        "76",
        "78",
        "81",
        "85",
        "88",
        "90",
    ]
)
"""The 63 province codes that cards bear (97 to 99: army, police, central)."""

_NUMBER = re.compile(r"^([A-Z]{2}[1-5][0-9]{12}|[0-9]{10}|[0-9]{12})$")
_BIRTH = re.compile(r"^([0-9]{4}|[0-9]{2}/[0-9]{2}/[0-9]{4})$")


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a client asks: a number, whose it should be, and which member of staff asks."""

    number: str
    name: str
    birth_date: str
    staff_name: str
    staff_id: str


def malformed(enquiry: Enquiry) -> str | None:
    """Return the code for an enquiry that cannot be looked up at all; None when it can."""
    if not enquiry.number or not enquiry.name.strip() or not _BIRTH.match(enquiry.birth_date):
        return "205"
    if _NUMBER.match(enquiry.number):
        province = enquiry.number[3:5]
        if len(enquiry.number) == 15 and province not in PROVINCE_CODES:
            return "052"
        return None
    if len(enquiry.number) == 15 and enquiry.number[2:3] not in set("12345"):
        return "053"
    return "051"


def outcome(card: PortalCard | None, enquiry: Enquiry, today: date) -> str:
    """Return the `maKetQua` of a well-formed enquiry."""
    if card is None:
        return "050"
    if card.status in {"100", "101"}:
        return card.status
    if plain_name(card.name) != plain_name(enquiry.name):
        same_initial = plain_name(card.name)[:1] == plain_name(enquiry.name)[:1]
        return "061" if same_initial else "060"
    if not _same_birth(card.birth_date, enquiry.birth_date):
        return "070"
    if card.status != "000":
        return card.status
    return "010" if card.valid_until < today.isoformat() else "000"


def plain_name(name: str) -> str:
    """Return a name as names are compared: one form of Unicode, upper case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).upper().split())


def _same_birth(on_card: str, given: str) -> bool:
    if len(on_card) == 4 or len(given) == 4:
        return on_card[-4:] == given[-4:]
    return on_card == given
