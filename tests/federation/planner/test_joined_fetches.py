"""Fetches for the same objects become one, unless one would then lack what the other brings."""

import pytest

from gateway.federation.plan import FieldStep, KeyField
from gateway.federation.planner.choices import Site
from gateway.federation.planner.places import Place
from gateway.federation.planner.scheduling import schedule
from gateway.federation.planner.units import Output, OutputField, Unit
from gateway.federation.selection import Condition
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key",'
    ' "@external", "@requires", "@context", "@fromContext"])\n'
)


def subgraph(name: str, sdl: str, **types: object) -> InMemorySubgraph:
    return InMemorySubgraph(name, LINK + sdl, types)  # type: ignore[arg-type]


def federation() -> Federation:
    """``T.x`` stands where the key ``b c`` leads to; its context is set where ``a`` leads to."""
    keys = {"a": "1", "b": "2", "c": "3"}
    return Federation.composed(
        [
            subgraph(
                "middle",
                'type Query { t: T } type T @key(fields: "b c") @key(fields: "a") '
                '{ a: ID! b: ID! c: ID! x: Int @external r: String @requires(fields: "x") }',
                Query={"t": lambda _: keys},
                T={"__resolve_reference": lambda r: {**keys, "r": f"of {r.get('x')}"}},
            ),
            subgraph(
                "values",
                'type T @key(fields: "b c") { b: ID! c: ID! x: Int }',
                T={"__resolve_reference": lambda r: {**r, "x": 7}},
            ),
            subgraph(
                "setting",
                'type T @key(fields: "a") @context(name: "k") '
                "{ a: ID! x: Int @external below: U } "
                'type U @key(fields: "id") '
                '{ id: ID! given(x: Int @fromContext(field: "$k { x }")): Int }',
                T={"__resolve_reference": lambda r: {**r, "below": {"id": "4"}}},
                U={
                    "__resolve_reference": lambda r: r,
                    "given": lambda _, x: x,
                },
            ),
        ]
    )


@pytest.mark.parametrize("skipped", [True, False])
async def test_a_key_that_is_fetched_under_a_condition_alone(skipped: bool) -> None:
    operation = "query ($s: Boolean!) { t { r ... @skip(if: $s) { below { given } } } }"

    answer = await federation().answer(operation, {"s": skipped})

    below = {} if skipped else {"below": {"given": 7}}
    assert {"data": {"t": {"r": "of 7", **below}}} == answer


ALWAYS: tuple[Condition, ...] = ()
SKIPPED = (Condition("s", wanted=False),)
PLACE = Place((FieldStep("t"),), "T", abstract=False, possible=frozenset({"T"}))


def unit(number: int, key: str, conditions: tuple[Condition, ...]) -> Unit:
    """A fetch of one field for the objects of one place."""
    types = frozenset({"T"})
    name = f"f{number}"
    asked = OutputField(name, name, (), conditions, types)
    made = Unit(number, "s", Output(Site("s", "T"), types, fields=[asked]), PLACE, "T")
    made.sources = [KeyField(key, f"__fed_{key}")]
    return made


@pytest.mark.parametrize(
    ("keys", "conditions", "expected"),
    [
        (("a", "a"), (ALWAYS, SKIPPED), 1),
        (("a", "b"), (ALWAYS, ALWAYS), 1),
        (("a", "b"), (SKIPPED, SKIPPED), 1),
        (("a", "b"), (ALWAYS, SKIPPED), 2),
        (("a", "b"), (SKIPPED, ALWAYS), 2),
    ],
)
def test_keys_are_joined_that_are_there_together(
    keys: tuple[str, str], conditions: tuple[tuple[Condition, ...], ...], expected: int
) -> None:
    units = [unit(n, *both) for n, both in enumerate(zip(keys, conditions, strict=True))]

    (batch,) = schedule(units, {"s": 0})

    assert expected == len(batch.units)
