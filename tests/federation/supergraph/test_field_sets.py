"""FieldSets as selections and as text."""

from gateway.federation.supergraph.field_sets import parse_field_set, print_field_set


def test_field_sets_are_printed_on_one_line() -> None:
    text = 'a(x: 1, y: "z") { b ... on T { c } ... { d } }'

    assert text == print_field_set(parse_field_set("{ " + text + " }"))
