"""What a prescription costs the patient. Pure arithmetic on decimals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from resolvers.insurance.records import DrugPrice

_DONG = Decimal(1)


@dataclass(frozen=True, slots=True)
class PrescribedAmount:
    """One item: a drug by registration number, and how much of it."""

    registration_number: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays what, in dong.

    Attributes:
        total: Price of all items.
        fund: What the insurance fund pays.
        patient: What is left for the patient.
        is_complete: Whether every item had a price; if not, the sums are those of the others.
    """

    total: Decimal
    fund: Decimal
    patient: Decimal
    is_complete: bool


def share_of(
    items: Iterable[PrescribedAmount], prices: Mapping[str, DrugPrice], benefit_percent: int
) -> Share:
    """Splits the cost of a prescription.

    Args:
        items: What was prescribed.
        prices: Prices by registration number; an item without one is left out of the sums.
        benefit_percent: The card's benefit level; 0 for somebody without a valid card.
    """
    total = fund = Decimal(0)
    is_complete = True
    for item in items:
        price = prices.get(item.registration_number)
        if price is None:
            is_complete = False
            continue
        cost = item.quantity * Decimal(price.unit_price)
        total += cost
        fund += cost * price.paid_percent * benefit_percent / 10_000
    total, fund = _rounded(total), _rounded(fund)
    return Share(total, fund, total - fund, is_complete)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_DONG, ROUND_HALF_UP)
