"""Quantities of drugs, kept as whole thousandths so that a store can count them down exactly."""

from decimal import Decimal as Number

from resolvers.datatypes.scalars import Decimal

_SCALE = 1000
MOST = 1_000_000 * _SCALE


class QuantityError(Exception):
    """A quantity is not positive, too large, or finer than a thousandth."""


def to_thousandths(value: Decimal) -> int | None:
    """The whole thousandths of a quantity.

    Returns:
        ``None`` where it is not positive, too large, or finer than a thousandth.
    """
    scaled = Number(value) * _SCALE
    if scaled != scaled.to_integral_value() or not 0 < scaled <= MOST:
        return None
    return int(scaled)


def counted(value: Decimal) -> int:
    """The whole thousandths of a quantity that the rules have let pass.

    Raises:
        QuantityError: It cannot be counted after all; nothing may be stored without it.
    """
    count = to_thousandths(value)
    if count is None:
        raise QuantityError
    return count


def from_thousandths(count: int) -> Decimal:
    """The text of so many thousandths (``10500`` is ``10.5``)."""
    whole, rest = divmod(count, _SCALE)
    return Decimal(f"{whole}.{rest:03}".rstrip("0").rstrip("."))
