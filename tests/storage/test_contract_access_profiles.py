"""Access profiles on every document store."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from storage.access_profiles import (
    PROFILE_INDEXES,
    AccessProfile,
    AccessProfiles,
    Action,
    BreakGlassEntry,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    ConsentStatus,
    Grantee,
    GranteeKind,
    IdentifierLink,
    IdentifierTakenError,
    Period,
    PrescriptionLink,
    Representation,
    Representative,
    RepresentativeKind,
    StaleConsentError,
    UnknownConsentError,
    UnknownSubjectError,
)
from storage.documents import DocumentStore
from storage.encryption import IdentifierKind, Keyring, Keys
from storage.invalidation import LocalChanges

NOW = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
BIRTH = date(1990, 2, 28)
KEYRING = Keyring(Keys("e", {"e": b"e" * 32}), Keys("l", {"l": b"l" * 32}))
ROTATED = Keyring(Keys("e", {"e": b"e" * 32}), Keys("m", {"l": b"l" * 32, "m": b"m" * 32}))

GRANT = ConsentEntry(
    consent_id="c1",
    version=1,
    grantee=Grantee(GranteeKind.PRACTITIONER, "doctor-1"),
    categories=frozenset({"CONDITION", "LAB"}),
    labels=frozenset({"PSY"}),
    actions=frozenset({Action.READ, Action.WRITE}),
    purpose="TREAT",
    period=Period(NOW, NOW + timedelta(days=30)),
    data_period=Period(end=NOW),
)
CARE = CareRelationship(
    "encounter-1", "hospital-1", CareRelationshipKind.ENCOUNTER, encounter_id="encounter-1"
)
MOTHER = Representative(
    "mother", RepresentativeKind.PARENT, Representation.FULL, frozenset({"*"}), Period(NOW)
)
EMERGENCY = BreakGlassEntry("doctor-2", NOW, NOW + timedelta(hours=4), "reason-1")


@pytest.fixture
async def profiles(documents: DocumentStore) -> AccessProfiles:
    await documents.ensure_indexes(PROFILE_INDEXES)
    repository = AccessProfiles(documents, KEYRING, LocalChanges(), lambda: NOW)
    await repository.create("p1", BIRTH)
    return repository


def cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=123000)


async def read(profiles: AccessProfiles, subject_id: str = "p1") -> AccessProfile:
    return (await profiles.get_many([subject_id]))[subject_id]


async def test_a_new_profile_permits_nobody(profiles: AccessProfiles) -> None:
    assert AccessProfile("p1", 1, BIRTH) == await read(profiles)


async def test_subjects_without_profile_are_left_out(profiles: AccessProfiles) -> None:
    assert ["p1"] == list(await profiles.get_many(["nobody", "p1", "p1"]))


async def test_creating_again_changes_nothing_but_the_birth_date(profiles: AccessProfiles) -> None:
    await profiles.add_grant("p1", GRANT)
    await profiles.create("p1", BIRTH)
    same = await read(profiles)

    await profiles.create("p1", date(1991, 1, 1))

    assert (2, 3) == (same.version, (await read(profiles)).version)
    assert 1 == len((await read(profiles)).grants)


async def test_a_grant_comes_back_as_it_was_with_moments_in_milliseconds(
    profiles: AccessProfiles,
) -> None:
    answered = await profiles.add_grant("p1", GRANT)

    expected = replace(
        GRANT,
        period=Period(cut(NOW), cut(NOW + timedelta(days=30))),
        data_period=Period(end=cut(NOW)),
    )
    assert AccessProfile("p1", 2, BIRTH, grants=(expected,)) == answered
    assert answered == await read(profiles)


async def test_the_same_grant_twice_is_one_change(profiles: AccessProfiles) -> None:
    first = await profiles.add_grant("p1", GRANT)
    second = await profiles.add_grant("p1", GRANT)

    assert first == second


async def test_a_later_version_replaces_an_earlier_and_never_the_reverse(
    profiles: AccessProfiles,
) -> None:
    narrower = replace(GRANT, version=2, categories=frozenset({"LAB"}))
    await profiles.add_grant("p1", GRANT)
    await profiles.add_grant("p1", narrower)

    with pytest.raises(StaleConsentError):
        await profiles.add_grant("p1", GRANT)
    with pytest.raises(StaleConsentError):
        await profiles.add_grant("p1", replace(narrower, purpose="HRESCH"))
    assert [frozenset({"LAB"})] == [entry.categories for entry in (await read(profiles)).grants]


async def test_a_permit_that_becomes_a_refusal_permits_no_more(profiles: AccessProfiles) -> None:
    await profiles.add_grant("p1", GRANT)

    profile = await profiles.add_deny("p1", replace(GRANT, version=2))

    assert ((), 1) == (profile.grants, len(profile.denies))


async def test_a_withdrawn_grant_has_no_force_and_a_raised_version(
    profiles: AccessProfiles,
) -> None:
    await profiles.add_grant("p1", GRANT)

    profile = await profiles.withdraw_grant("p1", "c1")

    (entry,) = profile.grants
    assert (3, 2, ConsentStatus.WITHDRAWN) == (profile.version, entry.version, entry.status)
    assert not entry.in_force(NOW + timedelta(days=1))
    assert profile == await profiles.withdraw_grant("p1", "c1")
    assert profile == await read(profiles)


async def test_withdrawing_what_is_not_there_is_refused(profiles: AccessProfiles) -> None:
    with pytest.raises(UnknownConsentError):
        await profiles.withdraw_grant("p1", "c9")
    with pytest.raises(UnknownSubjectError):
        await profiles.withdraw_grant("p9", "c1")


async def test_a_care_relationship_opens_and_closes(profiles: AccessProfiles) -> None:
    opened = await profiles.open_care_relationship("p1", CARE)
    end = NOW + timedelta(days=1)
    closed = await profiles.close_care_relationship("p1", CARE.kind, CARE.reference, end)
    late = end + timedelta(days=1)
    again = await profiles.close_care_relationship("p1", CARE.kind, CARE.reference, late)

    assert (CARE,) == opened.care_relationships
    assert (replace(CARE, period=Period(None, cut(end))),) == closed.care_relationships
    assert closed == again


async def test_representatives_and_emergencies_are_kept(profiles: AccessProfiles) -> None:
    await profiles.add_representative("p1", MOTHER)
    await profiles.add_representative("p1", replace(MOTHER, representation=Representation.SUMMARY))
    await profiles.break_glass("p1", EMERGENCY)
    profile = await profiles.break_glass("p1", EMERGENCY)

    assert [Representation.SUMMARY] == [each.representation for each in profile.representatives]
    assert (4, 1) == (profile.version, len(profile.break_glass))
    assert profile.break_glass[0].in_force(NOW + timedelta(hours=3))
    assert not profile.break_glass[0].in_force(NOW + timedelta(hours=4))


async def test_what_ended_long_ago_is_left_out_at_the_next_change(
    profiles: AccessProfiles,
) -> None:
    old = replace(CARE, reference="old", period=Period(None, NOW - timedelta(days=31)))
    recent = replace(CARE, reference="recent", period=Period(None, NOW - timedelta(days=29)))
    for relationship in (old, recent, CARE):
        profile = await profiles.open_care_relationship("p1", relationship)

    assert ["recent", "encounter-1"] == [each.reference for each in profile.care_relationships]


async def test_racing_mutations_are_all_kept_and_each_raises_the_version(
    documents: DocumentStore, profiles: AccessProfiles
) -> None:
    elsewhere = AccessProfiles(documents, KEYRING, LocalChanges(), lambda: NOW)

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            node = profiles if number % 2 else elsewhere
            group.create_task(node.add_grant("p1", replace(GRANT, consent_id=f"c{number}")))

    profiles.forget("p1")
    profile = await read(profiles)
    assert 21 == profile.version
    assert {f"c{number}" for number in range(20)} == {each.consent_id for each in profile.grants}


async def test_an_identifier_leads_to_its_subject_with_the_birth_date_only(
    profiles: AccessProfiles,
) -> None:
    card = IdentifierKind.CARD_NUMBER
    link = IdentifierLink(card, "DN4790123456789", "p1", "1990-02-28")
    await profiles.link_identifiers(link, link)

    assert "p1" == await profiles.resolve_identifier(card, "dn4 790123456789", "1990-02-28")
    assert await profiles.resolve_identifier(card, "DN4790123456789", "1990-02-27") is None
    assert await profiles.resolve_identifier(card, "DN4790123456789", "") is None
    assert await profiles.resolve_identifier(card, "DN4790123456780", "1990-02-28") is None
    assert await profiles.resolve_identifier(card, "DN4790123456780", "") is None
    national = IdentifierKind.NATIONAL_ID
    assert await profiles.resolve_identifier(national, "DN4790123456789", "1990-02-28") is None


async def test_an_identifier_of_somebody_else_is_not_taken_over(profiles: AccessProfiles) -> None:
    mine = IdentifierLink(IdentifierKind.NATIONAL_ID, "079203001234", "p1", "1990-02-28")
    await profiles.link_identifiers(mine)

    with pytest.raises(IdentifierTakenError):
        await profiles.link_identifiers(replace(mine, subject_id="p2"))


async def test_an_identifier_under_an_older_key_is_not_taken_over(
    documents: DocumentStore, profiles: AccessProfiles
) -> None:
    mine = IdentifierLink(IdentifierKind.NATIONAL_ID, "079203001234", "p1", "1990-02-28")
    await profiles.link_identifiers(mine)
    rotated = AccessProfiles(documents, ROTATED, LocalChanges(), lambda: NOW)

    with pytest.raises(IdentifierTakenError):
        await rotated.link_identifiers(replace(mine, subject_id="p2"))


async def test_a_prescription_code_under_an_older_key_is_not_taken_over(
    documents: DocumentStore, profiles: AccessProfiles
) -> None:
    await profiles.link_prescription("790250a1b2c3-C", PrescriptionLink("p1", "rx-1"))
    rotated = AccessProfiles(documents, ROTATED, LocalChanges(), lambda: NOW)

    with pytest.raises(IdentifierTakenError):
        await rotated.link_prescription("790250a1b2c3-C", PrescriptionLink("p1", "rx-2"))


async def test_a_birth_date_is_corrected_under_every_key(
    documents: DocumentStore, profiles: AccessProfiles
) -> None:
    link = IdentifierLink(IdentifierKind.NATIONAL_ID, "079203001234", "p1", "1990")
    await profiles.link_identifiers(link)
    rotated = AccessProfiles(documents, ROTATED, LocalChanges(), lambda: NOW)
    await rotated.link_identifiers(replace(link, birth_date="1990-02-28"))

    for each in (profiles, rotated):
        assert "p1" == await each.resolve_identifier(link.kind, link.value, "1990-02-28")
        assert await each.resolve_identifier(link.kind, link.value, "1990") is None


async def test_a_corrected_birth_date_takes_the_place_of_the_old(profiles: AccessProfiles) -> None:
    link = IdentifierLink(IdentifierKind.NATIONAL_ID, "079203001234", "p1", "1990")
    await profiles.link_identifiers(link)
    await profiles.link_identifiers(replace(link, birth_date="1990-02-28"))

    assert await profiles.resolve_identifier(link.kind, link.value, "1990") is None
    assert "p1" == await profiles.resolve_identifier(link.kind, link.value, "1990-02-28")


async def test_a_prescription_code_leads_to_subject_and_prescription(
    profiles: AccessProfiles,
) -> None:
    link = PrescriptionLink("p1", "rx-1")
    await profiles.link_prescription("790250a1b2c3-C", link)
    await profiles.link_prescription("790250a1b2c3-C", link)

    assert link == await profiles.resolve_prescription_code("790250A1b2c3-c")
    assert await profiles.resolve_prescription_code("790250a1b2c4-C") is None
    with pytest.raises(IdentifierTakenError):
        await profiles.link_prescription("790250a1b2c3-C", PrescriptionLink("p1", "rx-2"))


async def test_the_index_holds_no_identifier(
    documents: DocumentStore, profiles: AccessProfiles
) -> None:
    link = IdentifierLink(IdentifierKind.NATIONAL_ID, "079203001234", "p1", "1990-02-28")
    await profiles.link_identifiers(link)

    (document,) = await documents.collection("subject_index").find({})

    assert "079203001234" not in str(document)


async def test_a_bulk_adds_what_is_missing(profiles: AccessProfiles) -> None:
    many = [AccessProfile(f"p{number}", 1, BIRTH, (MOTHER,)) for number in range(3)]
    kind, code = IdentifierKind.NATIONAL_ID, PrescriptionLink("p2", "rx")
    links = [IdentifierLink(kind, f"{number:012}", f"p{number}", "1990") for number in range(3)]

    assert 2 == await profiles.load(many, links, [("790250a1b2c3-C", code)])
    assert 0 == await profiles.load(many, links)

    assert () == (await read(profiles)).representatives
    assert "mother" == (await read(profiles, "p2")).representatives[0].person_id
    assert "p2" == await profiles.resolve_identifier(links[2].kind, links[2].value, "1990")
    assert code == await profiles.resolve_prescription_code("790250a1b2c3-c")
