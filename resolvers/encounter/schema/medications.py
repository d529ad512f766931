"""What hospitals order and give without a national prescription code."""

from collections.abc import Mapping
from typing import Any

from strawberry import federation

from resolvers.datatypes.scalars import DateTime
from resolvers.datatypes.values import CodeableConcept, Identifier, Quantity
from resolvers.encounter.dates import to_date_time
from resolvers.encounter.elements import (
    concept,
    first_at,
    identifiers,
    members,
    notes,
    objects,
    quantity,
    text,
    values_at,
)
from resolvers.encounter.kinds import MEDICATION_REQUESTS, Row, reference_id
from resolvers.encounter.schema.institutions import (
    Practitioner,
    first_practitioner,
)
from resolvers.encounter.schema.rows import ReasonedRow, held, row_type


@row_type(
    MEDICATION_REQUESTS,
    "A medication that a facility ordered or gave without a national prescription code "
    "(FHIR MedicationRequest).",
)
class MedicationRequest(ReasonedRow):
    """FHIR MedicationRequest."""

    identifiers: list[Identifier] | None = federation.field(
        default=None, description="The facility's own numbers of the order."
    )
    status: str | None = federation.field(
        default=None,
        description=(
            "`active`, `on-hold`, `cancelled`, `completed`, `entered-in-error`, `stopped`, "
            "`draft` or `unknown`."
        ),
    )
    intent: str | None = federation.field(
        default=None, description="`order`, `plan`, `proposal`, `instance-order`, …"
    )
    medication: CodeableConcept | None = federation.field(
        default=None, description="What was ordered."
    )
    authored: DateTime | None = federation.field(default=None, description="When it was ordered.")
    requester: Practitioner | None = federation.field(default=None, description="Who ordered it.")
    dosage: list[str] | None = federation.field(
        default=None, description="How to take it, in words, one text per instruction."
    )
    quantity: Quantity | None = federation.field(
        default=None, description="How much was to be handed over."
    )
    note: str | None = federation.field(default=None, description="Remarks.")


def medication_request_of(row: Row) -> MedicationRequest:
    """The object of a FHIR MedicationRequest."""
    given = row.resource
    return MedicationRequest(
        **held(row),
        identifiers=identifiers(given.get("identifier")),
        status=text(given.get("status")),
        intent=text(given.get("intent")),
        medication=_medication(given),
        authored=to_date_time(given.get("authoredOn")),
        requester=first_practitioner(given, "requester", row.facility),
        dosage=[
            words
            for each in values_at(given, "dosageInstruction.text")
            if (words := text(each)) is not None
        ],
        quantity=quantity(first_at(given, "dispenseRequest.quantity")),
        note=notes(given.get("note")),
    )


def _medication(given: Mapping[str, Any]) -> CodeableConcept | None:
    """The medication: as a concept, or as a reference to a Medication that came along."""
    stated = concept(given.get("medicationCodeableConcept"))
    if stated is not None:
        return stated
    reference = members(given.get("medicationReference"))
    target = reference.get("reference")
    local = target[1:] if isinstance(target, str) and target.startswith("#") else None
    wanted = local or reference_id(target, "Medication")
    for contained in objects(given.get("contained")):
        if wanted is not None and contained.get("id") == wanted:
            found = concept(contained.get("code"))
            if found is not None:
                return found
    words = text(reference.get("display"))
    return None if words is None else CodeableConcept(coding=[], text=words)
