"""FHIR R4 data types as value types that any subgraph may resolve (`@shareable`)."""

from strawberry import federation

from resolvers.datatypes.scalars import DateTime, Decimal


@federation.type(
    shareable=True,
    description="A code of a code system (FHIR Coding).",
)
class Coding:
    """FHIR Coding."""

    system: str | None = federation.field(
        default=None, description="URI of the code system, e.g. `http://hl7.org/fhir/sid/icd-10`."
    )
    version: str | None = federation.field(
        default=None, description="Version of the code system, if the source states it."
    )
    code: str | None = federation.field(default=None, description="The code itself.")
    display: str | None = federation.field(
        default=None, description="The code's meaning in words, as its source wrote it."
    )


@federation.type(
    shareable=True,
    description="A concept, by codes of one or more systems and by text (FHIR CodeableConcept).",
)
class CodeableConcept:
    """FHIR CodeableConcept."""

    coding: list[Coding] = federation.field(
        default_factory=list, description="The same concept in one or more code systems."
    )
    text: str | None = federation.field(
        default=None, description="The concept as a person would say it."
    )


@federation.type(shareable=True, description="An amount with its unit (FHIR Quantity).")
class Quantity:
    """FHIR Quantity."""

    value: Decimal | None = federation.field(default=None, description="The number, as text.")
    comparator: str | None = federation.field(
        default=None,
        description="`<`, `<=`, `>=` or `>` where the value is a bound, not the number itself.",
    )
    unit: str | None = federation.field(default=None, description="The unit in words.")
    system: str | None = federation.field(
        default=None, description="URI of the system that codes the unit, usually UCUM."
    )
    code: str | None = federation.field(default=None, description="The unit's code.")


@federation.type(shareable=True, description="An amount of money (FHIR Money).")
class Money:
    """FHIR Money."""

    amount: Decimal = federation.field(description="The amount, as text.")
    currency: str = federation.field(description="ISO 4217 code, `VND` nearly always.")


@federation.type(shareable=True, description="A span of time; the end is exclusive (FHIR Period).")
class Period:
    """FHIR Period with an exclusive end."""

    start: DateTime | None = federation.field(default=None, description="When it begins.")
    end: DateTime | None = federation.field(
        default=None, description="When it is over; absent while it lasts."
    )


@federation.type(
    shareable=True,
    description="A unit of the administrative list: a province, district or commune.",
)
class AdministrativeUnit:
    """A province, district or commune with its code."""

    code: str | None = federation.field(
        default=None, description="Code in the administrative list."
    )
    name: str | None = federation.field(default=None, description="Its name.")


@federation.type(
    shareable=True,
    description=(
        "A postal address. Codes belong to the administrative list of the stated version: 63 "
        "provinces with districts until 30/06/2025, 34 without districts since 01/07/2025."
    ),
)
class Address:
    """An address by the administrative list that was in force."""

    text: str | None = federation.field(default=None, description="The whole address in one line.")
    line: str | None = federation.field(default=None, description="House, street and hamlet.")
    commune: AdministrativeUnit | None = federation.field(
        default=None, description="Commune or ward (xã, phường, đặc khu)."
    )
    district: AdministrativeUnit | None = federation.field(
        default=None, description="District, for addresses of the list before 01/07/2025."
    )
    province: AdministrativeUnit | None = federation.field(
        default=None, description="Province or city."
    )
    country: str | None = federation.field(default=None, description="ISO 3166-1 alpha-2 code.")
    list_version: str | None = federation.field(
        default=None, description="Version of the administrative list, e.g. `2025-07`."
    )


@federation.type(
    shareable=True,
    description="An identifier that some authority gave (FHIR Identifier).",
)
class Identifier:
    """FHIR Identifier."""

    system: str | None = federation.field(default=None, description="URI of the numbering system.")
    value: str | None = federation.field(default=None, description="The number itself.")
    period: Period | None = federation.field(
        default=None, description="When the number was in force."
    )
