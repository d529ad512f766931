"""What is asked of a decision, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from access.categories import Action, Category
from access.labels import Label
from access.purposes import Purpose


class Basis(StrEnum):
    """Why something is permitted."""

    SELF = "SELF"
    REPRESENTATIVE = "REPRESENTATIVE"
    STATUTE = "STATUTE"
    CONSENT = "CONSENT"
    CARE_RELATIONSHIP = "CARE_RELATIONSHIP"
    PRESCRIPTION_CODE = "PRESCRIPTION_CODE"


class DenialReason(StrEnum):
    """Why something is denied. For the audit only: the caller is told the category alone."""

    HIDDEN_BY_LAW = "HIDDEN_BY_LAW"
    NOT_COVERED = "NOT_COVERED"
    ROLE_CEILING = "ROLE_CEILING"
    EXPLICIT_DENY = "EXPLICIT_DENY"
    LABEL_NOT_NAMED = "LABEL_NOT_NAMED"
    NO_BASIS = "NO_BASIS"
    NO_PROFILE = "NO_PROFILE"


@dataclass(frozen=True, slots=True)
class Permit:
    """Permitted.

    Attributes:
        basis: The rule that permitted it.
        consent_id: The consent, where the basis is one.
        consent_version: Its version.
        is_dated: For rows of the time alone that consents name (see ``dated_consents``).
    """

    basis: Basis
    consent_id: str | None = None
    consent_version: int | None = None
    is_dated: bool = False


@dataclass(frozen=True, slots=True)
class Deny:
    """Denied.

    Attributes:
        reason: The rule that denied it.
        consent_id: The explicit deny, where the reason is one.
        consent_version: Its version.
    """

    reason: DenialReason
    consent_id: str | None = None
    consent_version: int | None = None


Decision = Permit | Deny


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What is asked for.

    Attributes:
        action: Read or write.
        category: The category of the field or row.
        label: The row's sensitivity label; ``None`` for unlabelled rows. A row with several labels
            needs a permit for each.
        purpose: Purpose of use, from the token.
        now: Aware time of the decision.
        presented_prescription: The subject's prescription was reached by the code that she showed.
        finished_episode: The caller's facility reports an episode that is over.
        by_date: Rows that are reached are judged by their date.
    """

    action: Action
    category: Category
    label: Label | None
    purpose: Purpose
    now: datetime
    presented_prescription: bool = False
    finished_episode: bool = False
    by_date: bool = False
