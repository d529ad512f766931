"""What a new prescription must satisfy.

Source: TT 26/2025/TT-BYT: content and days of supply, courses of narcotics, children under 72
months; its appendix VII lists the diseases with supply for up to 90 days.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from resolvers.datatypes.problems import problem
from resolvers.datatypes.scalars import VIETNAM, Decimal
from resolvers.pharmacy.codes import ISSUABLE, PrescriptionType
from resolvers.pharmacy.quantities import to_thousandths
from resolvers.pharmacy.records import Author, ItemOrder, PrescriptionOrder
from resolvers.pharmacy.validity import LONGEST_COURSE_DAYS, age_in_months

SMALL_CHILD_MONTHS = 72
MOST_ITEMS = 50
MOST_DIAGNOSES = 20
LONGEST_TEXT = 2000

Problems = list[dict[str, Any]]


def issue_problems(
    order: PrescriptionOrder, author: Author, drugs: Mapping[str, Mapping[str, Any]]
) -> Problems:
    """Why a prescription cannot be issued; empty where it can.

    Args:
        order: What the practitioner wants.
        author: Who she is, and what is registered of the patient.
        drugs: Stored drugs by registration number.
    """
    problems: Problems = []
    if order.type not in ISSUABLE:
        problems.append(problem("TYPE_NOT_ISSUABLE", "this type is no longer issued", "type"))
    if not order.diagnoses:
        problems.append(problem("DIAGNOSIS_MISSING", "a diagnosis is needed", "diagnoses"))
    if not 1 <= len(order.items) <= MOST_ITEMS:
        message = f"a prescription has 1 to {MOST_ITEMS} drugs"
        problems.append(problem("ITEM_COUNT", message, "items"))
    for number, item in enumerate(order.items):
        problems += _item_problems(order, item, drugs.get(item.drug), number)
    problems += _text_problems(order)
    problems += _course_problems(order, author)
    problems += _child_problems(order, author)
    return problems


def recipient_age(order: PrescriptionOrder, author: Author) -> int | None:
    """Age in months on the day of issue: by the registered birth date, else as stated."""
    if author.birth_date is None:
        return order.age_months
    return age_in_months(author.birth_date, author.now.astimezone(VIETNAM).date())


def longest_supply(order: PrescriptionOrder) -> int:
    """For how many days a drug of this prescription may be meant to last."""
    if order.type is PrescriptionType.NARCOTIC:
        return LONGEST_COURSE_DAYS if order.cancer else 7
    if order.type is PrescriptionType.PSYCHOTROPIC:
        return 30 if order.long_term else 10
    return 90 if order.long_term else 30


def _item_problems(
    order: PrescriptionOrder, item: ItemOrder, drug: Mapping[str, Any] | None, number: int
) -> Problems:
    place = ("items", number)
    problems: Problems = []
    if drug is None:
        problems.append(problem("DRUG_UNKNOWN", "no drug has this number", *place, "drug"))
    elif not _fits(order.type, drug.get("control_class")):
        message = "the drug's control class asks for another type of prescription"
        problems.append(problem("TYPE_MISMATCH", message, *place, "drug"))
    if to_thousandths(Decimal(item.quantity)) is None:
        message = "the quantity is not a positive number of thousandths"
        problems.append(problem("QUANTITY_INVALID", message, *place, "quantity"))
    if not 1 <= item.days <= longest_supply(order):
        message = f"supply is for 1 to {longest_supply(order)} days"
        problems.append(problem("SUPPLY_TOO_LONG", message, *place, "days"))
    if not item.dosage.strip():
        problems.append(problem("DOSAGE_MISSING", "a dosage is needed", *place, "dosage"))
    if order.type is PrescriptionType.NARCOTIC and not (item.quantity_in_words or "").strip():
        message = "the quantity of a narcotic is also written in words"
        problems.append(problem("QUANTITY_WORDS_MISSING", message, *place, "quantityInWords"))
    return problems


def _text_problems(order: PrescriptionOrder) -> Problems:
    """Texts that are too long to be what they are meant to be."""
    texts = [("advice", order.advice), ("accompanyingAdult", order.accompanying_adult)]
    problems = [
        problem("TEXT_TOO_LONG", f"at most {LONGEST_TEXT} characters are kept", name)
        for name, text in texts
        if text is not None and len(text) > LONGEST_TEXT
    ]
    problems += [
        problem("TEXT_TOO_LONG", f"at most {LONGEST_TEXT} characters are kept", "items", number)
        for number, item in enumerate(order.items)
        if len(item.dosage) + len(item.quantity_in_words or "") > LONGEST_TEXT
    ]
    if len(order.diagnoses) > MOST_DIAGNOSES:
        message = f"a prescription has {MOST_DIAGNOSES} diagnoses at most"
        problems.append(problem("DIAGNOSIS_COUNT", message, "diagnoses"))
    return problems


def _fits(kind: PrescriptionType, control_class: str | None) -> bool:
    """Whether a drug of a control class may stand on a prescription of a type."""
    if kind in {PrescriptionType.NARCOTIC, PrescriptionType.PSYCHOTROPIC}:
        return control_class == kind.value
    return control_class is None


def _course_problems(order: PrescriptionOrder, author: Author) -> Problems:
    if order.type is not PrescriptionType.NARCOTIC:
        return []
    if order.course is None:
        return [problem("COURSE_MISSING", "a narcotic is prescribed per course", "course")]
    problems: Problems = []
    longest = longest_supply(order)
    if not 1 <= order.course.days <= longest:
        message = f"a course lasts 1 to {longest} days"
        problems.append(problem("COURSE_TOO_LONG", message, "course", "days"))
    if not 1 <= order.course.number <= 3:
        problems.append(
            problem("COURSE_NUMBER", "there are three courses at most", "course", "number")
        )
    today = author.now.astimezone(VIETNAM).date()
    if not today <= order.course.start <= today + timedelta(days=2 * LONGEST_COURSE_DAYS):
        message = "a course begins today or follows the courses before it"
        problems.append(problem("COURSE_START", message, "course", "start"))
    return problems


def _child_problems(order: PrescriptionOrder, author: Author) -> Problems:
    age = recipient_age(order, author)
    problems: Problems = []
    if age is None:
        message = "no birth date is registered: the age in months is needed"
        return [problem("AGE_MISSING", message, "ageMonths")]
    if age >= SMALL_CHILD_MONTHS:
        return []
    if order.weight is None:
        message = "the weight of a child under 72 months is needed"
        problems.append(problem("CHILD_WEIGHT_MISSING", message, "weight"))
    if not (order.accompanying_adult or "").strip():
        message = "the adult who brings a child under 72 months is needed"
        problems.append(problem("CHILD_ADULT_MISSING", message, "accompanyingAdult"))
    return problems
