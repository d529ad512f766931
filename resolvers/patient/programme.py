"""Vietnam's expanded programme on immunization (tiêm chủng mở rộng): which dose at which age.

Source: Thông tư 10/2024/TT-BYT of 13/06/2024, art. 1.1 (eleven diseases, in force since
01/08/2024), read in the summaries that provincial disease control centres and legal portals
publish. Ages, and the least time between doses, are the circular's; Japanese encephalitis: second
dose 1 to 2 weeks after the first, third a year after the second. The circular names no day on
which a dose is late, but for the birth dose of hepatitis B (24 hours), BCG (1 month) and, by the
Ministry's guidance, rotavirus (before 6 months): the other graces are this project's.

Vaccines are recognised by CVX codes (CDC, https://www2.cdc.gov/vaccines/iis/iisstandards).
A change of the programme is a change of this module alone.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Name(NamedTuple):
    """A name in two languages."""

    english: str
    vietnamese: str


class Span(NamedTuple):
    """A span of the calendar: months first, then days."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of a series.

    Attributes:
        age: Age from which it is due.
        grace: How long after that it counts as overdue.
        after: The least time since the dose before it; ``None`` for a series' first.
    """

    age: Span
    grace: Span
    after: Span | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One vaccine of the programme.

    Attributes:
        name: Name of the vaccine.
        diseases: Against which it protects.
        cvx: CVX codes of products that count as a dose of it.
        doses: Its doses in order.
    """

    name: Name
    diseases: tuple[Name, ...]
    cvx: frozenset[str]
    doses: tuple[Dose, ...]


_HEPATITIS_B = Name("hepatitis B", "viêm gan B")
_TUBERCULOSIS = Name("tuberculosis", "lao")
_DIPHTHERIA = Name("diphtheria", "bạch hầu")
_PERTUSSIS = Name("pertussis", "ho gà")
_TETANUS = Name("tetanus", "uốn ván")
_HIB = Name("Haemophilus influenzae b", "bệnh do Haemophilus influenzae týp b (Hib)")
_POLIO = Name("poliomyelitis", "bại liệt")
_ROTAVIRUS = Name("rotavirus", "tiêu chảy do vi rút Rota")
_MEASLES = Name("measles", "sởi")
_RUBELLA = Name("rubella", "rubella")
_ENCEPHALITIS = Name("Japanese encephalitis", "viêm não Nhật Bản B")

_WEEK, _MONTH, _YEAR = Span(days=7), Span(months=1), Span(months=12)
_AT_TWO_THREE_FOUR_MONTHS = (
    Dose(Span(months=2), grace=_MONTH),
    Dose(Span(months=3), grace=_MONTH, after=_MONTH),
    Dose(Span(months=4), grace=Span(months=2), after=_MONTH),
)

PROGRAMME: tuple[Series, ...] = (
    Series(
        Name("Hepatitis B (birth dose)", "Viêm gan B (liều sơ sinh)"),
        (_HEPATITIS_B,),
        frozenset({"08", "45"}),
        # 24 hours after the last minute of a day are the whole next day.
        (Dose(Span(), grace=Span(days=2)),),
    ),
    Series(
        Name("BCG", "Lao (BCG)"),
        (_TUBERCULOSIS,),
        frozenset({"19"}),
        (Dose(Span(), grace=_MONTH),),
    ),
    Series(
        Name("DPT-HepB-Hib", "Bạch hầu - ho gà - uốn ván - viêm gan B - Hib (5 trong 1)"),
        (_DIPHTHERIA, _PERTUSSIS, _TETANUS, _HEPATITIS_B, _HIB),
        frozenset({"102", "146", "198"}),
        _AT_TWO_THREE_FOUR_MONTHS,
    ),
    Series(
        Name("Oral polio", "Bại liệt uống (bOPV)"),
        (_POLIO,),
        frozenset({"02", "178", "182"}),
        _AT_TWO_THREE_FOUR_MONTHS,
    ),
    Series(
        Name("Inactivated polio", "Bại liệt tiêm (IPV)"),
        (_POLIO,),
        frozenset({"10", "89"}),
        (
            Dose(Span(months=5), grace=Span(months=2)),
            Dose(Span(months=9), grace=Span(months=3), after=_MONTH),
        ),
    ),
    Series(
        Name("Rotavirus", "Rota"),
        (_ROTAVIRUS,),
        frozenset({"116", "119", "122"}),
        (
            Dose(Span(months=2), grace=_MONTH),
            Dose(Span(months=3), grace=Span(months=3), after=_MONTH),
        ),
    ),
    Series(
        Name("Measles", "Sởi đơn"),
        (_MEASLES,),
        frozenset({"05"}),
        (Dose(Span(months=9), grace=Span(months=3)),),
    ),
    Series(
        Name("Measles-rubella", "Sởi - rubella (MR)"),
        (_MEASLES, _RUBELLA),
        frozenset({"03", "04", "94"}),
        (Dose(Span(months=18), grace=Span(months=6)),),
    ),
    Series(
        Name("DPT booster", "Bạch hầu - ho gà - uốn ván, mũi nhắc (DPT)"),
        (_DIPHTHERIA, _PERTUSSIS, _TETANUS),
        frozenset({"01", "20"}),
        (Dose(Span(months=18), grace=Span(months=6)),),
    ),
    Series(
        Name("Japanese encephalitis", "Viêm não Nhật Bản B"),
        (_ENCEPHALITIS,),
        frozenset({"39", "129", "134"}),
        (
            Dose(_YEAR, grace=Span(months=2)),
            Dose(Span(months=12, days=7), grace=_WEEK, after=_WEEK),
            Dose(Span(months=24, days=7), grace=Span(months=6), after=_YEAR),
        ),
    ),
    Series(
        Name("Td booster", "Uốn ván - bạch hầu giảm liều, mũi nhắc (Td)"),
        (_TETANUS, _DIPHTHERIA),
        frozenset({"09", "113", "138", "139", "196"}),
        (Dose(Span(months=84), grace=_YEAR),),
    ),
)
"""The programme."""

PROGRAMME_UNTIL_YEARS = 8
"""The birthday after which no dose of the programme is due any more."""
