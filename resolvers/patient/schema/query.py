"""The root fields of the patient subgraph that read."""

from typing import Annotated

import strawberry

from access.categories import Category
from resolvers.datatypes.directives import consent, scopes
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.scalars import PartialDate
from resolvers.patient.schema.context import PatientInfo
from resolvers.patient.schema.patient import Patient, patient_of
from resolvers.patient.schema.recipient import PrescriptionRecipient

PatientId = Annotated[strawberry.ID, strawberry.argument(description="The patient's opaque id.")]
System = Annotated[
    str,
    strawberry.argument(
        description="URI of the numbering system of VN Core, e.g. that of the national id."
    ),
]
Value = Annotated[str, strawberry.argument(description="The number.")]
BirthDate = Annotated[
    PartialDate, strawberry.argument(description="Her birth date, as far as it is registered.")
]


_RECORD = [consent(Category.RECORD)]
_INSURER = ["system/Coverage.r"]
"""The insurer reaches a person by way of her coverage; it reads nothing else of the Patient."""


@strawberry.type
class Query:
    """Reads of the patient subgraph."""

    @resolved(
        description="The citizen's own book.",
        directives=_RECORD,
        requires_scopes=scopes("Patient", contexts=("patient",)),
    )
    async def me(self, info: PatientInfo) -> Patient | None:
        """The patient of the caller's own token."""
        patient_id = info.context.access.patient
        return None if patient_id is None else await _patient(info, patient_id)

    @resolved(
        description="The book of a person; null where the caller may not know of her.",
        directives=_RECORD,
        requires_scopes=[*scopes("Patient", contexts=("patient", "user", "system")), _INSURER],
    )
    async def patient(self, info: PatientInfo, id: PatientId) -> Patient | None:  # noqa: A002
        """The patient of an id."""
        return await _patient(info, id)

    @resolved(
        description=(
            "Look-up of a person by staff. A number that nobody bears, one that does not fit the "
            "birth date and one of a person whom the caller may not know of answer alike."
        ),
        directives=_RECORD,
        requires_scopes=[*scopes("Patient", contexts=("user", "system")), _INSURER],
    )
    async def patient_by_identifier(
        self, info: PatientInfo, system: System, value: Value, birth_date: BirthDate
    ) -> Patient | None:
        """The patient of a number and a birth date."""
        record = await info.context.commands.find_person(system, value)
        if record is None or record.birth_date != birth_date:
            return None
        return patient_of(record) if _may_know(info, record.id) else None


async def _patient(info: PatientInfo, patient_id: str) -> Patient | None:
    """The patient, if the caller may know of her."""
    if not _may_know(info, patient_id):
        return None
    record = await info.context.loaders.patients.load(patient_id)
    return None if record is None else patient_of(record)


def _may_know(info: PatientInfo, patient_id: str) -> bool:
    """Whether the gateway permitted anything about a person; else nobody is told of her."""
    return bool(info.context.access.access_to(patient_id).groups)


ENTITIES = (PrescriptionRecipient,)
"""Entities that no field of this subgraph leads to."""
