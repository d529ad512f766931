"""Toy graphs with guards, and a table that decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.federation.executor.ports import (
    RootSubject,
)
from gateway.federation.plan import (
    Guard,
    ObjectSubject,
    RootFieldSubject,
)
from gateway.federation.plan import Sequence as InOrder
from gateway.federation.response.errors import ErrorValue
from tests.federation.executor.kit import (
    Case,
    entity,
    flatten,
    graph,
    path,
    root,
)

CLUB = graph("""
type Query {
  members: [Member!]
  member(id: ID!, deep: Boolean = true): Member
  best: Member
  things: [Thing!]
}
type Mutation { rename(id: ID!): Member }
type Member { id: ID! name: String score: Int notes: [Note!] }
type Note { id: ID! about: ID text: String mark: Int }
union Thing = Member | Note
""")


@dataclass
class Table:
    """A guard port that answers from a table of permitted groups by subject."""

    permitted: Mapping[object, str]
    asked: list[tuple[int, tuple[str, ...], tuple[object, ...]]] = field(default_factory=list)
    mismatches: list[object] = field(default_factory=list)

    async def decide(
        self, scope: object, guard: int, groups: tuple[str, ...], subjects: Sequence[object]
    ) -> Sequence[frozenset[str]]:
        assert scope == "scope"
        self.asked.append((guard, groups, tuple(subjects)))
        return [frozenset(self.permitted.get(_known(item), "").split()) for item in subjects]

    def refusal(self, scope: object, group: str) -> ErrorValue:
        return ErrorValue("Not permitted", {"code": "CONSENT_REQUIRED", "category": group})

    def is_subject(self, scope: object, subject: object, found: object) -> bool:
        return isinstance(subject, RootSubject) and subject.arguments.get("id") == found

    def subject_mismatch(self, scope: object, guard: int, found: object) -> ErrorValue:
        self.mismatches.append(found)
        return ErrorValue("Integrity", {"code": "INTERNAL"})


def _known(subject: object) -> object:
    return subject.arguments.get("id") if isinstance(subject, RootSubject) else subject


def refused(group: str, *places: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "message": "Not permitted",
            "path": list(place),
            "extensions": {"code": "CONSENT_REQUIRED", "category": group},
        }
        for place in places
    ]


def object_guard(number: int, where: str, *groups: str, source: str = "__fed_id") -> Guard:
    paths = tuple(path(item) for item in where.split())
    return Guard(number, ObjectSubject(paths, (source,)), groups)


def root_guard(number: int, name: str, arguments: Any, *groups: str) -> Guard:
    return Guard(number, RootFieldSubject("Query", name, name, arguments), groups)


MEMBER = 'name @group(guard: 0, name: "who") score @group(guard: 0, name: "rank")'
MEMBERS = Case(
    CLUB,
    "members { name score }",
    InOrder(
        (
            root(0, "a", "members { __fed_id: id }"),
            object_guard(0, "members", "rank", "who"),
            flatten(1, "a", "members", entity("Member", "id=__fed_id", MEMBER), guards=(0,)),
        )
    ),
)
