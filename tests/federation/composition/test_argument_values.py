"""Which constants fit the type of an argument that a FieldSet gives them for."""

import pytest
from graphql import parse_value

from gateway.federation.subgraph.argument_values import value_problems
from gateway.federation.subgraph.reading import read_subgraph
from gateway.federation.subgraph.type_reference import from_text

SDL = """
type Query { q(i: In): Int }
input In { needed: Int! colour: Colour others: [In!] }
enum Colour { RED GREEN }
scalar Json
"""


def problems(wanted: str, value: str) -> list[str]:
    subgraph = read_subgraph("a", "", SDL).subgraph
    assert subgraph is not None
    return list(value_problems(subgraph.types, from_text(wanted), parse_value(value)))


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("Int", "1"),
        ("Int", "null"),
        ("Float", "1"),
        ("Float", "1.5"),
        ("ID", "1"),
        ("ID", '"a"'),
        ("Boolean!", "true"),
        ("[Int]", "[1, null]"),
        ("[[Int!]!]", "3"),
        ("Colour", "RED"),
        ("In", "{needed: 1, others: {needed: 2, colour: GREEN}}"),
        ("Json", '{a: [1, "b", {c: null}], d: E}'),
    ],
)
def test_a_value_that_fits(wanted: str, value: str) -> None:
    assert [] == problems(wanted, value)


@pytest.mark.parametrize(
    ("wanted", "value", "problem"),
    [
        ("Int", "1.5", '1.5 is no "Int"'),
        ("Int", "2147483648", '2147483648 is no "Int"'),
        ("String", "1", '1 is no "String"'),
        ("ID", "1.5", '1.5 is no "ID"'),
        ("Int!", "null", 'null is no "Int!"'),
        ("[Int!]", "[1, null]", 'null is no "Int!"'),
        ("Colour", '"RED"', '"RED" is no value of enum "Colour"'),
        ("Colour", "BLUE", 'BLUE is no value of enum "Colour"'),
        ("In", "3", '3 is no "In"'),
        ("In", "{needed: 1, more: 2}", '"In" has no field "more"'),
        ("In", "{}", '"In.needed" needs a value'),
        ("In", "{needed: $v}", 'the variable "$v" cannot be used here'),
        ("Json", "[{a: $v}]", 'the variable "$v" cannot be used here'),
        ("Int", "$v", 'the variable "$v" cannot be used here'),
    ],
)
def test_a_value_that_does_not_fit(wanted: str, value: str, problem: str) -> None:
    assert [problem] == problems(wanted, value)
