"""What a visit is to be made of, before it is made."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.population.terms import (
    Ailment,
)


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What a visit is to be made of.

    Args:
        person_id: Whose.
        years: Age of the patient.
        sex: female or male.
        facility: Where.
        start: When.
        kind: MA_LOAI_KCB.
        ailments: The first is the main diagnosis.
        ongoing: Whether it still lasts.
    """

    person_id: str
    years: int
    sex: str
    facility: str
    start: datetime
    kind: str
    ailments: tuple[Ailment, ...]
    ongoing: bool = False
