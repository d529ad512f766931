"""Occurrences of one mutation field are made to exclude each other."""

from itertools import product

import pytest

from gateway.federation.planner.series import exclusive
from gateway.federation.selection import Condition, Field, InlineFragment, SelectionSet


def conditions(text: str) -> tuple[Condition, ...]:
    return tuple(Condition(word.lstrip("!"), not word.startswith("!")) for word in text.split())


def leaf(name: str, on: str = "") -> Field:
    return Field(name, name, conditions=conditions(on))


def root(on: str, *selections: Field | InlineFragment, name: str = "m") -> Field:
    return Field(name, "run", (), selections, conditions(on))


def executed(fields: tuple[Field, ...], values: dict[str, bool]) -> list[tuple[str, list[str]]]:
    """What runs, in order, with the names selected below."""
    return [
        (field.response_name, below(field.selections, values))
        for field in fields
        if holds(field.conditions, values)
    ]


def holds(found: tuple[Condition, ...], values: dict[str, bool]) -> bool:
    return all(values[condition.variable] is condition.wanted for condition in found)


def below(selections: SelectionSet, values: dict[str, bool]) -> list[str]:
    names: list[str] = []
    for selection in selections:
        if isinstance(selection, InlineFragment):
            names += below(selection.selections, values)
        elif holds(selection.conditions, values):
            names.append(selection.response_name)
    return list(dict.fromkeys(names))


def expected(fields: tuple[Field, ...], values: dict[str, bool]) -> list[tuple[str, list[str]]]:
    """Field collection as the specification has it."""
    collected: dict[str, list[str]] = {}
    for field in fields:
        if holds(field.conditions, values):
            names = collected.setdefault(field.response_name, [])
            names += below(field.selections, values)
    return [(name, list(dict.fromkeys(names))) for name, names in collected.items()]


@pytest.mark.parametrize(
    "fields",
    [
        (root("a", leaf("x")), root("", leaf("y"))),
        (root("a", leaf("x")), root("", leaf("z"), name="n"), root("b", leaf("y"))),
        (root("a b", leaf("x")), root("c", leaf("y"), leaf("x"))),
        (root("a b", leaf("x")), root("!a", leaf("y")), root("b c", leaf("z", "!c"))),
        (root("a", leaf("x", "b")), root("!b", leaf("y", "a")), root("", leaf("z"))),
        (
            root("a", InlineFragment("T", (leaf("x"),))),
            root("b", InlineFragment("T", (leaf("y"),))),
        ),
        (root("a b c", leaf("x")), root("", leaf("y"))),
        (root("", leaf("x")), root("", leaf("x"), name="n")),
    ],
)
def test_what_runs_is_what_the_specification_says(fields: tuple[Field, ...]) -> None:
    for values in product([True, False], repeat=3):
        named = dict(zip("abc", values, strict=True))

        assert expected(fields, named) == executed(exclusive(fields), named)
