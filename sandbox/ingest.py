"""FHIR R4 transaction bundles from a folder into a hospital, over HTTP.

A bundle whose patient the hospital knows already is left out, so that a second run adds nothing.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

_KEPT_IN_DOCUMENTS = ("AllergyIntolerance", "Immunization", "Condition")


class IngestError(Exception):
    """A file or the hospital refuses. The text names the file, never its content."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one bundle.

    Args:
        file: Where it was read.
        patient: The hospital's Patient resource, as it stands there.
        resources: The bundle's resources under the hospital's ids, references resolved.
        is_new: False when the hospital knew the patient already.
    """

    file: Path
    patient: dict[str, Any]
    resources: tuple[dict[str, Any], ...]
    is_new: bool


def bundles_in(folder: Path) -> list[Path]:
    """Return the JSON files of a folder, by name.

    Raises:
        IngestError: It is no folder or holds none.
    """
    if not folder.is_dir():
        message = f"{folder} is not a folder"
        raise IngestError(message)
    found = sorted(folder.glob("*.json"))
    if not found:
        message = f"{folder} holds no .json file"
        raise IngestError(message)
    return found


def read_bundle(file: Path) -> dict[str, Any]:
    """Read a transaction bundle with one patient.

    Raises:
        IngestError: The file is something else.
    """
    try:
        bundle = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as problem:
        message = f"{file} cannot be read as JSON"
        raise IngestError(message) from problem
    if not isinstance(bundle, dict) or bundle.get("type") != "transaction":
        message = f"{file} is not a FHIR Bundle of type transaction"
        raise IngestError(message)
    patients = [
        entry
        for entry in bundle.get("entry", [])
        if entry.get("resource", {}).get("resourceType") == "Patient"
    ]
    if len(patients) != 1:
        message = f"{file} holds {len(patients)} patients instead of one"
        raise IngestError(message)
    return bundle


class HospitalClient:
    """A system client of one hospital.

    Args:
        session: HTTP session.
        base_url: FHIR base, e.g. `http://127.0.0.1:4011/fhir`.
        token: The system's bearer token.
    """

    def __init__(self, session: aiohttp.ClientSession, base_url: str, token: str) -> None:
        self._session = session
        self._base = base_url.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}"}

    async def ingest(self, folder: Path) -> AsyncIterator[Ingested]:
        """Post every bundle of a folder and yield what the hospital then holds.

        Raises:
            IngestError: A file cannot be read, or the hospital refuses it.
        """
        for file in bundles_in(folder):
            bundle = read_bundle(file)
            known = await self._known_patient(bundle)
            if known is not None:
                yield Ingested(file, known, (), is_new=False)
                continue
            answer = await self._request("POST", "", orjson.dumps(bundle), file)
            resources = tuple(await self._written(bundle, answer, file))
            patient = next(one for one in resources if one["resourceType"] == "Patient")
            yield Ingested(file, patient, resources, is_new=True)

    async def everything_of(self, patient_id: str) -> tuple[dict[str, Any], ...]:
        """Return what a patient has that documents keep as well, page after page.

        Raises:
            IngestError: The hospital refuses.
        """
        found: list[dict[str, Any]] = []
        for kind in _KEPT_IN_DOCUMENTS:
            address = f"{self._base}/{kind}?patient={patient_id}&_count=200"
            while address:
                async with self._session.get(address, headers=self._headers) as answer:
                    if answer.status != 200:
                        raise _refused(answer.status, None)
                    page = orjson.loads(await answer.read())
                found += [entry["resource"] for entry in page.get("entry", [])]
                links = {link["relation"]: link["url"] for link in page["link"]}
                address = links.get("next", "")
        return tuple(found)

    async def _known_patient(self, bundle: dict[str, Any]) -> dict[str, Any] | None:
        patient = next(
            entry["resource"]
            for entry in bundle["entry"]
            if entry["resource"]["resourceType"] == "Patient"
        )
        for identifier in patient.get("identifier", []):
            if "value" not in identifier:
                continue
            value = f"{identifier.get('system', '')}|{identifier['value']}"
            async with self._session.get(
                f"{self._base}/Patient", params={"identifier": value}, headers=self._headers
            ) as answer:
                if answer.status != 200:
                    raise _refused(answer.status, None)
                entries = orjson.loads(await answer.read()).get("entry", [])
                if entries:
                    found: dict[str, Any] = entries[0]["resource"]
                    return found
        return None

    async def _request(self, method: str, path: str, body: bytes, file: Path) -> dict[str, Any]:
        headers = {**self._headers, "content-type": "application/fhir+json"}
        async with self._session.request(
            method, self._base + path, data=body, headers=headers
        ) as answer:
            document: dict[str, Any] = orjson.loads(await answer.read())
            if answer.status != 200:
                raise _refused(answer.status, file)
            return document

    async def _written(
        self, bundle: dict[str, Any], answer: dict[str, Any], file: Path
    ) -> list[dict[str, Any]]:
        """Return the bundle's resources as the hospital keeps them: its ids, its references."""
        names: dict[str, str] = {}
        entries = bundle["entry"]
        for entry, done in zip(entries, answer["entry"], strict=True):
            location = str(done["response"].get("location", ""))
            reference = location.partition("/_history/")[0]
            if not reference:
                raise _refused(200, file)
            names[str(entry.get("fullUrl"))] = reference
        return [
            {**_renamed(entry["resource"], names), "id": names[str(entry.get("fullUrl"))][
                len(entry["resource"]["resourceType"]) + 1 :
            ]}
            for entry in entries
        ]  # fmt: skip


def _renamed(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        return {name: _renamed(part, names) for name, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value


def _refused(status: int, file: Path | None) -> IngestError:
    place = "" if file is None else f" for {file}"
    return IngestError(f"the hospital answered {status}{place}")
