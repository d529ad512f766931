"""The access context: what the gateway tells a subgraph about the caller, with proof of origin.

It travels as the last member of the request body, ``extensions.accessContext``, so that the bytes
before it can be covered by its code without being parsed again::

    {"query":"…","variables":{…},"extensions":{"accessContext":"<payload>.<code>"}}

``payload`` is base64url JSON, ``code`` is HMAC-SHA-256 (RFC 2104) under the subgraph's key over
the subgraph's name, the payload and the SHA-256 of everything that precedes the ``extensions``
member. A context is good for one subgraph, one body, 30 seconds and (with ``access.nonces``)
one use.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

_MARK = b',"extensions":{"accessContext":"'
_END = b'"}}'
_DOMAIN = b"health-book access context v1"
_FORMAT = 2
"""Of the payload. A subgraph refuses another one: what it does not know might limit something."""

LIFETIME_SECONDS = 30
"""How long a context is accepted after it was signed."""


class AccessContextError(Exception):
    """The request carries no valid access context. The text never repeats what was sent."""


@dataclass(frozen=True, slots=True)
class DataWindow:
    """A span of time from which rows are permitted, by a consent to data of that time alone.

    Attributes:
        start: Unix milliseconds, included; ``None`` where it is open.
        end: Unix milliseconds, excluded; ``None`` where it is open.
        labels: Sensitivity labels that are permitted within it.
    """

    start: int | None
    end: int | None
    labels: frozenset[str] = frozenset()

    def contains(self, date: datetime | None) -> bool:
        """Whether a row of a date is from that time; one without a date is from no time."""
        if date is None:
            return False
        moment = date.timestamp() * 1000
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment < self.end
        )


@dataclass(frozen=True, slots=True)
class SubjectAccess:
    """What is permitted for one subject.

    Attributes:
        groups: The permitted guard groups (categories; ``X:write`` for changes), each with the
            sensitivity labels that are permitted within it.
        labelled_encounters: Encounters whose labelled rows are permitted besides, because the
            caller treats that episode.
        episode_labels: By group the labels that this opens: never one that the law hides from
            everybody or that the subject refuses the caller.
        dated: Guard groups of which rows are permitted by their date, with the spans of time. A
            group that stands in `groups` too is permitted whatever the date.
        version: Of the consents and relations that this was decided by; belongs into the key of
            everything that keeps the subject's data.
    """

    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    labelled_encounters: frozenset[str] = frozenset()
    episode_labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    version: int = 0
    dated: Mapping[str, tuple[DataWindow, ...]] = field(default_factory=dict)

    def permits(self, group: str) -> bool:
        """Whether the group's fields are permitted at all."""
        return group in self.groups or group in self.dated

    def permits_row(
        self,
        group: str,
        labels: Collection[str],
        encounter: str | None = None,
        date: datetime | None = None,
    ) -> bool:
        """Whether a row may be shown; one that may not is left out without a trace.

        Args:
            group: The guard group of the row's category.
            labels: The row's sensitivity labels; all must be permitted.
            encounter: The encounter that the row belongs to.
            date: When the row is from, aware; needed where ``dated`` names the group.
        """
        permitted = self.groups.get(group)
        if group in self.dated:
            windows = [window for window in self.dated[group] if window.contains(date)]
            if permitted is not None or windows:
                permitted = (permitted or frozenset()).union(*(each.labels for each in windows))
        if permitted is None:
            return False
        if not labels or permitted.issuperset(labels):
            return True
        if encounter is None or encounter not in self.labelled_encounters:
            return False
        return (permitted | self.episode_labels.get(group, frozenset())).issuperset(labels)


@dataclass(frozen=True, slots=True)
class AccessContext:
    """Who asks, for what purpose, and what is permitted per subject.

    Attributes:
        actor: Stable id of the caller (token subject, or patient or practitioner id).
        role: Value of :class:`access.purposes.Role`.
        purpose: Value of :class:`access.purposes.Purpose`.
        organization: Facility, pharmacy or insurer of the caller, or ``None``.
        patient: The caller's own patient id (citizens), or ``None``.
        practitioner: The caller's practitioner id, or ``None``.
        subjects: Permissions by subject (patient id).
        request_id: The gateway's request id, for logs.
        nonce: Unique per request.
        expires: Unix seconds.
    """

    actor: str
    role: str
    purpose: str
    organization: str | None = None
    patient: str | None = None
    practitioner: str | None = None
    subjects: Mapping[str, SubjectAccess] = field(default_factory=dict)
    request_id: str = ""
    nonce: str = ""
    expires: int = 0

    def access_to(self, subject: str) -> SubjectAccess:
        """What is permitted for ``subject``; nothing if the gateway did not name it."""
        return self.subjects.get(subject, NO_ACCESS)

    def permits(self, subject: str, group: str) -> bool:
        """Whether a guard group is permitted for a subject."""
        return self.access_to(subject).permits(group)


NO_ACCESS = SubjectAccess()
"""Nothing is permitted."""


def derive_context_key(secret: bytes, subgraph: str) -> bytes:
    """The key that gateway and one subgraph share, from one secret.

    A subgraph is given its own key only, so that it cannot speak to another in the gateway's name.

    Args:
        secret: At least 32 bytes, known to the gateway alone.
        subgraph: The subgraph's name.
    """
    return hmac.digest(secret, _DOMAIN + b" key of " + subgraph.encode(), "sha256")


def attach_access_context(body: bytes, context: AccessContext, key: bytes, subgraph: str) -> bytes:
    """The body with the signed context as its last member.

    Args:
        body: A JSON object without an ``extensions`` member, ending in ``}``.
        context: What to say; its ``expires`` must be set, an empty nonce is filled in.
        key: The subgraph's key, at least 32 bytes.
        subgraph: The subgraph's name.
    """
    prefix = body[:-1]
    payload = base64.urlsafe_b64encode(_encode(context))
    return b"".join((prefix, _MARK, payload, b".", _code(key, subgraph, payload, prefix), _END))


def verify_access_context(body: bytes, key: bytes, subgraph: str, now: float) -> AccessContext:
    """The context of a request body.

    Args:
        body: The body as it was received.
        key: The key shared with the gateway for this subgraph.
        subgraph: Name of the subgraph that verifies.
        now: Unix seconds.

    Raises:
        AccessContextError: if it is missing, forged, made for another subgraph or body, or
        expired.
    """
    at = body.rfind(_MARK)
    if at < 0 or not body.endswith(_END):
        raise AccessContextError("the request carries no access context")
    payload, _, code = body[at + len(_MARK) : -len(_END)].partition(b".")
    if not hmac.compare_digest(code, _code(key, subgraph, payload, body[:at])):
        raise AccessContextError("the access context does not belong to this request")
    context = _decode(payload)
    if not now < context.expires <= now + 2 * LIFETIME_SECONDS:
        raise AccessContextError("the access context has expired")
    return context


def _code(key: bytes, subgraph: str, payload: bytes, prefix: bytes) -> bytes:
    signed = b"\n".join((_DOMAIN, subgraph.encode(), payload, hashlib.sha256(prefix).digest()))
    return base64.urlsafe_b64encode(hmac.digest(key, signed, "sha256"))


def _encode(context: AccessContext) -> bytes:
    members = {
        "v": _FORMAT,
        "a": context.actor,
        "r": context.role,
        "p": context.purpose,
        "o": context.organization,
        "i": context.patient,
        "d": context.practitioner,
        "s": {
            subject: [
                _listed(access.groups),
                sorted(access.labelled_encounters),
                _listed(access.episode_labels),
                access.version,
                {
                    group: [[each.start, each.end, sorted(each.labels)] for each in windows]
                    for group, windows in access.dated.items()
                },
            ]
            for subject, access in context.subjects.items()
        },
        "q": context.request_id,
        "n": context.nonce or secrets.token_urlsafe(12),
        "e": context.expires,
    }
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()


def _listed(groups: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    return {group: sorted(labels) for group, labels in groups.items()}


def _sets(groups: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {group: frozenset(labels) for group, labels in groups.items()}


def _windows(
    groups: Mapping[str, Iterable[tuple[int | None, int | None, Iterable[str]]]],
) -> dict[str, tuple[DataWindow, ...]]:
    return {
        group: tuple(DataWindow(start, end, frozenset(labels)) for start, end, labels in windows)
        for group, windows in groups.items()
    }


def _decode(payload: bytes) -> AccessContext:
    try:
        members = json.loads(base64.urlsafe_b64decode(payload))
        if members["v"] != _FORMAT:
            raise AccessContextError("the access context has another format")
        subjects = {
            subject: SubjectAccess(
                _sets(groups), frozenset(encounters), _sets(episode), int(version), _windows(dated)
            )
            for subject, (groups, encounters, episode, version, dated) in members["s"].items()
        }
        return AccessContext(
            actor=members["a"],
            role=members["r"],
            purpose=members["p"],
            organization=members["o"],
            patient=members["i"],
            practitioner=members["d"],
            subjects=subjects,
            request_id=members["q"],
            nonce=members["n"],
            expires=int(members["e"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AccessContextError("the access context cannot be read") from error
