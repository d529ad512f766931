"""Sensitivity labels of rows, computed from their codes.

The owning subgraph labels a row when it reads or stores it and filters it by the labels that the
access context permits. A code that is not listed has no label. Drugs and tests reveal a diagnosis
as much as the diagnosis itself does, so they carry its label too.

Sources: HL7 v3 ActCode (sensitivity), Luật 64/2006 art. 30 (HIV), Luật 13/2022 (domestic
violence), Luật Dân số 113/2025 art. 6 (fetal sex), NĐ 207/2025 (donors). The mapping itself is
this project's policy.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Label(StrEnum):
    """A sensitivity label; names follow v3 ActCode where it has one."""

    HIV = "HIV"
    STD = "STD"
    SUD = "SUD"
    MENTAL_HEALTH = "MH"
    DOMESTIC_VIOLENCE = "SDV"
    CHILD_ABUSE = "CHILD_ABUSE"
    REPRODUCTIVE = "SEX"
    GENETIC = "GDIS"
    GENDER = "GENDER"
    TRANSPLANT = "TRANSPLANT"
    FETAL_SEX = "FETAL_SEX"
    ART_DONOR = "ART_DONOR"


HIDDEN_BY_LAW: frozenset[Label] = frozenset({Label.FETAL_SEX, Label.ART_DONOR})
"""Labels that nobody gets through the health book, the subject included."""


class CodedValue(NamedTuple):
    """A code with its system (URI; several spellings are known for each system)."""

    system: str
    code: str


_ABUSE = frozenset({Label.DOMESTIC_VIOLENCE, Label.CHILD_ABUSE})

# (first code, last code, labels): ranges compare as text over the code without its dagger or star.
_ICD10_RANGES: tuple[tuple[str, str, frozenset[Label]], ...] = (
    ("A50", "A64.99", frozenset({Label.STD})),
    ("B20", "B24.99", frozenset({Label.HIV})),
    ("D56", "D56.99", frozenset({Label.GENETIC})),
    ("F10", "F19.99", frozenset({Label.SUD})),
    ("F00", "F09.99", frozenset({Label.MENTAL_HEALTH})),
    ("F64", "F64.99", frozenset({Label.GENDER, Label.MENTAL_HEALTH})),
    ("F20", "F99.99", frozenset({Label.MENTAL_HEALTH})),
    ("N97", "N97.99", frozenset({Label.REPRODUCTIVE})),
    ("O04", "O04.99", frozenset({Label.REPRODUCTIVE})),
    ("O98.7", "O98.79", frozenset({Label.HIV})),
    ("Q90", "Q99.99", frozenset({Label.GENETIC})),
    ("R75", "R75.99", frozenset({Label.HIV})),
    ("T74", "T74.99", _ABUSE),
    ("Y05", "Y07.99", _ABUSE),
    ("Z11.4", "Z11.49", frozenset({Label.HIV})),
    ("Z20.6", "Z20.69", frozenset({Label.HIV})),
    ("Z21", "Z21.99", frozenset({Label.HIV})),
    ("Z30", "Z31.4", frozenset({Label.REPRODUCTIVE})),
    ("Z31.5", "Z31.59", frozenset({Label.GENETIC, Label.REPRODUCTIVE})),
    ("Z31.6", "Z31.99", frozenset({Label.REPRODUCTIVE})),
    ("Z52", "Z52.99", frozenset({Label.TRANSPLANT})),
    ("Z71.7", "Z71.79", frozenset({Label.HIV})),
    ("Z94", "Z94.99", frozenset({Label.TRANSPLANT})),
)

# ATC prefixes: antiretrovirals (J05AE, AF, AG, AJ, AR), opioid substitution, alcohol dependence.
_ATC_PREFIXES: tuple[tuple[str, frozenset[Label]], ...] = (
    ("J05AE", frozenset({Label.HIV})),
    ("J05AF", frozenset({Label.HIV})),
    ("J05AG", frozenset({Label.HIV})),
    ("J05AJ", frozenset({Label.HIV})),
    ("J05AR", frozenset({Label.HIV})),
    ("N05A", frozenset({Label.MENTAL_HEALTH})),
    ("N07BB", frozenset({Label.SUD})),
    ("N07BC", frozenset({Label.SUD})),
    ("G03A", frozenset({Label.REPRODUCTIVE})),
)

_LOINC: dict[str, frozenset[Label]] = {
    **dict.fromkeys(
        (
            "55277-8",  # HIV status
            "75622-1",  # HIV 1 and 2 tests - meaningful use set
            "7917-8",  # HIV 1 Ab presence
            "5221-7",  # HIV 1 Ab immunoblot
            "68961-2",  # HIV 1 Ab rapid
            "56888-1",  # HIV 1+2 Ab+HIV1 p24 Ag
            "20447-9",  # HIV 1 RNA, viral load
            "25836-8",  # HIV 1 RNA
            "29893-5",  # HIV 1 Ab immunoassay
            "24467-3",  # CD3+CD4+ cells
        ),
        frozenset({Label.HIV}),
    ),
    **dict.fromkeys(
        ("20507-0", "5292-8", "22461-8", "24110-9"),  # syphilis serology
        frozenset({Label.STD}),
    ),
    **dict.fromkeys(("3397-7", "3426-4", "3879-4", "19659-2"), frozenset({Label.SUD})),
    "11977-6": frozenset({Label.FETAL_SEX}),
    "46098-0": frozenset(),
}

_SNOMED: dict[str, frozenset[Label]] = {
    **dict.fromkeys(("86406008", "165816005", "62479008"), frozenset({Label.HIV})),
    **dict.fromkeys(
        ("55680006", "7200002", "191816009", "6525002", "361055000"), frozenset({Label.SUD})
    ),
    **dict.fromkeys(
        ("370143000", "36923009", "197480006", "47505003"), frozenset({Label.MENTAL_HEALTH})
    ),
}

_ICD10_SYSTEMS = (
    "http://hl7.org/fhir/sid/icd-10",
    "http://fhir.hl7.org.vn/core/CodeSystem/vn-icd10-cs",
    "urn:oid:2.16.840.1.113883.6.3",
)
_ATC_SYSTEMS = ("http://www.whocc.no/atc",)
_LOINC_SYSTEMS = ("http://loinc.org", "http://fhir.hl7.org.vn/core/CodeSystem/vn-loinc-cs")
_SNOMED_SYSTEMS = ("http://snomed.info/sct",)


def labels_of(codings: Iterable[CodedValue | tuple[str, str]]) -> frozenset[Label]:
    """All sensitivity labels that a row's codes give it.

    Args:
        codings: ``(system, code)`` of every coding of the row: diagnosis, drug, test, result
        value.

    Returns:
        The union over the codings; empty for a row that is not sensitive.
    """
    found: frozenset[Label] = frozenset()
    for system, code in codings:
        if system in _ICD10_SYSTEMS or system.startswith("http://hl7.org/fhir/sid/icd-10"):
            found |= _icd10_labels(code)
        elif system in _ATC_SYSTEMS:
            found |= _atc_labels(code)
        elif system in _LOINC_SYSTEMS:
            found |= _LOINC.get(code, frozenset())
        elif system in _SNOMED_SYSTEMS:
            found |= _SNOMED.get(code, frozenset())
    return found


def _icd10_labels(code: str) -> frozenset[Label]:
    plain = code.rstrip("†*+").upper()
    found: frozenset[Label] = frozenset()
    for first, last, labels in _ICD10_RANGES:
        if first <= plain <= last:
            found |= labels
    return found


def _atc_labels(code: str) -> frozenset[Label]:
    plain = code.upper()
    found: frozenset[Label] = frozenset()
    for prefix, labels in _ATC_PREFIXES:
        if plain.startswith(prefix):
            found |= labels
    return found
