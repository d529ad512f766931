"""What the insurance subgraph keeps itself: cards, an index of claims, prices of drugs."""

from dataclasses import dataclass, field
from datetime import datetime

BENEFIT_PERCENT = {"1": 100, "2": 100, "3": 95, "4": 80, "5": 100}
"""Share of the costs that the fund pays, by the card's third character (QĐ 1351/QĐ-BHXH)."""


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A health insurance card, with what the portal asks for.

    Attributes:
        id: Opaque id.
        subject_id: Whose card it is.
        number: 15 characters.
        name: As on the card.
        birth_date: ``dd/MM/yyyy`` or a year, as on the card.
        facility_id: Where the holder is registered for primary care.
        start: First day, ``YYYY-MM-DD``.
        end: Last day, ``YYYY-MM-DD``.
        area: ``K1``, ``K2``, ``K3`` or ``None``.
        five_years_from: Day from which five continuous years are reached, or ``None``.
    """

    id: str
    subject_id: str
    number: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    facility_id: str | None = None
    start: str | None = None
    end: str | None = None
    area: str | None = None
    five_years_from: str | None = None

    @property
    def benefit_percent(self) -> int:
        """What the fund pays of covered costs, in percent; 0 for an unknown level."""
        return BENEFIT_PERCENT.get(self.number[2:3], 0)


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """The index entry of a claim that a facility sent.

    Attributes:
        id: The portal's ``maHoSo``.
        subject_id: Whose claim it is.
        encounter_id: The encounter that it settles; ``None`` where that is not known.
        facility_id: Who sent it.
        date: When the episode began, aware.
        labels: Sensitivity labels of its codes.
    """

    id: str
    subject_id: str
    encounter_id: str | None
    facility_id: str
    date: datetime
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugPrice:
    """What the fund pays for a drug.

    Attributes:
        registration_number: The drug.
        unit_price: Dong per unit, as decimal text.
        paid_percent: Share of the price that is covered at all (``TYLE_TT_BH``).
    """

    registration_number: str
    unit_price: str
    paid_percent: int = 100
