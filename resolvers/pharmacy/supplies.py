"""What a dispense hands over, and what stands in its way."""

from collections.abc import Mapping
from typing import Any

from resolvers.datatypes.problems import problem
from resolvers.datatypes.scalars import Decimal
from resolvers.idempotency import Outcome
from resolvers.pharmacy.issuing import drug_snapshot
from resolvers.pharmacy.quantities import counted, to_thousandths
from resolvers.pharmacy.records import Dispenser, SupplyLine
from resolvers.pharmacy.rules import Problems
from resolvers.pharmacy.state import PrescriptionStatus, claim_in_force, status
from storage.documents import Document

_EQUIVALENCE = ("atc", "strength", "form", "route")


def standing_problems(row: Mapping[str, Any], by: Dispenser) -> Problems:
    """Why a prescription as a whole cannot be dispensed by a pharmacy now."""
    standing = status(row, by.now)
    if standing is not PrescriptionStatus.VALID:
        return [problem(f"PRESCRIPTION_{standing.value}", _STANDING[standing], "code")]
    claim = claim_in_force(row, by.now)
    if claim is not None and claim["pharmacy_id"] != by.pharmacy:
        return [problem("PRESCRIPTION_CLAIMED", "another pharmacy is dispensing it", "code")]
    return []


def line_problems(
    row: Mapping[str, Any], lines: tuple[SupplyLine, ...], drugs: Mapping[str, Document]
) -> Problems:
    """What is wrong with the lines themselves, whatever is left."""
    if not lines:
        return [problem("LINES_MISSING", "a dispense has a line per drug", "lines")]
    items = {item["id"]: item for item in row["items"]}
    problems: Problems = []
    for number, line in enumerate(lines):
        place = ("lines", number)
        item = items.get(line.item)
        if item is None:
            problems.append(problem("ITEM_UNKNOWN", "it was not prescribed", *place, "itemId"))
            continue
        if to_thousandths(Decimal(line.quantity)) is None:
            message = "the quantity is not a positive number of thousandths"
            problems.append(problem("QUANTITY_INVALID", message, *place, "quantity"))
        found = _substitution_problem(item, line, drugs.get(line.drug))
        if found is not None:
            problems.append({**found, "path": [*map(str, place), "drug"]})
    return problems


def shortage_problems(row: Mapping[str, Any], lines: tuple[SupplyLine, ...]) -> Problems:
    """Which items have less left than the lines ask for."""
    return [
        problem("QUANTITY_EXCEEDS_REMAINING", "less than that is left", "lines", number)
        for number, line in enumerate(lines)
        for index, count in wanted_per_item(row, lines).items()
        if row["items"][index]["id"] == line.item and row["items"][index]["remaining"] < count
    ]


def dispense_row(
    dispense_id: str,
    row: Mapping[str, Any],
    lines: tuple[SupplyLine, ...],
    drugs: Mapping[str, Document],
    by: Dispenser,
) -> Document:
    """The stored form of a dispense.

    Args:
        dispense_id: Its id.
        row: The prescription.
        lines: Which item, which drug for it, how much.
        drugs: Stored drugs by registration number; an item's own drug need not be there.
        by: The pharmacy, and when.

    Raises:
        QuantityError: A line's quantity cannot be counted; :func:`line_problems` refuses it.
    """
    positions = {item["id"]: index for index, item in enumerate(row["items"])}
    return {
        "id": dispense_id,
        "pharmacy_id": by.pharmacy,
        "pharmacist": by.pharmacist,
        "handed_over": by.now,
        "reversed": None,
        "lines": [
            {
                "item": line.item,
                "index": positions[line.item],
                "count": counted(Decimal(line.quantity)),
                "drug": drug_snapshot(drugs[line.drug])
                if line.drug in drugs
                else row["items"][positions[line.item]]["drug"],
                "substituted": _is_substitute(row["items"][positions[line.item]], line),
            }
            for line in lines
        ],
    }


_STANDING = {
    PrescriptionStatus.REPLACED: "another prescription replaced it",
    PrescriptionStatus.DISPENSED: "everything of it was handed over",
    PrescriptionStatus.EXPIRED: "it can no longer be collected",
    PrescriptionStatus.NOT_YET_VALID: "it cannot be collected yet",
}


def _is_substitute(item: Mapping[str, Any], line: SupplyLine) -> bool:
    return bool(line.drug != item["drug"]["registration_number"])


def _substitution_problem(
    item: Mapping[str, Any], line: SupplyLine, supplied: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Why a drug may not be supplied for an item: same ingredient, strength, form and route."""
    if not _is_substitute(item, line):
        return None
    if supplied is None:
        return problem("DRUG_UNKNOWN", "no drug has this number")
    if any(supplied.get(name) != item["drug"].get(name) for name in _EQUIVALENCE):
        return problem("SUBSTITUTE_NOT_EQUIVALENT", "it is another ingredient, strength or form")
    if not line.buyer_consented:
        return problem("BUYER_CONSENT_MISSING", "the buyer must agree to another drug")
    return None


def wanted_per_item(row: Mapping[str, Any], lines: tuple[SupplyLine, ...]) -> dict[int, int]:
    """Thousandths asked for, by position of the item; the lines have no problems of their own."""
    positions = {item["id"]: index for index, item in enumerate(row["items"])}
    wanted: dict[int, int] = {}
    for line in lines:
        index = positions[line.item]
        wanted[index] = wanted.get(index, 0) + counted(Decimal(line.quantity))
    return wanted


def dispense_index(row: Mapping[str, Any], dispense_id: str) -> int | None:
    """Where a dispense stands among those of a prescription."""
    for index, dispense in enumerate(row["dispenses"]):
        if dispense["id"] == dispense_id:
            return index
    return None


def reversal_problem(row: Mapping[str, Any], index: int, by: Dispenser) -> dict[str, Any] | None:
    """Why a pharmacy cannot take a dispense back."""
    dispense = row["dispenses"][index]
    if dispense["pharmacy_id"] != by.pharmacy:
        message = "only the pharmacy that handed it over can take it back"
        return problem("DISPENSE_FOREIGN", message, "dispenseId")
    if dispense["reversed"] is not None:
        return problem("DISPENSE_REVERSED", "it was taken back before", "dispenseId")
    return None


def dispense_in(outcome: Outcome, dispense_id: str) -> Document | None:
    """The dispense that an outcome is about; none where something was refused."""
    if outcome["problems"] or outcome["prescription"] is None:
        return None
    index = dispense_index(outcome["prescription"], dispense_id)
    return None if index is None else outcome["prescription"]["dispenses"][index]
