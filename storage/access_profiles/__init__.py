"""Access profiles: one document per subject, and the index from identifiers to subjects."""

from access.categories import Action
from storage.access_profiles.model import (
    ALWAYS,
    WILDCARD,
    AccessProfile,
    BreakGlassEntry,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    ConsentStatus,
    Grantee,
    GranteeKind,
    Period,
    PrescriptionLink,
    Representation,
    Representative,
    RepresentativeKind,
)

__all__ = [
    "ALWAYS",
    "WILDCARD",
    "AccessProfile",
    "Action",
    "BreakGlassEntry",
    "CareRelationship",
    "CareRelationshipKind",
    "ConsentEntry",
    "ConsentStatus",
    "Grantee",
    "GranteeKind",
    "Period",
    "PrescriptionLink",
    "Representation",
    "Representative",
    "RepresentativeKind",
]
