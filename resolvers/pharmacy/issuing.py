"""Issuing prescriptions. What is issued never changes; a correction replaces it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from resolvers.datatypes.documents import row_labels
from resolvers.datatypes.problems import problem
from resolvers.datatypes.scalars import Decimal
from resolvers.idempotency import Attempt, Once, Outcome
from resolvers.pharmacy.codes import PrescriptionCode, is_facility_code, new_code, parse_code
from resolvers.pharmacy.ports import PrescriptionProfiles
from resolvers.pharmacy.quantities import counted
from resolvers.pharmacy.records import Author, PrescriptionOrder
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.pharmacy.rules import Problems, issue_problems, recipient_age
from resolvers.pharmacy.state import claim_in_force
from resolvers.pharmacy.validity import validity
from storage.documents import Document, DuplicateKeyError

ATC = "http://www.whocc.no/atc"
_CODE_ATTEMPTS = 20


class CodeExhaustedError(Exception):
    """No free code was found for a facility."""


class Issuing:
    """What `issuePrescription` does."""

    def __init__(
        self,
        repository: PharmacyRepository,
        profiles: PrescriptionProfiles,
        once: Once,
        choose: Callable[[str], str],
    ) -> None:
        """Takes what it works with.

        Args:
            repository: The subgraph's documents.
            profiles: Birth dates, and where codes lead to their subjects.
            once: Keeps outcomes by idempotency key.
            choose: Picks one character at random, unpredictably (`secrets.choice`).
        """
        self._repository = repository
        self._profiles = profiles
        self._once = once
        self._choose = choose

    async def issue(self, order: PrescriptionOrder, author: Author, attempt: Attempt) -> Outcome:
        """Issues a prescription, in place of another where the order says so.

        Returns:
            ``{prescription, problems}``; the stored prescription, or why there is none.
        """

        async def work() -> Outcome:
            return await self._issue(order, author, attempt.derived_id("prescription"))

        return await self._once.run(attempt, work)

    async def author(
        self, subject: str, facility: str, practitioner: str | None, now: datetime
    ) -> Author:
        """Who issues for a patient, with what is registered of the patient.

        Args:
            subject: The patient.
            facility: The facility's code.
            practitioner: The practitioner's id.
            now: When.
        """
        return Author(facility, practitioner, await self._profiles.birth_date(subject), now)

    async def _issue(self, order: PrescriptionOrder, author: Author, new_id: str) -> Outcome:
        written = await self._repository.by_id(new_id)
        if written is None:
            if not is_facility_code(author.facility):
                message = "the caller's organization cannot issue prescriptions"
                return _refused([problem("FACILITY_NOT_ISSUING", message)])
            drugs = await self._repository.drugs_by_number(item.drug for item in order.items)
            problems = issue_problems(order, author, drugs)
            if problems:
                return _refused(problems)
            replaced, problems = await self._replace(order, author, new_id)
            if problems:
                return _refused(problems)
            row = prescription_row(new_id, order, author, drugs)
            row["accompanying_adult"] = self._repository.seal_adult(
                new_id, order.accompanying_adult
            )
            if replaced is not None:
                row["replaces"] = replaced["_id"]
            written = await self._insert(row, order, author)
        await self._profiles.link(written["code"], written["subject_id"], new_id)
        return {"prescription": written, "problems": []}

    async def _insert(self, row: Document, order: PrescriptionOrder, author: Author) -> Document:
        """Stores a prescription under a code that is free within the facility."""
        for _ in range(_CODE_ATTEMPTS):
            code = new_code(author.facility, order.type, self._choose)
            try:
                await self._repository.prescriptions.insert_one({**row, "code": str(code)})
            except DuplicateKeyError:
                written = await self._repository.by_id(row["_id"])
                if written is not None:  # another run of the same attempt was faster
                    return written
                continue
            return {**row, "code": str(code)}
        raise CodeExhaustedError

    async def _replace(
        self, order: PrescriptionOrder, author: Author, new_id: str
    ) -> tuple[Document | None, Problems]:
        """Takes the replaced prescription out of force before its replacement is written.

        A run that broke off in between leaves neither of the two dispensable; it is resumed under
        the same idempotency key.
        """
        if order.replaces is None:
            return None, []
        code = parse_code(order.replaces)
        old = None if code is None else await self._repository.by_code(code)
        refusal = _replacement_problem(old, order, author, new_id)
        if old is None or refusal is not None:
            return None, [refusal] if refusal is not None else [_unknown()]
        changed = await self._repository.prescriptions.find_one_and_update(
            {
                "_id": old["_id"],
                "$and": [
                    {
                        "$or": [
                            {"status": "active", "remaining_total": old["prescribed_total"]},
                            {"replaced_by": new_id},
                        ]
                    },
                    {"$or": [{"claim": None}, {"claim.until": {"$lte": author.now}}]},
                ],
            },
            {"$set": {"status": "replaced", "replaced_by": new_id, "replaced": author.now}},
        )
        if changed is None:
            message = "it is being dispensed, or was replaced, at this moment"
            return None, [problem("REPLACEMENT_RACED", message, "replaces")]
        return changed, []


def prescription_row(
    new_id: str,
    order: PrescriptionOrder,
    author: Author,
    drugs: Mapping[str, Mapping[str, Any]],
    code: PrescriptionCode | None = None,
) -> Document:
    """The stored form of a new prescription that breaks no rule.

    Args:
        new_id: Its id.
        order: What the practitioner wants.
        author: Who she is, and when.
        drugs: Stored drugs by registration number.
        code: Its code, where it is chosen already.

    Raises:
        QuantityError: It breaks one after all: an item's quantity cannot be counted.
    """
    period = validity(order.type, author.now, order.course, discharge=order.discharge)
    items = _item_rows(order, drugs)
    return {
        "_id": new_id,
        "code": None if code is None else str(code),
        "type": order.type.value,
        "subject_id": order.subject,
        "date": author.now.astimezone(UTC),
        "facility_id": author.facility,
        "practitioner_id": author.practitioner,
        "encounter_id": order.encounter,
        "labels": row_labels([*order.diagnoses, *(_atc(item["drug"]) for item in items)]),
        "diagnoses": [dict(diagnosis) for diagnosis in order.diagnoses],
        "advice": order.advice,
        "valid_from": period.start,
        "valid_until": period.end,
        "status": "active",
        "replaces": None,
        "replaced_by": None,
        "recipient": {"age_months": recipient_age(order, author), "weight": order.weight},
        "accompanying_adult": None,
        "course": _course(order),
        "items": items,
        "prescribed_total": sum(item["prescribed"] for item in items),
        "remaining_total": sum(item["remaining"] for item in items),
        "claim": None,
        "marks": {},
        "dispenses": [],
    }


def _item_rows(
    order: PrescriptionOrder, drugs: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    counts = [counted(Decimal(item.quantity)) for item in order.items]
    return [
        {
            "id": str(number),
            "drug": drug_snapshot(drugs[item.drug]),
            "prescribed": count,
            "remaining": count,
            "days": item.days,
            "dosage": item.dosage,
            "quantity_in_words": item.quantity_in_words,
        }
        for number, (item, count) in enumerate(zip(order.items, counts, strict=True), start=1)
    ]


def drug_snapshot(drug: Mapping[str, Any]) -> Document:
    """What a prescription keeps of a drug; later changes of the register do not touch it."""
    names = (
        "registration_number",
        "name",
        "ingredients",
        "strength",
        "form",
        "route",
        "unit",
        "atc",
        "control_class",
        "prescription_only",
    )
    return {"id": drug["_id"], **{name: drug.get(name) for name in names}}


def _atc(drug: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"coding": [{"system": ATC, "code": drug["atc"]}]} if drug["atc"] else {}


def _course(order: PrescriptionOrder) -> Document | None:
    if order.course is None:
        return None
    start = order.course.start.isoformat()
    return {"number": order.course.number, "start": start, "days": order.course.days}


def _replacement_problem(
    old: Mapping[str, Any] | None, order: PrescriptionOrder, author: Author, new_id: str
) -> dict[str, Any] | None:
    """Why a prescription cannot be replaced by an order."""
    if old is None or old["subject_id"] != order.subject:
        return _unknown()
    if old["facility_id"] != author.facility:
        if old["labels"]:  # another facility's labelled prescription is not known to exist
            return _unknown()
        message = "only the facility that issued it can replace it"
        return problem("REPLACEMENT_FOREIGN", message, "replaces")
    if old["status"] == "replaced" and old["replaced_by"] != new_id:
        return problem("PRESCRIPTION_REPLACED", "it was replaced before", "replaces")
    if old["remaining_total"] != old["prescribed_total"]:
        message = "something of it was dispensed: what is left cannot be replaced"
        return problem("PRESCRIPTION_DISPENSED", message, "replaces")
    if claim_in_force(old, author.now) is not None:
        return problem("PRESCRIPTION_CLAIMED", "a pharmacy is dispensing it", "replaces")
    return None


def _unknown() -> dict[str, Any]:
    return problem("PRESCRIPTION_UNKNOWN", "there is no such prescription", "replaces")


def _refused(problems: Problems) -> Outcome:
    return {"prescription": None, "problems": problems}
