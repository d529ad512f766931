"""The enums of the pharmacy subgraph's schema."""

from enum import Enum

from resolvers.datatypes.enums import described_enum
from resolvers.pharmacy.codes import PrescriptionType
from resolvers.pharmacy.state import PrescriptionStatus

__all__ = ["PrescriptionStatus", "PrescriptionType", "VerificationStatus"]


class VerificationStatus(Enum):
    """Outcome of looking a code up."""

    VALID = "VALID"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    DISPENSED = "DISPENSED"
    REPLACED = "REPLACED"
    UNKNOWN = "UNKNOWN"
    MALFORMED = "MALFORMED"


_STANDING = {
    "VALID": "It may be dispensed (còn hiệu lực).",
    "NOT_YET_VALID": "Its first day is still to come (chưa đến ngày hiệu lực).",
    "EXPIRED": "Its last day is over (hết hạn).",
    "DISPENSED": "Everything of it was handed over (đã mua hết).",
    "REPLACED": "Another took its place (đã được thay bằng đơn khác).",
}

described_enum(
    PrescriptionType,
    "Kind of prescription, the last letter of its code. Values may be added.",
    {
        "NARCOTIC": "N: narcotics (thuốc gây nghiện).",
        "PSYCHOTROPIC": "H: psychotropics and precursors (thuốc hướng thần, tiền chất).",
        "COMMON": "C: any other medicine (đơn thuốc cơ bản).",
        "TRADITIONAL": "T: traditional medicine (thuốc cổ truyền, thuốc dược liệu).",
        "TRADITIONAL_LEGACY": "Y: traditional medicine, before T (đơn y học cổ truyền cũ).",
    },
)
described_enum(
    PrescriptionStatus, "Where a prescription stands now. Values may be added.", _STANDING
)
described_enum(
    VerificationStatus,
    "What a presented code is worth. Values may be added.",
    {
        **_STANDING,
        "UNKNOWN": "No prescription has this code (không có đơn này).",
        "MALFORMED": "This is not a prescription's code (mã không đúng định dạng).",
    },
)
