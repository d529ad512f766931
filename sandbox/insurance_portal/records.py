"""What the portal knows: cards, histories and records, kept in one SQLite file."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from sandbox.databases import DatabaseForm, open_database

_FORM = DatabaseForm(
    "the portal's database",
    1,
    """
CREATE TABLE IF NOT EXISTS card (
  number TEXT PRIMARY KEY,
  insurance_number TEXT NOT NULL,
  national_id TEXT,
  body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claim (
  id TEXT PRIMARY KEY,
  card TEXT NOT NULL,
  entered TEXT NOT NULL,
  body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS card_insurance_number ON card (insurance_number);
CREATE INDEX IF NOT EXISTS card_national_id ON card (national_id);
CREATE INDEX IF NOT EXISTS claim_card ON claim (card, entered);
""",
)
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class PortalCard:
    """One health insurance card.

    Args:
        number: 15 characters (object, benefit, province, BHXH number).
        insurance_number: 10-digit BHXH number.
        national_id: 12 digits; None for those who have none yet.
        name: As printed on the card.
        birth_date: `dd/mm/yyyy`, or only the year where no more is known.
        sex: 1 male, 2 female, 3 not determined.
        address: One line.
        valid_from: `yyyy-mm-dd`.
        valid_until: `yyyy-mm-dd`.
        facility: Code of the facility of initial registration.
        status: The `maKetQua` that the state of the card leads to; 000 when nothing is special.
        five_years_from: Date from which 5 continuous years are reached, or None.
        area: K1, K2, K3 or empty.
        new_number: Number of the card that replaced this one, or None.
        new_valid_from: From when the new card is valid.
        new_valid_until: Until when the new card is valid.
    """

    number: str
    insurance_number: str
    national_id: str | None
    name: str
    birth_date: str
    sex: int
    address: str
    valid_from: str
    valid_until: str
    facility: str
    status: str = "000"
    five_years_from: str | None = None
    area: str = ""
    new_number: str | None = None
    new_valid_from: str | None = None
    new_valid_until: str | None = None


@dataclass(frozen=True, slots=True)
class PortalClaim:
    """One episode that a facility sent: a line of the history and its XML tables.

    Args:
        id: The portal's `maHoSo`.
        card: Number of the card it was sent for.
        entered: NGAY_VAO, `yyyyMMddHHmm`.
        left: NGAY_RA.
        facility: MA_CSKCB.
        diagnosis: `tenBenh`: names as the history prints them.
        condition: MA_LOAI_RV-like state at leaving (`tinhTrang`).
        result: KET_QUA_DTRI 1 to 5.
        reason: MA_DOITUONG_KCB-like kind of admission (`lyDoVV`).
        xml: `xml1` and the lists `dsXml2` to `dsXml5`, with the field names of QĐ 4750/3176.
    """

    id: str
    card: str
    entered: str
    left: str
    facility: str
    diagnosis: str
    condition: str
    result: str
    reason: str
    xml: dict[str, Any]


class PortalRecords:
    """The portal's database. Blocking; all look-ups go by an index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "PortalRecords":
        """Open or create the database.

        Raises:
            BrokenDatabaseError: It cannot be opened or is something else.
        """
        return cls(open_database(path, _FORM))

    def fill(self, entries: Iterable[tuple[PortalCard, tuple[PortalClaim, ...]]]) -> None:
        """Add cards with their claims in bulk; what is there already is replaced."""
        self._connection.execute("BEGIN")
        cards: list[tuple[Any, ...]] = []
        claims: list[tuple[Any, ...]] = []
        for card, claims_of_card in entries:
            body = orjson.dumps(card)
            cards.append((card.number, card.insurance_number, card.national_id, body))
            claims.extend(
                (claim.id, claim.card, claim.entered, orjson.dumps(claim))
                for claim in claims_of_card
            )
            if len(cards) >= _BATCH:
                self._flush(cards, claims)
        self._flush(cards, claims)
        self._connection.execute("COMMIT")

    def _flush(self, cards: list[tuple[Any, ...]], claims: list[tuple[Any, ...]]) -> None:
        self._connection.executemany("INSERT OR REPLACE INTO card VALUES (?, ?, ?, ?)", cards)
        self._connection.executemany("INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?)", claims)
        cards.clear()
        claims.clear()

    def card(self, number: str) -> PortalCard | None:
        """Return a card by any of its numbers: 15 characters, BHXH number or national id."""
        column = {15: "number", 10: "insurance_number", 12: "national_id"}.get(len(number))
        if column is None:
            return None
        row = self._connection.execute(
            f"SELECT body FROM card WHERE {column} = ?",  # noqa: S608  one of three names
            (number,),
        ).fetchone()
        return None if row is None else PortalCard(**orjson.loads(row[0]))

    def history(self, card: str, since: str) -> list[PortalClaim]:
        """Return the claims of a card from a time on (`yyyyMMddHHmm`), newest first."""
        rows = self._connection.execute(
            "SELECT body FROM claim WHERE card = ? AND entered >= ? ORDER BY entered DESC",
            (card, since),
        ).fetchall()
        return [PortalClaim(**orjson.loads(row[0])) for row in rows]

    def claim(self, identifier: str) -> PortalClaim | None:
        """Return one claim by its `maHoSo`."""
        row = self._connection.execute(
            "SELECT body FROM claim WHERE id = ?", (identifier,)
        ).fetchone()
        return None if row is None else PortalClaim(**orjson.loads(row[0]))

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
