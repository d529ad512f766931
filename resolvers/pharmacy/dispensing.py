"""Claiming and dispensing prescriptions: never more than prescribed, whoever races.

Each change is one conditional update of the prescription's document. Whoever finds the condition
not met reads the document to say why; if nothing stands in the way any more, she tries again.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from resolvers.datatypes.problems import problem
from resolvers.idempotency import Attempt, Once, Outcome
from resolvers.pharmacy.changes import dispense_change, reversal_change
from resolvers.pharmacy.codes import parse_code
from resolvers.pharmacy.records import Dispenser, SupplyLine
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.pharmacy.rules import Problems
from resolvers.pharmacy.state import CLAIM_LIFETIME, dispensable, unclaimed_by_others
from resolvers.pharmacy.supplies import (
    dispense_in,
    dispense_index,
    dispense_row,
    line_problems,
    reversal_problem,
    shortage_problems,
    standing_problems,
)
from storage.documents import Document

_ATTEMPTS = 10

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

        Args:
            code: The code that was presented.
            by: The pharmacy, and when.
            permitted: Whose prescriptions the caller may change.
            attempt: Under which idempotency key.

        Returns:
            ``{prescription, problems}``.

        Raises:
            ContendedError: It changed under every attempt.
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

        Args:
            code: The code that was presented.
            by: The pharmacy, and when.
            permitted: Whose prescriptions the caller may change.
            attempt: Under which idempotency key.

        Returns:
            ``{prescription, problems}``.

        Raises:
            ContendedError: It changed under every attempt.
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

        Args:
            code: The code that was presented.
            lines: Which item, which drug for it, how much.
            by: The pharmacy, and when.
            permitted: Whose prescriptions the caller may change.
            attempt: Under which idempotency key.

        Returns:
            ``{prescription, dispense, problems}``.

        Raises:
            ContendedError: It changed under every attempt.
        """
        dispense_id = attempt.derived_id("dispense")
        drugs: dict[str, Document] = {}

        async def change(row: Document) -> Document | None:
            if dispense_id in row["marks"]:  # a run before this one broke off after writing
                return row
            drugs.update(await self._repository.drugs_by_number(line.drug for line in lines))
            if line_problems(row, lines, drugs):
                return None
            handed_over = dispense_row(dispense_id, row, lines, drugs, by)
            condition, update = dispense_change(row, handed_over, by)
            return await self._repository.prescriptions.find_one_and_update(condition, update)

        def refusal(row: Document) -> Problems:
            if dispense_id in row["marks"]:
                return []
            return (
                line_problems(row, lines, drugs)
                or standing_problems(row, by)
                or shortage_problems(row, lines)
            )

        outcome = await self._change(code, permitted, attempt, change, refusal)
        return {**outcome, "dispense": dispense_in(outcome, dispense_id)}

    async def reverse(
        self, code: str, dispense_id: str, by: Dispenser, permitted: Permitted, attempt: Attempt
    ) -> Outcome:
        """Takes a dispense of the same pharmacy back; the quantities are left to collect again.

        Args:
            code: The code that was presented.
            dispense_id: Which of the prescription's dispenses.
            by: The pharmacy, and when.
            permitted: Whose prescriptions the caller may change.
            attempt: Under which idempotency key.

        Returns:
            ``{prescription, dispense, problems}``.

        Raises:
            ContendedError: It changed under every attempt.
        """
        reversal_id = attempt.derived_id("reversal")

        async def change(row: Document) -> Document | None:
            index = dispense_index(row, dispense_id)
            if index is None:
                return None
            if row["dispenses"][index].get("reversed_under") == reversal_id:
                return row  # a run before this one broke off after writing
            if reversal_problem(row, index, by) is not None:
                return None
            condition, update = reversal_change(row, index, by, reversal_id)
            return await self._repository.prescriptions.find_one_and_update(condition, update)

        def refusal(row: Document) -> Problems:
            index = dispense_index(row, dispense_id)
            if index is None:
                message = "the prescription has no such dispense"
                return [problem("DISPENSE_UNKNOWN", message, "dispenseId")]
            found = reversal_problem(row, index, by)
            return [] if found is None else [found]

        outcome = await self._change(code, permitted, attempt, change, refusal)
        return {**outcome, "dispense": dispense_in(outcome, dispense_id)}

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
