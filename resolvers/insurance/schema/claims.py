"""Claims with their amounts, as the portal holds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from strawberry import federation
from strawberry.types.info import Info

from access.categories import Category
from resolvers.datatypes.directives import consent, subject
from resolvers.datatypes.references import Facility, facility
from resolvers.datatypes.scalars import DateTime, Decimal, date_time, decimal_of
from resolvers.datatypes.values import CodeableConcept, Coding, Money
from resolvers.federation import text_key
from resolvers.insurance.history import ICD10, diagnosis_codes


@federation.type(description="One line of a claim: a drug, a service or supplies.")
class ClaimItem:
    """A line of XML2 or XML3."""

    code: str | None = federation.field(
        default=None, description="Code of the drug, service or supply in the insurance lists."
    )
    name: str | None = federation.field(default=None, description="Its name.")
    quantity: Decimal | None = federation.field(default=None, description="How much.")
    total: Money | None = federation.field(default=None, description="Price of the line.")
    fund: Money | None = federation.field(default=None, description="What the fund pays of it.")


@federation.type(
    keys=["id"],
    description="What a facility claimed for an episode (FHIR Claim, ExplanationOfBenefit).",
    directives=[subject(), consent(Category.CLAIMS)],
)
class Claim:
    """A claim."""

    id: strawberry.ID = federation.field(description="Opaque id.")
    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whose episode it was."
    )
    facility: Facility | None = federation.field(default=None, description="Who claimed.")
    date: DateTime | None = federation.field(default=None, description="When the episode began.")
    diagnoses: list[CodeableConcept] | None = federation.field(
        default=None, description="ICD-10 codes of the claim, the main one first."
    )
    total: Money | None = federation.field(default=None, description="Cost of the episode.")
    fund: Money | None = federation.field(
        default=None, description="What the insurance fund pays (T_BHTT)."
    )
    co_payment: Money | None = federation.field(
        default=None, description="The patient's part of covered costs (T_BNCCT)."
    )
    self_payment: Money | None = federation.field(
        default=None, description="What is not covered and the patient pays (T_BNTT)."
    )
    other_sources: Money | None = federation.field(
        default=None, description="What others pay (T_NGUONKHAC)."
    )
    items: list[ClaimItem] | None = federation.field(
        default=None, description="The lines: drugs first, then services and supplies."
    )

    @classmethod
    async def resolve_reference(
        cls,
        info: Info,
        representation: Mapping[str, object],
    ) -> "Claim | None":
        """The claim of a representation."""
        loaders = info.context.loaders
        row = await loaders.claims_by_id.load(text_key(representation))
        if row is None:
            return None
        found, _ = await loaders.tables([row])
        return claim(row, found.get(row["_id"]))


def claim(row: Mapping[str, Any], tables: Mapping[str, Any] | None) -> Claim:
    """The object of a claim.

    Args:
        row: Its entry in the index.
        tables: The portal's tables, or ``None`` where they cannot be had: then the amounts are
            absent.
    """
    head = _table(tables, "xml1")
    lines = [*_lines(tables, "dsXml2", "THUOC"), *_lines(tables, "dsXml3", "DICH_VU")]
    return Claim(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        facility=facility(row["facility_id"]),
        date=date_time(row["date"]),
        diagnoses=None if tables is None else list(_diagnoses(tables)),
        total=_money(head.get("T_TONGCHI_BV")),
        fund=_money(head.get("T_BHTT")),
        co_payment=_money(head.get("T_BNCCT")),
        self_payment=_money(head.get("T_BNTT")),
        other_sources=_money(head.get("T_NGUONKHAC")),
        items=None if tables is None else lines,
    )


@dataclass(frozen=True, slots=True)
class ClaimTables:
    """The portal's tables of some claims.

    Attributes:
        by_claim: Tables by claim id.
        is_complete: Whether the portal answered for all of them.
    """

    by_claim: Mapping[str, Mapping[str, Any]]
    is_complete: bool

    def claim(self, row: Mapping[str, Any]) -> Claim:
        """The object of a claim by its entry in the index."""
        return claim(row, self.by_claim.get(row["_id"]))


def _diagnoses(tables: Mapping[str, Any]) -> Iterable[CodeableConcept]:
    for code in diagnosis_codes(tables):
        yield CodeableConcept(coding=[Coding(system=ICD10, code=code)])


def _lines(tables: Mapping[str, Any] | None, table: str, kind: str) -> Iterable[ClaimItem]:
    rows = (tables or {}).get(table)
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            quantity = row.get("SO_LUONG")
            yield ClaimItem(
                code=_text(row.get(f"MA_{kind}")),
                name=_text(row.get(f"TEN_{kind}")),
                quantity=_decimal(quantity),
                total=_money(row.get("THANH_TIEN_BV")),
                fund=_money(row.get("T_BHTT")),
            )


def _table(tables: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    table = (tables or {}).get(name)
    return table if isinstance(table, dict) else {}


def _money(value: object) -> Money | None:
    amount = _decimal(value)
    return None if amount is None else Money(amount=amount, currency="VND")


def _decimal(value: object) -> Decimal | None:
    if not isinstance(value, str | int | float) or value == "":
        return None
    try:
        return decimal_of(value)
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
