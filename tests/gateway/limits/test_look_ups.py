"""Whoever looks people or codes up one after another is stopped."""

from gateway.rate_limit import LookUpLimiter, LookUpLimits, RateLimit
from tests.gateway.small_book import SmallBook

VERIFY = 'verifyPrescription(code: "79014zzzzzzz-C") { status }'
FIND = 'patientByIdentifier(system: "s", value: "1", birthDate: "1990") { id }'


def limiter(principal: int, organization: int = 1000) -> LookUpLimiter:
    return LookUpLimiter(
        LookUpLimits(
            RateLimit(per_second=0.1, burst=principal),
            RateLimit(per_second=0.1, burst=organization),
        ),
        lambda: 0.0,
    )


async def codes(book: SmallBook, query: str, who: bytes = b"doctor") -> list[str]:
    refused: list[str] = (await book.ask(query, who)).get("refused", [])
    return refused


async def test_look_ups_of_a_principal_are_counted() -> None:
    book = SmallBook(limiter(2))
    answers = [await codes(book, f"{{ {field} }}") for field in (VERIFY, FIND, VERIFY)]

    assert [[], [], ["RATE_LIMITED"]] == answers


async def test_aliases_and_fragments_hide_no_look_up() -> None:
    book = SmallBook(limiter(2))
    query = (
        f"query {{ a: {VERIFY} ...F ... @include(if: true) {{ c: {VERIFY} }} }}"
        f" fragment F on Query {{ b: {VERIFY} }}"
    )

    assert ["RATE_LIMITED"] == await codes(book, query)
    assert [] == book.transport.sent


async def test_colleagues_share_the_limit_of_their_organization() -> None:
    book = SmallBook(limiter(5, organization=2))
    people = (b"doctor", b"colleague", b"doctor", b"other doctor")
    answers = [await codes(book, f"{{ {VERIFY} }}", who) for who in people]

    assert [[], [], ["RATE_LIMITED"], []] == answers


async def test_a_full_organization_costs_its_principals_nothing() -> None:
    limiter = LookUpLimiter(
        LookUpLimits(RateLimit(0.001, burst=2), RateLimit(0.001, burst=1)), lambda: 0.0
    )
    waits = [await limiter.take("anna", house, 1) for house in ("79014", "79014", "01013")]

    assert [0.0, 1000.0, 0.0] == waits


async def test_what_is_no_look_up_is_not_counted() -> None:
    book = SmallBook(limiter(1))
    answers = [await codes(book, "{ open }") for _ in range(3)]

    assert [[], [], []] == answers
