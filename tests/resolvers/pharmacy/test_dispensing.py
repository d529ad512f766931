"""At the counter: verifying, claiming, dispensing, taking back, and races."""

from datetime import timedelta
from typing import Any

import pytest

from tests.resolvers.fakes import ForgetfulOnce, SettableClock, permitting
from tests.resolvers.pharmacy.counter import (
    AMOXICILLIN,
    CLAIM,
    DISPENSE,
    FORTE,
    GENERIC,
    PARACETAMOL,
    Counter,
    codes,
    item,
    line,
    pharmacist,
)

OTHER = pharmacist("01-NT-0002")


def remaining(outcome: Any) -> list[str]:
    return [one["remaining"]["value"] for one in outcome["prescription"]["items"]]


async def test_a_valid_code_shows_what_is_left(counter: Counter) -> None:
    code = await counter.issued()

    assert {
        "status": "VALID",
        "prescription": {
            "code": code,
            "status": "VALID",
            "validUntil": "2026-11-27T00:00:00+07:00",
            "items": [{"remaining": {"value": "20"}}],
            "recipient": {"ageMonths": 438},
        },
    } == await counter.verify(code)


async def test_a_code_is_found_however_its_suffix_is_written(counter: Counter) -> None:
    code = await counter.issued()

    assert "VALID" == (await counter.verify(code[:-1] + code[-1].lower()))["status"]


@pytest.mark.parametrize(
    ("code", "status"), [("79014zzzzzzz-C", "UNKNOWN"), ("79014-zzzzzzzC", "MALFORMED")]
)
async def test_unknown_and_malformed_codes_have_answers_of_their_own(
    counter: Counter, code: str, status: str
) -> None:
    assert {"status": status, "prescription": None} == await counter.verify(code)


async def test_an_expired_prescription_still_shows_what_it_is(
    counter: Counter, clock: SettableClock
) -> None:
    code = await counter.issued()
    clock.now += timedelta(days=5)

    verification = await counter.verify(code)

    assert ("EXPIRED", code) == (verification["status"], verification["prescription"]["code"])


async def test_a_prescription_can_be_dispensed_until_its_last_moment(
    counter: Counter, clock: SettableClock
) -> None:
    code = await counter.issued()
    clock.now += timedelta(days=4, hours=13, minutes=59, seconds=59)
    in_time = await counter.dispense(code, line("1"))
    clock.now += timedelta(seconds=1)

    late = await counter.dispense(code, line("1"))

    assert ([], ["PRESCRIPTION_EXPIRED"]) == (codes(in_time), codes(late))


async def test_a_course_to_come_cannot_be_collected_yet(counter: Counter) -> None:
    code = await counter.issued(
        type="NARCOTIC",
        items=[item(drug="893114000524", days=7, quantityInWords="hai mươi viên")],
        course={"number": 2, "start": "2026-11-29", "days": 7},
    )

    outcome = await counter.dispense(code, line(drug="893114000524"))

    assert ("NOT_YET_VALID", ["PRESCRIPTION_NOT_YET_VALID"]) == (
        (await counter.verify(code))["status"],
        codes(outcome),
    )


MATCHES = """
query($code: String!, $identifier: String!) {
  verifyPrescription(code: $code) { prescription { recipientMatches(identifier: $identifier) } }
}
"""


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("079190000001", True),
        ("DN4797912345678", True),
        ("079221000002", False),
        ("079000000000", False),
    ],
)
async def test_identity_is_a_yes_or_no(counter: Counter, identifier: str, expected: bool) -> None:
    code = await counter.issued()

    data = await counter.caller.data(
        MATCHES, pharmacist(), {"code": code, "identifier": identifier}
    )

    assert expected is data["verifyPrescription"]["prescription"]["recipientMatches"]


async def test_who_guesses_at_identities_is_stopped(counter: Counter) -> None:
    code = await counter.issued()
    guesses = " ".join(
        f'g{number}: recipientMatches(identifier: "07919000000{number}")' for number in range(4)
    )

    content = await counter.caller.ask(
        f'{{ verifyPrescription(code: "{code}") {{ prescription {{ {guesses} }} }} }}',
        pharmacist(),
    )

    told = content["data"]["verifyPrescription"]["prescription"]
    assert [False, True, False, None] == [told[f"g{number}"] for number in range(4)]
    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]


async def test_a_claim_lasts_thirty_minutes(counter: Counter) -> None:
    code = await counter.issued()

    outcome = await counter.claim(code)

    assert ("2026-11-22T10:30:00+07:00", True, []) == (
        outcome["claimedUntil"],
        outcome["prescription"]["claimedByCaller"],
        outcome["problems"],
    )


async def test_another_pharmacy_cannot_claim_or_dispense_what_is_claimed(
    counter: Counter,
) -> None:
    code = await counter.issued()
    await counter.claim(code)

    refused = [await counter.claim(code, OTHER), await counter.dispense(code, line(), by=OTHER)]

    assert [["PRESCRIPTION_CLAIMED"]] * 2 == [codes(outcome) for outcome in refused]


async def test_who_is_refused_is_not_told_that_the_claim_is_hers(counter: Counter) -> None:
    code = await counter.issued()
    await counter.claim(code)

    outcome = await counter.claim(code, OTHER)

    assert (None, False) == (
        outcome["claimedUntil"],
        outcome["prescription"]["claimedByCaller"],
    )


async def test_a_claim_lapses(counter: Counter, clock: SettableClock) -> None:
    code = await counter.issued()
    await counter.claim(code)
    clock.now += timedelta(minutes=30)

    outcome = await counter.claim(code, OTHER)

    assert [] == codes(outcome)


async def test_a_claim_is_prolonged_by_claiming_again(
    counter: Counter, clock: SettableClock
) -> None:
    code = await counter.issued()
    await counter.claim(code)
    clock.now += timedelta(minutes=20)

    outcome = await counter.claim(code)

    assert "2026-11-22T10:50:00+07:00" == outcome["claimedUntil"]


async def test_a_released_claim_is_free_for_others(counter: Counter) -> None:
    code = await counter.issued()
    await counter.claim(code)
    await counter.release(code)

    assert [] == codes(await counter.claim(code, OTHER))


async def test_a_release_that_broke_off_is_not_repeated(
    counter: Counter, once: ForgetfulOnce
) -> None:
    code = await counter.issued()
    await counter.claim(code)
    first = await counter.release(code, key="same")
    await once.forget()

    again = await counter.release(code, key="same")

    assert first == again


async def test_only_the_claiming_pharmacy_releases(counter: Counter) -> None:
    code = await counter.issued()
    await counter.claim(code)

    assert ["CLAIM_NOT_HELD"] == codes(await counter.release(code, OTHER))


async def test_a_dispense_says_what_was_handed_over_and_what_is_left(counter: Counter) -> None:
    code = await counter.issued()

    outcome = await counter.dispense(code, line("12.5"))

    assert outcome["dispense"].pop("id")
    assert {
        "handedOver": "2026-11-22T10:00:00+07:00",
        "pharmacyId": "79-NT-0001",
        "reversed": None,
        "lines": [
            {
                "itemId": "1",
                "drug": {"registrationNumber": PARACETAMOL},
                "quantity": {"value": "12.5", "unit": "viên"},
                "substituted": False,
            }
        ],
    } == outcome["dispense"]
    assert ["7.5"] == remaining(outcome)


async def test_part_here_the_rest_there_and_no_third_time(counter: Counter) -> None:
    code = await counter.issued()
    await counter.claim(code)
    first = await counter.dispense(code, line("12"))
    second = await counter.dispense(code, line("8"), by=OTHER)

    third = await counter.dispense(code, line("1"))

    assert (["8"], ["0"], ["PRESCRIPTION_DISPENSED"], None) == (
        remaining(first),
        remaining(second),
        codes(third),
        third["dispense"],
    )


async def test_more_than_is_left_is_refused(counter: Counter) -> None:
    code = await counter.issued()

    outcome = await counter.dispense(code, line("20.001"))

    assert [{"code": "QUANTITY_EXCEEDS_REMAINING", "path": ["lines", "0"]}] == outcome["problems"]
    assert ["20"] == remaining(outcome)


async def test_lines_of_one_item_count_together(counter: Counter) -> None:
    code = await counter.issued()
    generic = line("11", drug=GENERIC, buyerConsented=True)

    outcome = await counter.dispense(code, line("10"), generic)

    assert ["QUANTITY_EXCEEDS_REMAINING"] * 2 == codes(outcome)


async def test_all_lines_are_handed_over_or_none(counter: Counter) -> None:
    code = await counter.issued(items=[item(), item(drug=AMOXICILLIN, quantity="10")])

    outcome = await counter.dispense(
        code, line("5"), {"itemId": "2", "drug": AMOXICILLIN, "quantity": "11"}
    )

    assert (["QUANTITY_EXCEEDS_REMAINING"], ["20", "10"]) == (codes(outcome), remaining(outcome))


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        (line(itemId="9"), "ITEM_UNKNOWN", ["lines", "0", "itemId"]),
        (line("0"), "QUANTITY_INVALID", ["lines", "0", "quantity"]),
        (line(drug="000"), "DRUG_UNKNOWN", ["lines", "0", "drug"]),
        (line(drug=AMOXICILLIN), "SUBSTITUTE_NOT_EQUIVALENT", ["lines", "0", "drug"]),
        (line(drug=FORTE), "SUBSTITUTE_NOT_EQUIVALENT", ["lines", "0", "drug"]),
        (line(drug=GENERIC), "BUYER_CONSENT_MISSING", ["lines", "0", "drug"]),
    ],
)
async def test_a_line_that_breaks_a_rule_is_a_problem(
    counter: Counter, given: dict[str, Any], code: str, path: list[str]
) -> None:
    prescription = await counter.issued()

    outcome = await counter.dispense(prescription, given)

    assert [{"code": code, "path": path}] == outcome["problems"]


async def test_a_dispense_without_lines_is_a_problem(counter: Counter) -> None:
    code = await counter.issued()

    assert ["LINES_MISSING"] == codes(await counter.dispense(code))


async def test_an_equivalent_drug_is_supplied_with_the_buyer_s_consent(counter: Counter) -> None:
    code = await counter.issued()

    outcome = await counter.dispense(code, line("5", drug=GENERIC, buyerConsented=True))

    assert (True, ["15"]) == (outcome["dispense"]["lines"][0]["substituted"], remaining(outcome))


async def test_a_dispense_repeated_gives_the_first_outcome(counter: Counter) -> None:
    code = await counter.issued()
    first = await counter.dispense(code, line("5"), key="same")
    await counter.dispense(code, line("5"), by=OTHER)

    again = await counter.dispense(code, line("5"), key="same")

    assert (first, "10") == (
        again,
        (await counter.verify(code))["prescription"]["items"][0]["remaining"]["value"],
    )


async def test_a_dispense_that_broke_off_before_its_outcome_was_kept_is_not_repeated(
    counter: Counter, once: ForgetfulOnce
) -> None:
    code = await counter.issued()
    first = await counter.dispense(code, line("5"), key="same")
    await once.forget()

    again = await counter.dispense(code, line("5"), key="same")

    assert (first["dispense"], ["15"]) == (again["dispense"], remaining(again))


async def test_a_key_under_another_input_is_refused(counter: Counter) -> None:
    code = await counter.issued()
    await counter.dispense(code, line("5"), key="same")
    given = {"idempotencyKey": "same", "code": code, "lines": [line("6")]}

    content = await counter.caller.ask(DISPENSE, pharmacist(), {"input": given})

    assert "IDEMPOTENCY_KEY_REUSED" == content["errors"][0]["extensions"]["code"]


async def test_what_is_taken_back_can_be_collected_again(counter: Counter) -> None:
    code = await counter.issued()
    dispense = (await counter.dispense(code, line("20")))["dispense"]["id"]

    outcome = await counter.reverse(code, dispense)

    assert ("2026-11-22T10:00:00+07:00", ["20"], []) == (
        outcome["dispense"]["reversed"],
        remaining(outcome),
        codes(outcome),
    )


async def test_a_dispense_is_taken_back_once(counter: Counter) -> None:
    code = await counter.issued()
    dispense = (await counter.dispense(code, line("20")))["dispense"]["id"]
    await counter.reverse(code, dispense)

    assert ["DISPENSE_REVERSED"] == codes(await counter.reverse(code, dispense))


async def test_a_reversal_that_broke_off_is_not_repeated(
    counter: Counter, once: ForgetfulOnce
) -> None:
    code = await counter.issued()
    dispense = (await counter.dispense(code, line("5")))["dispense"]["id"]
    await counter.reverse(code, dispense, key="same")
    await once.forget()

    again = await counter.reverse(code, dispense, key="same")

    assert (["20"], []) == (remaining(again), codes(again))


async def test_another_pharmacy_cannot_take_a_dispense_back(counter: Counter) -> None:
    code = await counter.issued()
    dispense = (await counter.dispense(code, line("5")))["dispense"]["id"]

    assert ["DISPENSE_FOREIGN"] == codes(await counter.reverse(code, dispense, OTHER))


async def test_what_was_not_dispensed_cannot_be_taken_back(counter: Counter) -> None:
    code = await counter.issued()

    assert ["DISPENSE_UNKNOWN"] == codes(await counter.reverse(code, "nothing"))


@pytest.mark.parametrize(
    ("code", "problem"),
    [("79014zzzzzzz-C", "PRESCRIPTION_UNKNOWN"), ("nonsense", "CODE_MALFORMED")],
)
async def test_a_code_that_leads_nowhere_is_a_problem(
    counter: Counter, code: str, problem: str
) -> None:
    outcomes = [await counter.claim(code), await counter.dispense(code, line())]

    assert [[problem]] * 2 == [codes(outcome) for outcome in outcomes]


async def test_a_prescription_out_of_reach_answers_like_an_unknown_one(counter: Counter) -> None:
    code = await counter.issued()

    outcome = await counter.claim(code, pharmacist(subject="p-child"))

    assert (["PRESCRIPTION_UNKNOWN"], None) == (codes(outcome), outcome["prescription"])


async def test_who_acts_for_no_pharmacy_cannot_claim(counter: Counter) -> None:
    code = await counter.issued()
    context = permitting({"p-adult": {"PRESCRIPTIONS:write"}}, role="pharmacist")

    content = await counter.caller.ask(
        CLAIM, context, {"input": {"idempotencyKey": "k", "code": code}}
    )

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]
