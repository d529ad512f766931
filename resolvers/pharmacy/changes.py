"""The conditional updates of a prescription: what must hold in its document, and what is written.

Each is one update of one document, so that of two that race only one finds its condition met.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from resolvers.pharmacy.records import Dispenser
from resolvers.pharmacy.state import dispensable, unclaimed_by_others


class Change(NamedTuple):
    """A conditional update, as the document store takes it."""

    condition: dict[str, Any]
    update: dict[str, Any]


def dispense_change(row: Mapping[str, Any], dispense: Mapping[str, Any], by: Dispenser) -> Change:
    """Hands a dispense over while enough is left, and ends the claim.

    Args:
        row: The prescription as it was read.
        dispense: The dispense as it will be stored.
        by: The pharmacy, and when.
    """
    mark = f"marks.{dispense['id']}"
    counts = _counts(dispense)
    return Change(
        {
            "_id": row["_id"],
            mark: {"$exists": False},
            **dispensable(by.now),
            **unclaimed_by_others(by.pharmacy, by.now),
            **{f"items.{item}.remaining": {"$gte": count} for item, count in counts.items()},
        },
        {
            "$inc": {
                "remaining_total": -sum(counts.values()),
                **{f"items.{item}.remaining": -count for item, count in counts.items()},
            },
            "$set": {"claim": None, mark: True},
            "$push": {"dispenses": dict(dispense)},
        },
    )


def reversal_change(row: Mapping[str, Any], index: int, by: Dispenser, reversal_id: str) -> Change:
    """Takes a dispense back that was not taken back before.

    Args:
        row: The prescription as it was read.
        index: Where the dispense stands among its dispenses.
        by: The pharmacy, and when.
        reversal_id: Marks who took it back, for an attempt that is resumed.
    """
    dispense = row["dispenses"][index]
    counts = _counts(dispense)
    place = f"dispenses.{index}"
    return Change(
        {"_id": row["_id"], f"{place}.id": dispense["id"], f"{place}.reversed": None},
        {
            "$inc": {
                "remaining_total": sum(counts.values()),
                **{f"items.{item}.remaining": count for item, count in counts.items()},
            },
            "$set": {f"{place}.reversed": by.now, f"{place}.reversed_under": reversal_id},
        },
    )


def _counts(dispense: Mapping[str, Any]) -> dict[int, int]:
    """Thousandths that a dispense hands over, by position of the item."""
    counts: dict[int, int] = {}
    for line in dispense["lines"]:
        counts[line["index"]] = counts.get(line["index"], 0) + line["count"]
    return counts
