"""Enums and the descriptions of their values."""

import re
from enum import Enum
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, build_schema

from resolvers.datatypes.enums import described_enum

ROOT = Path(__file__).parents[2]
VIETNAMESE = re.compile(r"\(\w.*\)", re.DOTALL)
"""Words in brackets."""


def test_a_value_without_a_description_is_refused() -> None:
    class Season(Enum):
        DRY = "DRY"
        WET = "WET"

    with pytest.raises(ValueError, match="Season: members and descriptions differ in COLD, WET"):
        described_enum(Season, "A season.", {"DRY": "No rain.", "COLD": "No sun."})


def test_every_value_is_described_in_vietnamese_too() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    enums = [one for one in schema.type_map.values() if isinstance(one, GraphQLEnumType)]
    ours = [one for one in enums if not one.name.startswith("__")]

    untold = [
        f"{enum.name}.{name}"
        for enum in ours
        for name, value in enum.values.items()
        if not VIETNAMESE.search(value.description or "")
    ]
    assert ours
    assert [] == untold
