"""A hospital answers FHIR R4 REST over real HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.hospitals.app import create_hospital_app
from sandbox.serving import bind, serving
from tests.sandbox.conftest import TOKEN, hospital_settings, served_beside

pytestmark = pytest.mark.xdist_group("hospital")  # its fixtures are dear

LOINC = "http://loinc.org"
PATIENT_URN = "urn:uuid:0b0d5a3e-0c34-4f1e-9d55-111111111111"
ENCOUNTER_URN = "urn:uuid:0b0d5a3e-0c34-4f1e-9d55-222222222222"


def entry(resource: dict[str, Any], url: str | None = None, **request: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"], **request},
    }
    return made | ({"fullUrl": url} if url else {})


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:id", "value": "001190000001"}],
        "name": [{"text": "Đặng Thị Hồng", "family": "Đặng", "given": ["Thị", "Hồng"]}],
        "gender": "female",
        "birthDate": "1990-05-12",
    } | more


def observation(day: str, value: float, code: str = "8867-4", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": PATIENT_URN},
        "encounter": {"reference": ENCOUNTER_URN},
        "effectiveDateTime": day,
        "valueQuantity": {"value": value, "unit": "/min", "code": "/min"},
    } | more


def bundle(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


ENCOUNTER = {
    "resourceType": "Encounter",
    "status": "finished",
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
    "subject": {"reference": PATIENT_URN},
    "period": {"start": "2026-03-01T08:00:00+07:00", "end": "2026-03-01T09:00:00+07:00"},
    "participant": [{"individual": {"reference": "Practitioner/dr-1"}}],
}
RECORD = bundle(
    entry(patient(), PATIENT_URN),
    entry(ENCOUNTER, ENCOUNTER_URN),
    entry(observation("2026-03-01T08:10:00+07:00", 71)),
    entry(observation("2026-03-02", 80)),
    entry(observation("2026-04-01T00:30:00+07:00", 95)),
    entry(observation("2026-05-01", 5.4, "2339-0")),
)


async def searched(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/{query}")
    assert answer.status_code == 200, answer.text
    return [one["resource"] for one in answer.json().get("entry", [])]


@pytest.fixture
async def filled(hospital: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await hospital.post("/", json=RECORD)
    assert answer.status_code == 200, answer.text
    return hospital


@pytest.fixture(scope="module")
def shared_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A filled hospital that tests share who change nothing."""
    settings = hospital_settings(tmp_path_factory.mktemp("shared") / "h.db")
    with served_beside(create_hospital_app(settings)) as base:
        headers = {"authorization": f"Bearer {TOKEN}"}
        answer = httpx.post(f"{base}/fhir/", json=RECORD, headers=headers)
        assert answer.status_code == 200, answer.text
        yield base


@pytest.fixture
async def shared(shared_base: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=f"{shared_base}/fhir", headers=headers) as client:
        yield client


async def test_transaction_resolves_references_between_its_entries(
    shared: httpx.AsyncClient,
) -> None:
    found = await searched(shared, "Observation?date=2026-03-02")

    patients = await searched(shared, "Patient")
    encounters = await searched(shared, "Encounter")
    assert f"Patient/{patients[0]['id']}" == found[0]["subject"]["reference"]
    assert f"Encounter/{encounters[0]['id']}" == found[0]["encounter"]["reference"]


async def test_transaction_is_kept_whole_or_not_at_all(hospital: httpx.AsyncClient) -> None:
    broken = bundle(entry(patient(), PATIENT_URN), entry({"resourceType": "Observation"}))

    answer = await hospital.post("/", json=broken)

    assert (422, "OperationOutcome") == (answer.status_code, answer.json()["resourceType"])
    assert [] == await searched(hospital, "Patient")


async def test_reference_to_nothing_in_the_transaction_is_refused(
    hospital: httpx.AsyncClient,
) -> None:
    answer = await hospital.post("/", json=bundle(entry(observation("2026-03-01", 70))))

    assert 400 == answer.status_code


async def test_if_none_exist_keeps_the_resource_that_is_there(filled: httpx.AsyncClient) -> None:
    same = bundle(
        entry(patient(), PATIENT_URN, ifNoneExist="identifier=urn:id|001190000001"),
        entry(ENCOUNTER, ENCOUNTER_URN),
        entry(observation("2026-06-01", 66)),
    )

    answer = await filled.post("/", json=same)

    assert "200 OK" == answer.json()["entry"][0]["response"]["status"]
    patients = await searched(filled, "Patient")
    assert 1 == len(patients)
    assert 5 == len(await searched(filled, f"Observation?patient={patients[0]['id']}"))


async def test_conditional_create_with_two_matches_is_refused(
    hospital: httpx.AsyncClient,
) -> None:
    for _ in range(2):
        await hospital.post("/Patient", json=patient())

    answer = await hospital.post(
        "/Patient", json=patient(), headers={"if-none-exist": "identifier=001190000001"}
    )

    assert 412 == answer.status_code


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("date=2026-03-02", [80]),
        ("date=2026-03", [71, 80]),
        ("date=ge2026-04-01", [95, 5.4]),
        ("date=gt2026-04-01", [5.4]),
        ("date=lt2026-03-02", [71]),
        ("date=le2026-03-02", [71, 80]),
        ("date=sa2026-03-31", [95, 5.4]),
        ("date=eb2026-03-02", [71]),
        ("date=ne2026-03", [95, 5.4]),
        ("date=ge2026-03-02&date=lt2026-05", [80, 95]),
        ("date=2026-03-31T17:30:00Z", [95]),
        ("code=http://loinc.org|8867-4", [71, 80, 95]),
        ("code=8867-4,2339-0", [71, 80, 95, 5.4]),
        ("code=http://loinc.org|", [71, 80, 95, 5.4]),
        ("code=|8867-4", []),
        ("code=urn:other|8867-4", []),
        ("code:not=8867-4", [5.4]),
        ("combo-code=2339-0", [5.4]),
        ("status=final&value-quantity=gt90", [95]),
        ("value-quantity=5.4", [5.4]),
        ("value-quantity=5", [5.4]),
        ("value-quantity=71||/min", [71]),
        ("value-quantity=71||mg", []),
        ("category:missing=true", [71, 80, 95, 5.4]),
        ("_sort=-date&_count=2", [5.4, 95]),
        ("_lastUpdated=ge2026-11-22", [71, 80, 95, 5.4]),
        ("_lastUpdated=lt2026-11-22", []),
        ("subject=Patient/nobody", []),
    ],
)
async def test_search_matches(
    shared: httpx.AsyncClient, query: str, expected: list[float]
) -> None:
    separator = "" if "_sort" in query else "&_sort=date"

    found = await searched(shared, f"Observation?{query}{separator}")

    assert expected == [one["valueQuantity"]["value"] for one in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("date=le2026-03-01T01:00:00.000000%2B00:00", 1),
        ("date=le2026-03-01T00:59:59Z", 0),
        ("date=ge2026-03-01T08:59:59%2B07:00", 1),
        ("date=ge2026-03-01T09:00:01%2B07:00", 0),
        ("date=eq2026-03-01", 1),
        ("date=lt2026-03-01", 0),
    ],
)
async def test_period_matches_where_it_meets_the_instant(
    shared: httpx.AsyncClient, query: str, expected: int
) -> None:
    found = await searched(shared, f"Encounter?{query}")

    assert expected == len(found)


@pytest.mark.parametrize("form", ["{id}", "Patient/{id}", "http://h.test/fhir/Patient/{id}"])
async def test_search_takes_every_form_of_a_reference(
    shared: httpx.AsyncClient, form: str
) -> None:
    patients = await searched(shared, "Patient")

    found = await searched(shared, f"Observation?patient={form.format(id=patients[0]['id'])}")

    assert 4 == len(found)


async def test_search_by_encounter_alone(shared: httpx.AsyncClient) -> None:
    encounters = await searched(shared, "Encounter?practitioner=dr-1")

    found = await searched(shared, f"Observation?encounter={encounters[0]['id']}")

    assert 4 == len(found)


@pytest.mark.parametrize(
    "query",
    [
        "identifier=urn:id|001190000001",
        "identifier=001190000001",
        "name=dang",
        "name:exact=Đặng Thị Hồng",
        "name:contains=HỒNG",
        "family=Đặng",
        "gender=female",
        "birthdate=1990-05-12",
        "birthdate=lt1991",
    ],
)
async def test_patient_is_found(shared: httpx.AsyncClient, query: str) -> None:
    found = await searched(shared, f"Patient?{query}")

    assert 1 == len(found)


async def test_paging_gives_every_resource_once(shared: httpx.AsyncClient) -> None:
    address = "/Observation?_sort=-date&_count=1&status=final"
    values, pages = [], 0
    while address:
        page = (await shared.get(address)).json()
        pages += 1
        values += [one["resource"]["valueQuantity"]["value"] for one in page["entry"]]
        links = {link["relation"]: link["url"] for link in page["link"]}
        address = links.get("next", "")

    assert ([5.4, 95, 80, 71], 4) == (values, pages)


async def test_paging_survives_a_row_that_arrives_meanwhile(filled: httpx.AsyncClient) -> None:
    first = (await filled.get("/Observation?_sort=-date&_count=2&status=final")).json()
    patients = await searched(filled, "Patient")
    newer = observation("2026-07-01", 99, subject={"reference": f"Patient/{patients[0]['id']}"})
    await filled.post("/Observation", json={k: v for k, v in newer.items() if k != "encounter"})

    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = (await filled.get(following)).json()

    assert [80, 71] == [one["resource"]["valueQuantity"]["value"] for one in second["entry"]]


async def test_plain_paging_of_a_type(shared: httpx.AsyncClient) -> None:
    address, seen = "/Observation?_count=3", []
    while address:
        page = (await shared.get(address)).json()
        seen += [one["resource"]["id"] for one in page["entry"]]
        links = {link["relation"]: link["url"] for link in page["link"]}
        address = links.get("next", "")

    assert (4, 4, 4) == (len(seen), len(set(seen)), page["total"])


async def test_include_and_revinclude_add_resources(shared: httpx.AsyncClient) -> None:
    with_patient = (await shared.get("/Encounter?_include=Encounter:patient")).json()["entry"]
    with_observations = (await shared.get("/Encounter?_revinclude=Observation:encounter")).json()[
        "entry"
    ]

    assert ["match", "include"] == [one["search"]["mode"] for one in with_patient]
    assert 5 == len(with_observations)


async def test_search_by_post_is_the_same(shared: httpx.AsyncClient) -> None:
    answer = await shared.post("/Observation/_search", data={"date": "2026-03-02"})

    assert 1 == answer.json()["total"]


async def test_summary_count_gives_no_rows(shared: httpx.AsyncClient) -> None:
    answer = (await shared.get("/Observation?status=final&_summary=count")).json()

    assert (4, None) == (answer["total"], answer.get("entry"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/Observation?color=red", 400),
        ("GET", "/Observation?date=yesterday", 400),
        ("GET", "/Observation?date=2026-13", 400),
        ("GET", "/Observation?code:above=1", 400),
        ("GET", "/Observation?_count=x", 400),
        ("GET", "/Observation?_cursor=%21%21", 400),
        ("GET", "/Observation?value-quantity=heavy", 400),
        ("GET", "/Observation?status:missing=perhaps", 400),
        ("GET", "/Observation?_include=Observation:code", 400),
        ("GET", "/Observation?_sort=color", 400),
        ("GET", "/Observation/none", 404),
        ("GET", "/Spaceship", 404),
        ("GET", "/Patient/a/b/c", 404),
        ("PATCH", "/Patient/1", 405),
        ("POST", "/", 400),
        ("POST", "/Patient", 400),
    ],
)
async def test_every_refusal_is_an_operation_outcome(
    shared: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await shared.request(method, path, content="{" if method == "POST" else None)

    assert (status, "OperationOutcome") == (answer.status_code, answer.json()["resourceType"])


async def test_update_raises_the_version_and_old_values_are_not_found(
    hospital: httpx.AsyncClient,
) -> None:
    made = (await hospital.post("/Patient", json=patient())).json()
    changed = patient(id=made["id"], identifier=[{"system": "urn:id", "value": "2"}])

    answer = await hospital.put(f"/Patient/{made['id']}", json=changed)

    assert (200, "2") == (answer.status_code, answer.json()["meta"]["versionId"])
    assert [] == await searched(hospital, "Patient?identifier=001190000001")
    assert 1 == len(await searched(hospital, "Patient?identifier=2"))


async def test_update_of_another_version_is_refused(hospital: httpx.AsyncClient) -> None:
    made = (await hospital.post("/Patient", json=patient())).json()

    answer = await hospital.put(
        f"/Patient/{made['id']}", json=patient(id=made["id"]), headers={"if-match": 'W/"7"'}
    )

    assert 412 == answer.status_code


async def test_deleted_resource_is_gone(hospital: httpx.AsyncClient) -> None:
    made = (await hospital.post("/Patient", json=patient())).json()

    await hospital.delete(f"/Patient/{made['id']}")

    assert 410 == (await hospital.get(f"/Patient/{made['id']}")).status_code
    assert [] == await searched(hospital, "Patient")


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic aG9zcGl0YWwtdG9rZW4="])
async def test_without_the_system_token_nothing_is_answered(
    shared: httpx.AsyncClient, header: str
) -> None:
    answer = await shared.get("/Patient", headers={"authorization": header})

    assert (401, "OperationOutcome") == (answer.status_code, answer.json()["resourceType"])


async def test_metadata_is_open_and_names_the_search_parameters(
    shared: httpx.AsyncClient,
) -> None:
    answer = await shared.get("/metadata", headers={"authorization": ""})

    statement = answer.json()
    resources = {one["type"]: one for one in statement["rest"][0]["resource"]}
    names = {one["name"] for one in resources["Encounter"]["searchParam"]}
    assert "4.0.1" == statement["fhirVersion"]
    assert {"patient", "date", "service-provider", "_lastUpdated"} <= names


async def test_data_survives_a_restart(tmp_path: Path) -> None:
    settings = hospital_settings(tmp_path / "h.db")
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with serving(create_hospital_app(settings), bind(0)) as base:
        first = httpx.AsyncClient(base_url=f"{base}/fhir", headers=headers)
        async with first as client:
            await client.post("/", json=RECORD)
    async with serving(create_hospital_app(settings), bind(0)) as base:
        second = httpx.AsyncClient(base_url=f"{base}/fhir", headers=headers)
        async with second as client:
            found = await searched(client, "Observation")

    assert 4 == len(found)
