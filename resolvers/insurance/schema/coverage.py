"""Coverage and eligibility."""

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.directives import consent, subject
from resolvers.datatypes.enums import described_enum
from resolvers.datatypes.references import Facility, facility
from resolvers.datatypes.scalars import DateTime, PartialDate
from resolvers.insurance.portal import CardAnswer
from resolvers.insurance.records import CardRecord
from resolvers.insurance.result_codes import EligibilityStatus

described_enum(
    EligibilityStatus,
    "Whether the card entitles its holder today, or why not. Values may be added.",
    {
        "ELIGIBLE": "It entitles (thẻ có giá trị).",
        "EXPIRED": "Its period is over (thẻ hết hạn).",
        "NOT_FOUND": "The portal knows no such card (không có thẻ này).",
        "MISMATCH": "Name or birth date are others (sai họ tên hoặc ngày sinh).",
        "REVOKED": "It was taken back (thẻ bị thu hồi).",
        "SUSPENDED": "It does not entitle for the time being (thẻ tạm dừng).",
        "MANAGED_ELSEWHERE": "Army or police manage it (thẻ do quân đội, công an quản lý).",
    },
)


@federation.type(
    description="A social health insurance card (FHIR Coverage).",
    directives=[subject(), consent(Category.COVERAGE)],
)
class Coverage:
    """FHIR Coverage."""

    id: strawberry.ID | None = federation.field(default=None, description="Opaque id.")
    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whom the card belongs to."
    )
    number: str | None = federation.field(default=None, description="Card number (mã thẻ BHYT).")
    benefit_percent: int | None = federation.field(
        default=None, description="What the fund pays of covered costs, in percent."
    )
    start: PartialDate | None = federation.field(default=None, description="First day.")
    end: PartialDate | None = federation.field(default=None, description="Last day, inclusive.")
    area: str | None = federation.field(
        default=None, description="`K1`, `K2` or `K3` for residents of such an area."
    )
    five_years_from: PartialDate | None = federation.field(
        default=None, description="From when five continuous years of insurance are reached."
    )
    primary_care_facility: Facility | None = federation.field(
        default=None, description="Where the holder is registered for primary care."
    )


@federation.type(
    description="The portal's answer about a card on the day it was asked.",
    directives=[subject(), consent(Category.COVERAGE)],
)
class Eligibility:
    """Whether a card is good today (FHIR CoverageEligibilityResponse)."""

    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whom the answer is about."
    )
    eligible: bool | None = federation.field(
        default=None, description="Whether the card entitles its holder today."
    )
    status: EligibilityStatus | None = federation.field(
        default=None, description="The kind of answer."
    )
    code: str | None = federation.field(default=None, description="The portal's `maKetQua`.")
    meaning: str | None = federation.field(
        default=None, description="What the code means, in English."
    )
    meaning_vi: str | None = federation.field(
        default=None, description="What the code means, in Vietnamese."
    )
    new_card_number: str | None = federation.field(
        default=None, description="Number of the card that replaces this one, if one was issued."
    )
    asked: DateTime | None = federation.field(
        default=None, description="When the answer was read; the portal may have said so earlier."
    )


def coverage(card: CardRecord) -> Coverage:
    """The object of a card."""
    return Coverage(
        id=strawberry.ID(card.id),
        subject_id=strawberry.ID(card.subject_id),
        number=card.number,
        benefit_percent=card.benefit_percent,
        start=_day(card.start),
        end=_day(card.end),
        area=card.area,
        five_years_from=_day(card.five_years_from),
        primary_care_facility=facility(card.facility_id),
    )


def eligibility(card: CardRecord, answer: CardAnswer, asked: DateTime) -> Eligibility:
    """The object of an answer about a card."""
    status = answer.meaning.status
    new_number = answer.members.get("maTheMoi")
    return Eligibility(
        subject_id=strawberry.ID(card.subject_id),
        eligible=status is EligibilityStatus.ELIGIBLE,
        status=status,
        code=answer.code,
        meaning=answer.meaning.english,
        meaning_vi=answer.meaning.vietnamese,
        new_card_number=new_number if isinstance(new_number, str) else None,
        asked=asked,
    )


def _day(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate(text)
