"""Scopes are granted by themselves and by SMART scopes that imply them."""

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
