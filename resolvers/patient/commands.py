"""The mutations of the patient subgraph: consents and self-reported measurements.

A consent is in force when the subject's access profile says so: the profile is changed before a
mutation answers. Source of the rules: Luật 91/2025/QH15 art. 9 (specific, per purpose, with proof,
no defaults).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from access.labels import HIDDEN_BY_LAW
from access.purposes import Role
from resolvers.datatypes.problems import problem
from resolvers.idempotency import Attempt, Once, Outcome
from resolvers.patient.measurements import MEASURES
from resolvers.patient.ports import ConsentProfiles
from resolvers.patient.records import PatientRecord
from resolvers.patient.repository import CONSENTS, VITALS, PatientRepository
from storage.documents import DuplicateKeyError

MOST_MEASUREMENTS = 500
LONGEST_TEXT = 500
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ConsentWish:
    """What a citizen wants to permit or deny.

    Attributes:
        subject: The patient whose data it is.
        decision: ``permit`` or ``deny``.
        grantee_type: ``practitioner``, ``organization`` or ``role``.
        grantee_id: Whom.
        categories: Names of categories.
        labels: Names of sensitivity labels.
        actions: ``read``, ``write``.
        purpose: Purpose of use.
        start: From when it is in force.
        end: Until when; ``None`` until withdrawn.
        data_start: From when the data must be.
        data_end: Until when the data must be.
        evidence: Reference of the proof.
        is_own: The subject says so herself, and nobody for her.
    """

    subject: str
    decision: str
    grantee_type: str
    grantee_id: str
    categories: tuple[str, ...]
    labels: tuple[str, ...]
    actions: tuple[str, ...]
    purpose: str
    start: datetime
    end: datetime | None
    data_start: datetime | None
    data_end: datetime | None
    evidence: str
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement of a citizen.

    Attributes:
        kind: A name of the table of measures.
        value: The number, in the table's unit.
        measured: When it was taken.
        device: Make and model.
    """

    kind: str
    value: str
    measured: datetime
    device: str | None


class PatientCommands:
    """What the patient subgraph's mutations do."""

    def __init__(
        self, repository: PatientRepository, profiles: ConsentProfiles, once: Once
    ) -> None:
        """Takes what it works with.

        Args:
            repository: The subgraph's documents.
            profiles: Where consents take force.
            once: Keeps outcomes by idempotency key.
        """
        self._repository = repository
        self._profiles = profiles
        self._once = once

    async def find_person(self, system: str, value: str) -> PatientRecord | None:
        """The person who bears a number."""
        return await self._repository.by_identifier(system, value)

    async def grant_consent(self, wish: ConsentWish, attempt: Attempt, now: datetime) -> Outcome:
        """Records a consent or refusal and puts it in force.

        Returns:
            ``{consent, problems}``; the stored consent, or the reasons why there is none.
        """

        async def work() -> Outcome:
            problems = consent_problems(wish, now)
            if problems:
                return {"consent": None, "problems": problems}
            row = consent_row(attempt.derived_id("consent"), wish, now)
            consents = self._repository.rows(CONSENTS)
            try:
                await consents.insert_one(row)
            except DuplicateKeyError:  # a run before this one broke off after writing it
                row = await consents.find_one({"_id": row["_id"]}) or row
            await self._profiles.put(row)
            return {"consent": row, "problems": []}

        return await self._once.run(attempt, work)

    async def withdraw_consent(
        self, subject: str, consent_id: str, attempt: Attempt, now: datetime
    ) -> Outcome:
        """Takes a consent or refusal back; it has no force when this returns.

        Args:
            subject: The patient whose consent it is.
            consent_id: The consent.
            attempt: Under which idempotency key.
            now: The present instant, aware.

        Returns:
            ``{consent, problems}``.
        """

        async def work() -> Outcome:
            consents = self._repository.rows(CONSENTS)
            mine = {"_id": consent_id, "subject_id": subject}
            row = await consents.find_one(mine)
            if row is None:
                refused = problem("CONSENT_NOT_FOUND", "there is no such consent", "consentId")
                return {"consent": None, "problems": [refused]}
            if row["status"] != "active" and row.get("withdrawn_by") != attempt.key:
                refused = problem("CONSENT_NOT_ACTIVE", "the consent is not active", "consentId")
                return {"consent": row, "problems": [refused]}
            await self._profiles.remove(subject, consent_id)
            change = {
                "$set": {"status": "withdrawn", "withdrawn": now, "withdrawn_by": attempt.key},
                "$inc": {"version": 1},
            }
            changed = await consents.find_one_and_update({**mine, "status": "active"}, change)
            return {"consent": changed or await consents.find_one(mine), "problems": []}

        return await self._once.run(attempt, work)

    async def record_vitals(
        self, subject: str, measurements: tuple[Measurement, ...], attempt: Attempt, now: datetime
    ) -> Outcome:
        """Records measurements, all or none.

        Args:
            subject: The patient whose they are.
            measurements: What was measured, and when.
            attempt: Under which idempotency key.
            now: The present instant, aware.

        Returns:
            ``{vitals, problems}``.
        """

        async def work() -> Outcome:
            problems = vitals_problems(measurements, now)
            if problems:
                return {"vitals": [], "problems": problems}
            batch = attempt.derived_id("vitals")
            rows: list[dict[str, Any]] = [
                {
                    "_id": f"{batch}-{number:03}",
                    "subject_id": subject,
                    "date": one.measured,
                    "labels": [],
                    "kind": one.kind,
                    "value": one.value,
                    "device": one.device,
                    "recorded": now,
                }
                for number, one in enumerate(measurements)
            ]
            await self._repository.import_rows(VITALS, rows)
            return {"vitals": rows, "problems": []}

        return await self._once.run(attempt, work)


def consent_problems(wish: ConsentWish, now: datetime) -> list[dict[str, Any]]:
    """Why a consent cannot be recorded; empty where it can."""
    problems = []
    if not wish.categories:
        problems.append(
            problem("CATEGORIES_MISSING", "a consent names what it covers", "categories")
        )
    if not wish.actions:
        problems.append(problem("ACTIONS_MISSING", "a consent names what may be done", "actions"))
    problems += _label_problems(wish)
    if not wish.evidence.strip():
        problems.append(problem("EVIDENCE_MISSING", "a consent needs its proof", "evidence"))
    if max(len(wish.evidence), len(wish.grantee_id)) > LONGEST_TEXT:
        problems.append(problem("TEXT_TOO_LONG", f"at most {LONGEST_TEXT} characters are kept"))
    if wish.grantee_type == "role" and wish.grantee_id not in set(Role):
        problems.append(problem("GRANTEE_UNKNOWN", "there is no such role", "grantee", "id"))
    if not wish.grantee_id:
        problems.append(problem("GRANTEE_MISSING", "a consent names its grantee", "grantee", "id"))
    if wish.end is not None and wish.end <= max(wish.start, now):
        problems.append(problem("PERIOD_OVER", "the period is over or empty", "period", "end"))
    if _is_empty(wish.data_start, wish.data_end):
        problems.append(
            problem("DATA_PERIOD_EMPTY", "the data period is empty", "dataPeriod", "end")
        )
    return problems


def _label_problems(wish: ConsentWish) -> list[dict[str, Any]]:
    problems = []
    if HIDDEN_BY_LAW.intersection(wish.labels):
        problems.append(
            problem("LABEL_HIDDEN_BY_LAW", "the law lets nobody see these rows", "labels")
        )
    if wish.labels and not wish.is_own:
        message = "who represents somebody reads no such rows, and decides on none"
        problems.append(problem("LABEL_NOT_REPRESENTED", message, "labels"))
    return problems


def vitals_problems(measurements: tuple[Measurement, ...], now: datetime) -> list[dict[str, Any]]:
    """Why measurements cannot be recorded; empty where they can."""
    if not 1 <= len(measurements) <= MOST_MEASUREMENTS:
        message = f"between 1 and {MOST_MEASUREMENTS} measurements are recorded at a time"
        return [problem("MEASUREMENT_COUNT", message, "measurements")]
    problems = []
    for number, one in enumerate(measurements):
        place = ("measurements", str(number))
        if one.measured > now + CLOCK_SKEW:
            problems.append(
                problem("MEASURED_IN_FUTURE", "it is not measured yet", *place, "measured")
            )
        if len(one.device or "") > LONGEST_TEXT:
            message = f"at most {LONGEST_TEXT} characters are kept"
            problems.append(problem("TEXT_TOO_LONG", message, *place, "device"))
        if not MEASURES[one.kind].accepts(Decimal(one.value)):
            problems.append(
                problem("VALUE_OUT_OF_RANGE", "no living person has this value", *place, "value")
            )
    return problems


def consent_row(consent_id: str, wish: ConsentWish, now: datetime) -> dict[str, Any]:
    """The stored form of a consent.

    Args:
        consent_id: Its id.
        wish: What the citizen wants.
        now: When she said so.
    """
    return {
        "_id": consent_id,
        "subject_id": wish.subject,
        "date": now,
        "labels": [],
        "version": 1,
        "status": "active",
        "decision": wish.decision,
        "grantee": {"type": wish.grantee_type, "id": wish.grantee_id},
        "categories": list(wish.categories),
        "consent_labels": list(wish.labels),
        "actions": list(wish.actions),
        "purpose": wish.purpose,
        "period": {"start": wish.start, "end": wish.end},
        "data_period": {"start": wish.data_start, "end": wish.data_end},
        "evidence": wish.evidence,
    }


def _is_empty(start: datetime | None, end: datetime | None) -> bool:
    return start is not None and end is not None and end <= start
