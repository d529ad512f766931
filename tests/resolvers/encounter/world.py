"""Hospitals of the sandbox behind the encounter subgraph, over real HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from access.context import AccessContext
from access.labels import HIDDEN_BY_LAW, Label
from resolvers.encounter.locations import EncounterRepository, RecordLocation
from sandbox.faults import ADMIN_PATH
from tests.resolvers.fakes import Caller, permitting

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TOKEN = "hospital-token"
ADMIN = "admin-token"
CODES = ("79014", "01901", "48001")

ICD10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

EVERY_LABEL = tuple(sorted(frozenset(label.value for label in Label) - HIDDEN_BY_LAW))
"""What a citizen may see of her own."""

ALL = {
    "ENCOUNTERS",
    "CONDITIONS",
    "OBSERVATIONS",
    "IMAGING",
    "PROCEDURES",
    "MEDICATIONS",
    "CLINICAL_NOTES",
    "REFERRALS",
}


class Recorder:
    """Takes note of every request to a hospital."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.requests: list[tuple[str, tuple[tuple[str, str], ...]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            query = tuple(parse_qsl(scope["query_string"].decode()))
            self.requests.append((scope["path"].removeprefix("/fhir/"), query))
        await self.app(scope, receive, send)


@dataclass
class Hospital:
    base: str
    recorder: Recorder
    session: aiohttp.ClientSession

    @property
    def requests(self) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
        return self.recorder.requests

    def searches(self, type_name: str) -> list[dict[str, str]]:
        return [dict(query) for path, query in self.requests if path == type_name]

    async def keep(self, *resources: Mapping[str, Any]) -> None:
        """Puts resources into the hospital."""
        entries = [
            {
                "resource": resource,
                "request": {
                    "method": "PUT",
                    "url": f"{resource['resourceType']}/{resource['id']}",
                },
            }
            for resource in resources
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/fhir+json"}
        url = f"{self.base}/fhir"
        async with self.session.post(url, data=orjson.dumps(bundle), headers=headers) as answer:
            assert 200 == answer.status, await answer.text()

    async def fault(self, **fault: Any) -> None:
        """Switches a fault on."""
        headers = {"authorization": f"Bearer {ADMIN}"}
        url = self.base + ADMIN_PATH
        async with self.session.post(url, json=fault, headers=headers) as answer:
            assert 200 == answer.status, await answer.text()


@dataclass
class World:
    hospitals: dict[str, Hospital]
    repository: EncounterRepository
    caller: Caller
    shared: dict[str, bool] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Hospital:
        return self.hospitals[code]

    async def locate(
        self, subject: str = "p1", *, shares: bool = True, codes: tuple[str, ...] = CODES
    ) -> None:
        """Says that hospitals hold data of a patient, under one number."""
        await self.repository.import_locations(
            [RecordLocation(subject, code, f"{subject}-local", shares, SINCE) for code in codes]
        )

    async def ask(self, query: str, context: AccessContext, **variables: Any) -> dict[str, Any]:
        return await self.caller.ask(query, context, variables)

    async def patient(
        self, selection: str, context: AccessContext | None = None, subject: str = "p1"
    ) -> Any:
        """What the subgraph answers about a patient, errors included."""
        query = (
            "query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
            f" {selection} }} }} }}"
        )
        representation = {"__typename": "Patient", "id": subject}
        return await self.caller.ask(query, context or herself(subject), {"r": [representation]})

    async def rows(
        self, selection: str, context: AccessContext | None = None, subject: str = "p1"
    ) -> Any:
        """The patient's fields, where there must be no error."""
        content = await self.patient(selection, context, subject)
        assert "errors" not in content, content
        return content["data"]["_entities"][0]


def herself(subject: str = "p1", *labels: str) -> AccessContext:
    """The patient, with everything permitted and these labels."""
    groups = {category: set(labels) for category in ALL}
    return permitting({subject: groups}, patient=subject)


def practitioner(
    groups: Mapping[str, set[str]] | set[str] | None = None, organization: str = "79014"
) -> AccessContext:
    """A practitioner of a facility, with these groups permitted."""
    return permitting(
        {"p1": groups or ALL},
        role="practitioner",
        purpose="TREAT",
        organization=organization,
        practitioner="dr-1",
    )


def encounter(
    local: str = "e1", start: str = "2026-11-01T08:00:00+07:00", **members: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": local,
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "Patient/p1-local"},
        "period": {"start": start},
        **members,
    }


def about(local: str, type_name: str, episode: str | None = "e1", **members: Any) -> Any:
    """A resource about the patient, of an episode."""
    resource = {
        "resourceType": type_name,
        "id": local,
        "subject": {"reference": "Patient/p1-local"},
        **members,
    }
    if episode is not None:
        resource.setdefault("encounter", {"reference": f"Encounter/{episode}"})
    return resource


def coded(code: str, system: str = ICD10, text: str | None = None) -> dict[str, Any]:
    concept: dict[str, Any] = {"coding": [{"system": system, "code": code}]}
    if text is not None:
        concept["text"] = text
    return concept


def condition(local: str, icd: str = "I10", episode: str | None = "e1", **members: Any) -> Any:
    given = {"code": coded(icd), "recordedDate": "2026-11-01T08:00:00+07:00", **members}
    return about(local, "Condition", episode, **given)


def observation(
    local: str, code: str = "718-7", episode: str | None = "e1", **members: Any
) -> Any:
    given = {
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "laboratory"}]}],
        "code": coded(code, LOINC),
        "effectiveDateTime": "2026-11-01T09:00:00+07:00",
        **members,
    }
    return about(local, "Observation", episode, **given)
