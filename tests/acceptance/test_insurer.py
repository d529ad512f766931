"""The statutory insurer: coverage, visits, costs and codes by law; nothing else."""

from sandbox.population import cast
from tests.acceptance.book import Book, codes_of, nodes

CLAIMS = (
    "query ($p: ID!) { patient(id: $p) { coverage { number benefitPercent } claims(first: 5) {"
    " edges { node { id total { amount } diagnoses { coding { code } } } } } } }"
)


def test_she_reads_coverage_and_claims_by_law(book: Book) -> None:
    answer = book.post(CLAIMS, {"p": cast.MOTHER}, book.token("insurer")).json()
    patient = answer["data"]["patient"]

    assert "errors" not in answer
    assert patient["coverage"]["number"]
    assert nodes(patient["claims"])


def test_clinical_notes_and_allergies_are_not_hers(book: Book) -> None:
    document = (
        "query ($p: ID!) { patient(id: $p) { allergyStatus"
        " dischargeSummaries(first: 1) { edges { node { text } } } } }"
    )
    answer = book.post(document, {"p": cast.MOTHER}, book.token("insurer")).json()

    assert {"allergyStatus": None, "dischargeSummaries": None} == answer["data"]["patient"]
    assert ["UNAUTHORIZED_FIELD_OR_TYPE"] * 2 == [code for code, _ in codes_of(answer)]


def test_the_authority_reads_no_single_person(book: Book) -> None:
    answer = book.post(CLAIMS, {"p": cast.MOTHER}, book.token("authority")).json()

    assert answer["data"] == {"patient": None}
