"""The portal's history of a card: which claims there are, and how sensitive they are.

The index of claims is filled from it: a facility sends its claims to the portal, not to us. What
the portal tells of a claim in its history is a diagnosis in words; the claim is labelled by the
codes of its tables before it is shown to anybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access.labels import Label, labels_of
from resolvers.datatypes.scalars import VIETNAM
from resolvers.insurance.records import ClaimRecord

ICD10 = "http://hl7.org/fhir/sid/icd-10"
_ATC = "http://www.whocc.no/atc"
_LOINC = "http://loinc.org"
_HIV_TABLES = ("xml6", "dsXml6")
_INSTANT = "%Y%m%d%H%M"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A claim as the history names it.

    Attributes:
        claim_id: The portal's ``maHoSo``.
        facility_id: Who sent it (``maCSKCB``).
        began: When the episode began (``ngayVao``), aware.
    """

    claim_id: str
    facility_id: str
    began: datetime

    def record(self, subject: str, tables: Mapping[str, Any]) -> ClaimRecord:
        """The index entry of the claim.

        Args:
            subject: Whose claim it is.
            tables: The portal's tables of it.
        """
        labels = tuple(claim_labels(tables))
        return ClaimRecord(self.claim_id, subject, None, self.facility_id, self.began, labels)


def history_lines(members: Mapping[str, Any]) -> list[HistoryLine]:
    """The claims of an answer, newest first; lines that cannot be read are left out."""
    listed = members.get("dsLichSuKCB2025")
    lines = [_line(one) for one in listed] if isinstance(listed, list) else []
    found = [line for line in lines if line is not None]
    return sorted(found, key=lambda line: (line.began, line.claim_id), reverse=True)


def _line(given: object) -> HistoryLine | None:
    if not isinstance(given, dict):
        return None
    claim, facility, began = (given.get(name) for name in ("maHoSo", "maCSKCB", "ngayVao"))
    if not (isinstance(claim, str) and claim and isinstance(facility, str)):
        return None
    try:
        instant = datetime.strptime(str(began), _INSTANT).replace(tzinfo=VIETNAM)
    except ValueError:
        return None
    return HistoryLine(claim, facility, instant)


def diagnosis_codes(tables: Mapping[str, Any]) -> list[str]:
    """The ICD-10 codes of a claim, the main one first."""
    head = tables.get("xml1")
    if not isinstance(head, dict):
        return []
    stated = f"{head.get('MA_BENH_CHINH') or ''};{head.get('MA_BENH_KT') or ''}"
    return [code.strip() for code in stated.split(";") if code.strip()]


def claim_labels(tables: Mapping[str, Any]) -> list[str]:
    """The sensitivity labels that a claim's codes give it, sorted."""
    codings = [(ICD10, code) for code in diagnosis_codes(tables)]
    codings += [(_ATC, code) for code in _column(tables, "dsXml2", "MA_THUOC")]
    codings += [(_LOINC, code) for code in _column(tables, "dsXml4", "MA_CHI_SO")]
    found = labels_of(codings)
    if any(tables.get(name) for name in _HIV_TABLES):
        found |= {Label.HIV}
    return sorted(label.value for label in found)


def _column(tables: Mapping[str, Any], table: str, column: str) -> Iterator[str]:
    rows: object = tables.get(table)
    for row in rows if isinstance(rows, Sequence) else ():
        if isinstance(row, dict) and isinstance(row.get(column), str):
            yield row[column]
