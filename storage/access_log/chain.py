"""A hash chain over events: a change, a loss or another order cannot be hidden.

Each link's hash is SHA-256 over the hash before it, its sequence number and the canonical bytes of
its events. A chain begins with the hash of its own id. One writing process has one chain at a
time; a chain whose writing failed is left and another begun.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

_BEGINNING = b"health-book access log chain "


class Link(msgspec.Struct, frozen=True, gc=False):
    """One or more events in their chain. A struct, as one may be made per event.

    Attributes:
        chain: The chain.
        sequence: Number of its last event; the first of a chain is 1.
        hash: In hexadecimal digits.
        content: The event's canonical bytes; of several, each with a newline behind it.
        events: How many they are.
    """

    chain: str
    sequence: int
    hash: str
    content: bytes
    events: int = 1

    @property
    def first(self) -> int:
        """Number of its first event."""
        return self.sequence - self.events + 1


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How far a chain was known to reach; kept elsewhere it shows a lost end."""

    chain: str
    sequence: int
    hash: str

    def statement(self) -> bytes:
        """Answer the bytes that a signature of the head covers."""
        return f"{self.chain} {self.sequence} {self.hash}".encode()


class FaultKind(StrEnum):
    """What verification found; `FORGED`: a head whose signature is not ours."""

    FORGED = "forged"

    CHANGED = "changed"
    LOST = "lost"
    REORDERED = "reordered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a chain does not hold: the sequence number at which it was noticed."""

    kind: FaultKind
    chain: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What verification saw.

    Attributes:
        heads: The last sound link of each chain, by chain.
        events: How many events were read.
        faults: What does not hold; empty for a sound log.
        torn: Lines cut by a crash while they were written, which nobody was told to be durable.
    """

    heads: Mapping[str, ChainHead]
    events: int
    faults: tuple[Fault, ...] = ()
    torn: int = 0


def beginning(chain: str) -> bytes:
    """Answer the hash before the first link."""
    return hashlib.sha256(_BEGINNING + chain.encode()).digest()


def next_hash(previous: bytes, sequence: int, content: bytes) -> bytes:
    """Answer the hash of a link."""
    return hashlib.sha256(previous + sequence.to_bytes(8) + content).digest()


@dataclass(slots=True)
class _Progress:
    """How far one chain has been followed."""

    sequence: int
    hash: bytes
    seen: set[int] = field(default_factory=set)


class Verifier:
    """Follows links in the order in which they are kept."""

    def __init__(self) -> None:
        self._chains: dict[str, _Progress] = {}
        self._faults: list[Fault] = []
        self._events = 0

    def follow(self, link: Link) -> None:
        """Check one link against those before it in its chain."""
        self._events += link.events
        progress = self._chains.get(link.chain)
        if progress is None:
            progress = self._chains[link.chain] = _Progress(0, beginning(link.chain))
        if link.first <= progress.sequence:
            self._report(FaultKind.REORDERED, link)
            return
        if link.first > progress.sequence + 1:
            self._report(FaultKind.LOST, link, progress.sequence + 1)
        elif next_hash(progress.hash, link.sequence, link.content).hex() != link.hash:
            self._report(FaultKind.CHANGED, link)
        progress.sequence = link.sequence
        # Going on from the recorded hash finds every later fault too, each where it is.
        progress.hash = _digest(link.hash)

    def unreadable(self, chain: str) -> None:
        """Record a link that is none any more."""
        progress = self._chains.get(chain)
        sequence = progress.sequence + 1 if progress else 1
        self._faults.append(Fault(FaultKind.UNREADABLE, chain, sequence))

    def forged(self, head: ChainHead) -> None:
        """Record a head that somebody else wrote."""
        self._faults.append(Fault(FaultKind.FORGED, head.chain, head.sequence))

    def result(self, expected: Iterable[ChainHead] = (), torn: int = 0) -> Verification:
        """Answer what was found.

        Args:
            expected: Heads known from elsewhere: a chain that ends before its head lost events.
            torn: Lines that a crash cut.
        """
        for head in expected:
            progress = self._chains.get(head.chain)
            reached = progress.sequence if progress else 0
            if reached < head.sequence:
                self._faults.append(Fault(FaultKind.LOST, head.chain, reached + 1))
            elif progress and reached == head.sequence and progress.hash.hex() != head.hash:
                self._faults.append(Fault(FaultKind.CHANGED, head.chain, reached))
        heads = {
            chain: ChainHead(chain, progress.sequence, progress.hash.hex())
            for chain, progress in self._chains.items()
        }
        return Verification(heads, self._events, tuple(self._faults), torn)

    def _report(self, kind: FaultKind, link: Link, sequence: int | None = None) -> None:
        self._faults.append(Fault(kind, link.chain, sequence or link.first))


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
