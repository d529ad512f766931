"""The official R4 examples are kept or refused with a reason; no search over them fails."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from sandbox.hospitals.app import create_hospital_app
from sandbox.hospitals.parameters import PARAMETERS, Kind
from tests.sandbox.conftest import TOKEN, hospital_settings, served_beside

pytestmark = pytest.mark.xdist_group("examples")  # its fixtures are dear

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir-r4-examples"
needs_examples = pytest.mark.skipif(
    not EXAMPLES.is_dir(), reason="the official FHIR examples are not beside this repository"
)
VALUES = {
    Kind.TOKEN: "http://loinc.org|8867-4",
    Kind.REFERENCE: "Patient/example",
    Kind.DATE: "ge2010-01-01",
    Kind.STRING: "a",
    Kind.QUANTITY: "gt1",
    Kind.URI: "http://hl7.org/fhir/StructureDefinition/Patient",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = hospital_settings(tmp_path_factory.mktemp("examples") / "h.db")
    headers = {"authorization": f"Bearer {TOKEN}"}
    with (
        served_beside(create_hospital_app(settings)) as base,
        httpx.Client(base_url=f"{base}/fhir", headers=headers, timeout=30) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def kept(client: httpx.Client) -> Counter[str]:
    """How many examples of each type the hospital keeps."""
    counted: Counter[str] = Counter()
    for file in sorted(EXAMPLES.glob("[A-Z]*/*.json")):
        resource: dict[str, Any] = orjson.loads(file.read_bytes())
        name = resource["resourceType"]
        answer = client.put(f"/{name}/{resource['id']}", content=file.read_bytes())
        if answer.status_code in {200, 201}:
            counted[name] += answer.status_code == 201
        else:
            reason = answer.json()
            assert ("OperationOutcome", True) == (
                reason["resourceType"], bool(reason["issue"][0]["diagnostics"]),
            ), file.name  # fmt: skip
            assert 400 <= answer.status_code < 500, file.name
    return counted


@needs_examples
def test_every_example_of_a_type_that_is_served_is_kept(
    client: httpx.Client, kept: Counter[str]
) -> None:
    found = {name: client.get(f"/{name}?_summary=count").json()["total"] for name in sorted(kept)}

    assert dict(sorted(kept.items())) == found
    assert sum(kept.values()) > 300


@needs_examples
@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_every_search_parameter_and_sort_works_on_the_examples(
    client: httpx.Client, kept: Counter[str], name: str
) -> None:
    for parameter in PARAMETERS[name].values():
        value = VALUES[parameter.kind]
        for query in ({parameter.name: value}, {"_sort": f"-{parameter.name}"}):
            answer = client.get(f"/{name}", params=query)
            assert 200 == answer.status_code, (query, answer.text)
