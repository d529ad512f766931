"""Claiming and dispensing prescriptions: never more than prescribed, whoever races.

Each change is one conditional update of the prescription's document. Whoever finds the condition
not met reads the document to say why; if nothing stands in the way any more, she tries again.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from resolvers.datatypes.problems import problem
from resolvers.datatypes.scalars import Decimal
from resolvers.idempotency import Attempt, Once, Outcome
from resolvers.pharmacy.codes import parse_code
from resolvers.pharmacy.issuing import drug_snapshot
from resolvers.pharmacy.quantities import to_thousandths
from resolvers.pharmacy.records import Dispenser, SupplyLine
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.pharmacy.rules import Problems
from resolvers.pharmacy.state import (
    CLAIM_LIFETIME,
    PrescriptionStatus,
    claim_in_force,
    dispensable,
    status,
    unclaimed_by_others,
)
from storage.documents import Document

_ATTEMPTS = 10
_EQUIVALENCE = ("atc", "strength", "form", "route")

Permitted = Callable[[str], bool]
"""Whether the caller may change prescriptions of a subject."""


class ContendedError(Exception):
    """A prescription changed under every attempt to change it."""


class Dispensing:
    """What `claim`, `releaseClaim`, `dispense` and `reverseDispense` do."""

    def __init__(self, repository: PharmacyRepository, once: Once) -> None:
        """Takes what it works with.

        Args:
            repository: The subgraph's documents.
            once: Keeps outcomes by idempotency key.
        """
        self._repository = repository
        self._once = once

    async def find(self, code: str, permitted: Permitted) -> Document | dict[str, Any]:
        """The prescription of a code that was presented.

        Returns:
            The document, or a problem (it has a member ``code`` and no ``_id``). A code that leads
            to nothing and one that leads to somebody out of reach answer alike.
        """
        parsed = parse_code(code)
        if parsed is None:
            return problem("CODE_MALFORMED", "this is not a prescription's code", "code")
        row = await self._repository.by_code(parsed)
        if row is None or not permitted(row["subject_id"]):
            return problem("PRESCRIPTION_UNKNOWN", "there is no such prescription", "code")
        return row

    async def claim(
        self, code: str, by: Dispenser, permitted: Permitted, attempt: Attempt
    ) -> Outcome:
        """Reserves a prescription for a pharmacy for 30 minutes; again, for 30 more.

        Returns:
            ``{prescription, problems}``.
        """

        async def change(row: Document) -> Document | None:
            return await self._repository.prescriptions.find_one_and_update(
                {
                    "_id": row["_id"],
                    "remaining_total": {"$gt": 0},
                    **dispensable(by.now),
                    **unclaimed_by_others(by.pharmacy, by.now),
                },
                {
                    "$set": {
                        "claim": {
                            "pharmacy_id": by.pharmacy,
                            "pharmacist": by.pharmacist,
                            "until": by.now + CLAIM_LIFETIME,
                        }
                    }
                },
            )

        def refusal(row: Document) -> Problems:
            return standing_problems(row, by)

        return await self._change(code, permitted, attempt, change, refusal)

    async def release(
        self, code: str, by: Dispenser, permitted: Permitted, attempt: Attempt
    ) -> Outcome:
        """Gives a claim up.

        Returns:
            ``{prescription, problems}``.
        """

        release_id = attempt.derived_id("release")

        async def change(row: Document) -> Document | None:
            if row.get("released_under") == release_id:
                return row  # a run before this one broke off after writing
            return await self._repository.prescriptions.find_one_and_update(
                {"_id": row["_id"], "claim.pharmacy_id": by.pharmacy},
                {"$set": {"claim": None, "released_under": release_id}},
            )

        def refusal(row: Document) -> Problems:
            claim = row["claim"]
            if claim is not None and claim["pharmacy_id"] == by.pharmacy:
                return []
            return [problem("CLAIM_NOT_HELD", "this pharmacy does not claim it", "code")]

        return await self._change(code, permitted, attempt, change, refusal)

    async def dispense(
        self,
        code: str,
        lines: tuple[SupplyLine, ...],
        by: Dispenser,
        permitted: Permitted,
        attempt: Attempt,
    ) -> Outcome:
        """Hands drugs over, all lines or none, and ends the pharmacy's claim.

        Returns:
            ``{prescription, dispense, problems}``.
        """
        dispense_id = attempt.derived_id("dispense")
        drugs: dict[str, Document] = {}

        async def change(row: Document) -> Document | None:
            if dispense_id in row["marks"]:  # a run before this one broke off after writing
                return row
            drugs.update(await self._repository.drugs_by_number(line.drug for line in lines))
            if line_problems(row, lines, drugs):
                return None
            wanted = _per_item(row, lines)
            return await self._repository.prescriptions.find_one_and_update(
                {
                    "_id": row["_id"],
                    f"marks.{dispense_id}": {"$exists": False},
                    **dispensable(by.now),
                    **unclaimed_by_others(by.pharmacy, by.now),
                    **{
                        f"items.{index}.remaining": {"$gte": count}
                        for index, count in wanted.items()
                    },
                },
                {
                    "$inc": {
                        "remaining_total": -sum(wanted.values()),
                        **{f"items.{index}.remaining": -count for index, count in wanted.items()},
                    },
                    "$set": {"claim": None, f"marks.{dispense_id}": True},
                    "$push": {"dispenses": dispense_row(dispense_id, row, lines, drugs, by)},
                },
            )

        def refusal(row: Document) -> Problems:
            if dispense_id in row["marks"]:
                return []
            return (
                line_problems(row, lines, drugs)
                or standing_problems(row, by)
                or shortage_problems(row, lines)
            )

        outcome = await self._change(code, permitted, attempt, change, refusal)
        return {**outcome, "dispense": _dispense_of(outcome, dispense_id)}

    async def reverse(
        self, code: str, dispense_id: str, by: Dispenser, permitted: Permitted, attempt: Attempt
    ) -> Outcome:
        """Takes a dispense of the same pharmacy back; the quantities are left to collect again.

        Returns:
            ``{prescription, dispense, problems}``.
        """
        reversal_id = attempt.derived_id("reversal")

        async def change(row: Document) -> Document | None:
            index = _index_of(row, dispense_id)
            if index is None:
                return None
            if row["dispenses"][index].get("reversed_under") == reversal_id:
                return row  # a run before this one broke off after writing
            if _reversal_problem(row, index, by) is not None:
                return None
            lines = row["dispenses"][index]["lines"]
            back: dict[int, int] = {}
            for line in lines:
                back[line["index"]] = back.get(line["index"], 0) + line["count"]
            return await self._repository.prescriptions.find_one_and_update(
                {
                    "_id": row["_id"],
                    f"dispenses.{index}.id": dispense_id,
                    f"dispenses.{index}.reversed": None,
                },
                {
                    "$inc": {
                        "remaining_total": sum(back.values()),
                        **{f"items.{item}.remaining": count for item, count in back.items()},
                    },
                    "$set": {
                        f"dispenses.{index}.reversed": by.now,
                        f"dispenses.{index}.reversed_under": reversal_id,
                    },
                },
            )

        def refusal(row: Document) -> Problems:
            index = _index_of(row, dispense_id)
            if index is None:
                message = "the prescription has no such dispense"
                return [problem("DISPENSE_UNKNOWN", message, "dispenseId")]
            found = _reversal_problem(row, index, by)
            return [] if found is None else [found]

        outcome = await self._change(code, permitted, attempt, change, refusal)
        return {**outcome, "dispense": _dispense_of(outcome, dispense_id)}

    async def _change(
        self,
        code: str,
        permitted: Permitted,
        attempt: Attempt,
        change: Callable[[Document], Awaitable[Document | None]],
        refusal: Callable[[Document], Problems],
    ) -> Outcome:
        """Changes a prescription, or says why not.

        Args:
            code: The code that was presented.
            permitted: Whose prescriptions the caller may change.
            attempt: Under which idempotency key.
            change: One conditional update; None where its condition does not hold.
            refusal: Why the condition does not hold; empty where it seems to hold by now.
        """

        async def work() -> Outcome:
            for _ in range(_ATTEMPTS):
                row = await self.find(code, permitted)
                if "_id" not in row:
                    return {"prescription": None, "problems": [row]}
                changed = await change(row)
                if changed is not None:
                    return {"prescription": changed, "problems": []}
                current = await self._repository.by_id(row["_id"]) or row
                problems = refusal(current)
                if problems:
                    return {"prescription": current, "problems": problems}
            raise ContendedError

        return await self._once.run(attempt, work)


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
        for index, count in _per_item(row, lines).items()
        if row["items"][index]["id"] == line.item and row["items"][index]["remaining"] < count
    ]


def dispense_row(
    dispense_id: str,
    row: Mapping[str, Any],
    lines: tuple[SupplyLine, ...],
    drugs: Mapping[str, Document],
    by: Dispenser,
) -> Document:
    """The stored form of a dispense."""
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
                "count": to_thousandths(Decimal(line.quantity)),
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


def _per_item(row: Mapping[str, Any], lines: tuple[SupplyLine, ...]) -> dict[int, int]:
    """Thousandths asked for, by position of the item."""
    positions = {item["id"]: index for index, item in enumerate(row["items"])}
    wanted: dict[int, int] = {}
    for line in lines:
        index = positions[line.item]
        wanted[index] = wanted.get(index, 0) + (to_thousandths(Decimal(line.quantity)) or 0)
    return wanted


def _index_of(row: Mapping[str, Any], dispense_id: str) -> int | None:
    for index, dispense in enumerate(row["dispenses"]):
        if dispense["id"] == dispense_id:
            return index
    return None


def _reversal_problem(row: Mapping[str, Any], index: int, by: Dispenser) -> dict[str, Any] | None:
    dispense = row["dispenses"][index]
    if dispense["pharmacy_id"] != by.pharmacy:
        message = "only the pharmacy that handed it over can take it back"
        return problem("DISPENSE_FOREIGN", message, "dispenseId")
    if dispense["reversed"] is not None:
        return problem("DISPENSE_REVERSED", "it was taken back before", "dispenseId")
    return None


def _dispense_of(outcome: Outcome, dispense_id: str) -> Document | None:
    """The dispense that an outcome is about; none where something was refused."""
    if outcome["problems"] or outcome["prescription"] is None:
        return None
    index = _index_of(outcome["prescription"], dispense_id)
    return None if index is None else outcome["prescription"]["dispenses"][index]
