"""Prescriptions and drugs as documents of the pharmacy subgraph."""

from collections.abc import Mapping
from typing import Any

from resolvers.pharmacy.codes import PrescriptionType, parse_code
from resolvers.pharmacy.issuing import prescription_row
from resolvers.pharmacy.records import (
    Author,
    Dispenser,
    ItemOrder,
    PrescriptionOrder,
    SupplyLine,
)
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.pharmacy.supplies import dispense_row
from resolvers.pharmacy.validity import Course
from sandbox.documents.patients import concept
from sandbox.population.model import Drug, Person, Prescription, PrescriptionItem

Document = dict[str, Any]
_DIGITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def drug_document(drug: Drug) -> Document:
    """Return a drug of the register."""
    return {
        "_id": drug.registration,
        "registration_number": drug.registration,
        "name": drug.brand,
        "ingredients": drug.generic.split(" + "),
        "strength": drug.strength or None,
        "form": drug.form,
        "route": drug.route,
        "unit": drug.unit,
        "atc": drug.atc or None,
        "prescription_only": drug.prescription_only,
        "control_class": drug.control if drug.control in {"N", "H"} else None,
    }


class PrescriptionDocuments:
    """Turns prescriptions into documents.

    Args:
        repository: Seals the name of who brings a child.
        drugs: Documents of the register by registration number.
    """

    def __init__(self, repository: PharmacyRepository, drugs: Mapping[str, Document]) -> None:
        self._repository = repository
        self._drugs = drugs

    def document(
        self, prescription: Prescription, person: Person, ids: Mapping[str, str]
    ) -> Document:
        """Return the document of a prescription with its dispenses.

        Args:
            prescription: The prescription.
            person: Whom it is for.
            ids: Ids of the person's prescriptions by code, for replacements.
        """
        order = _order(prescription)
        author = Author(
            prescription.facility, prescription.practitioner, person.birth_date,
            prescription.issued,
        )  # fmt: skip
        code = parse_code(prescription.code)
        row = prescription_row(prescription.id, order, author, self._drugs, code)
        row["accompanying_adult"] = self._repository.seal_adult(
            prescription.id, prescription.companion
        )
        if prescription.replaces is not None:
            row["replaces"] = ids[prescription.replaces]
        if prescription.replaced_by is not None:
            row["status"] = "replaced"
            row["replaced_by"] = ids[prescription.replaced_by]
            row["replaced"] = prescription.issued
        for dispense in prescription.dispenses:
            self._hand_over(row, prescription, dispense.id)
        return row

    def _hand_over(self, row: Document, prescription: Prescription, dispense_id: str) -> None:
        """Add a dispense and count down what is left."""
        made = next(one for one in prescription.dispenses if one.id == dispense_id)
        positions = {item.id: str(at) for at, item in enumerate(prescription.items, 1)}
        lines = tuple(
            SupplyLine(positions[line.item], line.drug.registration, str(line.quantity))
            for line in made.lines
        )
        by = Dispenser(made.pharmacy, made.pharmacist, made.at)
        dispense = dispense_row(made.id, row, lines, self._drugs, by)
        for line in dispense["lines"]:
            row["items"][line["index"]]["remaining"] -= line["count"]
            row["remaining_total"] -= line["count"]
        row["dispenses"].append(dispense)
        row["marks"][made.id] = True


def _order(prescription: Prescription) -> PrescriptionOrder:
    course = prescription.course
    return PrescriptionOrder(
        subject=prescription.person,
        type=PrescriptionType(prescription.kind),
        items=tuple(_item(item, prescription.kind) for item in prescription.items),
        diagnoses=tuple(concept(code) for code in prescription.diagnoses),
        advice=prescription.advice,
        weight=prescription.weight,
        age_months=prescription.age_months,
        course=None
        if course is None
        else Course(course[0], course[1], (course[2] - course[1]).days + 1),
    )


def _item(item: PrescriptionItem, kind: str) -> ItemOrder:
    return ItemOrder(
        drug=item.drug.registration,
        quantity=str(item.quantity),
        days=min(30, max(1, item.quantity // 2)) if item.drug.unit == "viên" else 7,
        dosage=item.dosage,
        quantity_in_words=in_words(item.quantity) if kind == "N" else None,
    )


def in_words(number: int) -> str:
    """Return a whole number below 100 in Vietnamese words, as narcotics need it."""
    tens, units = divmod(number, 10)
    if tens == 0:
        return _DIGITS[units].capitalize()
    words = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    ending = {0: "", 5: " lăm"}.get(units)
    if ending is None:
        ending = " mốt" if units == 1 and tens > 1 else f" {_DIGITS[units]}"
    return f"{words}{ending}".capitalize()
