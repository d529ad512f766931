"""The log of accesses as the citizen sees it."""

import strawberry
from strawberry import federation

from resolvers.datatypes.references import Facility, facility
from resolvers.datatypes.scalars import DateTime, date_time
from resolvers.patient.records import AccessEntry


@federation.type(
    description="An access to the book, permitted or denied (FHIR AuditEvent), without content."
)
class AccessLogEntry:
    """FHIR AuditEvent for the subject."""

    recorded: DateTime = federation.field(description="When it was.")
    actor: strawberry.ID | None = federation.field(
        default=None, description="Stable id of who asked."
    )
    role: str | None = federation.field(
        default=None,
        description=(
            "In which role: `citizen` (công dân), `practitioner` (người hành nghề), `pharmacist` "
            "(nhà thuốc), `insurer` (bảo hiểm xã hội), `authority` (cơ quan quản lý y tế)."
        ),
    )
    organization: Facility | None = federation.field(
        default=None, description="For which facility, pharmacy or insurer."
    )
    organization_id: strawberry.ID | None = federation.field(
        default=None, description="Id of the organization, also where it is no facility."
    )
    purpose: str | None = federation.field(
        default=None, description="Purpose of use (HL7 v3 PurposeOfUse), e.g. `TREAT`."
    )
    category: str | None = federation.field(
        default=None, description="Which group of fields was asked for."
    )
    action: str | None = federation.field(default=None, description="`read` or `write`.")
    permitted: bool = federation.field(description="Whether it was permitted.")
    basis: str | None = federation.field(
        default=None,
        description=(
            "By which rule it was permitted: `SELF` (chính người bệnh), `REPRESENTATIVE` (người "
            "đại diện), `STATUTE` (theo luật), `CONSENT` (có sự đồng ý), `CARE_RELATIONSHIP` "
            "(đang điều trị), `PRESCRIPTION_CODE` (xuất trình mã đơn). Or why it was denied: "
            "`HIDDEN_BY_LAW` (luật giữ kín), `NOT_COVERED` (ngoài phạm vi đại diện), "
            "`ROLE_CEILING` (ngoài quyền của vai trò), `EXPLICIT_DENY` (người bệnh từ chối), "
            "`LABEL_NOT_NAMED` (thông tin nhạy cảm chưa được đồng ý đích danh), `NO_BASIS` (không "
            "có căn cứ), `NO_PROFILE` (không có hồ sơ). Values may be added."
        ),
    )


def access_log_entry(entry: AccessEntry) -> AccessLogEntry:
    """The object of an access."""
    return AccessLogEntry(
        recorded=date_time(entry.recorded),
        actor=strawberry.ID(entry.actor) if entry.actor else None,
        role=entry.role,
        organization=facility(entry.organization),
        organization_id=strawberry.ID(entry.organization) if entry.organization else None,
        purpose=entry.purpose,
        category=entry.category,
        action=entry.action,
        permitted=entry.permitted,
        basis=entry.basis,
    )
