"""The gate among fakes of what it asks and of what it tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from access.purposes import Purpose, Role
from access.subjects import subject_of_row
from gateway.consent import HEALTH_BOOK_POLICY
from gateway.consent.gate import ConsentGate
from gateway.consent.scope import GroupDecision, HealthBookScope
from gateway.consent.subjects import (
    by_argument,
    by_episode,
    by_identifier,
    by_prescription_code,
    own_patient,
)
from gateway.federation.executor.ports import RootSubject
from gateway.principal import Principal
from storage.access_profiles import AccessProfile, PrescriptionLink
from storage.documents import StorageError
from storage.encryption import IdentifierKind

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ADMITTED = datetime(2026, 2, 1, tzinfo=UTC)
CITIZEN = Principal(
    subject="c", issuer="i", role=Role.CITIZEN, patient="p1", purpose=Purpose.PATIENT_REQUEST
)
PHARMACIST = Principal(
    subject="f",
    issuer="i",
    role=Role.PHARMACIST,
    practitioner="ph1",
    organization="79-NT-0001",
    purpose=Purpose.TREATMENT,
)
DOCTOR = replace(PHARMACIST, role=Role.PRACTITIONER, practitioner="dr1", organization="79014")


class FakeProfiles:
    """Two people, one identifier, one prescription code."""

    def __init__(self) -> None:
        self.reads: list[list[str]] = []
        self.is_down = False
        self.forgotten: list[str] = []

    def forget(self, subject_id: str) -> None:
        self.forgotten.append(subject_id)

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        ids = list(subject_ids)
        self.reads.append(ids)
        if self.is_down:
            raise StorageError("down")
        return {
            subject: AccessProfile(subject, 1, date(1990, 1, 1))
            for subject in ids
            if subject in {"p1", "p2"}
        }

    async def resolve_identifier(
        self, kind: IdentifierKind, value: str, birth_date: str
    ) -> str | None:
        known = (IdentifierKind.NATIONAL_ID, "079190000001", "1990-01-01")
        return "p1" if known == (kind, value, birth_date) else None

    async def resolve_prescription_code(self, code: str) -> PrescriptionLink | None:
        return PrescriptionLink("p1", "rx1") if code == "79014abcdefg-C" else None


class FakeRecorder:
    def __init__(self) -> None:
        self.decisions: list[GroupDecision] = []
        self.mismatches: list[str] = []
        self.is_down = False

    async def record(self, scope: HealthBookScope, decisions: Sequence[GroupDecision]) -> None:
        if self.is_down:
            raise OSError("disk full")
        self.decisions.extend(decisions)

    def record_mismatch(self, scope: HealthBookScope, found: str) -> None:
        self.mismatches.append(found)


class World:
    def __init__(self) -> None:
        self.profiles = FakeProfiles()
        self.recorder = FakeRecorder()
        self.gate = ConsentGate(
            HEALTH_BOOK_POLICY,
            self.profiles,
            self.recorder,
            {
                "Query.me": own_patient,
                "Query.patient": by_argument("id", whole_book=True),
                "Query.patientByIdentifier": by_identifier,
                "Query.verifyPrescription": by_prescription_code("code"),
                "Mutation.recordEncounter": by_episode,
            },
            lambda: NOW,
        )


def scope(principal: Principal = CITIZEN) -> HealthBookScope:
    return HealthBookScope(principal, "r1")


def root(coordinate: str, **arguments: Any) -> RootSubject:
    return RootSubject(coordinate, coordinate.partition(".")[2], arguments)


HIDDEN = subject_of_row("p1", "ENCOUNTERS", {"HIV"}, "79014~e2")
