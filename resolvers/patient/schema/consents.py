"""Consents as the citizen sees them, readable as FHIR R4 Consent provisions."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import federation

from resolvers.datatypes.directives import consent, subject
from resolvers.datatypes.documents import period
from resolvers.datatypes.rows import SubjectRow
from resolvers.datatypes.scalars import DateTime, date_time
from resolvers.datatypes.values import Period
from resolvers.patient.schema.enums import Action, Category, Label, Purpose


@strawberry.enum(description="What kind of grantee a consent names.")
class GranteeType(Enum):
    """Kinds of grantee."""

    PRACTITIONER = strawberry.enum_value(
        "practitioner", description="One practitioner, by id (người hành nghề)."
    )
    ORGANIZATION = strawberry.enum_value(
        "organization", description="A facility, by id (cơ sở khám chữa bệnh)."
    )
    ROLE = strawberry.enum_value("role", description="Everybody of a role, by its name (vai trò).")


@strawberry.enum(description="Whether a consent permits or denies.")
class ConsentDecision(Enum):
    """Permit or deny."""

    PERMIT = strawberry.enum_value("permit", description="It permits (đồng ý).")
    DENY = strawberry.enum_value("deny", description="It denies, before any permit (từ chối).")


@strawberry.enum(description="Where a consent stands; only an active one has force.")
class ConsentStatus(Enum):
    """States of a consent."""

    PROPOSED = strawberry.enum_value(
        "proposed", description="Asked for, not yet answered (chờ trả lời)."
    )
    ACTIVE = strawberry.enum_value(
        "active", description="In force within its period (có hiệu lực)."
    )
    REJECTED = strawberry.enum_value("rejected", description="The subject said no (đã từ chối).")
    WITHDRAWN = strawberry.enum_value(
        "withdrawn", description="The subject took it back (đã rút lại)."
    )
    EXPIRED = strawberry.enum_value("expired", description="Its period is over (hết hạn).")


@federation.type(description="Whom a consent names.")
class Grantee:
    """A practitioner, an organization or a role."""

    type: GranteeType = federation.field(description="What kind of grantee.")
    id: strawberry.ID = federation.field(description="Its id, or the role's name.")


@federation.type(
    description="A consent or a refusal of the patient (FHIR Consent), for one purpose.",
    directives=[subject(), consent(Category.CONSENTS)],
)
class Consent(SubjectRow):
    """FHIR Consent with one provision."""

    version: int | None = federation.field(
        default=None, description="Raised by every change, from 1."
    )
    status: ConsentStatus | None = federation.field(default=None, description="Where it stands.")
    decision: ConsentDecision | None = federation.field(
        default=None, description="Whether it permits or denies."
    )
    grantee: Grantee | None = federation.field(default=None, description="Whom it names.")
    categories: list[Category] | None = federation.field(
        default=None, description="Which groups of fields."
    )
    consent_labels: list[Label] | None = federation.field(
        default=None, name="labels", description="Which sensitive rows, by name."
    )
    actions: list[Action] | None = federation.field(default=None, description="What may be done.")
    purpose: Purpose | None = federation.field(
        default=None, description="The one purpose that it is for."
    )
    period: Period | None = federation.field(default=None, description="When it is in force.")
    data_period: Period | None = federation.field(
        default=None, description="The time that the data must be from."
    )
    evidence: str | None = federation.field(
        default=None, description="Reference of the proof: a signature or a VNeID authentication."
    )
    given: DateTime | None = federation.field(default=None, description="When it was given.")
    withdrawn: DateTime | None = federation.field(
        default=None, description="When it was taken back."
    )


def consent_of(row: Mapping[str, Any], now: datetime) -> Consent:
    """The object of a stored consent.

    Args:
        row: As the repository stores it.
        now: The instant that its status is told for.
    """
    withdrawn = row.get("withdrawn")
    return Consent(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        version=row["version"],
        status=_status(row, now),
        decision=ConsentDecision(row["decision"]),
        grantee=Grantee(
            type=GranteeType(row["grantee"]["type"]), id=strawberry.ID(row["grantee"]["id"])
        ),
        categories=[Category(name) for name in row["categories"]],
        consent_labels=[Label(name) for name in row["consent_labels"]],
        actions=[Action(name) for name in row["actions"]],
        purpose=Purpose(row["purpose"]),
        period=period(row["period"]),
        data_period=period(row.get("data_period")),
        evidence=row["evidence"],
        given=date_time(row["date"]),
        withdrawn=None if withdrawn is None else date_time(withdrawn),
    )


def _status(row: Mapping[str, Any], now: datetime) -> ConsentStatus:
    """The stored status, or expired once the period is over."""
    status = ConsentStatus(row["status"])
    end = row["period"].get("end")
    if status is ConsentStatus.ACTIVE and end is not None and end <= now:
        return ConsentStatus.EXPIRED
    return status
