"""The first load: told as it goes, resumed after a break, alone in its folder."""

import multiprocessing
from datetime import date, datetime
from pathlib import Path

import pytest

from sandbox.layout import BrokenDataError, DataFolder
from sandbox.population.generator import PopulationSettings
from sandbox.population.model import VIETNAM
from sandbox.preparation import _build, prepare
from sandbox.world import WorldFiles

TODAY = date(2026, 11, 22)


def now() -> datetime:
    return datetime.now(VIETNAM)


def test_builder_ends_with_its_parent(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    settings = PopulationSettings(1, 5_000_000, TODAY)
    process = context.Process(target=_build, args=(WorldFiles(tmp_path / "w"), settings, theirs))
    process.start()
    theirs.close()

    ours.close()  # what the system does when the parent dies

    process.join(30)
    assert 1 == process.exitcode


async def test_load_that_broke_off_is_done_anew(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    data.create()
    settings = data.population(PopulationSettings(1, 60, TODAY))
    said: list[str] = []

    def interrupt(line: str) -> None:
        said.append(line)
        if "people loaded" in line:
            raise BrokenDataError("stands for any end")

    with pytest.raises(BrokenDataError):
        await prepare(data, settings, now, interrupt)
    assert not data.is_complete()

    codes = await prepare(data, settings, now, said.append)

    assert data.is_complete()
    assert codes
    assert any("60 of 60 people loaded" in line for line in said)


async def test_second_preparation_loads_nothing(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    data.create()
    settings = data.population(PopulationSettings(1, 12, TODAY))
    await prepare(data, settings, now, lambda _: None)
    said: list[str] = []

    await prepare(data, settings, now, said.append)

    assert [] == said
