"""Inputs of one name that are objects of other types in other types."""

import pytest

from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key",'
    ' "@external", "@requires", "@shareable"])\n'
)


def subgraph(name: str, sdl: str, **types: object) -> InMemorySubgraph:
    return InMemorySubgraph(name, LINK + sdl, types)  # type: ignore[arg-type]


def federation() -> Federation:
    """``Parcel.part`` is an entity, ``Crate.part`` is a value object."""
    parcel = {"__typename": "Parcel", "id": "1", "part": {"id": "7"}}
    crate = {"__typename": "Crate", "id": "2", "part": {"size": 3}}
    return Federation.composed(
        [
            subgraph(
                "things",
                """
                type Query { things: [Thing] }
                union Thing = Parcel | Crate
                type Parcel @key(fields: "id") { id: ID! part: Item @shareable }
                type Crate @key(fields: "id") { id: ID! part: Box }
                type Item @key(fields: "id") { id: ID! }
                type Box { size: Int }
                """,
                Query={"things": lambda _: [crate, parcel]},
            ),
            subgraph(
                "weights",
                'type Item @key(fields: "id") { id: ID! weight: Int }',
                Item={"__resolve_reference": lambda r: {**r, "weight": 12}},
            ),
            subgraph(
                "labels",
                """
                type Parcel @key(fields: "id") {
                  id: ID! part: Item @external label: String @requires(fields: "part { weight }")
                }
                type Item @key(fields: "id") { id: ID! weight: Int @external }
                type Crate @key(fields: "id") {
                  id: ID! part: Box @external label: String @requires(fields: "part { size }")
                }
                type Box { size: Int @external }
                """,
                Parcel={
                    "__resolve_reference": lambda r: {
                        "id": r["id"],
                        "label": f"{r['part']['weight']} kg",
                    }
                },
                Crate={
                    "__resolve_reference": lambda r: {
                        "id": r["id"],
                        "label": f"{r['part']['size']} l",
                    }
                },
            ),
        ]
    )


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize("order", [("Parcel", "Crate"), ("Crate", "Parcel")])
async def test_each_is_asked_what_its_own_type_has(
    fast_path: bool, order: tuple[str, str]
) -> None:
    labels = " ".join(f"... on {name} {{ label }}" for name in order)
    answer = await federation().answer(f"{{ things {{ {labels} }} }}", fast_path=fast_path)

    assert {"data": {"things": [{"label": "3 l"}, {"label": "12 kg"}]}} == answer


def narrower() -> Federation:
    """``Crate.part`` is a box or an item, ``Parcel.part`` an item."""
    parcel = {"__typename": "Parcel", "id": "1", "part": {"__typename": "Item", "weight": 12}}
    crate = {"__typename": "Crate", "id": "2", "part": {"__typename": "Box", "size": 3}}
    return Federation.composed(
        [
            subgraph(
                "things",
                """
                type Query { things: [Thing] }
                union Part = Box | Item
                type Box { size: Int }
                type Item { weight: Int }
                union Thing = Parcel | Crate
                type Crate @key(fields: "id") { id: ID! part: Part }
                type Parcel @key(fields: "id") { id: ID! part: Item }
                """,
                Query={"things": lambda _: [crate, parcel]},
            ),
            subgraph(
                "labels",
                """
                union Part = Box | Item
                type Box { size: Int @external }
                type Item { weight: Int @external }
                type Crate @key(fields: "id") {
                  id: ID!
                  part: Part @external
                  label: String @requires(fields: "part { ... on Box { size } }")
                }
                type Parcel @key(fields: "id") {
                  id: ID!
                  part: Item @external
                  label: String @requires(fields: "part { weight }")
                }
                """,
                **{
                    name: {"__resolve_reference": lambda r: {**r, "label": str(r["part"])}}
                    for name in ("Parcel", "Crate")
                },
            ),
        ]
    )


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize("order", [("Parcel", "Crate"), ("Crate", "Parcel")])
async def test_an_input_that_has_fewer_types_in_one_type_is_asked_for_these_alone(
    fast_path: bool, order: tuple[str, str]
) -> None:
    labels = " ".join(f"... on {name} {{ label }}" for name in order)
    answer = await narrower().answer(f"{{ things {{ {labels} }} }}", fast_path=fast_path)

    expected = [{"label": "{'__typename': 'Box', 'size': 3}"}, {"label": "{'weight': 12}"}]
    assert {"data": {"things": expected}} == answer


def interface_in_one() -> Federation:
    """``Crate.part`` is a box, ``Parcel.part`` a part, and all parts are boxes."""
    box = {"__typename": "Box", "size": 3, "weight": 12}
    parcel = {"__typename": "Parcel", "id": "1", "part": box}
    crate = {"__typename": "Crate", "id": "2", "part": box}
    return Federation.composed(
        [
            subgraph(
                "things",
                """
                type Query { things: [Thing] }
                interface Part { size: Int }
                type Box implements Part { size: Int weight: Int }
                union Thing = Parcel | Crate
                type Crate @key(fields: "id") { id: ID! part: Box }
                type Parcel @key(fields: "id") { id: ID! part: Part }
                """,
                Query={"things": lambda _: [crate, parcel]},
            ),
            subgraph(
                "labels",
                """
                interface Part { size: Int }
                type Box implements Part { size: Int @external weight: Int @external }
                type Crate @key(fields: "id") {
                  id: ID! part: Box @external label: String @requires(fields: "part { weight }")
                }
                type Parcel @key(fields: "id") {
                  id: ID! part: Part @external label: String @requires(fields: "part { size }")
                }
                """,
                **{
                    name: {"__resolve_reference": lambda r: {**r, "label": str(r["part"])}}
                    for name in ("Parcel", "Crate")
                },
            ),
        ]
    )


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize("order", [("Parcel", "Crate"), ("Crate", "Parcel")])
async def test_an_input_that_is_an_interface_in_one_type_is_asked_for_what_that_has(
    fast_path: bool, order: tuple[str, str]
) -> None:
    labels = " ".join(f"... on {name} {{ label }}" for name in order)
    answer = await interface_in_one().answer(f"{{ things {{ {labels} }} }}", fast_path=fast_path)

    expected = [{"label": "{'weight': 12}"}, {"label": "{'__typename': 'Box', 'size': 3}"}]
    assert {"data": {"things": expected}} == answer
