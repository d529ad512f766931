"""Keys that no single subgraph has ready: computed ones, and ones that come in parts."""

import pytest

from gateway.federation.planner.guard_spec import GuardSpec
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.guards import RandomGuard
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
    ' import: ["@key", "@external", "@requires", "@shareable"])\n'
)


def subgraph(name: str, sdl: str, **types: object) -> InMemorySubgraph:
    return InMemorySubgraph(name, LINK + sdl, types)  # type: ignore[arg-type]


class OpenGuard(RandomGuard):
    """Permits everything."""

    def permits(self, subject: object, group: str) -> bool:
        return True


def start(sdl: str, **fields: object) -> InMemorySubgraph:
    """The subgraph in which every query begins."""
    return subgraph("start", f"type Query {{ t: T }} {sdl}", Query={"t": lambda _: fields})


def computing(sdl: str) -> InMemorySubgraph:
    return subgraph("computing", sdl, T={"k": lambda t: f"k{t['x']}"})


BY_COMPUTED_KEY = subgraph(
    "last",
    'type T @key(fields: "k") { k: ID! z: String }',
    T={"__resolve_reference": lambda r: {**r, "z": f"z of {r['k']}"}},
)
KNOWS_X = subgraph(
    "x", 'type T @key(fields: "id") { id: ID! x: Int }', T={"x": lambda t: int(t["id"]) * 10}
)
COMPUTES = (
    'type T @key(fields: "id") @key(fields: "k")'
    ' { id: ID! x: Int @external k: ID! @requires(fields: "x") }'
)


@pytest.mark.parametrize(
    "others",
    [
        [start('type T @key(fields: "id") { id: ID! x: Int }', id="7", x=70), computing(COMPUTES)],
        [start('type T @key(fields: "id") { id: ID! }', id="7"), KNOWS_X, computing(COMPUTES)],
        [
            subgraph(
                "computing",
                f"type Query {{ t: T }} {COMPUTES}",
                Query={"t": lambda _: {"id": "7"}},
                T={"k": lambda t: f"k{t['x']}"},
            ),
            KNOWS_X,
        ],
    ],
    ids=["input at hand", "input from a third subgraph", "computed where the object stands"],
)
async def test_a_key_that_a_subgraph_computes_from_other_fields(
    others: list[InMemorySubgraph],
) -> None:
    federation = Federation.composed([*others, BY_COMPUTED_KEY])

    actual = await federation.answer("{ t { z } }")

    assert {"data": {"t": {"z": "z of k70"}}} == actual


@pytest.mark.parametrize(
    ("gated", "expected"),
    [
        ("z", {"data": {"t": {"z": "z of k70"}}}),
        (
            "x",
            {
                "data": None,
                "errors": [
                    {"message": "No subgraph resolves what the operation asks for: t.z."},
                ],
            },
        ),
    ],
)
async def test_a_key_is_not_computed_from_what_needs_a_permission(
    gated: str, expected: dict[str, object]
) -> None:
    beginning = start('type T @key(fields: "id") { id: ID! x: Int }', id="7", x=70)
    federation = Federation.composed([beginning, computing(COMPUTES), BY_COMPUTED_KEY])
    federation.spec = GuardSpec({"T": ("id",)}, {("T", gated): "group"})
    federation.guard = OpenGuard("0")

    actual = await federation.answer("{ t { z } }")

    assert expected == actual


ENTITY = 'type T @key(fields: "id") { id: ID! org: Org @shareable }'
ORG_IN_PARTS = [
    start(f"{ENTITY} type Org {{ code: ID! @shareable }}", id="7", org={"code": "C"}),
    subgraph(
        "names",
        f"{ENTITY} type Org {{ name: String @shareable }}",
        T={"org": lambda _: {"name": "N"}},
    ),
    subgraph(
        "last",
        'type T @key(fields: "org { code name }") { org: Org @shareable z: String }'
        " type Org { code: ID! @shareable name: String @shareable }",
        T={"z": lambda t: f"z of {t['org']['code']} {t['org']['name']}"},
    ),
]


async def test_a_key_whose_value_object_comes_in_parts_from_two_subgraphs() -> None:
    federation = Federation.composed(ORG_IN_PARTS)

    actual = await federation.answer("{ t { z } }")

    assert {"data": {"t": {"z": "z of C N"}}} == actual


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ t { z org { name } } }", {"z": "z of C N", "org": {"name": "N"}}),
        ("{ t { z org { code } } }", {"z": "z of C N", "org": {"code": "C"}}),
        ("{ t { org { name code } z } }", {"org": {"name": "N", "code": "C"}, "z": "z of C N"}),
        ("{ t { z org { name @skip(if: true) code } } }", {"z": "z of C N", "org": {"code": "C"}}),
    ],
)
async def test_a_value_object_that_the_client_asks_for_too_is_sent_whole(
    document: str, expected: dict[str, object]
) -> None:
    federation = Federation.composed(ORG_IN_PARTS)

    actual = await federation.answer(document)

    assert {"data": {"t": expected}} == actual


async def test_keys_computed_from_each_other_lead_nowhere() -> None:
    federation = Federation.serve(
        """
        schema @link(url: "https://specs.apollo.dev/link/v1.0")
          @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
        enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "")
          C @join__graph(name: "c", url: "") }
        type Query @join__type(graph: A) @join__type(graph: B) @join__type(graph: C)
          { t: T @join__field(graph: A) }
        type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
          @join__type(graph: C, key: "k") {
          id: ID! @join__field(graph: A) @join__field(graph: B)
          k: ID! @join__field(graph: A, requires: "x") @join__field(graph: B, external: true)
            @join__field(graph: C)
          x: ID! @join__field(graph: B, requires: "k") @join__field(graph: A, external: true)
          z: String @join__field(graph: C) }
        """,
        [],
    )

    actual = await federation.answer("{ t { z } }")

    message = "No subgraph resolves what the operation asks for: t.z."
    assert {"data": None, "errors": [{"message": message}]} == actual
