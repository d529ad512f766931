"""A hospital's notice of an episode: the locator and the care relationship follow it.

A notice comes when an episode begins and again after it ended (QĐ 2733/QĐ-BYT: the data follow
the end at once). It does not carry the record: that stays at the hospital and is read there.

That an episode is open gives those who treat it care, for as long as such an episode may last
without a further notice (:mod:`access.episodes`). That one is over gives nobody anything: a
facility has to say so by law (NĐ 102/2025/NĐ-CP art. 10 k5), whatever the patient lets it read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from access.episodes import open_episode
from resolvers.datatypes.problems import problem
from resolvers.encounter.fhir import is_resource_id
from resolvers.encounter.locations import FINISHED, EncounterRepository, RecordLocation
from resolvers.encounter.ports import CareProfiles
from resolvers.idempotency import Attempt, Once, Outcome

AFTERCARE = timedelta(hours=24)
"""How long after the end of an episode those who treated it still read the record: the time within
which the facility must complete and send it (QĐ 2733/QĐ-BYT)."""

CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a facility says of an episode.

    Attributes:
        subject: The patient.
        facility: Code of the facility, the caller's own.
        encounter: Id of the Encounter resource there.
        patient_number: Id of the Patient resource there.
        status: ``IN_PROGRESS`` or ``FINISHED``.
        kind: Name of the kind of encounter.
        start: When it began.
        end: When it ended; ``None`` while it lasts.
        shares: Whether the facility shares its part of the record with others' practitioners;
            ``None`` leaves what it said before.
        practitioner: Who treats, beside those who were named before; ``None`` for the facility's
            staff.
    """

    subject: str
    facility: str
    encounter: str
    patient_number: str
    status: str
    kind: str
    start: datetime
    end: datetime | None
    shares: bool | None
    practitioner: str | None

    @property
    def encounter_id(self) -> str:
        """The episode's id in the health book."""
        return f"{self.facility}~{self.encounter}"


@dataclass(frozen=True, slots=True)
class HospitalsEpisode:
    """An episode as the facility's own server has it.

    Attributes:
        patient_number: Id of its Patient resource there.
        is_over: It ended, or never was.
    """

    patient_number: str
    is_over: bool


class EncounterCommands:
    """What the encounter subgraph's mutations do."""

    def __init__(
        self, repository: EncounterRepository, profiles: CareProfiles, once: Once
    ) -> None:
        """Takes what it works with.

        Args:
            repository: The locator and the notices.
            profiles: Where care relationships take force.
            once: Keeps outcomes by idempotency key.
        """
        self._repository = repository
        self._profiles = profiles
        self._once = once

    async def record_encounter(
        self, notice: Notice, held: HospitalsEpisode | None, attempt: Attempt, now: datetime
    ) -> Outcome:
        """Takes note of an episode; what it changes is in force when this returns.

        Every step may be done twice, so that a run that broke off is completed by the next.

        Args:
            notice: What the facility says.
            held: The episode as the facility's own server has it; ``None`` where it has none yet.
            attempt: The call.
            now: When it came.

        Returns:
            ``{notice, problems}``; the stored notice, or the reasons why there is none.
        """

        async def work() -> Outcome:
            problems = notice_problems(notice, now) or contradictions(notice, held)
            row = notice_row(notice, now)
            if not problems:
                problems = await self._keep(notice, row, now, is_confirmed=held is not None)
            return {"notice": None if problems else row, "problems": problems}

        return await self._once.run(attempt, work)

    async def bearer(self, system: str, value: str, birth_date: str) -> str | None:
        """The patient who bears a number and was born on a date (see ``CareProfiles.bearer``)."""
        return await self._profiles.bearer(system, value, birth_date)

    async def _keep(
        self, notice: Notice, row: dict[str, Any], now: datetime, *, is_confirmed: bool
    ) -> list[dict[str, Any]]:
        """Keeps a notice.

        Args:
            notice: What the facility says.
            row: Its stored form.
            now: When it came.
            is_confirmed: The facility's own server has the episode under the patient's number.
        """
        [holder] = await self._repository.locations_at(notice.facility, [notice.patient_number])
        if holder is not None and holder.subject_id != notice.subject:
            return [_taken()]
        if not is_confirmed and await self._has_another_number(notice):
            # What the facility holds under the number of before would be lost from the book.
            message = (
                "the patient has another number there, and the facility's server has not this"
            )
            return [problem("LOCAL_ID_UNCONFIRMED", message, "localId")]
        earlier = await self._repository.keep_notice(row)
        if earlier is not None:
            return [_refusal(earlier, notice)]
        location = RecordLocation(
            notice.subject, notice.facility, notice.patient_number, False, notice.start
        )
        if await self._repository.keep_location(location, notice.shares) is None:
            return [_taken()]
        if not await self._give_care(notice, now):
            return [problem("PATIENT_UNKNOWN", "there is no such patient", "patientId")]
        return []

    async def _has_another_number(self, notice: Notice) -> bool:
        [known] = await self._repository.locations([notice.subject])
        return any(
            one.facility_id == notice.facility and one.local_id != notice.patient_number
            for one in known
        )

    async def _give_care(self, notice: Notice, now: datetime) -> bool:
        """Opens or renews care of an open episode, ends that of a finished one."""
        if notice.end is not None:
            return await self._profiles.end_care(
                notice.subject, notice.encounter_id, notice.end + AFTERCARE
            )
        return await self._profiles.care(
            notice.subject,
            notice.encounter_id,
            notice.facility,
            notice.practitioner,
            (notice.start, now + open_episode(notice.kind)),
        )


def notice_problems(notice: Notice, now: datetime) -> list[dict[str, Any]]:
    """Why a notice cannot be taken; empty where it can."""
    problems = []
    for value, name in ((notice.encounter, "encounterId"), (notice.patient_number, "localId")):
        if not is_resource_id(value):
            problems.append(
                problem("ID_MALFORMED", "the id is none of a FHIR resource (R4 id)", name)
            )
    if notice.practitioner is not None and not is_resource_id(notice.practitioner):
        problems.append(problem("ID_MALFORMED", "the id is none of a person", "practitioner"))
    if notice.start > now + CLOCK_SKEW:
        problems.append(problem("STARTS_IN_FUTURE", "the episode has not begun", "start"))
    if notice.status == FINISHED and notice.end is None:
        problems.append(problem("END_MISSING", "a finished episode has an end", "end"))
    if notice.status != FINISHED and notice.end is not None:
        problems.append(problem("NOT_ENDED", "an episode in progress has no end", "end"))
    if notice.end is not None and notice.end < notice.start:
        problems.append(problem("ENDS_BEFORE_START", "the end comes before the start", "end"))
    if notice.end is not None and notice.end > now + CLOCK_SKEW:
        problems.append(problem("ENDS_IN_FUTURE", "the episode has not ended", "end"))
    return problems


def contradictions(notice: Notice, held: HospitalsEpisode | None) -> list[dict[str, Any]]:
    """What a facility's own server says against its notice; empty where nothing does.

    Whoever could open an episode of the past again would read its labelled rows as if she
    treated it.
    """
    if held is None:
        return []
    if held.patient_number != notice.patient_number:
        return [_episode_taken()]
    if notice.status != FINISHED and held.is_over:
        return [_episode_finished()]
    return []


def notice_row(notice: Notice, now: datetime) -> dict[str, Any]:
    """The stored form of a notice."""
    return {
        "_id": notice.encounter_id,
        "subject_id": notice.subject,
        "facility_id": notice.facility,
        "encounter": notice.encounter,
        "local_id": notice.patient_number,
        "status": notice.status,
        "kind": notice.kind,
        "start": notice.start,
        "end": notice.end,
        "practitioner_id": notice.practitioner,
        "recorded": now,
    }


def _taken() -> dict[str, Any]:
    return problem("LOCAL_ID_TAKEN", "the number is another patient's there", "localId")


def _refusal(earlier: dict[str, Any], notice: Notice) -> dict[str, Any]:
    if earlier["subject_id"] != notice.subject:
        return _episode_taken()
    return _episode_finished()


def _episode_taken() -> dict[str, Any]:
    return problem("ENCOUNTER_TAKEN", "the episode is another patient's", "encounterId")


def _episode_finished() -> dict[str, Any]:
    return problem("ENCOUNTER_FINISHED", "the episode is finished already", "status")
