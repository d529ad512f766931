"""The real parts of a process together: patients, prescriptions and the access log."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from resolvers.datatypes.connections import PageRequest, Position
from resolvers.errors import SubgraphError
from resolvers.foundation import open_foundation, patient_subgraph, pharmacy_subgraph
from resolvers.patient.accesses import LoggedAccesses
from resolvers.patient.repository import PatientRepository
from storage.access_log.documents import AccessLogReader, DocumentBacking
from storage.access_log.model import AccessEvent, Actor, Decision
from storage.access_log.writer import AccessLogWriter
from storage.migrations import SchemaAheadError
from tests.resolvers.fakes import Caller, SettableClock, permitting
from tests.resolvers.patient.people import settle

CLOCK = SettableClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))


def event(number: int) -> AccessEvent:
    return AccessEvent(
        event_id=f"e{number}",
        time=datetime(2026, 11, 1, number, tzinfo=UTC),
        request_id="r1",
        actor=Actor("dr-1", "79014", "practitioner", "his"),
        subject_id="p-mother",
        category="CONDITIONS",
        action="read",
        purpose="TREAT",
        decision=Decision.DENY,
        reason="no_basis",
    )


async def test_a_subject_pages_through_the_log_of_accesses(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'documents.db'}"
    async with open_foundation(url, tmp_path / "keys.json", CLOCK, production=False) as foundation:
        subgraph = patient_subgraph(foundation)
        await subgraph.start()
        await settle(PatientRepository(foundation.store, foundation.keyring), foundation.profiles)
        writer = AccessLogWriter(DocumentBacking(foundation.store))
        await writer.append([event(number) for number in range(5)])
        await writer.close()
        caller = Caller(subgraph, CLOCK)
        context = permitting({"p-mother": {"ACCESS_LOG", "RECORD"}}, patient="p-mother")

        seen, cursor = [], None
        while True:
            data = await caller.data(
                "query($a: String) { me { accessLog(first: 2, after: $a) { edges { node { recorded"
                " permitted basis } } pageInfo { hasNextPage endCursor } } } }",
                context,
                {"a": cursor},
            )
            page = data["me"]["accessLog"]
            seen.append([edge["node"]["recorded"][11:13] for edge in page["edges"]])
            if not page["pageInfo"]["hasNextPage"]:
                break
            cursor = page["pageInfo"]["endCursor"]

    assert [["11", "10"], ["09", "08"], ["07"]] == seen


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'documents.db'}"
    keys = tmp_path / "keys.json"
    async with open_foundation(url, keys, CLOCK, production=False) as foundation:
        repository = PatientRepository(foundation.store, foundation.keyring)
        await patient_subgraph(foundation).start()
        await pharmacy_subgraph(foundation).start()
        await settle(repository, foundation.profiles)

    async with open_foundation(url, keys, CLOCK, production=False) as foundation:
        (found,) = await PatientRepository(foundation.store, foundation.keyring).by_id(["p-child"])

    assert found is not None
    assert ("Trần Văn Bé", "mother") == (found.full_name, found.representatives[0].relationship)


@pytest.mark.parametrize("date", ["yesterday", "2026-11-01", "2026-11-01T00:00:00"])
async def test_a_cursor_of_elsewhere_is_refused_by_the_log(tmp_path: Path, date: str) -> None:
    url = f"sqlite:///{tmp_path / 'documents.db'}"
    async with open_foundation(url, tmp_path / "keys.json", CLOCK, production=False) as foundation:
        accesses = LoggedAccesses(AccessLogReader(foundation.store))

        with pytest.raises(SubgraphError, match="cursor"):
            await accesses.page("p-mother", PageRequest(1, Position(date, "", "x")))


async def test_a_database_of_a_later_version_refuses_the_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'documents.db'}"
    async with open_foundation(url, tmp_path / "keys.json", CLOCK, production=False) as foundation:
        await foundation.store.collection("schema_versions").insert_one(
            {"_id": "prescriptions", "version": 99}
        )

        with pytest.raises(SchemaAheadError):
            await pharmacy_subgraph(foundation).start()
