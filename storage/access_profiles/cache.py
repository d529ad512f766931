"""Profiles in memory for less than a second, and the loads under way."""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from storage.access_profiles.model import AccessProfile

Profiles = Mapping[str, AccessProfile]


class ProfileCache:
    """Holds profiles that nobody has announced to be old.

    Age is counted from the start of the read. So even when every announcement is lost, a change
    is in force here `max_age` seconds after it was written.
    """

    def __init__(self, max_age: float, size: int, monotonic: Callable[[], float]) -> None:
        self._max_age = max_age
        self._size = size
        self._monotonic = monotonic
        self._held: dict[str, tuple[AccessProfile, float]] = {}
        self._loading: dict[str, asyncio.Future[Profiles]] = {}

    def get(self, subject_id: str) -> AccessProfile | None:
        """Answer a profile that is still fresh."""
        held = self._held.get(subject_id)
        if held is None:
            return None
        if self._monotonic() - held[1] > self._max_age:
            del self._held[subject_id]
            return None
        return held[0]

    def forget(self, subject_id: str, version: int | None = None) -> None:
        """Drop a profile older than the version, and let no load under way bring it back."""
        held = self._held.get(subject_id)
        if held is not None and (version is None or held[0].version < version):
            del self._held[subject_id]
        self._loading.pop(subject_id, None)

    def forget_all(self) -> None:
        """Drop everything: announcements may have been missed."""
        self._held.clear()
        self._loading.clear()

    def loading(self, subject_id: str) -> asyncio.Future[Profiles] | None:
        """Answer the load under way for a subject, if nothing was announced since it began."""
        return self._loading.get(subject_id)

    def begin(self, subject_ids: Iterable[str], load: asyncio.Future[Profiles]) -> None:
        """Let others join a load, and hold what it brings."""
        started = self._monotonic()
        ids = tuple(subject_ids)
        for subject_id in ids:
            self._loading[subject_id] = load
        load.add_done_callback(lambda done: self._end(ids, done, started))

    def _end(self, ids: tuple[str, ...], load: asyncio.Future[Profiles], started: float) -> None:
        succeeded = not load.cancelled() and load.exception() is None
        for subject_id in ids:
            if self._loading.get(subject_id) is not load:
                continue
            del self._loading[subject_id]
            if succeeded and subject_id in load.result():
                self._hold(load.result()[subject_id], started)

    def _hold(self, profile: AccessProfile, started: float) -> None:
        self._held.pop(profile.subject_id, None)
        while len(self._held) >= self._size:
            del self._held[next(iter(self._held))]
        self._held[profile.subject_id] = (profile, started)
