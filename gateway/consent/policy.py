"""The policy's tables: what each role may ever see, and what it sees without asking.

Sources: Luật KCB 15/2023/QH15 art. 10, 12, 69 (who may read a record), Luật 91/2025/QH15 art. 19,
24 and 26 (personal data), TT 48/2017/TT-BYT (claims data to social insurance), TT 26/2025/TT-BYT
(pharmacies), NĐ 102/2025/NĐ-CP art. 10 k5 and 23, QĐ 2733/QĐ-BYT (2024) and QĐ 31/QĐ-BYT (2026)
art. 5 (a facility's duty to update the book of every patient when an episode is over). Where the
law leaves a choice the table is this project's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from access.categories import Action, Category
from access.episodes import LONGEST_EPISODE
from access.labels import HIDDEN_BY_LAW, Label
from access.purposes import Purpose, Role

_CLINICAL = frozenset(
    {
        Category.ALLERGIES,
        Category.HISTORY,
        Category.IMMUNIZATIONS,
        Category.VITALS,
        Category.ENCOUNTERS,
        Category.CONDITIONS,
        Category.OBSERVATIONS,
        Category.IMAGING,
        Category.PROCEDURES,
        Category.MEDICATIONS,
        Category.CLINICAL_NOTES,
        Category.REFERRALS,
        Category.PRESCRIPTIONS,
    }
)
_CARE = _CLINICAL | {
    Category.DEMOGRAPHICS,
    Category.IDENTIFIERS,
    Category.CONTACT,
    Category.REPRESENTATIVES,
    Category.PRESCRIPTION_PATIENT,
    Category.COVERAGE,
}
_CLAIM = frozenset(
    {
        Category.DEMOGRAPHICS,
        Category.ENCOUNTERS,
        Category.CONDITIONS,
        Category.COVERAGE,
        Category.CLAIMS,
    }
)
_SUMMARY = frozenset(
    {
        Category.DEMOGRAPHICS,
        Category.ALLERGIES,
        Category.IMMUNIZATIONS,
        Category.ENCOUNTERS,
        Category.REFERRALS,
        Category.PRESCRIPTIONS,
        Category.COVERAGE,
    }
)

Ceiling = Mapping[tuple[Role, Action], frozenset[Category]]


@dataclass(frozen=True, slots=True)
class Policy:
    """The tables that :func:`gateway.consent.decision.decide` is driven by.

    Attributes:
        hidden_by_law: Labels that nobody gets.
        self_write: What the subject, or who represents her, may change.
        summary: What a representative with summary reach reads.
        ceiling: The most that a role may have, by action; a role or action that is not listed has
            nothing.
        statutory: What a role gets by law, for which purpose, labels included.
        reporting_duty: What a role must write of an episode that is over, at its own facility, by
            law and so whatever the subject says; it opens no reading.
        care_view: What a care relationship opens by role and action.
        longest_episode: How long an episode for which no end is known gives care.
        dated: Categories of which a consent may open the rows of some time alone: those whose
            fields are rows with a date, and lists of them that the subgraphs filter. What says
            something about all rows (that no allergy is known, which vaccination is due) would be
            wrong of some.
        prescription_view: What a presented prescription code opens by action.
        representative_until_age: Years of age from which a representative no longer reads on her
            own (Luật 91/2025 art. 24: from 7 the child has a say).
    """

    hidden_by_law: frozenset[Label]
    self_write: frozenset[Category]
    summary: frozenset[Category]
    ceiling: Ceiling
    statutory: Mapping[tuple[Role, Purpose], frozenset[Category]]
    reporting_duty: Mapping[tuple[Role, Purpose], frozenset[Category]]
    care_view: Ceiling
    longest_episode: timedelta
    dated: frozenset[Category]
    prescription_view: Mapping[Action, frozenset[Category]]
    representative_until_age: int


HEALTH_BOOK_POLICY = Policy(
    hidden_by_law=HIDDEN_BY_LAW,
    self_write=frozenset({Category.VITALS, Category.CONSENTS}),
    summary=_SUMMARY,
    ceiling=MappingProxyType(
        {
            (Role.PRACTITIONER, Action.READ): _CARE,
            (Role.PRACTITIONER, Action.WRITE): frozenset(
                {Category.PRESCRIPTIONS, Category.ENCOUNTERS}
            ),
            (Role.PHARMACIST, Action.READ): frozenset(
                {Category.PRESCRIPTIONS, Category.ALLERGIES}
            ),
            (Role.PHARMACIST, Action.WRITE): frozenset({Category.PRESCRIPTIONS}),
            (Role.INSURER, Action.READ): _CLAIM,
        }
    ),
    statutory=MappingProxyType({(Role.INSURER, Purpose.PAYMENT): _CLAIM}),
    reporting_duty=MappingProxyType(
        {(Role.PRACTITIONER, Purpose.TREATMENT): frozenset({Category.ENCOUNTERS})}
    ),
    longest_episode=LONGEST_EPISODE,
    care_view=MappingProxyType(
        {
            (Role.PRACTITIONER, Action.READ): _CARE,
            (Role.PRACTITIONER, Action.WRITE): frozenset(
                {Category.PRESCRIPTIONS, Category.ENCOUNTERS}
            ),
        }
    ),
    dated=_CLINICAL - {Category.ALLERGIES, Category.IMMUNIZATIONS},
    prescription_view=MappingProxyType(
        {
            Action.READ: frozenset({Category.PRESCRIPTIONS}),
            Action.WRITE: frozenset({Category.PRESCRIPTIONS}),
        }
    ),
    representative_until_age=7,
)
"""The health book's policy."""
