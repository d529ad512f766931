"""Access profiles: one document per subject, and the index from identifiers to subjects."""

from access.categories import Action
from storage.access_profiles.changes import StaleConsentError, UnknownConsentError
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
from storage.access_profiles.repository import (
    PROFILE_INDEXES,
    AccessProfiles,
    ChangeFeed,
    Freshness,
    UnknownSubjectError,
)
from storage.access_profiles.subject_index import (
    IDENTIFIER_KINDS,
    IdentifierLink,
    IdentifierTakenError,
)

__all__ = [
    "ALWAYS",
    "IDENTIFIER_KINDS",
    "PROFILE_INDEXES",
    "WILDCARD",
    "AccessProfile",
    "AccessProfiles",
    "Action",
    "BreakGlassEntry",
    "CareRelationship",
    "CareRelationshipKind",
    "ChangeFeed",
    "ConsentEntry",
    "ConsentStatus",
    "Freshness",
    "Grantee",
    "GranteeKind",
    "IdentifierLink",
    "IdentifierTakenError",
    "Period",
    "PrescriptionLink",
    "Representation",
    "Representative",
    "RepresentativeKind",
    "StaleConsentError",
    "UnknownConsentError",
    "UnknownSubjectError",
]
