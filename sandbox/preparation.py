"""What a start does before anything listens: load at the first one, top up at each."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import orjson

from sandbox.databases import BrokenDatabaseError
from sandbox.documents.loading import Destinations, DocumentLoader
from sandbox.hospitals.store import ResourceStore
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.keys import BrokenKeyFileError, load_or_create_ring
from sandbox.insurance_portal.records import PortalRecords
from sandbox.layout import BrokenDataError, DataFolder
from sandbox.population.generator import Population, PopulationSettings
from sandbox.population.institutions import HOSPITALS
from sandbox.world import BrokenWorldError, WorldFiles, make_world
from storage.access_profiles.repository import AccessProfiles
from storage.documents import StorageError
from storage.encryption import ConfigurationError, load_keyring
from storage.invalidation import LocalChanges
from storage.opening import open_documents

Clock = Callable[[], datetime]


async def prepare(
    data: DataFolder, settings: PopulationSettings, clock: Clock, say: Callable[[str], None]
) -> dict[str, str]:
    """Load what is missing and issue fresh prescriptions; returns their codes by patient.

    The upstreams' files are made by another process at the same time as the documents.

    Args:
        data: Where everything is kept.
        settings: Who there is, where nothing was made before.
        clock: Answers the present instant, aware.
        say: Takes one line about each long step.

    Raises:
        BrokenDataError: A file is damaged or cannot be written.
    """
    check_keys(data)
    builder = _start_builder(data.world, settings, say)
    try:
        codes = await _documents(data, settings, clock, say)
        if builder is not None:
            await builder.finish()
    finally:
        if builder is not None:
            builder.stop()
    check_world(data)
    return codes


def check_keys(data: DataFolder) -> None:
    """See that the keys can be read before anything is loaded.

    Raises:
        BrokenDataError: They cannot.
    """
    try:
        load_or_create_ring(data.signing_keys)
        load_keyring(data.keyring, production=False)
    except (BrokenKeyFileError, ConfigurationError) as problem:
        raise BrokenDataError(str(problem)) from problem
    except OSError as problem:
        message = f"{data.signing_keys} cannot be used: {problem.strerror}"
        raise BrokenDataError(message) from problem


@dataclass(frozen=True, slots=True)
class _Builder:
    """A process that makes the upstreams' files and says how it went."""

    process: BaseProcess
    outcome: "Connection[str, str]"

    async def finish(self) -> None:
        try:
            problem = await asyncio.to_thread(self.outcome.recv)
        except EOFError:
            problem = "the process that makes the hospitals' records was ended"
        if problem:
            raise BrokenDataError(problem)

    def stop(self) -> None:
        self.process.terminate()
        self.process.join()


def _start_builder(
    files: WorldFiles, settings: PopulationSettings, say: Callable[[str], None]
) -> _Builder | None:
    try:
        if files.population() is not None:
            return None
    except BrokenWorldError as problem:
        raise BrokenDataError(str(problem)) from problem
    say(f"First start: making {settings.people:,} people, their records and cards ...")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_build, args=(files, settings, theirs), daemon=True)
    process.start()
    theirs.close()
    return _Builder(process, ours)


def _build(
    files: WorldFiles, settings: PopulationSettings, outcome: "Connection[str, str]"
) -> None:
    """Make the files; an interrupt is the parent's to handle, who ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(outcome,), daemon=True).start()
    try:
        make_world(files, settings, lambda _: None)
    except OSError as problem:
        outcome.send(f"the hospitals' records cannot be written: {problem.strerror}")
    except sqlite3.Error as problem:
        outcome.send(f"the hospitals' records cannot be written: {problem}")
    else:
        outcome.send("")


def _end_with_parent(parent: "Connection[str, str]") -> None:
    """End this process when the parent is gone, so that it does not write beside a new start."""
    try:
        parent.recv()
    except (EOFError, OSError):
        os._exit(1)


async def _documents(
    data: DataFolder, settings: PopulationSettings, clock: Clock, say: Callable[[str], None]
) -> dict[str, str]:
    async with open_loader(data, clock) as loader:
        population = Population(settings)
        await loader.prepare(population)
        if not data.loaded.exists():
            await loader.load(population.books(), _progress(settings.people, say))
            data.loaded.write_bytes(orjson.dumps({"people": settings.people}))
        return await _top_up(loader, population, clock())


@contextlib.asynccontextmanager
async def open_loader(data: DataFolder, clock: Clock) -> AsyncIterator[DocumentLoader]:
    """Open the documents for loading.

    Raises:
        BrokenDataError: The database is damaged or cannot be written.
    """
    try:
        store = await open_documents(data.documents_url)
    except StorageError as problem:
        message = f"{data.documents_name} cannot be used: {problem}"
        raise BrokenDataError(message) from problem
    try:
        keyring = load_keyring(data.keyring, production=False)
        profiles = AccessProfiles(store, keyring, LocalChanges(), clock)
        to = Destinations(store, keyring, profiles)
        yield DocumentLoader(to, clock().date())
    except StorageError as problem:
        message = f"{data.documents_name} is damaged or cannot be written: {problem}"
        raise BrokenDataError(message) from problem
    finally:
        await store.close()


async def _top_up(loader: DocumentLoader, population: Population, now: datetime) -> dict[str, str]:
    fresh = list(population.fresh(now))
    await loader.issue(fresh)
    return {one.person: one.code for one, _ in fresh}


def _progress(people: int, say: Callable[[str], None]) -> Callable[[int], None]:
    """Say every tenth part."""
    told = 0

    def progress(count: int) -> None:
        nonlocal told
        part = count * 10 // max(people, 1)
        if part > told:
            told = part
            say(f"  {count:,} of {people:,} people loaded")

    return progress


def check_world(data: DataFolder) -> None:
    """Open every file of the upstreams once.

    Raises:
        BrokenDataError: One is damaged.
    """
    try:
        for facility in HOSPITALS:
            ResourceStore.open(data.world.hospital(facility.code)).close()
        PortalRecords.open(data.world.portal).close()
        IdentityDirectory.open(data.world.identities).close()
    except BrokenDatabaseError as problem:
        raise BrokenDataError(str(problem)) from problem
