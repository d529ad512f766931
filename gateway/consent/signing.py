"""Tells every subgraph, provably, who asks and what is permitted for whom."""

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from access.context import LIFETIME_SECONDS, AccessContext, SubjectAccess, attach_access_context
from gateway.consent.gate import ConsentGate
from gateway.consent.scope import HealthBookScope
from gateway.federation.executor.ports import (
    FetchFailure,
    SubgraphRequest,
    SubgraphTransport,
    SubjectDecision,
)


class SigningTransport:
    """Attaches the signed access context to each request on its way to a subgraph."""

    def __init__(
        self,
        transport: SubgraphTransport,
        gate: ConsentGate,
        keys: Mapping[str, bytes],
        wall_clock: Callable[[], float],
    ) -> None:
        """Wraps a transport.

        Args:
            transport: Sends the finished requests.
            gate: Knows what was permitted.
            keys: The key shared with each subgraph, by name, at least 32 bytes each.
            wall_clock: Unix seconds.
        """
        self._transport = transport
        self._gate = gate
        self._keys = keys
        self._clock = wall_clock

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        """Sends a request with its access context (see ``SubgraphTransport.send``)."""
        scope = request.scope
        if not isinstance(scope, HealthBookScope):
            raise TypeError("a subgraph of the health book needs the scope of its request")
        context = self._context(request, scope)
        body = attach_access_context(
            request.body, context, self._keys[request.subgraph], request.subgraph
        )
        return self._transport.send(msgspec.structs.replace(request, body=body))

    def _context(self, request: SubgraphRequest, scope: HealthBookScope) -> AccessContext:
        subjects: dict[str, SubjectAccess] = {}
        # Ways that open nothing come last: nothing is asked by them, so they limit nothing.
        for decision in sorted(request.decisions, key=_opens_nothing):
            access = self._gate.access_to(scope, decision.subject)
            if access is not None:
                subject, told = access
                known = subjects.get(subject)
                if known is None:
                    subjects[subject] = told
                elif decision.permitted:
                    subjects[subject] = _common(known, told)
        principal = scope.principal
        return AccessContext(
            actor=principal.subject,
            role=principal.role or "",
            purpose=principal.purpose or "",
            organization=principal.organization,
            patient=principal.patient,
            practitioner=principal.practitioner,
            subjects=subjects,
            request_id=scope.request_id,
            expires=int(self._clock()) + LIFETIME_SECONDS,
        )


def _opens_nothing(decision: SubjectDecision) -> bool:
    return not decision.permitted


def _common(one: SubjectAccess, other: SubjectAccess) -> SubjectAccess:
    """What is permitted of a subject by each of the ways that lead to her in one request.

    A context knows a subject once. What only one way opens is not told, rather than opened for
    what the other way reaches.
    """
    return SubjectAccess(
        _both(one.groups, other.groups),
        one.labelled_encounters & other.labelled_encounters,
        _both(one.episode_labels, other.episode_labels),
        min(one.version, other.version),
        {
            group: windows
            for group, windows in one.dated.items()
            if other.dated.get(group) == windows
        },
    )


def _both(
    one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    return {group: labels & other[group] for group, labels in one.items() if group in other}
