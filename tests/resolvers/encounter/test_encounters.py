"""Encounters with the rows of their episodes, and encounters by their ids."""

from typing import Any

import pytest

from tests.resolvers.encounter.world import (
    CATEGORY,
    EVERY_LABEL,
    World,
    about,
    coded,
    condition,
    encounter,
    herself,
    observation,
    practitioner,
)
from tests.resolvers.fakes import permitting

BY_ID = """query E($id: ID!) { encounter(id: $id) {
    id subjectId kind conditions { edges { node { id } } } } }"""
ENTITIES = """query E($r: [_Any!]!) { _entities(representations: $r) { ... on Encounter {
    id subjectId kind conditions { edges { node { id } } } } } }"""
ROWS = "{ edges { node { id } } completeness { complete } }"


def ids(connection: Any) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]


async def first_encounter(world: World, selection: str, **options: Any) -> Any:
    data = await world.rows(f"encounters {{ edges {{ node {{ {selection} }} }} }}", **options)
    return data["encounters"]["edges"][0]["node"]


@pytest.fixture
async def episodes(world: World) -> World:
    """Two episodes at one hospital with rows of every kind in the first."""
    await world.locate(codes=("79014",))
    context = {"encounter": [{"reference": "Encounter/e1"}]}
    await world["79014"].keep(
        encounter("e1", "2026-11-02T08:00:00+07:00"),
        encounter("e2", "2026-11-01T08:00:00+07:00"),
        condition("c1", "I10", "e1"),
        condition("c2", "E11.9", "e2"),
        observation("o1", "718-7", "e1"),
        observation("o2", "8480-6", "e1", category=[coded("vital-signs", CATEGORY)]),
        about("i1", "ImagingStudy", "e1", status="available", started="2026-11-02"),
        about("p1", "Procedure", "e1", status="completed", code=coded("38.93", "icd-9")),
        about(
            "m1",
            "MedicationRequest",
            "e1",
            status="completed",
            intent="order",
            medicationCodeableConcept={"text": "Paracetamol"},
        ),
        about(
            "d1",
            "DocumentReference",
            None,
            status="current",
            type=coded("18842-5", "http://loinc.org"),
            date="2026-11-02T12:00:00+07:00",
            context=context,
            content=[{"attachment": {"contentType": "text/plain", "data": "S2jhu49p"}}],
        ),
        about(
            "r1",
            "ServiceRequest",
            "e1",
            status="active",
            intent="order",
            category=[coded("3457005", "http://snomed.info/sct")],
            authoredOn="2026-11-02T12:00:00+07:00",
            performer=[{"reference": "Organization/01901", "display": "BV khác"}],
        ),
        {
            "resourceType": "Appointment",
            "id": "f1",
            "status": "booked",
            "start": "2026-12-02T08:00:00+07:00",
            "supportingInformation": [{"reference": "Encounter/e1"}],
            "participant": [{"actor": {"reference": "Patient/p1-local"}, "status": "accepted"}],
        },
    )
    return world


async def test_an_encounter_has_the_rows_of_its_episode(episodes: World) -> None:
    found = await first_encounter(
        episodes,
        f"""conditions {ROWS} observations {ROWS} imagingStudies {ROWS} procedures {ROWS}
        medicationRequests {ROWS} dischargeSummary {{ id text }}
        referral {{ id to {{ id name }} }} followUp {{ id start }}""",
    )

    assert ["79014~c1"] == ids(found["conditions"])
    assert ["79014~o2", "79014~o1"] == ids(found["observations"])
    assert ["79014~i1"] == ids(found["imagingStudies"])
    assert ["79014~p1"] == ids(found["procedures"])
    assert ["79014~m1"] == ids(found["medicationRequests"])
    assert {"id": "79014~d1", "text": "Khỏi"} == found["dischargeSummary"]
    assert {"id": "01901", "name": "Bệnh viện 01901"} == found["referral"]["to"]
    assert "2026-12-02T08:00:00+07:00" == found["followUp"]["start"]


async def test_rows_of_all_encounters_of_a_hospital_are_one_search(episodes: World) -> None:
    await episodes.rows(
        f"encounters {{ edges {{ node {{ id reasons {{ text }} conditions {ROWS}"
        f' labs: observations(category: "laboratory") {ROWS}'
        f' vitals: observations(category: "vital-signs") {ROWS} followUp {{ id }}'
        " dischargeSummary { id } } } }",
        herself("p1", *EVERY_LABEL),
    )

    searches = {path for path, _ in episodes["79014"].requests}
    assert len(searches) == len(episodes["79014"].requests), episodes["79014"].requests
    [of_conditions] = episodes["79014"].searches("Condition")
    assert "Encounter/e1,Encounter/e2" == of_conditions["encounter"]
    assert "Patient/p1-local" == of_conditions["patient"]


async def test_observations_of_an_encounter_are_narrowed_here(episodes: World) -> None:
    found = await first_encounter(
        episodes,
        f'labs: observations(category: "laboratory") {ROWS}'
        f' vitals: observations(category: "{CATEGORY}|vital-signs") {ROWS}',
    )

    assert (["79014~o1"], ["79014~o2"]) == (ids(found["labs"]), ids(found["vitals"]))


async def test_the_main_diagnosis_comes_first_on_every_page(world: World) -> None:
    await world.locate(codes=("79014",))
    ranked = [
        {"condition": {"reference": f"Condition/c{at}"}, "rank": rank}
        for at, rank in ((1, 3), (2, 1), (3, 2))
    ]
    await world["79014"].keep(
        encounter("e1", diagnosis=ranked), *(condition(f"c{at}") for at in (1, 2, 3, 4))
    )
    selection = "{ edges { node { id } cursor } }"

    whole = await first_encounter(world, f"conditions {selection}")
    after = whole["conditions"]["edges"][1]["cursor"]
    rest = await first_encounter(world, f'conditions(after: "{after}") {selection}')

    assert ["79014~c2", "79014~c3", "79014~c1", "79014~c4"] == ids(whole["conditions"])
    assert ["79014~c1", "79014~c4"] == ids(rest["conditions"])


async def test_an_encounter_by_its_id_has_its_rows(episodes: World) -> None:
    content = await episodes.ask(BY_ID, herself(), id="79014~e1")

    expected = {
        "id": "79014~e1",
        "subjectId": "p1",
        "kind": "AMBULATORY",
        "conditions": {"edges": [{"node": {"id": "79014~c1"}}]},
    }
    assert {"data": {"encounter": expected}} == content


def nobodys(encounter_id: str) -> dict[str, Any]:
    """What the gateway is told of an encounter that is not there for the caller.

    Its subject is known to nobody, so that the gateway refuses it as it refuses a stranger's.
    """
    whole = {"id": encounter_id, "subjectId": "unknown", "kind": None, "conditions": None}
    return {"data": {"encounter": whole}}


async def test_without_permission_an_id_tells_its_subject_only(episodes: World) -> None:
    content = await episodes.ask(BY_ID, permitting({}, patient="p9"), id="79014~e1")

    expected = {"id": "79014~e1", "subjectId": "p1", "kind": None, "conditions": None}
    assert {"data": {"encounter": expected}} == content


@pytest.mark.parametrize(
    "encounter_id",
    [
        "79014~e9",
        "99999~e1",
        "e1",
        "",
        "~",
        "79014~../metadata",
        "79014~e1,e2",
        "79014~..",
        "\x00",
    ],
)
async def test_an_id_that_names_nothing_is_nobodys(episodes: World, encounter_id: str) -> None:
    content = await episodes.ask(BY_ID, herself(), id=encounter_id)

    assert nobodys(encounter_id) == content


async def test_an_encounter_of_a_patient_unknown_to_the_locator_is_nobodys(world: World) -> None:
    await world["79014"].keep(encounter("e1"))

    content = await world.ask(BY_ID, herself(), id="79014~e1")

    assert nobodys("79014~e1") == content


async def test_an_encounter_that_its_facility_does_not_share_is_nobodys(world: World) -> None:
    await world.locate(codes=("79014",), shares=False)
    await world["79014"].keep(encounter("e1"))

    own = await world.ask(BY_ID, practitioner(), id="79014~e1")
    other = await world.ask(BY_ID, practitioner(organization="01901"), id="79014~e1")

    assert "79014~e1" == own["data"]["encounter"]["id"]
    assert nobodys("79014~e1") == other


async def test_a_labelled_encounter_is_nobodys_by_its_id(world: World) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(encounter("e1", reasonCode=[coded("B20")]))

    without = await world.ask(BY_ID, herself(), id="79014~e1")
    permitted = await world.ask(BY_ID, herself("p1", "HIV"), id="79014~e1")

    assert nobodys("79014~e1") == without
    assert "79014~e1" == permitted["data"]["encounter"]["id"]


async def test_many_encounters_by_key_are_one_search_per_hospital(world: World) -> None:
    await world.locate(codes=("79014", "01901"))
    for code in ("79014", "01901"):
        await world[code].keep(encounter("e1"), encounter("e2"))
    keys = ["79014~e1", "01901~e2", "79014~e2", "79014~e9"]
    representations = [{"__typename": "Encounter", "id": key} for key in keys]

    content = await world.ask(ENTITIES, herself(), r=representations)

    found = [one and one["id"] for one in content["data"]["_entities"]]
    assert ["79014~e1", "01901~e2", "79014~e2", None] == found
    assert ["e1,e2,e9"] == [one["_id"] for one in world["79014"].searches("Encounter")]
    assert 1 == len(world["01901"].searches("Encounter"))
    # One for labels, one for what is shown.
    assert 2 == len(world["01901"].searches("Condition"))


async def test_the_words_of_an_episode_bear_the_labels_of_its_diagnoses(episodes: World) -> None:
    await episodes["79014"].keep(
        encounter("e1", "2026-11-02T08:00:00+07:00", reasonCode=[{"text": "Khám vì HIV"}]),
        condition("c9", "B20", "e1"),
    )
    selection = "id reasons { text } dischargeSummary { id } referral { id } followUp { id }"

    without = await first_encounter(episodes, selection)
    permitted = await first_encounter(episodes, selection, context=herself("p1", "HIV"))

    assert {
        "id": "79014~e1",
        "reasons": [],
        "dischargeSummary": None,
        "referral": None,
        "followUp": None,
    } == without
    assert [{"text": "Khám vì HIV"}] == permitted["reasons"]
    assert {"id": "79014~d1"} == permitted["dischargeSummary"]


async def test_summaries_of_a_labelled_episode_leave_no_trace_in_their_list(
    episodes: World,
) -> None:
    await episodes["79014"].keep(condition("c9", "B20", "e1"))

    data = await episodes.rows(
        f"dischargeSummaries {ROWS} referrals {ROWS} followUps {ROWS}",
        permitting({"p1": {"CLINICAL_NOTES", "REFERRALS"}}, patient="p1"),
    )

    assert all([] == list_["edges"] for list_ in data.values())
    assert all(list_["completeness"]["complete"] for list_ in data.values())


async def test_a_medication_that_is_referred_to_counts_by_its_own_code(world: World) -> None:
    await world.locate(codes=("79014",))
    atc = "http://www.whocc.no/atc"
    medicines = [
        {"resourceType": "Medication", "id": "med1", "code": coded("J05AR06", atc, "TLD")},
        {"resourceType": "Medication", "id": "med2", "code": coded("N02BE01", atc, "Panadol")},
    ]
    orders = [
        about(
            f"m{at}",
            "MedicationRequest",
            None,
            status="active",
            intent="order",
            medicationReference={"reference": f"Medication/med{at}"},
        )
        for at in (1, 2)
    ]
    await world["79014"].keep(*medicines, *orders)

    data = await world.rows("medicationRequests { edges { node { id medication { text } } } }")

    expected = {"id": "79014~m2", "medication": {"text": "Panadol"}}
    assert [expected] == [edge["node"] for edge in data["medicationRequests"]["edges"]]


async def test_a_row_leads_to_its_encounter(episodes: World) -> None:
    data = await episodes.rows(
        "conditions { edges { node { encounter { id kind period { start } } } } }"
    )

    found = [edge["node"]["encounter"]["id"] for edge in data["conditions"]["edges"]]
    assert {"79014~e1", "79014~e2"} == set(found)
    assert 1 == len(episodes["79014"].searches("Encounter"))


async def test_a_row_leads_to_no_encounter_without_permission(episodes: World) -> None:
    data = await episodes.rows(
        "conditions { edges { node { encounter { id } } } }",
        permitting({"p1": {"CONDITIONS"}}, patient="p1"),
    )

    assert {None} == {edge["node"]["encounter"] and 1 for edge in data["conditions"]["edges"]}


@pytest.mark.parametrize(
    ("reason", "diagnosis", "labels", "expected"),
    [
        (coded("B20"), "I10", {"IMAGING": {"HIV"}, "CONDITIONS": set()}, []),
        (coded("B20"), "I10", {"IMAGING": {"HIV"}, "CONDITIONS": {"HIV"}}, [None]),
        ({"text": "Khám vì HIV"}, "B20", {"IMAGING": set(), "CONDITIONS": set()}, []),
        ({"text": "Đau đầu"}, "I10", {"IMAGING": set(), "CONDITIONS": set()}, ["Đau đầu"]),
    ],
)
async def test_the_reasons_of_a_row_are_hidden_as_diagnoses_are(
    episodes: World,
    reason: dict[str, Any],
    diagnosis: str,
    labels: dict[str, set[str]],
    expected: list[str | None],
) -> None:
    await episodes["79014"].keep(
        condition("c9", diagnosis, "e1"),
        about("i9", "ImagingStudy", status="available", reasonCode=[reason]),
    )
    context = permitting({"p1": labels}, patient="p1")
    found = await episodes.rows(
        "imagingStudies { edges { node { id reasons { text } } } }", context
    )
    reasons = {
        edge["node"]["id"]: edge["node"]["reasons"] for edge in found["imagingStudies"]["edges"]
    }

    assert [{"text": text} for text in expected] == reasons["79014~i9"]
