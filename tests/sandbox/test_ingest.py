"""Public FHIR bundles of others load into a hospital and are read back whole."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import orjson
import pytest

from sandbox.hospitals.app import create_hospital_app
from sandbox.ingest import HospitalClient, Ingested, IngestError, bundles_in, read_bundle
from tests.sandbox.conftest import TOKEN, hospital_settings, served_beside

SYNTHEA = Path(__file__).resolve().parents[3] / "shared" / "data" / "synthea-r4"
needs_synthea = pytest.mark.skipif(
    not SYNTHEA.is_dir(), reason="the public Synthea bundles are not beside this repository"
)


pytestmark = pytest.mark.xdist_group("ingest")  # every bundle is loaded once


async def ingest(address: str, folder: Path) -> list[Ingested]:
    async with aiohttp.ClientSession() as session:
        client = HospitalClient(session, address, TOKEN)
        return [one async for one in client.ingest(folder)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A hospital with every bundle."""

    address: str
    done: list[Ingested]

    def client(self) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {TOKEN}"}
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    app = create_hospital_app(hospital_settings(tmp_path_factory.mktemp("ingest") / "all.db"))
    with served_beside(app) as base, ThreadPoolExecutor(1) as beside:
        address = f"{base}/fhir"
        yield Loaded(address, beside.submit(asyncio.run, ingest(address, SYNTHEA)).result())


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
async def test_every_resource_of_every_bundle_is_read_and_found_again(loaded: Loaded) -> None:
    bundles = [orjson.loads(file.read_bytes()) for file in sorted(SYNTHEA.glob("*.json"))]
    expected = sum((counted(bundle) for bundle in bundles), Counter[str]())
    async with loaded.client() as hospital:
        found = {name: await everything(hospital, f"{name}?_count=200") for name in expected}
    kept = {f"{name}/{one['id']}": without_meta(one) for name in found for one in found[name]}
    sent = {
        f"{resource['resourceType']}/{resource['id']}": without_meta(resource)
        for one in loaded.done
        for resource in one.resources
    }
    assert expected == {name: len(resources) for name, resources in found.items()}
    assert len(bundles) == len(loaded.done)
    assert [] == [name for name, resource in sent.items() if resource != kept[name]]


def without_meta(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != "meta"}


@needs_synthea
async def test_each_patient_has_what_her_file_holds(loaded: Loaded) -> None:
    async with loaded.client() as hospital:
        for one in loaded.done:
            expected = counted(read_bundle(one.file))
            patient = one.patient["id"]
            for name in ("Encounter", "Condition", "Observation", "Immunization", "Procedure"):
                found = await everything(hospital, f"{name}?patient={patient}&_count=100")
                assert expected[name] == len(found), (one.file.name, name)


@needs_synthea
async def test_second_run_adds_nothing(hospital: httpx.AsyncClient, tmp_path: Path) -> None:
    file = next(iter(sorted(SYNTHEA.glob("*.json"))))
    (tmp_path / file.name).write_bytes(file.read_bytes())
    first = await ingest(str(hospital.base_url), tmp_path)

    second = await ingest(str(hospital.base_url), tmp_path)

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
