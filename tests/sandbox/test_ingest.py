"""Public FHIR bundles of others load into a hospital and are read back whole."""

from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import orjson
import pytest

from sandbox.ingest import HospitalClient, Ingested, IngestError, bundles_in, read_bundle
from tests.sandbox.conftest import TOKEN

SYNTHEA = Path(__file__).resolve().parents[3] / "shared" / "data" / "synthea-r4"
needs_synthea = pytest.mark.skipif(
    not SYNTHEA.is_dir(), reason="the public Synthea bundles are not beside this repository"
)


async def ingest(hospital: httpx.AsyncClient, folder: Path) -> list[Ingested]:
    async with aiohttp.ClientSession() as session:
        client = HospitalClient(session, str(hospital.base_url), TOKEN)
        return [one async for one in client.ingest(folder)]


async def everything(hospital: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    found, address = [], f"/{query}"
    while address:
        page = (await hospital.get(address)).json()
        found += [entry["resource"] for entry in page.get("entry", [])]
        links = {link["relation"]: link["url"] for link in page["link"]}
        address = links.get("next", "")
    return found


def counted(bundle: dict[str, Any]) -> Counter[str]:
    return Counter(entry["resource"]["resourceType"] for entry in bundle["entry"])


@needs_synthea
async def test_every_resource_of_every_bundle_is_read_and_found_again(
    hospital: httpx.AsyncClient,
) -> None:
    done = await ingest(hospital, SYNTHEA)

    bundles = [orjson.loads(file.read_bytes()) for file in sorted(SYNTHEA.glob("*.json"))]
    expected = sum((counted(bundle) for bundle in bundles), Counter[str]())
    found = {name: len(await everything(hospital, f"{name}?_count=200")) for name in expected}
    assert expected == found
    assert len(bundles) == len(done)
    for one in done:
        for resource in one.resources[:40]:
            answer = await hospital.get(f"/{resource['resourceType']}/{resource['id']}")
            kept = {name: value for name, value in answer.json().items() if name != "meta"}
            assert {name: value for name, value in resource.items() if name != "meta"} == kept


@needs_synthea
async def test_each_patient_has_what_her_file_holds(hospital: httpx.AsyncClient) -> None:
    done = await ingest(hospital, SYNTHEA)

    for one in done:
        expected = counted(read_bundle(one.file))
        patient = one.patient["id"]
        for name in ("Encounter", "Condition", "Observation", "Immunization", "Procedure"):
            found = await everything(hospital, f"{name}?patient={patient}&_count=100")
            assert expected[name] == len(found), (one.file.name, name)


@needs_synthea
async def test_second_run_adds_nothing(hospital: httpx.AsyncClient, tmp_path: Path) -> None:
    file = next(iter(sorted(SYNTHEA.glob("*.json"))))
    (tmp_path / file.name).write_bytes(file.read_bytes())
    first = await ingest(hospital, tmp_path)

    second = await ingest(hospital, tmp_path)

    assert ([True], [False]) == ([one.is_new for one in first], [one.is_new for one in second])
    assert first[0].patient["id"] == second[0].patient["id"]


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"resourceType":"Bundle","type":"searchset"}',
                '{"resourceType":"Bundle","type":"transaction","entry":[]}'],
)  # fmt: skip
def test_file_that_is_no_bundle_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.json").write_text(content)

    with pytest.raises(IngestError, match=r"odd\.json"):
        read_bundle(tmp_path / "odd.json")


def test_folder_without_bundles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"no \.json"):
        bundles_in(tmp_path)
