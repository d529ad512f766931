"""Facilities and practitioners: registered, or named by a hospital only."""

from typing import Any

import pytest

from tests.resolvers.encounter.world import World, encounter, herself
from tests.resolvers.fakes import permitting

NOBODY = permitting({})


async def test_the_register_answers_by_id(world: World) -> None:
    content = await world.ask(
        """{ facility(id: "79014") { id name kind }
        practitioner(id: "dr-1") { id name licenceNumber speciality facility { id name } } }""",
        NOBODY,
    )

    expected = {
        "facility": {"id": "79014", "name": "Bệnh viện 79014", "kind": "HOSPITAL"},
        "practitioner": {
            "id": "dr-1",
            "name": "BS. Lê Minh",
            "licenceNumber": "000001/HCM-CCHN",
            "speciality": "Nội",
            "facility": {"id": "79014", "name": "Bệnh viện 79014"},
        },
    }
    assert {"data": expected} == content


@pytest.mark.parametrize("unknown", ["x", "\0", "79014~x"])
async def test_what_is_not_registered_is_null(world: World, unknown: str) -> None:
    content = await world.ask(
        "query Q($id: ID!) { facility(id: $id) { id } practitioner(id: $id) { id } }",
        NOBODY,
        id=unknown,
    )

    assert {"data": {"facility": None, "practitioner": None}} == content


async def test_references_of_other_subgraphs_are_resolved_together(world: World) -> None:
    representations = [
        {"__typename": "Facility", "id": "79014"},
        {"__typename": "Practitioner", "id": "dr-1"},
        {"__typename": "Facility", "id": "unknown"},
        {"__typename": "Practitioner", "id": "01901~dr-5"},
    ]

    content = await world.ask(
        """query E($r: [_Any!]!) { _entities(representations: $r) {
        ... on Facility { id name } ... on Practitioner { id name } } }""",
        NOBODY,
        r=representations,
    )

    assert {
        "data": {
            "_entities": [
                {"id": "79014", "name": "Bệnh viện 79014"},
                {"id": "dr-1", "name": "BS. Lê Minh"},
                {"id": "unknown", "name": None},
                {"id": "01901~dr-5", "name": None},
            ]
        }
    } == content


async def test_who_is_not_registered_has_the_hospitals_name_and_an_id_of_its_own(
    world: World,
) -> None:
    await world.locate(codes=("01901",))
    people: list[dict[str, Any]] = [
        {"individual": {"reference": "Practitioner/dr-5", "display": "BS. Hoa"}},
        {"individual": {"reference": "Practitioner/dr-1", "display": "Another writing"}},
        {"individual": {"display": "without a number"}},
    ]
    await world["01901"].keep(encounter("e1", participant=people))

    data = await world.rows(
        "encounters { edges { node { practitioners { id name } } } }", herself()
    )

    found = data["encounters"]["edges"][0]["node"]["practitioners"]
    assert [
        {"id": "01901~dr-5", "name": "BS. Hoa"},
        {"id": "dr-1", "name": "BS. Lê Minh"},
    ] == found
