"""Concrete types of shared fields whose type some subgraphs narrow."""

from tests.federation.composition.cases import linked
from tests.federation.composition.composing import hints

HINT = "INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN"
TYPES = "type A @shareable { x: Int } type B @shareable { x: Int }"
WIDE = f"type Query {{ u: U @shareable }} union U = A | B {TYPES}"
NARROW = "type Query { u: A @shareable } type A @shareable { x: Int }"


def test_an_object_type_beside_unions_is_hinted_at() -> None:
    found = hints(linked(a=WIDE, b=WIDE, c=NARROW))

    assert HINT in found


def test_an_object_type_beside_one_union_is_not() -> None:
    found = hints(linked(a=WIDE, b=NARROW))

    assert HINT not in found
