"""The files of the outside world: what each upstream knows at its first start.

Everything is written beside the place where it belongs and moved there when it is complete, so
that a start that was broken off leaves nothing half loaded.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import orjson

from sandbox.hospitals.records import HospitalRecords, institution_resources
from sandbox.hospitals.store import ResourceStore
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.tokens import Identity
from sandbox.insurance_portal.claims import portal_entry
from sandbox.insurance_portal.records import PortalCard, PortalClaim, PortalRecords
from sandbox.population import cast
from sandbox.population.generator import Population, PopulationSettings
from sandbox.population.institutions import FACILITIES, HOSPITALS
from sandbox.population.model import VIETNAM, Book

_PORTAL_BATCH = 2_000
_IDENTITY_BATCH = 10_000
_MARK = "population.json"

Progress = Callable[[int], None]
"""Called now and then with the number of people that are done."""


class BrokenWorldError(Exception):
    """The sandbox's folder holds something else than was written there."""


@dataclass(frozen=True, slots=True)
class WorldFiles:
    """Where the upstreams keep their data.

    Args:
        folder: Folder of the outside world.
    """

    folder: Path

    def hospital(self, facility_code: str) -> Path:
        """Return the database of one hospital."""
        return self.folder / f"hospital-{facility_code}.db"

    @property
    def portal(self) -> Path:
        """The insurance portal's database."""
        return self.folder / "portal.db"

    @property
    def identities(self) -> Path:
        """The identity provider's directory."""
        return self.folder / "identities.db"

    def is_complete(self) -> bool:
        """Tell whether everything was written."""
        return (self.folder / _MARK).exists()

    def population(self) -> PopulationSettings | None:
        """Return what the files were made from; None when nothing is there yet.

        Raises:
            BrokenWorldError: The note about it is damaged.
        """
        mark = self.folder / _MARK
        if not mark.exists():
            return None
        try:
            note = orjson.loads(mark.read_bytes())
            today = date.fromisoformat(note["today"])
            return PopulationSettings(int(note["seed"]), int(note["people"]), today)
        except (ValueError, KeyError, TypeError) as problem:
            message = f"{mark} is damaged; remove {self.folder} to start anew"
            raise BrokenWorldError(message) from problem


def make_world(files: WorldFiles, settings: PopulationSettings, progress: Progress) -> None:
    """Make every file of the outside world.

    Raises:
        OSError: The folder cannot be written.
    """
    building = files.folder.with_name(f"{files.folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    _fill(WorldFiles(building), Population(settings), progress)
    note = {"seed": settings.seed, "people": settings.people, "today": settings.today.isoformat()}
    (building / _MARK).write_bytes(orjson.dumps(note))
    if files.folder.exists():
        shutil.rmtree(files.folder)
    building.rename(files.folder)


def _fill(files: WorldFiles, population: Population, progress: Progress) -> None:
    now = datetime.combine(
        population.settings.today, datetime.min.time().replace(hour=12), VIETNAM
    )
    with ExitStack() as stack:
        sinks: list[Callable[[Book], None]] = [
            _hospital_sink(stack, files, at, population, now) for at in range(len(HOSPITALS))
        ]
        sinks.append(_portal_sink(stack, files, population))
        sinks.append(_identity_sink(stack, files, population))
        for count, book in enumerate(population.books(), 1):
            for sink in sinks:
                sink(book)
            if count % 250 == 0:
                progress(count)


def _hospital_sink(
    stack: ExitStack, files: WorldFiles, at: int, population: Population, now: datetime
) -> Callable[[Book], None]:
    facility, doctors = HOSPITALS[at], population.institutions.practitioners
    store = ResourceStore.open(files.hospital(facility.code))
    stack.callback(store.close)
    add = stack.enter_context(store.filling())
    records = HospitalRecords(facility, doctors, FACILITIES, now)
    for resource in institution_resources(facility, FACILITIES, doctors, now):
        add(resource)

    def sink(book: Book) -> None:
        for resource in records.of(book):
            add(resource)

    return sink


def _portal_sink(
    stack: ExitStack, files: WorldFiles, population: Population
) -> Callable[[Book], None]:
    portal = PortalRecords.open(files.portal)
    stack.callback(portal.close)
    licences = {one.id: one.licence for one in population.institutions.practitioners}
    waiting: list[tuple[PortalCard, tuple[PortalClaim, ...]]] = []

    def flush() -> None:
        portal.fill(waiting)
        waiting.clear()

    stack.callback(flush)

    def sink(book: Book) -> None:
        entry = portal_entry(book, licences)
        if entry is not None:
            waiting.append(entry)
            if len(waiting) >= _PORTAL_BATCH:
                flush()

    return sink


def _identity_sink(
    stack: ExitStack, files: WorldFiles, population: Population
) -> Callable[[Book], None]:
    directory = IdentityDirectory.open(files.identities)
    stack.callback(directory.close)
    directory.add(staff_identities(population))
    waiting: list[Identity] = []

    def flush() -> None:
        directory.add(waiting)
        waiting.clear()

    stack.callback(flush)

    def sink(book: Book) -> None:
        waiting.append(Identity(book.person.id, "citizen", book.person.name.full))
        if len(waiting) >= _IDENTITY_BATCH:
            flush()

    return sink


def staff_identities(population: Population) -> Iterator[Identity]:
    """Yield everybody who logs in for an organization."""
    for doctor in population.institutions.practitioners:
        yield Identity(doctor.id, "practitioner", doctor.name, doctor.facility)
    for one in population.institutions.pharmacists:
        yield Identity(one.id, "pharmacist", one.name, one.pharmacy)
    yield Identity(cast.INSURER_USER, "insurer", "Giám định viên BHXH", cast.INSURER)
    yield Identity(cast.AUTHORITY_USER, "authority", "Cán bộ thống kê", cast.AUTHORITY)
