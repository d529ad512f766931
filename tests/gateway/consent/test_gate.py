"""The gate finds subjects, decides once per request, and has every decision recorded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from access.categories import Action, Category
from access.context import DataWindow, SubjectAccess, verify_access_context
from access.purposes import Purpose, Role
from access.subjects import subject_of_row
from gateway.consent import HEALTH_BOOK_POLICY, DenialReason, Deny, Permit
from gateway.consent.gate import ConsentGate
from gateway.consent.scope import GroupDecision, HealthBookScope
from gateway.consent.signing import SigningTransport
from gateway.consent.subjects import (
    by_argument,
    by_episode,
    by_identifier,
    by_prescription_code,
    own_patient,
)
from gateway.errors import ClientError, ErrorCode, Language
from gateway.federation.executor.ports import (
    FetchFailure,
    RootSubject,
    SubgraphRequest,
    SubjectDecision,
)
from gateway.principal import Principal
from storage.access_profiles import (
    AccessProfile,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    ConsentStatus,
    Grantee,
    GranteeKind,
    Period,
    PrescriptionLink,
)
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
NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
KEY = b"k" * 32


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


async def test_the_subject_of_me_is_the_callers_own_patient() -> None:
    permitted = await World().gate.decide(scope(), 0, ("ALLERGIES",), [root("Query.me")])

    assert [frozenset({"ALLERGIES"})] == permitted


async def test_a_stranger_and_nobody_are_denied_alike() -> None:
    world = World()
    answers = [
        await world.gate.decide(scope(), 0, ("RECORD",), [root("Query.patient", id=patient)])
        for patient in ("p2", "p9")
    ]

    assert [[frozenset()], [frozenset()]] == answers


async def test_a_root_field_without_a_rule_has_no_subject() -> None:
    permitted = await World().gate.decide(scope(), 0, ("RECORD",), [root("Query.other")])

    assert [frozenset()] == permitted


@pytest.mark.parametrize(
    ("system", "value", "birth_date", "subject"),
    [
        (NATIONAL_ID, "079190000001", "1990-01-01", "p1"),
        (NATIONAL_ID, "079190000001", "1990-01-02", None),
        (NATIONAL_ID, "079190000002", "1990-01-01", None),
        ("urn:other", "079190000001", "1990-01-01", None),
    ],
)
async def test_staff_look_a_person_up_by_identifier_and_birth_date(
    system: str, value: str, birth_date: str, subject: str | None
) -> None:
    world, asked = World(), scope(DOCTOR)
    field = root("Query.patientByIdentifier", system=system, value=value, birthDate=birth_date)
    await world.gate.decide(asked, 0, ("RECORD",), [field])

    assert [subject] == [decision.subject for decision in world.recorder.decisions]


async def test_a_presented_code_opens_the_prescription() -> None:
    field = root("Query.verifyPrescription", code="79014abcdefg-C")
    permitted = await World().gate.decide(
        scope(PHARMACIST), 0, ("PRESCRIPTIONS", "CONDITIONS"), [field]
    )

    assert [frozenset({"PRESCRIPTIONS"})] == permitted


async def test_an_unknown_code_opens_nothing() -> None:
    field = root("Query.verifyPrescription", code="79014abcdefg-H")
    permitted = await World().gate.decide(scope(PHARMACIST), 0, ("PRESCRIPTIONS",), [field])

    assert [frozenset()] == permitted


@pytest.mark.parametrize(
    ("code", "groups", "events"),
    [
        ("79014abcdefg-C", ("PRESCRIPTIONS:look-up",), [("p1", True)]),
        ("79014abcdefg-H", ("PRESCRIPTIONS:look-up",), [(None, True)]),
        ("79014abcdefg-C", ("PRESCRIPTIONS:look-up", "PRESCRIPTIONS"), [("p1", True)]),
        (
            "79014abcdefg-H",
            ("PRESCRIPTIONS:look-up", "PRESCRIPTIONS"),
            [(None, True), (None, False)],
        ),
    ],
)
async def test_a_look_up_of_a_code_is_on_record_once(
    code: str, groups: tuple[str, ...], events: list[tuple[str | None, bool]]
) -> None:
    world = World()
    field = root("Query.verifyPrescription", code=code)
    permitted = await world.gate.decide(scope(PHARMACIST), 0, groups, [field])

    assert "PRESCRIPTIONS:look-up" in permitted[0]
    assert events == [
        (made.subject, isinstance(made.decision, Permit)) for made in world.recorder.decisions
    ]
    assert {Category.PRESCRIPTIONS} == {made.category for made in world.recorder.decisions}


@pytest.mark.parametrize(("who", "expected"), [(PHARMACIST, {"PRESCRIPTIONS"}), (DOCTOR, {})])
async def test_a_look_up_alone_tells_the_subgraph_whether_the_row_may_be_known(
    who: Principal, expected: object
) -> None:
    world, asked = World(), scope(who)
    field = root("Query.verifyPrescription", code="79014abcdefg-C")
    await world.gate.decide(asked, 0, ("PRESCRIPTIONS:look-up",), [field])

    assert ("p1", expected) == _groups(world, asked, field)


async def test_all_subjects_of_a_batch_are_read_at_once() -> None:
    world = World()
    permitted = await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1", "p2", "p9", None])

    assert [["p1", "p2", "p9"]] == world.profiles.reads
    assert [frozenset({"ALLERGIES"}), frozenset(), frozenset(), frozenset()] == permitted


async def test_a_decision_is_taken_and_recorded_once_per_request() -> None:
    world, asked = World(), scope()
    for _ in range(3):
        await world.gate.decide(asked, 0, ("ALLERGIES",), ["p1"])

    assert 1 == len(world.recorder.decisions)


async def test_denials_are_recorded_as_permits_are() -> None:
    world = World()
    await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1", "p2"])

    assert [Permit, Deny] == [type(made.decision) for made in world.recorder.decisions]


async def test_nothing_is_decided_while_profiles_cannot_be_read() -> None:
    world = World()
    world.profiles.is_down = True

    with pytest.raises(ClientError) as caught:
        await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1"])

    assert ErrorCode.AUTHORIZATION_UNAVAILABLE is caught.value.code


async def test_nothing_is_decided_while_decisions_cannot_be_recorded() -> None:
    world = World()
    world.recorder.is_down = True

    with pytest.raises(ClientError) as caught:
        await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1"])

    assert ErrorCode.AUDIT_UNAVAILABLE is caught.value.code


async def test_an_unknown_category_is_never_permitted() -> None:
    with pytest.raises(ValueError, match="SECRETS"):
        await World().gate.decide(scope(), 0, ("SECRETS",), ["p1"])


async def test_the_refusal_names_the_category_alone() -> None:
    asked = HealthBookScope(CITIZEN, "r1", Language.VIETNAMESE)
    error = World().gate.refusal(asked, "VITALS:write")

    assert {"code": "CONSENT_REQUIRED", "category": "VITALS", "retryable": False} == dict(
        error.extensions
    )
    assert "Cần sự đồng ý của chủ thể dữ liệu." == error.message


async def test_an_object_of_another_subject_is_recorded_as_a_fault() -> None:
    world = World()
    world.gate.subject_mismatch(scope(), 0, "p2")

    assert ["p2"] == world.recorder.mismatches


async def test_an_object_is_held_against_the_subject_of_its_root_field() -> None:
    world, asked, me = World(), scope(), root("Query.me")
    await world.gate.decide(asked, 0, ("ALLERGIES",), [me])

    assert world.gate.is_subject(asked, me, "p1")
    assert not world.gate.is_subject(asked, me, "p2")


class FakeTransport:
    def __init__(self) -> None:
        self.sent: list[SubgraphRequest] = []

    def send(self, request: SubgraphRequest) -> Any:
        self.sent.append(request)
        return FetchFailure("not asked")


async def test_a_subgraph_is_told_what_is_permitted_for_the_subjects_of_the_fetch() -> None:
    world, asked, me = World(), scope(), root("Query.me")
    await world.gate.decide(asked, 0, ("ALLERGIES", "VITALS"), [me])
    await world.gate.decide(asked, 1, ("ALLERGIES",), ["p2"])
    transport = FakeTransport()
    signing = SigningTransport(transport, world.gate, {"patient": KEY}, NOW.timestamp)
    decisions = (SubjectDecision(0, me, frozenset({"ALLERGIES"})),)
    signing.send(SubgraphRequest("patient", b'{"query":"{ a }"}', False, asked, decisions))

    context = verify_access_context(transport.sent[0].body, KEY, "patient", NOW.timestamp())
    assert {"p1": {"ALLERGIES", "VITALS"}} == {
        subject: set(access.groups) for subject, access in context.subjects.items()
    }
    assert ("c", "citizen", "PATRQT", "p1") == (
        context.actor,
        context.role,
        context.purpose,
        context.patient,
    )


async def test_the_subject_herself_gets_every_label_but_those_hidden_by_law() -> None:
    world, asked = World(), scope()
    await world.gate.decide(asked, 0, ("CONDITIONS",), ["p1"])
    access = world.gate.access_to(asked, "p1")
    assert access is not None
    labels = access[1].groups[Category.CONDITIONS]

    assert "HIV" in labels
    assert "FETAL_SEX" not in labels


async def test_the_profile_of_a_changed_subject_is_read_anew() -> None:
    world, asked = World(), scope()
    await world.gate.decide(asked, 0, ("VITALS:write",), ["p1"])
    await world.gate.decide(asked, 1, ("ALLERGIES",), ["p2"])
    world.gate.forget_changed(asked)

    assert ["p1"] == world.profiles.forgotten


class TreatedProfiles(FakeProfiles):
    """The doctor treats p1, who refuses her one label by name."""

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        refusal = ConsentEntry(
            consent_id="k1",
            version=1,
            grantee=Grantee(GranteeKind.PRACTITIONER, "dr1"),
            categories=frozenset({"CONDITIONS"}),
            labels=frozenset({"STD"}),
            actions=frozenset({Action.READ}),
            purpose=Purpose.TREATMENT,
        )
        care = CareRelationship(
            "e1",
            "79014",
            CareRelationshipKind.ENCOUNTER,
            "dr1",
            "79014~e1",
            Period(start=ADMITTED),
        )
        return {
            "p1": AccessProfile(
                "p1", 1, date(1990, 1, 1), denies=(refusal,), care_relationships=(care,)
            )
        }


@pytest.mark.parametrize(
    ("label", "expected"), [("HIV", True), ("STD", False), ("FETAL_SEX", False)]
)
async def test_treating_opens_no_label_that_the_law_hides_or_the_subject_refuses(
    label: str, expected: bool
) -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    await world.gate.decide(asked, 0, ("CONDITIONS",), ["p1"])
    access = world.gate.access_to(asked, "p1")
    assert access is not None

    assert expected == access[1].permits_row("CONDITIONS", {label}, "79014~e1")


BY_CARD = {"system": NATIONAL_ID, "value": "079190000001", "birthDate": "1990-01-01"}


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        ({"patientId": "p1", "status": "FINISHED"}, {"ENCOUNTERS:write"}),
        ({"patientIdentifier": BY_CARD, "status": "FINISHED"}, {"ENCOUNTERS:write"}),
        ({"patientId": "p1", "status": "IN_PROGRESS"}, set()),
        ({"patientIdentifier": BY_CARD, "status": "IN_PROGRESS"}, set()),
        ({"patientId": "p9", "status": "FINISHED"}, set()),
        (
            {"patientIdentifier": {**BY_CARD, "birthDate": "1990-01-02"}, "status": "FINISHED"},
            set(),
        ),
        ({"patientIdentifier": "079190000001", "status": "FINISHED"}, set()),
        ({"status": "FINISHED"}, set()),
    ],
)
async def test_a_facility_reports_an_episode_that_is_over_of_anybody(
    notice: dict[str, Any], expected: set[str]
) -> None:
    permitted = await World().gate.decide(
        scope(DOCTOR),
        0,
        ("ENCOUNTERS:write", "ENCOUNTERS", "CONDITIONS"),
        [root("Mutation.recordEncounter", input=notice)],
    )

    assert [frozenset(expected)] == permitted


async def test_a_report_opens_nothing_of_a_field_beside_it() -> None:
    world, asked = World(), scope(DOCTOR)
    notice = {"patientId": "p1", "status": "FINISHED"}
    await world.gate.decide(
        asked, 0, ("ENCOUNTERS:write",), [root("Mutation.recordEncounter", input=notice)]
    )
    still = RootSubject(
        "Mutation.recordEncounter", "b", {"input": {**notice, "status": "IN_PROGRESS"}}
    )
    permitted = await world.gate.decide(asked, 1, ("ENCOUNTERS:write",), [still])

    assert [frozenset()] == permitted


async def test_a_presented_code_opens_no_way_to_the_book() -> None:
    world, asked = World(), scope(PHARMACIST)
    code = root("Query.verifyPrescription", code="79014abcdefg-C")
    await world.gate.decide(asked, 0, ("PRESCRIPTIONS",), [code])
    permitted = await world.gate.decide(asked, 1, ("RECORD",), [root("Query.patient", id="p1")])

    assert [frozenset()] == permitted


@pytest.mark.parametrize("patient", ["", "p\x001", "\x01p", "p" * 129, "bí-mật", 7])
async def test_a_text_that_is_no_id_is_nobodys_and_is_not_kept(patient: object) -> None:
    world = World()
    await world.gate.decide(scope(), 0, ("RECORD",), [root("Query.patient", id=patient)])

    assert [None] == [decision.subject for decision in world.recorder.decisions]


@pytest.mark.parametrize("code_first", [True, False])
async def test_a_code_and_an_id_of_one_person_are_decided_apart(code_first: bool) -> None:
    world, asked = World(), scope(PHARMACIST)
    fields = {
        "code": root("Query.verifyPrescription", code="79014abcdefg-C"),
        "id": root("Query.patient", id="p1"),
    }
    permitted = {
        name: await world.gate.decide(asked, 0, ("PRESCRIPTIONS",), [fields[name]])
        for name in (("code", "id") if code_first else ("id", "code"))
    }

    assert {"code": [frozenset({"PRESCRIPTIONS"})], "id": [frozenset()]} == permitted
    assert ("p1", {}) == _groups(world, asked, fields["id"])
    assert ("p1", {"PRESCRIPTIONS"}) == _groups(world, asked, fields["code"])


def _groups(world: World, asked: HealthBookScope, subject: RootSubject) -> Any:
    access = world.gate.access_to(asked, subject)
    assert access is not None
    return access[0], set(access[1].groups) or {}


HIDDEN = subject_of_row("p1", "ENCOUNTERS", {"HIV"}, "79014~e2")
TREATED = subject_of_row("p1", "ENCOUNTERS", {"HIV"}, "79014~e1")
REFUSED = subject_of_row("p1", "ENCOUNTERS", {"FETAL_SEX"}, "79014~e1")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [("p1", {"ENCOUNTERS"}), (TREATED, {"ENCOUNTERS"}), (HIDDEN, set()), (REFUSED, set())],
)
async def test_a_row_by_its_id_is_permitted_with_its_labels(
    subject: str, expected: set[str]
) -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    permitted = await world.gate.decide(asked, 0, ("ENCOUNTERS",), [subject])

    assert [frozenset(expected)] == permitted


@pytest.mark.parametrize("group", ["CONDITIONS", "OBSERVATIONS", "CLAIMS"])
async def test_what_stands_below_a_hidden_row_is_denied_with_it(group: str) -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    permitted = await world.gate.decide(asked, 0, (group,), [HIDDEN])

    assert [frozenset()] == permitted


async def test_the_log_names_the_subject_of_a_hidden_row() -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    await world.gate.decide(asked, 0, ("ENCOUNTERS",), [HIDDEN])

    assert [("p1", Deny(DenialReason.LABEL_NOT_NAMED))] == [
        (made.subject, made.decision) for made in world.recorder.decisions
    ]


async def test_a_hidden_row_takes_nothing_from_the_rows_beside_it() -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    await world.gate.decide(asked, 0, ("ENCOUNTERS",), ["p1", HIDDEN, TREATED])

    assert {"p1": {"ENCOUNTERS"}} == {
        found[0]: set(found[1].groups)
        for subject in ("p1", HIDDEN, TREATED)
        if (found := world.gate.access_to(asked, subject)) is not None
    }


async def test_a_subject_is_the_same_however_it_is_written() -> None:
    world, asked, me = World(), scope(), root("Query.me")
    await world.gate.decide(asked, 0, ("ENCOUNTERS",), [me])

    assert world.gate.is_subject(asked, me, HIDDEN)
    assert world.gate.is_subject(asked, HIDDEN, "p1")
    assert not world.gate.is_subject(asked, HIDDEN, "p2")
    assert not world.gate.is_subject(asked, "p1", None)


class GenerousProfiles(FakeProfiles):
    """p1 lets pharmacies see her prescriptions, but no label."""

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        grant = ConsentEntry(
            consent_id="k1",
            version=1,
            grantee=Grantee(GranteeKind.ROLE, "pharmacist"),
            categories=frozenset({"PRESCRIPTIONS"}),
            labels=frozenset(),
            actions=frozenset({Action.READ}),
            purpose=Purpose.TREATMENT,
        )
        return {"p1": AccessProfile("p1", 1, date(1990, 1, 1), grants=(grant,))}


@pytest.mark.parametrize("code_first", [True, False])
@pytest.mark.parametrize(
    ("profiles", "opens", "labels"),
    [(FakeProfiles(), False, True), (GenerousProfiles(), True, False)],
    ids=["the id opens nothing", "the id opens no label"],
)
async def test_two_ways_to_a_subject_tell_a_subgraph_what_both_open(
    profiles: FakeProfiles, opens: bool, labels: bool, code_first: bool
) -> None:
    world, asked = World(), scope(PHARMACIST)
    world.gate._profiles = profiles
    code = root("Query.verifyPrescription", code="79014abcdefg-C")
    ways = [code, root("Query.patient", id="p1")]
    decisions = []
    for guard, way in enumerate(ways if code_first else reversed(ways)):
        (permitted,) = await world.gate.decide(asked, guard, ("PRESCRIPTIONS",), [way])
        assert (way is code or opens) == bool(permitted)
        decisions.append(SubjectDecision(guard, way, permitted))
    transport = FakeTransport()
    signing = SigningTransport(transport, world.gate, {"pharmacy": KEY}, NOW.timestamp)
    body = b'{"query":"{ a }"}'
    signing.send(SubgraphRequest("pharmacy", body, False, asked, tuple(decisions)))
    context = verify_access_context(transport.sent[0].body, KEY, "pharmacy", NOW.timestamp())

    assert {"PRESCRIPTIONS"} == set(context.subjects["p1"].groups)
    assert labels == ("HIV" in context.subjects["p1"].groups["PRESCRIPTIONS"])


def _dated(consent_id: str, *labels: str, **change: Any) -> ConsentEntry:
    """A consent to data since the doctor's patient was admitted."""
    given = ConsentEntry(
        consent_id=consent_id,
        version=1,
        grantee=Grantee(GranteeKind.PRACTITIONER, "dr1"),
        categories=frozenset({"OBSERVATIONS", "ALLERGIES", "DEMOGRAPHICS"}),
        labels=frozenset(labels),
        actions=frozenset(Action),
        purpose=Purpose.TREATMENT,
        data_period=Period(start=ADMITTED),
    )
    return replace(given, **change)


class DatedProfiles(FakeProfiles):
    """The doctor may see of p1 what is from some time."""

    def __init__(self, *grants: ConsentEntry, **facts: Any) -> None:
        super().__init__()
        self.profile = AccessProfile("p1", 1, date(1990, 1, 1), grants=grants, **facts)

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        return {"p1": self.profile}


SINCE_ADMITTED = DataWindow(int(ADMITTED.timestamp()) * 1000, None)
BOOK = root("Query.patient", id="p1")


async def access_of(profiles: FakeProfiles, *groups: str) -> tuple[set[str], SubjectAccess]:
    """What is permitted of a patient by her id, and what a subgraph is told of it."""
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = profiles
    (permitted,) = await world.gate.decide(asked, 0, groups, [BOOK])
    told = world.gate.access_to(asked, BOOK)
    assert told is not None
    return set(permitted), told[1]


async def test_a_consent_to_data_of_some_time_opens_rows_by_their_date() -> None:
    groups = ("RECORD", "OBSERVATIONS", "OBSERVATIONS:write", "ALLERGIES", "DEMOGRAPHICS")
    permitted, told = await access_of(DatedProfiles(_dated("k1")), *groups)

    assert {"RECORD", "OBSERVATIONS"} == permitted
    assert {"RECORD"} == set(told.groups)
    assert {"OBSERVATIONS": (SINCE_ADMITTED,)} == told.dated


async def test_a_label_that_a_dated_consent_names_is_open_in_its_time() -> None:
    refusal = replace(_dated("k2", "STD"), data_period=Period())
    profiles = DatedProfiles(_dated("k1", "HIV", "STD", "FETAL_SEX"), denies=(refusal,))
    _, told = await access_of(profiles, "OBSERVATIONS")

    assert {"OBSERVATIONS": (replace(SINCE_ADMITTED, labels=frozenset({"HIV"})),)} == told.dated


@pytest.mark.parametrize(
    "other",
    [
        {"grants": (_dated("k1"), _dated("k2", data_period=Period()))},
        {
            "grants": (_dated("k1"),),
            "care_relationships": (
                CareRelationship(
                    "e1", "79014", CareRelationshipKind.APPOINTMENT, period=Period(start=ADMITTED)
                ),
            ),
        },
    ],
    ids=["consent", "care"],
)
async def test_what_is_open_without_dates_stays_open(other: dict[str, Any]) -> None:
    profiles = DatedProfiles(*other.pop("grants"), **other)
    _, told = await access_of(profiles, "OBSERVATIONS")

    assert ({"OBSERVATIONS"}, {}) == (set(told.groups), told.dated)


@pytest.mark.parametrize(
    "grant",
    [
        _dated("k1", status=ConsentStatus.WITHDRAWN),
        _dated("k1", period=Period(end=ADMITTED)),
        _dated("k1", purpose=Purpose.RESEARCH),
        _dated("k1", grantee=Grantee(GranteeKind.PRACTITIONER, "dr2")),
        _dated("k1", actions=frozenset({Action.WRITE})),
    ],
)
async def test_a_dated_consent_that_does_not_match_opens_nothing(grant: ConsentEntry) -> None:
    permitted, told = await access_of(DatedProfiles(grant), "RECORD", "OBSERVATIONS")

    assert (set(), {}, {}) == (permitted, told.groups, told.dated)


async def test_a_refusal_goes_before_a_dated_consent() -> None:
    refusal = replace(_dated("k2"), data_period=Period())
    permitted, _ = await access_of(DatedProfiles(_dated("k1"), denies=(refusal,)), "OBSERVATIONS")

    assert set() == permitted


async def test_a_row_by_its_own_id_is_not_opened_by_a_dated_consent() -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = DatedProfiles(_dated("k1"))
    await world.gate.decide(asked, 0, ("OBSERVATIONS",), [BOOK])
    permitted = await world.gate.decide(asked, 1, ("OBSERVATIONS",), ["p1"])

    assert [frozenset()] == permitted


async def test_two_ways_to_the_same_decision_are_one_event() -> None:
    world, asked = World(), scope()
    await world.gate.decide(asked, 0, ("ALLERGIES",), [root("Query.me")])
    await world.gate.decide(asked, 1, ("ALLERGIES",), ["p1"])

    assert ["p1"] == [made.subject for made in world.recorder.decisions]
