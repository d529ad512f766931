"""Access profiles of a book's subject, and the look-up links that lead to her."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from access.categories import Action
from sandbox.documents.patients import instant
from sandbox.population.model import NATIONAL_ID, Book, Consent, Visit
from storage.access_profiles.model import (
    WILDCARD,
    AccessProfile,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    ConsentStatus,
    Grantee,
    GranteeKind,
    Period,
    PrescriptionLink,
    Representation,
    Representative,
    RepresentativeKind,
)
from storage.access_profiles.subject_index import IdentifierLink
from storage.encryption import IdentifierKind

EncounterId = Callable[[str, str], str]


def access_profile(book: Book, today: date, encounter_id: EncounterId) -> AccessProfile:
    """Return the profile of a subject.

    Args:
        book: Whose.
        today: Care relationships that ended before are left out.
        encounter_id: Makes the health book's encounter id from facility and visit.
    """
    person = book.person
    active = [one for one in book.consents if one.status == "active"]
    return AccessProfile(
        subject_id=person.id,
        version=1,
        birth_date=person.birth_date,
        representatives=tuple(
            Representative(
                person_id=one.person_id,
                kind=RepresentativeKind(one.kind),
                representation=Representation(one.representation),
                categories=frozenset({WILDCARD}),
                period=Period(instant(one.start), instant(one.end)),
            )
            for one in person.representatives
        ),
        grants=tuple(_entry(one) for one in active if one.decision == "permit"),
        denies=tuple(_entry(one) for one in active if one.decision == "deny"),
        care_relationships=tuple(
            relationship
            for visit in book.visits
            for relationship in _relationships(visit, today, encounter_id)
        ),
    )


def _entry(consent: Consent) -> ConsentEntry:
    return ConsentEntry(
        consent_id=consent.id,
        version=1,
        grantee=Grantee(GranteeKind(consent.grantee_kind), consent.grantee),
        categories=frozenset(consent.categories),
        labels=frozenset(consent.labels),
        actions=frozenset(Action(action) for action in consent.actions),
        purpose=consent.purpose,
        period=Period(consent.start, consent.end),
        status=ConsentStatus.ACTIVE,
    )


def _relationships(
    visit: Visit, today: date, encounter_id: EncounterId
) -> Iterator[CareRelationship]:
    identifier = encounter_id(visit.facility, visit.id)
    if visit.end is None:
        yield CareRelationship(
            reference=identifier,
            facility_id=visit.facility,
            kind=CareRelationshipKind.ENCOUNTER,
            practitioner_id=visit.practitioner,
            encounter_id=identifier,
            period=Period(visit.start, None),
        )
    paper = visit.follow_up
    if paper is not None and paper.at.date() >= today:
        yield CareRelationship(
            reference=paper.id,
            facility_id=visit.facility,
            kind=CareRelationshipKind.APPOINTMENT,
            practitioner_id=visit.practitioner,
            period=Period(visit.start, _after(paper.at.date())),
        )
    referral = visit.referral
    if referral is not None and referral.valid_until >= today:
        yield CareRelationship(
            reference=referral.id,
            facility_id=referral.to_facility,
            kind=CareRelationshipKind.REFERRAL,
            period=Period(referral.signed, _after(referral.valid_until)),
        )


def _after(day: date) -> datetime | None:
    return instant(day + timedelta(days=1))


def identifier_links(book: Book) -> Iterator[IdentifierLink]:
    """Yield the numbers, present and past, by which staff look the subject up."""
    person = book.person
    birth = person.birth_date.isoformat()
    for one in person.identifiers:
        if one.system == NATIONAL_ID:
            yield IdentifierLink(IdentifierKind.NATIONAL_ID, one.value, person.id, birth)
    numbers = {person.insurance_number, None if book.card is None else book.card.number}
    for number in sorted(number for number in numbers if number is not None):
        yield IdentifierLink(IdentifierKind.CARD_NUMBER, number, person.id, birth)


def prescription_links(book: Book) -> Iterator[tuple[str, PrescriptionLink]]:
    """Yield where the codes of a book's prescriptions lead."""
    for one in book.prescriptions:
        yield one.code, PrescriptionLink(book.person.id, one.id)
