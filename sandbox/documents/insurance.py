"""Cards, claims and prices as documents of the insurance subgraph."""

from collections.abc import Callable, Iterator

from resolvers.datatypes.documents import row_labels
from resolvers.insurance.records import CardRecord, ClaimRecord, DrugPrice
from sandbox.documents.patients import concept
from sandbox.population.model import ATC, Book, Drug, Visit


def card_record(book: Book) -> CardRecord | None:
    """Return the card of a book; None for the uninsured."""
    card, person = book.card, book.person
    if card is None:
        return None
    return CardRecord(
        id=f"card-{person.id}",
        subject_id=person.id,
        number=card.number,
        name=person.name.full,
        birth_date=person.birth_date.strftime("%d/%m/%Y"),
        facility_id=card.facility,
        start=card.valid_from.isoformat(),
        end=card.valid_until.isoformat(),
        area=None,
        five_years_from=None if card.five_years_from is None else card.five_years_from.isoformat(),
    )


def claim_records(book: Book, encounter_id: Callable[[str, str], str]) -> Iterator[ClaimRecord]:
    """Yield the index entries of a book's claims.

    Args:
        book: Whose.
        encounter_id: Makes the health book's encounter id from facility and visit.
    """
    visits = {visit.id: visit for visit in book.visits}
    for claim in book.claims:
        visit = visits[claim.visit]
        yield ClaimRecord(
            id=claim.id,
            subject_id=book.person.id,
            encounter_id=encounter_id(visit.facility, visit.id),
            facility_id=visit.facility,
            date=visit.start,
            labels=tuple(visit_labels(visit)),
        )


def visit_labels(visit: Visit) -> list[str]:
    """Return the sensitivity labels of a visit's codes."""
    concepts = [concept(one.condition) for one in visit.diagnoses]
    concepts += [concept(result.what) for result in visit.results]
    concepts += [
        {"coding": [{"system": ATC, "code": one.drug.atc}]}
        for one in visit.medications
        if one.drug.atc
    ]
    return row_labels(concepts)


def drug_price(drug: Drug) -> DrugPrice:
    """Return what the fund pays for a drug; vitamins and the like are half covered."""
    return DrugPrice(drug.registration, str(drug.price), 100 if drug.prescription_only else 50)
