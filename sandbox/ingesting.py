"""`python -m sandbox ingest DIR`: bundles of others into a hospital and the documents."""

import argparse
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.documents.ingested import ingested_patient
from sandbox.hospitals.app import HospitalSettings, create_hospital_app
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.tokens import Identity
from sandbox.ingest import HospitalClient, bundles_in
from sandbox.layout import HOST, BrokenDataError, DataFolder
from sandbox.population.institutions import CENTRAL, HOSPITALS
from sandbox.preparation import open_loader
from sandbox.serving import bind, serving

Clock = Callable[[], datetime]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="folder of .json bundles")
    parser.add_argument(
        "--hospital",
        choices=[one.code for one in HOSPITALS],
        default=CENTRAL,
        help="which hospital gets them",
    )


async def ingest(
    data: DataFolder, options: argparse.Namespace, clock: Clock, say: Callable[[str], None]
) -> int:
    """Load every bundle of the folder; a patient who is there already is left as she is.

    The hospital is spoken to over HTTP: the running one, or one served for the purpose.

    Raises:
        IngestError: A file cannot be read, or the hospital refuses it.
        BrokenDataError: There is no sandbox yet, or it is damaged.
    """
    bundles_in(options.folder)
    if not data.loaded.exists():
        message = f"there is no sandbox in {data.root} yet: start it with `make run`"
        raise BrokenDataError(message)
    added = known = resources = 0
    async with (
        _hospital(data, options.hospital, clock) as base,
        open_loader(data, clock) as loader,
        aiohttp.ClientSession() as session,
    ):
        client = HospitalClient(session, base, data.secrets().hospital_token)
        async for one in client.ingest(options.folder):
            if one.is_new:
                added += 1
                resources += len(one.resources)
            else:
                known += 1
            everything = one.resources or await client.everything_of(one.patient["id"])
            await loader.add_ingested(one.patient, everything, options.hospital, clock())
            _let_log_in(data, one.patient)
            say(f"{one.file.name}: {len(one.resources)} resources")
    say(f"{added} patients added with {resources} resources, {known} were there already")
    return 0


def _let_log_in(data: DataFolder, patient: Mapping[str, Any]) -> None:
    """Make the patient known to the identity provider."""
    name = ingested_patient(patient).full_name or patient["id"]
    directory = IdentityDirectory.open(data.world.identities)
    directory.add([Identity(patient["id"], "citizen", name)])
    directory.close()


@contextlib.asynccontextmanager
async def _hospital(data: DataFolder, code: str, clock: Clock) -> AsyncIterator[str]:
    """Yield the FHIR base URL of the running hospital, or of one served meanwhile."""
    ports = data.last_ports()
    if ports is not None:
        running = f"http://{HOST}:{ports.hospitals[code]}/fhir"
        if await _answers(running):
            yield running
            return
    secrets = data.secrets()
    settings = HospitalSettings(
        facility_code=code,
        database=data.world.hospital(code),
        bearer_token=secrets.hospital_token,
        admin_token=secrets.admin_token,
        clock=clock,
    )
    async with serving(create_hospital_app(settings), bind(0)) as base:
        yield f"{base}/fhir"


async def _answers(base: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{base}/metadata", timeout=aiohttp.ClientTimeout(total=5)) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
