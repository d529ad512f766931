"""The enums of the pharmacy subgraph's schema."""

import strawberry

from resolvers.pharmacy.codes import PrescriptionType
from resolvers.pharmacy.state import PrescriptionStatus

__all__ = ["PrescriptionStatus", "PrescriptionType"]

strawberry.enum(
    PrescriptionType,
    name="PrescriptionType",
    description="Kind of prescription, the last letter of its code. Values may be added.",
)
strawberry.enum(
    PrescriptionStatus,
    name="PrescriptionStatus",
    description="Where a prescription stands now. Values may be added.",
)
