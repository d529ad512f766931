"""Drugs of the national register."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import federation
from strawberry.types.info import Info

from resolvers.datatypes.values import CodeableConcept, Coding
from resolvers.federation import text_key
from resolvers.pharmacy.issuing import ATC


@federation.type(
    keys=["id"],
    description="A drug of the national register.",
)
class Drug:
    """A registered drug."""

    id: strawberry.ID = federation.field(description="Opaque id.")
    registration_number: str = federation.field(
        description="Registration number: 12 digits (TT 32/2026), or an older one."
    )
    name: str | None = federation.field(default=None, description="Trade name.")
    ingredients: list[str] | None = federation.field(
        default=None, description="Active ingredients."
    )
    strength: str | None = federation.field(default=None, description="Strength, e.g. `500 mg`.")
    form: str | None = federation.field(default=None, description="Dosage form.")
    route: str | None = federation.field(default=None, description="Route of administration.")
    unit: str | None = federation.field(default=None, description="Unit it is counted in.")
    code: CodeableConcept | None = federation.field(
        default=None, description="The ingredient by ATC code."
    )
    prescription_only: bool | None = federation.field(
        default=None, description="Whether it needs a prescription."
    )
    control_class: str | None = federation.field(
        default=None, description="`N` narcotic, `H` psychotropic; absent for others."
    )

    @classmethod
    async def resolve_reference(
        cls, info: Info, representation: Mapping[str, object]
    ) -> "Drug | None":
        """The drug of a representation."""
        row = await info.context.loaders.drugs.load(text_key(representation))
        return None if row is None else drug_of({"id": row["_id"], **row})


def drug_of(row: Mapping[str, Any]) -> Drug:
    """The object of a drug, as the register or a prescription keeps it."""
    atc, name = row.get("atc"), row.get("name")
    return Drug(
        id=strawberry.ID(row["id"]),
        registration_number=row["registration_number"],
        name=name,
        ingredients=row.get("ingredients"),
        strength=row.get("strength"),
        form=row.get("form"),
        route=row.get("route"),
        unit=row.get("unit"),
        code=CodeableConcept(coding=[Coding(system=ATC, code=atc)], text=name) if atc else None,
        prescription_only=row.get("prescription_only"),
        control_class=row.get("control_class"),
    )
