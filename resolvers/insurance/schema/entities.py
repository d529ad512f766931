"""What the insurance subgraph adds to patients, encounters and prescriptions."""

from collections.abc import Mapping, Sequence
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import TypeAlias

import strawberry
from strawberry import federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet
from strawberry.types.info import Info

from access.categories import Category
from resolvers.datatypes.connections import (
    COMPLETE,
    DEFAULT_PAGE,
    After,
    Completeness,
    Connection,
    First,
    MissingReason,
    MissingSource,
    connection,
    page_request,
)
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.scalars import date_time, decimal_of
from resolvers.datatypes.values import Money, Quantity
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.federation import text_key
from resolvers.insurance.loaders import InsuranceLoaders
from resolvers.insurance.schema.claims import Claim, ClaimTables
from resolvers.insurance.schema.coverage import Coverage, Eligibility, coverage, eligibility
from resolvers.insurance.share import PrescribedAmount, share_of
from resolvers.requests import RequestContext
from resolvers.rows import RowRequest, row_position
from resolvers.upstream import UpstreamError

InsuranceInfo: TypeAlias = Info[RequestContext[InsuranceLoaders, None], None]
"""What the resolvers of this subgraph get."""

_COVERAGE = scopes("Coverage", contexts=("patient", "user", "system"))
_CLAIMS = scopes("ExplanationOfBenefit", contexts=("patient", "system"))


def _unavailable() -> SubgraphError:
    return SubgraphError(
        ErrorCode.UPSTREAM_UNAVAILABLE,
        "the social-insurance portal does not answer",
        retryable=True,
    )


@federation.type(keys=["id"], directives=[subject("id")])
class Patient:
    """The insurance side of a patient."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(
        cls,
        info: InsuranceInfo,  # noqa: ARG003 - the signature of entity resolvers
        representation: Mapping[str, object],
    ) -> "Patient":
        """The patient of a representation."""
        return cls(id=text_key(representation))

    @resolved(
        description="Her social health insurance card.",
        directives=[consent(Category.COVERAGE)],
        requires_scopes=_COVERAGE,
    )
    async def coverage(self, info: InsuranceInfo) -> Coverage | None:
        """The card, from our own documents."""
        card = await info.context.loaders.cards.load(self.id)
        return None if card is None else coverage(card)

    @resolved(
        description="What the social-insurance portal says of her card today.",
        directives=[consent(Category.COVERAGE)],
        requires_scopes=_COVERAGE,
    )
    async def eligibility(self, info: InsuranceInfo) -> Eligibility | None:
        """The portal's answer."""
        loaders = info.context.loaders
        card = await loaders.cards.load(self.id)
        if card is None:
            return None
        try:
            answer = await loaders.answers.load(card)
        except UpstreamError as error:
            raise _unavailable() from error
        return eligibility(card, answer, date_time(info.context.now))

    @resolved(
        description="What facilities claimed for her.",
        directives=[consent(Category.CLAIMS)],
        requires_scopes=_CLAIMS,
    )
    async def claims(
        self, info: InsuranceInfo, first: First = DEFAULT_PAGE, after: After = None
    ) -> Connection[Claim] | None:
        """Claims with their amounts; a claim whose tables cannot be had has no amounts."""
        if not info.context.permits(self.id, Category.CLAIMS):
            return None
        loaders = info.context.loaders
        wanted = RowRequest(self.id, page_request(first, after))
        is_complete = await loaders.histories.load(self.id)
        page = await loaders.claims.load(wanted)
        tables = ClaimTables(*await loaders.tables(page.rows))
        if is_complete and tables.is_complete:
            completeness = COMPLETE
        else:
            completeness = Completeness(
                complete=False,
                missing_sources=[MissingSource(facility=None, reason=MissingReason.UNAVAILABLE)],
            )
            info.context.note(_unavailable(), info.path)
        return connection(
            page,
            tables.claim,
            row_position,
            completeness,
        )


@federation.type(keys=["id"])
class Encounter:
    """The insurance side of an encounter."""

    id: strawberry.ID

    @classmethod
    def resolve_reference(
        cls,
        info: InsuranceInfo,  # noqa: ARG003 - the signature of entity resolvers
        representation: Mapping[str, object],
    ) -> "Encounter":
        """The encounter of a representation."""
        return cls(id=text_key(representation))

    @resolved(
        description="What the facility claimed for it.",
        directives=[consent(Category.CLAIMS)],
        requires_scopes=_CLAIMS,
    )
    async def claim(self, info: InsuranceInfo) -> Claim | None:
        """The claim of this encounter."""
        loaders = info.context.loaders
        row = await loaders.claim_of_encounter.load(self.id)
        if row is None:
            return None
        tables = ClaimTables(*await loaders.tables([row]))
        if not tables.is_complete:
            raise _unavailable()
        return tables.claim(row)


@federation.type(description="Who pays what for a prescription.")
class PrescriptionCost:
    """Costs of a prescription."""

    total: Money = federation.field(description="Price of all items that have one.")
    fund: Money = federation.field(description="What the insurance fund pays.")
    patient: Money = federation.field(description="What is left for the patient.")
    complete: bool = federation.field(description="Whether every item has a price.")


@federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Drug:
    """A drug, of which the registration number is needed."""

    id: strawberry.ID
    registration_number: str = federation.field(external=True)


@federation.type
class PrescriptionItem:
    """An item, of which drug and quantity are needed."""

    drug: Drug = federation.field(external=True)
    prescribed: Quantity = federation.field(external=True)


@federation.type(keys=["id"])
class Prescription:
    """The insurance side of a prescription."""

    id: strawberry.ID
    subject_id: strawberry.ID = federation.field(external=True)
    items: list[PrescriptionItem] | None = federation.field(external=True, default=None)
    amounts: strawberry.Private[Sequence[PrescribedAmount]]

    @classmethod
    def resolve_reference(
        cls,
        info: InsuranceInfo,  # noqa: ARG003 - the signature of entity resolvers
        representation: Mapping[str, object],
    ) -> "Prescription":
        """The prescription of a representation, with what it was sent for the cost."""
        return cls(
            id=text_key(representation),
            subject_id=strawberry.ID(str(representation.get("subjectId", ""))),
            amounts=_amounts(representation.get("items")),
        )

    @resolved(
        description="What it costs the patient and what the insurance fund pays.",
        directives=[consent(Category.COVERAGE)],
        requires_scopes=_COVERAGE,
        requires=["subjectId items { drug { registrationNumber } prescribed { value } }"],
    )
    async def cost(self, info: InsuranceInfo) -> PrescriptionCost | None:
        """The split by the card's benefit level; nothing where no card is known."""
        loaders = info.context.loaders
        card = await loaders.cards.load(self.subject_id)
        if card is None:
            return None
        prices = await loaders.prices_of([item.registration_number for item in self.amounts])
        share = share_of(self.amounts, prices, card.benefit_percent)
        return PrescriptionCost(
            total=_dong(share.total),
            fund=_dong(share.fund),
            patient=_dong(share.patient),
            complete=share.is_complete,
        )


def _amounts(items: object) -> list[PrescribedAmount]:
    """The prescribed amounts of a representation; what is malformed is left out."""
    found: list[PrescribedAmount] = []
    for item in items if isinstance(items, list) else ():
        try:
            number = item["drug"]["registrationNumber"]
            found.append(PrescribedAmount(number, Number(item["prescribed"]["value"])))
        except (KeyError, TypeError, InvalidOperation):
            continue
    return found


def _dong(amount: Number) -> Money:
    return Money(amount=decimal_of(amount), currency="VND")
