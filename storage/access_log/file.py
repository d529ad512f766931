"""The access log as an append-only file, one line a link: `chain sequence hash event`."""

import asyncio
import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from storage.access_log.chain import ChainHead, Link, Verification, Verifier
from storage.access_log.model import AccessEvent, parse_event

_WRITES_THROUGH = getattr(os, "O_DSYNC", 0)


class FileBacking:
    """Appends each group with one write that returns when it is on the disk.

    A thread of its own writes, as that may take long. Where the system can, the file itself is
    synchronous: a sync apart from the write costs the thread another turn at the interpreter's
    lock, for which it waits up to 5 ms beside a busy loop.

    Several processes may append to one file; each has its own chain.
    """

    def __init__(self, path: Path) -> None:
        """Open the file for appending, creating it readable by its owner alone.

        Raises:
            OSError: It cannot be opened.
        """
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | _WRITES_THROUGH
        self._descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o600)
        self._clean = self._ends_with_newline()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._groups: SimpleQueue[tuple[bytes, asyncio.Future[None]] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="access-log", daemon=True)
        self._thread.start()

    async def write(self, links: Sequence[Link]) -> None:
        """Return when all links are on the disk."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._groups.put((b"".join(map(_line, links)), written))
        await written

    async def close(self) -> None:
        """Close the file."""
        self._groups.put(None)
        self._thread.join()
        os.close(self._descriptor)

    def _run(self) -> None:
        while (group := self._groups.get()) is not None:
            data, written = group
            failure: BaseException | None = None
            try:
                self._write(data)
            except BaseException as error:  # noqa: BLE001 (handed to the one who awaits)
                failure = error
            with contextlib.suppress(RuntimeError):  # the loop was closed, nobody awaits
                written.get_loop().call_soon_threadsafe(_tell, written, failure)

    def _write(self, data: bytes) -> None:
        # A line that a crash or a full disk cut must not swallow the next one.
        rest = memoryview(data if self._clean else b"\n" + data)
        self._clean = False
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        if not _WRITES_THROUGH:
            os.fsync(self._descriptor)
        self._clean = True

    def _ends_with_newline(self) -> bool:
        size = os.fstat(self._descriptor).st_size
        return size == 0 or os.pread(self._descriptor, 1, size - 1) == b"\n"


def _tell(written: "asyncio.Future[None]", failure: BaseException | None) -> None:
    if written.done():
        return
    if failure is None:
        written.set_result(None)
    else:
        written.set_exception(failure)


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
