"""Requests of the general path that are ready to be sent, and who waits for what they bring."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.federation.executor.answers import MALFORMED, Answer
from gateway.federation.executor.ports import FetchFailure, SubjectDecision
from gateway.federation.executor.projection import MergedObject, Projection
from gateway.federation.executor.requests import RequestTemplate, decode_json, encode_json
from gateway.federation.executor.variant import CompiledFetch, PermitKey
from gateway.federation.response.errors import Fault


@dataclass(frozen=True, slots=True)
class Target:
    """An object that waits for an entity.

    Attributes:
        entity: The object in the merged data.
        projection: What is asked about it.
        cause: An error that took a key away.
        lost: Fields whose ``@requires`` inputs an error took away, with that error.
        keys: Fields that are lost with their inputs, for keys are made of them.
    """

    entity: MergedObject
    projection: Projection
    cause: Fault | None
    lost: dict[str, Fault]
    keys: frozenset[str]


@dataclass(slots=True)
class Call:
    """One ``_entities`` call of a request: distinct representations and who waits for each."""

    indexes: dict[bytes, int] = field(default_factory=dict)
    targets: list[list[Target]] = field(default_factory=list)

    def add(self, representation: bytes, target: Target) -> None:
        """Add a target; equal representations are sent once."""
        index = self.indexes.setdefault(representation, len(self.targets))
        if index == len(self.targets):
            self.targets.append([])
        self.targets[index].append(target)


@dataclass(slots=True)
class PreparedFetch:
    """One request of a step, and where its answer belongs.

    Attributes:
        compiled: The fetch.
        permit_key: What the guards permit for these objects.
        template: The request; ``None`` if nothing may be asked.
        calls: The entity calls by number; empty for root fetches.
        asked: The calls with the types that something is asked about.
        roots: Objects that a root fetch's answer is merged into.
        left_out: Objects of entity fetches for which nothing can be asked.
        decisions: The distinct decisions for the subjects that are asked about.
        context: Variables that are filled from the objects' ancestors.
    """

    compiled: CompiledFetch
    permit_key: PermitKey
    template: RequestTemplate | None
    calls: dict[int, Call] = field(default_factory=dict)
    asked: frozenset[tuple[int, str]] = frozenset()
    roots: list[MergedObject] = field(default_factory=list)
    left_out: list[Target] = field(default_factory=list)
    decisions: dict[Hashable, SubjectDecision] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)

    def body(self, variables: dict[str, Any]) -> bytes:
        """Return the request's body."""
        assert self.template is not None  # noqa: S101 # nothing is sent without
        listed = [
            b"[" + b",".join(self.calls[number].indexes) + b"]" for number in sorted(self.calls)
        ]
        return self.template.body({**variables, **self.context}, listed)

    @property
    def is_due(self) -> bool:
        """Whether there is something to ask."""
        if self.template is None:
            return False
        if self.calls:
            return any(call.targets for call in self.calls.values())
        return bool(self.roots)

    def targets(self) -> Iterator[Target]:
        """Yield all who wait for entities."""
        for call in self.calls.values():
            for targets in call.targets:
                yield from targets

    def checked(self, answer: Answer) -> Answer | FetchFailure:
        """Return an answer if each call is answered by a list of objects of the right length."""
        if not self.calls or answer.data is None:
            return answer
        assert self.template is not None  # noqa: S101 # an answer needs a request
        for (alias, _), number in zip(self.template.calls, sorted(self.calls), strict=True):
            listed = answer.data.get(alias)
            if listed is None and answer.errors:
                continue
            if listed.__class__ is not list or len(listed) != len(self.calls[number].targets):
                return FetchFailure("The subgraph answered a wrong number of entities", MALFORMED)
            if any(item is not None and item.__class__ is not dict for item in listed):
                return FetchFailure(
                    "The subgraph answered entities that are no objects", MALFORMED
                )
        return answer


def adopt(prepared: PreparedFetch, body: bytes, variables: dict[str, Any]) -> bool:
    """Fit a request to one that the faster path has sent already, if that asks the same.

    The same representations may have been sent in another order, or some more of them.
    """
    template = prepared.template
    assert template is not None  # noqa: S101 # it is due
    if prepared.body(variables) == body:
        return True
    if not prepared.calls or not body.startswith(template.prefix):
        return False
    sent = decode_json(body)["variables"]
    calls = [prepared.calls[number] for number in sorted(prepared.calls)]
    indexes = [
        {encode_json(item): index for index, item in enumerate(sent[decode_json(key[:-1])])}
        for _, key in template.calls
    ]
    if any(
        not call.indexes.keys() <= known.keys() for call, known in zip(calls, indexes, strict=True)
    ):
        return False
    for call, known, (_, key) in zip(calls, indexes, template.calls, strict=True):
        targets: list[list[Target]] = [[] for _ in sent[decode_json(key[:-1])]]
        for representation, index in call.indexes.items():
            targets[known[representation]] += call.targets[index]
        call.indexes, call.targets = known, targets
    return True
