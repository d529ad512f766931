"""Whether anything may be asked is told without writing down what that is."""

import pytest

from gateway.federation.executor.conditions import is_anything_permitted, permitted_selections
from gateway.federation.selection import Field, GroupRequirement, InlineFragment, SelectionSet

_OPEN = Field("open", "open")
_A = Field("a", "a", requirements=(GroupRequirement(1, "A"),))
_BOTH = Field("b", "b", requirements=(GroupRequirement(1, "A"), GroupRequirement(2, "B")))
_INSIDE = Field("o", "o", selections=(_A,))


@pytest.mark.parametrize(
    ("selections", "expected"),
    [
        ((), (False, False, False)),
        ((_OPEN,), (True, True, True)),
        ((_A,), (False, True, True)),
        ((_BOTH,), (False, False, True)),
        ((_BOTH, _A), (False, True, True)),
        ((_INSIDE,), (True, True, True)),
        ((InlineFragment("T", (_A,)),), (False, True, True)),
        ((InlineFragment("T", ()), InlineFragment("U", (_BOTH,))), (False, False, True)),
    ],
)
def test_anything_is_permitted_where_some_selection_is_left(
    selections: SelectionSet, expected: tuple[bool, ...]
) -> None:
    permits: tuple[dict[int, frozenset[str]], ...] = (
        {},
        {1: frozenset("A")},
        {1: frozenset("A"), 2: frozenset("B")},
    )

    assert expected == tuple(is_anything_permitted(selections, each) for each in permits)
    assert expected == tuple(bool(permitted_selections(selections, each)) for each in permits)
