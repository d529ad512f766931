"""The gate: answers the guards of query plans from access profiles, and has every answer audited.

It stands before every fetch of a subject's data. What it cannot find out it denies; a store that
cannot be read ends the request.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from access.categories import Action
from access.context import SubjectAccess
from access.faults import described_fault
from access.subjects import stated_subject
from gateway.consent.decision import labelled_encounters
from gateway.consent.groups import (
    Facts,
    category_of,
    decide_group,
    is_look_up,
    subject_access,
)
from gateway.consent.outcomes import Permit
from gateway.consent.policy import Policy
from gateway.consent.scope import GroupDecision, HealthBookScope, SubjectMemory
from gateway.consent.subjects import RootSubjectFound, RootSubjectRule, SubjectDirectory
from gateway.errors import CATALOGUE, ClientError, ErrorCode
from gateway.federation.executor.ports import RootSubject
from gateway.federation.response.errors import ErrorValue
from storage.access_profiles import AccessProfile
from storage.documents import StorageError

_LOG = logging.getLogger("gateway.consent")
_RETRY_SECONDS = 1.0


class Profiles(SubjectDirectory, Protocol):
    """Where decisions get their facts."""

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        """The profiles of those subjects that have one.

        Raises:
            StorageError: if they cannot be read.
        """
        ...

    def forget(self, subject_id: str) -> None:
        """Drops what is held of a subject."""
        ...


class DecisionRecorder(Protocol):
    """Where decisions are recorded."""

    async def record(self, scope: HealthBookScope, decisions: Sequence[GroupDecision]) -> None:
        """Takes note of decisions.

        Returns when the record of every permitted change is durable. Records of reads need only
        have been begun; the pipeline waits for them before the answer leaves.

        Raises:
            OSError: if they cannot be recorded.
        """
        ...

    def record_mismatch(self, scope: HealthBookScope, found: str) -> None:
        """Takes note of an object that is about another subject than its parent."""
        ...


class ConsentGate:
    """The guard port of the health book."""

    def __init__(
        self,
        policy: Policy,
        profiles: Profiles,
        recorder: DecisionRecorder,
        root_subjects: Mapping[str, RootSubjectRule],
        clock: Callable[[], datetime],
    ) -> None:
        """Makes a gate.

        Args:
            policy: The tables to decide by.
            profiles: The subjects' facts.
            recorder: Every decision goes there.
            root_subjects: How the subject of each guarded root field is found, by coordinate.
            clock: The present instant, aware.
        """
        self._policy = policy
        self._profiles = profiles
        self._recorder = recorder
        self._root_subjects = root_subjects
        self._clock = clock

    async def decide(
        self,
        scope: object,
        guard: int,  # noqa: ARG002 - the port's signature
        groups: tuple[str, ...],
        subjects: Sequence[object],
    ) -> Sequence[frozenset[str]]:
        """The permitted groups of each subject (see ``GuardPort.decide``).

        Raises:
            ClientError: if profiles cannot be read or decisions not recorded: then nobody is
                answered.
        """
        scope = _health_book(scope)
        try:
            return await self._decide(scope, groups, subjects)
        except StorageError as error:
            _LOG.error("access profiles cannot be read: %s", described_fault(error))
            raise ClientError(
                ErrorCode.AUTHORIZATION_UNAVAILABLE, retry_after=_RETRY_SECONDS
            ) from error
        except OSError as error:
            _LOG.error("decisions cannot be recorded: %s", described_fault(error))
            raise ClientError(ErrorCode.AUDIT_UNAVAILABLE, retry_after=_RETRY_SECONDS) from error

    async def _decide(
        self, scope: HealthBookScope, groups: tuple[str, ...], subjects: Sequence[object]
    ) -> Sequence[frozenset[str]]:
        ways = [await self._way_to(scope, subject) for subject in subjects]
        memory = scope.memory
        unknown = [
            (way, group)
            for way in dict.fromkeys(ways)
            for group in groups
            if (way, group) not in memory.decided
        ]
        if unknown:
            await self._decide_unknown(scope, unknown)
        return [
            frozenset(
                group
                for group in groups
                if isinstance(memory.decided[way, group].decision, Permit)
            )
            for way in ways
        ]

    def refusal(self, scope: object, group: str) -> ErrorValue:
        """The error of a denied field, in the caller's language: the same whatever the reason."""
        category = category_of(group)
        code = ErrorCode.CONSENT_REQUIRED
        description = CATALOGUE[code]
        return ErrorValue(
            description.message(_health_book(scope).language),
            {"code": str(code), "category": category.value, "retryable": description.retryable},
        )

    def is_subject(self, scope: object, subject: object, found: object) -> bool:
        """Whether an object's own subject is the one that its parent or root field is about."""
        named = stated_subject(found).id if isinstance(found, str) else None
        if not isinstance(subject, RootSubject):
            return isinstance(subject, str) and stated_subject(subject).id == named
        root = _health_book(scope).memory.roots.get((subject.coordinate, subject.response_name))
        return root is not None and root.subject is not None and root.subject == named

    def subject_mismatch(
        self,
        scope: object,
        guard: int,  # noqa: ARG002 - the port's signature
        found: object,
    ) -> ErrorValue:
        """Has an integrity fault recorded; the object is dropped."""
        scope = _health_book(scope)
        self._recorder.record_mismatch(scope, str(found))
        description = CATALOGUE[ErrorCode.INTERNAL_SERVER_ERROR]
        return ErrorValue(
            description.message(scope.language), {"code": str(ErrorCode.INTERNAL_SERVER_ERROR)}
        )

    def forget_changed(self, scope: object) -> None:
        """Reads the profiles of changed subjects anew from now on.

        A subgraph may have changed a profile (a consent was withdrawn): on the node that took the
        change it is in force before the answer leaves.
        """
        for made in _health_book(scope).memory.decided.values():
            if made.subject is not None and made.action is Action.WRITE:
                self._profiles.forget(made.subject)

    def access_to(
        self, scope: HealthBookScope, subject: object
    ) -> tuple[str, SubjectAccess] | None:
        """What the access context says of a subject.

        Args:
            scope: The request's scope.
            subject: As a guard was asked for it.

        Returns:
            The subject's id and what was permitted so far; ``None`` where a look-up led to nobody.
        """
        memory = scope.memory
        if isinstance(subject, RootSubject):
            way = memory.roots.get((subject.coordinate, subject.response_name))
        else:
            way = _way_of_value(memory, subject)
        if way is None or way.subject is None:
            return None
        permitted = {
            group: entry
            for (found, group), entry in (*memory.implied.items(), *memory.decided.items())
            if found.leads_as(way) and isinstance(entry.decision, Permit) and not is_look_up(group)
        }
        version = memory.versions.get(way.subject, 0)
        encounters = memory.encounters.get(way.subject, frozenset())
        return way.subject, subject_access(permitted, encounters, version)

    async def _way_to(self, scope: HealthBookScope, subject: object) -> RootSubjectFound:
        """A subject and how she was reached."""
        memory = scope.memory
        if not isinstance(subject, RootSubject):
            return _way_of_value(memory, subject)
        key = (subject.coordinate, subject.response_name)
        if key not in memory.roots:
            rule = self._root_subjects.get(subject.coordinate)
            found = RootSubjectFound(None)
            if rule is not None:
                found = await rule(scope.principal, subject.arguments, self._profiles)
            memory.roots[key] = found
            if found.presented_prescription and found.subject is not None:
                memory.presented.add(found.subject)
        return memory.roots[key]

    async def _decide_unknown(
        self, scope: HealthBookScope, unknown: Sequence[tuple[RootSubjectFound, str]]
    ) -> None:
        memory = scope.memory
        subjects = dict.fromkeys(way.subject for way, _ in unknown if way.subject is not None)
        profiles = await self._profiles.get_many(subjects)
        now = self._clock()
        for way, group in unknown:
            subject = way.subject
            profile = profiles.get(subject) if subject is not None else None
            if profile is not None:
                # The oldest of those that a request was decided by: what it fetches is kept for
                # nobody who is decided by a newer one.
                known = memory.versions.get(profile.subject_id, profile.version)
                memory.versions[profile.subject_id] = min(known, profile.version)
            if subject is not None and subject not in memory.encounters:
                memory.encounters[subject] = labelled_encounters(
                    scope.principal, profile, self._policy, now
                )
            facts = Facts(scope.principal, profile, self._policy, now)
            encounters = memory.encounters.get(subject or "", frozenset())
            memory.decided[way, group] = decide_group(facts, way, group, encounters)
            if is_look_up(group):
                # What is told of the code depends on whether the caller may know the row.
                implied = category_of(group).value
                memory.implied[way, implied] = decide_group(facts, way, implied, encounters)
        made = [memory.decided[each] for each in unknown if not _is_told_by_reading(memory, each)]
        await self._recorder.record(scope, _told_first(memory, made))


def _told_first(memory: SubjectMemory, made: Sequence[GroupDecision]) -> list[GroupDecision]:
    """The decisions that no event of this request tells yet: she was reached in another way."""
    first = []
    for each in made:
        event = (each.subject, each.category, each.action, each.decision)
        if event not in memory.told:
            memory.told.add(event)
            first.append(each)
    return first


def _is_told_by_reading(memory: SubjectMemory, asked: tuple[RootSubjectFound, str]) -> bool:
    """Whether a look-up is on record by what was read by it."""
    way, group = asked
    if not is_look_up(group):
        return False
    read = memory.decided.get((way, category_of(group).value))
    return read is not None and isinstance(read.decision, Permit)


def _way_of_value(memory: SubjectMemory, subject: object) -> RootSubjectFound:
    """The way to a subject that an object names, which may stand below a presented code."""
    if not isinstance(subject, str):
        return RootSubjectFound(None)
    stated = stated_subject(subject)
    return RootSubjectFound(stated.id, stated.id in memory.presented, row=stated.row)


def _health_book(scope: object) -> HealthBookScope:
    """The scope, which execution hands through untyped."""
    if not isinstance(scope, HealthBookScope):
        raise TypeError("the gate needs the scope of a health book request")
    return scope
