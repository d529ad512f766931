"""The access log as an append-only file.

Each group is one link: a blank line, a head `chain sequence hash events`, and a line of JSON for
each event; the sequence number is the last event's, the hash covers the lines of all. Older files
have a link for each event, `chain sequence hash event` on one line; they are read as before, also
where newer groups follow.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from storage.access_log.chain import ChainHead, Link, Verification, Verifier
from storage.access_log.model import AccessEvent, parse_event
from storage.access_log.writing import WritingThread

_WRITES_THROUGH = getattr(os, "O_DSYNC", 0)


class FileBacking:
    """Appends each group with one write that returns when it is on the disk.

    A thread of its own writes, as that may take long (see ``writing``). Where the system can, the
    file itself is synchronous: a sync apart from the write costs the thread another turn at the
    interpreter's lock, for which it waits up to 5 ms beside a busy loop.

    Several processes may append to one file; each has its own chain.
    """

    links_groups = True

    def __init__(self, path: Path) -> None:
        """Open the file for appending, creating it readable by its owner alone.

        Raises:
            OSError: It cannot be opened.
        """
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | _WRITES_THROUGH
        self._descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0), 0o600)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._thread = WritingThread(self._write)

    async def write(self, links: Sequence[Link]) -> None:
        """Return when all links are on the disk."""
        await self._thread.write(b"".join(map(_lines, links)))

    async def lacking(self, events: Sequence[AccessEvent]) -> Sequence[AccessEvent]:
        """Answer all: nobody searches the file for what a failed write may have left in it."""
        return events

    async def close(self) -> None:
        """Close the file."""
        self._thread.close()
        os.close(self._descriptor)

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        if not _WRITES_THROUGH:
            os.fsync(self._descriptor)


def read_events(path: Path) -> Iterator[AccessEvent]:
    """Answer the events of a file in the order of their writing; unreadable lines are left out.

    Raises:
        OSError: It cannot be read.
    """
    for _, link in _links(path):
        if link is not None:
            yield from map(parse_event, link.content.splitlines())


def verify_file(path: Path, expected: Iterable[ChainHead] = ()) -> Verification:
    """Check every chain of a file.

    A group that is not whole counts as torn when its chain ends there, as a crash leaves it.

    Args:
        path: The file.
        expected: Heads known from elsewhere.

    Raises:
        OSError: It cannot be read.
    """
    verifier = Verifier()
    torn: dict[str, int] = {}
    nameless = 0
    for number, (chain, link) in enumerate(_links(path)):
        if link is not None:
            if torn.pop(link.chain, None) is not None:
                verifier.unreadable(link.chain)
            verifier.follow(link)
        elif len(chain) == 32:
            torn[chain] = number
        else:
            nameless += 1
    return verifier.result(expected, len(torn) + nameless)


class _Head(msgspec.Struct):
    """The head of a group whose events follow."""

    chain: str
    sequence: int
    hash: str
    events: int

    def link(self, lines: list[bytes]) -> Link | None:
        """Answer the link with these events, or None if they are not all there and whole."""
        content = b"".join(lines)
        whole = len(lines) == self.events and content.endswith(b"\n")
        if not whole or not all(map(_is_event, lines)):
            return None
        return Link(self.chain, self.sequence, self.hash, content, self.events)


def _lines(link: Link) -> bytes:
    # The blank line in front: a line that a crash or a full disk cut swallows nothing.
    head = f"\n{link.chain} {link.sequence} {link.hash} {link.events}\n"
    return head.encode() + link.content


def _links(path: Path) -> Iterator[tuple[str, Link | None]]:
    """Answer each link of a file with its chain; None for what is no link or not whole."""
    head: _Head | None = None
    lines: list[bytes] = []
    with path.open("rb") as file:
        for line in file:
            if head is not None:
                if line.startswith(b"{"):
                    lines.append(line)
                    continue
                yield head.chain, head.link(lines)
                head = None
            if line == b"\n":
                continue
            chain, _, rest = line.partition(b" ")
            found = _parse(chain, rest)
            if isinstance(found, _Head):
                head, lines = found, []
            else:
                yield chain.decode("ascii", "replace").strip(), found
    if head is not None:
        yield head.chain, head.link(lines)


def _parse(chain: bytes, rest: bytes) -> Link | _Head | None:
    """Answer the head of a group, or a link of an older file with its one event."""
    sequence, _, rest = rest.partition(b" ")
    digest, _, content = rest.partition(b" ")
    if not content.endswith(b"\n"):
        return None
    content = content[:-1]
    try:
        name, number, hexadecimal = chain.decode("ascii"), int(sequence), digest.decode("ascii")
        if content.startswith(b"{"):
            return Link(name, number, hexadecimal, content) if _is_event(content) else None
        return _Head(name, number, hexadecimal, int(content))
    except ValueError:
        return None


def _is_event(line: bytes) -> bool:
    try:
        parse_event(line)
    except ValueError:
        return False
    return True
