"""Scopes are granted by themselves and by SMART scopes that imply them."""

from contextlib import suppress
from itertools import combinations, product

import pytest

from gateway.scopes import ScopeSyntaxError, parse_scopes


@pytest.mark.parametrize(
    ("granted", "required", "expected"),
    [
        ("patient/*.rs", "patient/Observation.r", True),
        ("patient/*.rs", "patient/Observation.c", False),
        ("patient/*.rs", "user/Observation.r", False),
        ("user/Observation.cruds", "user/Observation.cu", True),
        ("user/Observation.rs", "user/Condition.r", False),
        ("user/Observation.rs?category=laboratory", "user/Observation.r", False),
        (
            "user/Observation.rs?category=laboratory",
            "user/Observation.r?category=laboratory",
            True,
        ),
        ("read:orders", "read:orders", True),
        ("read:orders", "read:order", False),
        ("", "patient/Observation.r", False),
        ("patient/*.rs", "patient/Observation.sr", False),
    ],
)
def test_a_scope_is_granted(granted: str, required: str, expected: bool) -> None:
    assert expected == parse_scopes(granted).grants(required)


@pytest.mark.parametrize(
    "claim", ["patient/*.sr", "patient/observation.r", "user/.r", "system/X.", 'a"b', "a\tb"]
)
def test_a_broken_scope_is_refused(claim: str) -> None:
    with pytest.raises(ScopeSyntaxError):
        parse_scopes(claim)


def test_equal_grants_have_equal_texts() -> None:
    assert parse_scopes("b  a b").text == parse_scopes("a b").text


@pytest.mark.parametrize("length", [1, 2, 3])
def test_letters_of_a_scope_stand_in_their_order(length: int) -> None:
    """Any of c, r, u, d and s, each once at most, in this order and no other."""
    accepted = set()
    for letters in product("cruds", repeat=length):
        with suppress(ScopeSyntaxError):
            parse_scopes(f"user/Observation.{''.join(letters)}")
            accepted.add(letters)

    assert set(combinations("cruds", length)) == accepted


@pytest.mark.parametrize(
    "scope",
    [
        "user/Observation.rs?",
        "user/Observation",
        "user/Observation.",
        "user/Observation.read",
        "user/Obs3rvation.r",
        "user/O.r",
        "user/**.r",
        "user/*.r.s",
        "patient/",
        "system/Observation/1.r",
    ],
)
def test_what_only_begins_like_a_scope_of_records_is_refused(scope: str) -> None:
    with pytest.raises(ScopeSyntaxError):
        parse_scopes(scope)
