"""A claim is as sensitive by the portal's tables as by the visit that it settles."""

from datetime import date

from resolvers.insurance.history import claim_labels
from sandbox.documents.encounters import encounter_id
from sandbox.documents.insurance import claim_records
from sandbox.insurance_portal.claims import portal_entry
from sandbox.population.generator import Population, PopulationSettings


def test_the_portals_tables_give_a_claim_the_labels_of_its_visit() -> None:
    population = Population(PopulationSettings(5, 400, date(2026, 11, 22)))
    by_visit: dict[str, list[str]] = {}
    by_tables: dict[str, list[str]] = {}
    for book in population.books():
        by_visit |= {one.id: list(one.labels) for one in claim_records(book, encounter_id)}
        entry = portal_entry(book, {})
        claims = () if entry is None else entry[1]
        by_tables |= {one.id: claim_labels(one.xml) for one in claims}

    assert any(by_visit.values())
    assert by_visit == by_tables
