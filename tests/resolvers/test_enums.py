"""Enums whose values are described one by one."""

from enum import Enum

import pytest

from resolvers.datatypes.enums import described_enum


def test_a_value_without_a_description_is_refused() -> None:
    class Season(Enum):
        DRY = "DRY"
        WET = "WET"

    with pytest.raises(ValueError, match="Season: members and descriptions differ in COLD, WET"):
        described_enum(Season, "A season.", {"DRY": "No rain.", "COLD": "No sun."})
