"""Vaccinations: the national programme for children, a few doses of adults.

Ages follow the national expanded programme (TT 10/2024/TT-BYT, art. 1.1). Some doses are late or
missing, so that a schedule has due and overdue entries.
"""

import random
from datetime import date, datetime, time, timedelta

from sandbox.population.model import CVX, VIETNAM, Code, Immunization
from sandbox.population.seeds import Serial

_PROGRAMME = (
    (0, Code(CVX, "08", "Viêm gan B sơ sinh", "Hepatitis B, birth dose"), 1),
    (0, Code(CVX, "19", "Lao (BCG)", "BCG"), 1),
    (2, Code(CVX, "102", "DPT-VGB-Hib (5 trong 1)", "DPT-HepB-Hib"), 1),
    (2, Code(CVX, "178", "Bại liệt uống (bOPV)", "Oral polio, bivalent"), 1),
    (2, Code(CVX, "119", "Rota", "Rotavirus, monovalent"), 1),
    (3, Code(CVX, "102", "DPT-VGB-Hib (5 trong 1)", "DPT-HepB-Hib"), 2),
    (3, Code(CVX, "178", "Bại liệt uống (bOPV)", "Oral polio, bivalent"), 2),
    (3, Code(CVX, "119", "Rota", "Rotavirus, monovalent"), 2),
    (4, Code(CVX, "102", "DPT-VGB-Hib (5 trong 1)", "DPT-HepB-Hib"), 3),
    (4, Code(CVX, "178", "Bại liệt uống (bOPV)", "Oral polio, bivalent"), 3),
    (5, Code(CVX, "10", "Bại liệt tiêm (IPV)", "Inactivated polio"), 1),
    (9, Code(CVX, "05", "Sởi đơn", "Measles"), 1),
    (9, Code(CVX, "10", "Bại liệt tiêm (IPV)", "Inactivated polio"), 2),
    (12, Code(CVX, "39", "Viêm não Nhật Bản", "Japanese encephalitis"), 1),
    (12.8, Code(CVX, "39", "Viêm não Nhật Bản", "Japanese encephalitis"), 2),
    (18, Code(CVX, "04", "Sởi - Rubella", "Measles-rubella"), 1),
    (18, Code(CVX, "01", "DPT nhắc lại", "DPT booster"), 1),
    (25, Code(CVX, "39", "Viêm não Nhật Bản", "Japanese encephalitis"), 3),
    (84, Code(CVX, "138", "Uốn ván - bạch hầu (Td)", "Td booster"), 1),
)
_COVID = Code(CVX, "213", "COVID-19", "SARS-COV-2 (COVID-19), unspecified")
_INFLUENZA = Code(CVX, "88", "Cúm mùa", "Influenza, unspecified")
_TETANUS = Code(CVX, "35", "Uốn ván", "Tetanus toxoid, adsorbed")
PROGRAMME_YEARS = 12


def immunizations_of(
    rnd: random.Random, birth: date, today: date, serial: Serial, facility: str
) -> tuple[Immunization, ...]:
    """Return the doses that somebody got until today.

    Args:
        rnd: Decides what is late or missing.
        birth: Birth date.
        today: The last day.
        serial: Gives the ids.
        facility: Where they were given.
    """
    years = (today - birth).days // 365
    if years < PROGRAMME_YEARS:
        return _childhood(rnd, (birth, today), serial, facility)
    given = []
    if rnd.random() < 0.75:
        first = date(2021, 7, 1) + timedelta(days=rnd.randint(0, 120))
        given.append(_dose(rnd, serial, (_COVID, 1), first, facility))
        given.append(
            _dose(rnd, serial, (_COVID, 2), first + timedelta(days=rnd.randint(21, 60)), facility)
        )
    if rnd.random() < 0.12:
        day = today - timedelta(days=rnd.randint(10, 700))
        given.append(_dose(rnd, serial, (_INFLUENZA, 1), day, facility))
    if rnd.random() < 0.08:
        day = today - timedelta(days=rnd.randint(100, 2500))
        given.append(_dose(rnd, serial, (_TETANUS, 1), day, facility))
    return tuple(given)


def _childhood(
    rnd: random.Random, span: tuple[date, date], serial: Serial, facility: str
) -> tuple[Immunization, ...]:
    birth, today = span
    given: list[Immunization] = []
    missed: set[str] = set()
    for months, vaccine, dose in _PROGRAMME:
        late = rnd.randint(0, 12) if rnd.random() < 0.9 else rnd.randint(20, 90)
        day = birth + timedelta(days=int(months * 30.44) + late)
        if vaccine.code in missed or rnd.random() < 0.03:
            missed.add(vaccine.code)
        elif day <= today:
            given.append(_dose(rnd, serial, (vaccine, dose), day, facility))
    return tuple(given)


def _dose(
    rnd: random.Random, serial: Serial, what: tuple[Code, int], day: date, facility: str
) -> Immunization:
    vaccine, number = what
    at = datetime.combine(day, time(8 + number % 3, 15), VIETNAM)
    lot = f"VN{day:%y}{rnd.randint(1000, 9999)}"
    return Immunization(serial.next(), vaccine, at, number, lot, facility)
