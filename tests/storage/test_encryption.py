import json
import stat
from pathlib import Path

import pytest

from storage.encryption import (
    ConfigurationError,
    DecryptionError,
    IdentifierKind,
    Keyring,
    Keys,
    Place,
    load_keyring,
    new_key_file,
    normalize,
)

PLACE = Place("patients", "p1", "identifiers.0.value")
OLD, NEW = bytes(range(32)), bytes(range(1, 33))
LOOKUP = Keys("l1", {"l1": b"l" * 32})
RING = Keyring(Keys("e1", {"e1": OLD}), LOOKUP)


def test_what_was_encrypted_decrypts_at_its_place() -> None:
    assert "079 203 001234 Đặng" == RING.decrypt(RING.encrypt("079 203 001234 Đặng", PLACE), PLACE)


def test_equal_texts_have_different_ciphertexts() -> None:
    assert RING.encrypt("x", PLACE) != RING.encrypt("x", PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("drugs", "p1", "identifiers.0.value"),
        Place("patients", "p2", "identifiers.0.value"),
        Place("patients", "p1", "identifiers.1.value"),
        Place("patients", 'p1", "x', "identifiers.0.value"),
    ],
)
def test_a_ciphertext_moved_elsewhere_does_not_decrypt(elsewhere: Place) -> None:
    ciphertext = RING.encrypt("secret", PLACE)

    with pytest.raises(DecryptionError):
        RING.decrypt(ciphertext, elsewhere)


@pytest.mark.parametrize("position", [-5, -20, 6])
def test_a_changed_ciphertext_does_not_decrypt(position: int) -> None:
    letters = list(RING.encrypt("secret", PLACE))
    letters[position] = "A" if letters[position] != "A" else "B"

    with pytest.raises(DecryptionError):
        RING.decrypt("".join(letters), PLACE)


@pytest.mark.parametrize(
    "ciphertext", ["", "1", "1.e1", "1.e1.", "2.e1.AAAA", "1.e9.AAAA", "1.e1.é"]
)
def test_what_is_no_ciphertext_is_refused(ciphertext: str) -> None:
    with pytest.raises(DecryptionError):
        RING.decrypt(ciphertext, PLACE)


def test_after_rotation_old_fields_decrypt_and_are_seen_as_old() -> None:
    ciphertext = RING.encrypt("x", PLACE)
    rotated = Keyring(Keys("e2", {"e1": OLD, "e2": NEW}), LOOKUP)

    assert "x" == rotated.decrypt(ciphertext, PLACE)
    assert not rotated.is_current(ciphertext)
    assert rotated.is_current(rotated.encrypt("x", PLACE))


def test_tokens_find_what_was_stored_before_a_rotation() -> None:
    stored = RING.token(IdentifierKind.PHONE, "0901234567")
    rotated = Keyring(Keys("e1", {"e1": OLD}), Keys("l2", {"l1": b"l" * 32, "l2": NEW}))

    tokens = rotated.tokens(IdentifierKind.PHONE, "0901234567")

    assert rotated.token(IdentifierKind.PHONE, "0901234567") == tokens[0]
    assert stored == tokens[1]


def test_tokens_of_different_kinds_and_keys_differ() -> None:
    other = Keyring(Keys("e1", {"e1": OLD}), Keys("l1", {"l1": b"m" * 32}))

    tokens = {
        RING.token(IdentifierKind.NATIONAL_ID, "001"),
        RING.token(IdentifierKind.CARD_NUMBER, "001"),
        other.token(IdentifierKind.NATIONAL_ID, "001"),
        RING.fingerprints("national-id", b"001")[0],
    }

    assert 4 == len(tokens)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (IdentifierKind.NAME, "Nguyễn  Thị Hương ", "nguyễn thị HƯƠNG"),
        (IdentifierKind.NAME, "Nguyễn", "Nguye\u0302\u0303n"),
        (IdentifierKind.NATIONAL_ID, "079 203 001 234", "079203001234"),
        (IdentifierKind.CARD_NUMBER, "dn4 79 0123456789", "DN4790123456789"),
        (IdentifierKind.PHONE, "+84 90 123 45 67", "090.123.4567"),
        (IdentifierKind.PHONE, "84901234567", "0901234567"),
        (IdentifierKind.PRESCRIPTION_CODE, "790250a1b2c3-N", "790250a1b2c3-n"),
    ],
)
def test_writings_of_one_value_normalize_alike(kind: IdentifierKind, one: str, other: str) -> None:
    assert normalize(kind, one) == normalize(kind, other)


def test_names_that_differ_in_accents_or_words_stay_apart() -> None:
    names = ["nguyễn an", "nguyên an", "nguyễnan"]

    assert 3 == len({normalize(IdentifierKind.NAME, name) for name in names})


def test_keys_stay_out_of_the_printed_form() -> None:
    assert "\\x01" not in repr(Keys("e1", {"e1": OLD}))


@pytest.mark.parametrize(
    ("current", "keys"),
    [("e2", {"e1": OLD}), ("e1", {"e1": b"short"}), ("e.1", {"e.1": OLD}), ("e1", {})],
)
def test_unusable_keys_are_refused(current: str, keys: dict[str, bytes]) -> None:
    with pytest.raises(ConfigurationError):
        Keys(current, keys)


def test_one_key_for_both_uses_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        Keyring(Keys("e1", {"e1": OLD}), Keys("l1", {"l1": OLD}))


def test_development_makes_keys_for_the_owner_alone_and_keeps_them(tmp_path: Path) -> None:
    path = tmp_path / "state" / "keys.json"
    ciphertext = load_keyring(path, production=False).encrypt("x", PLACE)

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert "x" == load_keyring(path, production=False).decrypt(ciphertext, PLACE)
    assert [path] == list(path.parent.iterdir())


def test_production_refuses_to_start_without_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    with pytest.raises(ConfigurationError, match="missing"):
        load_keyring(path, production=True)

    assert not path.exists()


def test_production_refuses_development_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    load_keyring(path, production=False)

    with pytest.raises(ConfigurationError, match="development keys"):
        load_keyring(path, production=True)


def test_production_takes_its_own_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(new_key_file())
    ring = load_keyring(path, production=True)

    assert "x" == ring.decrypt(ring.encrypt("x", PLACE), PLACE)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"encryption": {"current": "a", "keys": {}}}']
)
def test_a_broken_key_file_is_refused_without_its_content(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)

    with pytest.raises(ConfigurationError):
        load_keyring(path, production=False)


def test_a_key_that_is_no_base64_is_refused(tmp_path: Path) -> None:
    content = json.loads(new_key_file())
    content["lookup"]["keys"] = {content["lookup"]["current"]: "not base64!"}
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(content))

    with pytest.raises(ConfigurationError) as refusal:
        load_keyring(path, production=True)

    assert "not base64!" not in str(refusal.value)
