"""The access log as an append-only file, one line a link: `chain sequence hash event`."""

import asyncio
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from storage.access_log.chain import ChainHead, Link, Verification, Verifier
from storage.access_log.model import AccessEvent, parse_event

_sync = getattr(os, "fdatasync", os.fsync)


class FileBacking:
    """Appends each group with one write and one sync, in a thread of its own.

    Several processes may append to one file; each has its own chain.
    """

    def __init__(self, path: Path) -> None:
        """Open the file for appending, creating it readable by its owner alone.

        Raises:
            OSError: It cannot be opened.
        """
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        self._descriptor = os.open(path, flags, 0o600)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="access-log")
        self._clean = self._ends_with_newline()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    async def write(self, links: Sequence[Link]) -> None:
        """Return when all links are on the disk."""
        data = b"".join(
            b"%s %d %s %s\n"
            % (each.chain.encode(), each.sequence, each.hash.encode(), each.content)
            for each in links
        )
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, data)

    async def close(self) -> None:
        """Close the file."""
        self._thread.shutdown()
        os.close(self._descriptor)

    def _write(self, data: bytes) -> None:
        # A line that a crash or a full disk cut must not swallow the next one.
        rest = memoryview(data if self._clean else b"\n" + data)
        self._clean = False
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        _sync(self._descriptor)
        self._clean = True

    def _ends_with_newline(self) -> bool:
        size = os.fstat(self._descriptor).st_size
        return size == 0 or os.pread(self._descriptor, 1, size - 1) == b"\n"


def read_events(path: Path) -> Iterator[AccessEvent]:
    """Answer the events of a file in the order of their writing; unreadable lines are left out.

    Raises:
        OSError: It cannot be read.
    """
    for _, link in _lines(path):
        if link is not None:
            yield parse_event(link.content)


def verify_file(path: Path, expected: Iterable[ChainHead] = ()) -> Verification:
    """Check every chain of a file.

    A line that is no link counts as torn when its chain ends there, as a crash leaves it.

    Args:
        path: The file.
        expected: Heads known from elsewhere.

    Raises:
        OSError: It cannot be read.
    """
    verifier = Verifier()
    torn: dict[str, int] = {}
    nameless = 0
    for number, (chain, link) in enumerate(_lines(path)):
        if link is not None:
            if torn.pop(link.chain, None) is not None:
                verifier.unreadable(link.chain)
            verifier.follow(link)
        elif len(chain) == 32:
            torn[chain] = number
        else:
            nameless += 1
    return verifier.result(expected, len(torn) + nameless)


def _line(link: Link) -> bytes:
    return f"{link.chain} {link.sequence} {link.hash} ".encode() + link.content + b"\n"


def _lines(path: Path) -> Iterator[tuple[str, Link | None]]:
    with path.open("rb") as file:
        for line in file:
            chain, _, rest = line.partition(b" ")
            yield chain.decode("ascii", "replace").strip(), _parse(chain, rest)


def _parse(chain: bytes, rest: bytes) -> Link | None:
    sequence, _, rest = rest.partition(b" ")
    digest, _, content = rest.partition(b" ")
    if not content.endswith(b"\n"):
        return None
    content = content[:-1]
    try:
        parse_event(content)
        return Link(chain.decode("ascii"), int(sequence), digest.decode("ascii"), content)
    except ValueError:
        return None
