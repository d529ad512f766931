"""Systems of identifiers, and the tokens that a number is looked up by.

Sources: VN Core (`http://fhir.ehealth.gov.vn/core/sid/…`); QĐ 1351/QĐ-BHXH and 1666/QĐ-BHXH (a
card number ends in the 10-digit social insurance number, which newer cards show alone).
"""

import re
from collections.abc import Iterator

from storage.access_profiles import IDENTIFIER_KINDS
from storage.encryption import IdentifierKind, Keyring

SYSTEMS = "http://fhir.ehealth.gov.vn/core/sid/"
NATIONAL_ID = SYSTEMS + "national_id"
INSURANCE_NUMBER = SYSTEMS + "insurance_number"

_KINDS = {
    NATIONAL_ID: IdentifierKind.NATIONAL_ID,
    INSURANCE_NUMBER: IdentifierKind.CARD_NUMBER,
}
_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{2}([0-9]{10})")


def stored_tokens(keyring: Keyring, system: str, value: str) -> list[str]:
    """The tokens that a number is stored under, under the current key.

    Args:
        keyring: Makes the tokens.
        system: URI of the numbering system.
        value: The number as it was written.
    """
    return [tokens[0] for tokens in _tokens(keyring, system, value)]


def lookup_tokens(keyring: Keyring, system: str, value: str) -> list[str]:
    """The tokens that a number may be stored under, under any key of the ring."""
    return [token for tokens in _tokens(keyring, system, value) for token in tokens]


def indexed_numbers(system: str, value: str) -> Iterator[tuple[IdentifierKind, str]]:
    """The forms of a number by which the subject index may know its bearer, if any.

    Args:
        system: URI of the numbering system.
        value: The number as it was written.
    """
    kind = IDENTIFIER_KINDS.get(system)
    if kind is not None:
        yield kind, value
        for form in _forms(kind, value):
            yield kind, form


def _tokens(keyring: Keyring, system: str, value: str) -> Iterator[tuple[str, ...]]:
    """For each form of the number, its tokens by key; the current key's first."""
    kind = _KINDS.get(system)
    if kind is None:
        yield keyring.fingerprints(f"identifier:{system}", _compact(value).encode())
        return
    for form in _forms(kind, value):
        yield keyring.tokens(kind, form)


def _forms(kind: IdentifierKind, value: str) -> Iterator[str]:
    """The number without what people write between its characters; a card's short number too."""
    compact = _compact(value)
    yield compact
    card = _CARD.fullmatch(compact) if kind is IdentifierKind.CARD_NUMBER else None
    if card is not None:
        yield card[1]


def _compact(value: str) -> str:
    return re.sub(r"[\s.\-]", "", value).upper()
