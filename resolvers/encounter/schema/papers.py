"""Papers of an episode: discharge summary, referral, follow-up appointment."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from strawberry import federation

from resolvers.datatypes.scalars import DateTime
from resolvers.datatypes.values import CodeableConcept, Identifier, Period
from resolvers.encounter.dates import to_date_time
from resolvers.encounter.elements import (
    concept,
    earliest,
    first_at,
    identifiers,
    members,
    notes,
    period,
    text,
    values_at,
)
from resolvers.encounter.kinds import DISCHARGE_SUMMARIES, FOLLOW_UPS, REFERRALS, Row
from resolvers.encounter.schema.institutions import (
    Facility,
    Practitioner,
    first_practitioner,
    referenced_facility,
    referenced_practitioners,
)
from resolvers.encounter.schema.rows import HospitalRow, ReasonedRow, held, row_type


@row_type(
    DISCHARGE_SUMMARIES,
    "The summary of an episode at its end (tóm tắt hồ sơ bệnh án, giấy ra viện).",
)
class DischargeSummary(HospitalRow):
    """A FHIR DocumentReference of LOINC type 18842-5."""

    status: str | None = federation.field(
        default=None, description="`current`, `superseded` or `entered-in-error`."
    )
    type: CodeableConcept | None = federation.field(
        default=None, description="What kind of document it is."
    )
    title: str | None = federation.field(default=None, description="Its title.")
    written: DateTime | None = federation.field(default=None, description="When it was written.")
    period: Period | None = federation.field(
        default=None, description="The episode that it sums up."
    )
    authors: list[Practitioner] | None = federation.field(
        default=None, description="Who wrote it."
    )
    content_type: str | None = federation.field(
        default=None, description="Media type of the document at the facility."
    )
    text: str | None = federation.field(
        default=None,
        description="The document's text; absent where the facility keeps it in another form.",
    )


def discharge_summary_of(row: Row) -> DischargeSummary:
    """The object of a FHIR DocumentReference."""
    given = row.resource
    attachment = members(first_at(given, "content.attachment"))
    authors = given.get("author")
    return DischargeSummary(
        **held(row),
        status=text(given.get("status")),
        type=concept(given.get("type")),
        title=text(attachment.get("title")) or text(given.get("description")),
        written=earliest(given, ("date", "content.attachment.creation")),
        period=period(first_at(given, "context.period")),
        authors=referenced_practitioners(
            authors if isinstance(authors, list) else [], row.facility
        ),
        content_type=text(attachment.get("contentType")),
        text=_attached_text(attachment),
    )


@row_type(
    REFERRALS,
    "A referral to another facility (giấy chuyển cơ sở khám bệnh, chữa bệnh).",
)
class Referral(ReasonedRow):
    """A FHIR ServiceRequest of category referral."""

    identifiers: list[Identifier] | None = federation.field(
        default=None, description="The paper's numbers."
    )
    status: str | None = federation.field(
        default=None,
        description="`draft`, `active`, `on-hold`, `revoked`, `completed`, …",
    )
    code: CodeableConcept | None = federation.field(default=None, description="What is asked for.")
    signed: DateTime | None = federation.field(default=None, description="When it was signed.")
    validity: Period | None = federation.field(
        default=None,
        description="When it is good: 10 working days, or a year for the listed diseases.",
    )
    requester: Practitioner | None = federation.field(default=None, description="Who signed it.")
    to: Facility | None = federation.field(
        default=None, description="The facility that it leads to."
    )
    note: str | None = federation.field(default=None, description="Remarks.")


def referral_of(row: Row) -> Referral:
    """The object of a FHIR ServiceRequest."""
    given = row.resource
    named = (referenced_facility(each) for each in values_at(given, "performer"))
    return Referral(
        **held(row),
        identifiers=identifiers(given.get("identifier")),
        status=text(given.get("status")),
        code=concept(given.get("code")),
        signed=earliest(given, ("authoredOn", "occurrencePeriod.start", "occurrenceDateTime")),
        validity=period(given.get("occurrencePeriod")),
        requester=first_practitioner(given, "requester", row.facility),
        to=next((one for one in named if one is not None), None),
        note=notes(given.get("note")),
    )


@row_type(
    FOLLOW_UPS,
    "An appointment for a follow-up examination (giấy hẹn khám lại).",
)
class FollowUpAppointment(ReasonedRow):
    """A FHIR Appointment."""

    identifiers: list[Identifier] | None = federation.field(
        default=None, description="The paper's numbers."
    )
    status: str | None = federation.field(
        default=None,
        description="`proposed`, `pending`, `booked`, `arrived`, `fulfilled`, `cancelled`, …",
    )
    description: str | None = federation.field(default=None, description="What it is for.")
    start: DateTime | None = federation.field(default=None, description="When it begins.")
    end: DateTime | None = federation.field(default=None, description="When it ends.")
    practitioners: list[Practitioner] | None = federation.field(
        default=None, description="Whom she will see."
    )
    note: str | None = federation.field(default=None, description="Remarks for the patient.")


def follow_up_of(row: Row) -> FollowUpAppointment:
    """The object of a FHIR Appointment."""
    given = row.resource
    return FollowUpAppointment(
        **held(row),
        identifiers=identifiers(given.get("identifier")),
        status=text(given.get("status")),
        description=text(given.get("description")),
        start=to_date_time(given.get("start")),
        end=to_date_time(given.get("end")),
        practitioners=referenced_practitioners(
            list(values_at(given, "participant.actor")), row.facility
        ),
        note=text(given.get("patientInstruction")) or text(given.get("comment")),
    )


def _attached_text(attachment: Mapping[str, Any]) -> str | None:
    """The text of an attachment that carries one: base64 of a text media type."""
    media_type = attachment.get("contentType")
    encoded = attachment.get("data")
    if not isinstance(media_type, str) or not isinstance(encoded, str):
        return None
    if not media_type.strip().lower().startswith("text/plain"):
        return None
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return content.decode("utf-8", "replace") or None
