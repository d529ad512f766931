"""How a stored prescription stands at an instant."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

CLAIM_LIFETIME = timedelta(minutes=30)
"""A claim lapses by itself, so that a pharmacy that went away blocks nobody."""


class PrescriptionStatus(StrEnum):
    """Where a prescription stands."""

    VALID = "VALID"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    DISPENSED = "DISPENSED"
    REPLACED = "REPLACED"


def status(row: Mapping[str, Any], now: datetime) -> PrescriptionStatus:
    """Where a prescription stands at an instant; what cannot change any more comes first."""
    if row["status"] == "replaced":
        return PrescriptionStatus.REPLACED
    if row["remaining_total"] == 0:
        return PrescriptionStatus.DISPENSED
    if row["valid_until"] <= now:
        return PrescriptionStatus.EXPIRED
    if now < row["valid_from"]:
        return PrescriptionStatus.NOT_YET_VALID
    return PrescriptionStatus.VALID


def claim_in_force(row: Mapping[str, Any], now: datetime) -> Mapping[str, Any] | None:
    """The claim on a prescription, unless it lapsed."""
    claim = row.get("claim")
    return claim if claim is not None and now < claim["until"] else None


def unclaimed_by_others(pharmacy: str, now: datetime) -> dict[str, Any]:
    """The filter that no other pharmacy claims a prescription."""
    return {
        "$or": [
            {"claim": None},
            {"claim.until": {"$lte": now}},
            {"claim.pharmacy_id": pharmacy},
        ]
    }


def dispensable(now: datetime) -> dict[str, Any]:
    """The filter that a prescription may be dispensed at an instant."""
    return {"status": "active", "valid_from": {"$lte": now}, "valid_until": {"$gt": now}}
