"""Guards at run time: which subjects to ask about, and what was decided for them."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLSchema, Undefined, parse_value
from graphql.utilities import value_from_ast_untyped

from gateway.federation.executor.ports import RootSubject, SubjectDecision
from gateway.federation.executor.projection import MergedObject
from gateway.federation.executor.walking import Chain, chains_at, prefix_depth, value_at
from gateway.federation.plan import Guard, ObjectSubject, Path, RootFieldSubject

NOTHING: frozenset[str] = frozenset()


def root_subject(
    subject: RootFieldSubject, schema: GraphQLSchema, variables: Mapping[str, Any]
) -> RootSubject:
    """Return a root field as a guard's subject, its arguments coerced, defaults filled in."""
    definition = schema.type_map[subject.type_name].fields[subject.field_name]  # type: ignore[attr-defined] # a root type
    given = dict(subject.arguments)
    arguments: dict[str, Any] = {}
    for name, argument in definition.args.items():
        value = Undefined
        if name in given:
            value = value_from_ast_untyped(parse_value(given[name]), dict(variables))
        default = argument.ast_node.default_value
        if value is Undefined and default is not None:
            value = value_from_ast_untyped(default)
        if value is not Undefined:
            arguments[name] = value
    coordinate = f"{subject.type_name}.{subject.field_name}"
    return RootSubject(coordinate, subject.response_name, arguments)


UNKNOWN: Final = object()
"""A subject that has not arrived yet."""


@dataclass(slots=True)
class Decided:
    """The decisions of one guard so far; what is not known is not permitted.

    Attributes:
        guard: The guard.
        by_value: Permitted groups by the subject's value (object subjects).
        root: The subject asked about (root field subjects).
        permitted: What is permitted for ``root``.
        is_asked: The port has answered.
    """

    guard: Guard
    by_value: dict[Hashable, frozenset[str]] = field(default_factory=dict)
    root: RootSubject | None = None
    permitted: frozenset[str] = NOTHING
    is_asked: bool = False


class Decisions:
    """What the guards of one execution have decided so far."""

    def __init__(self, guards: Iterable[Guard]) -> None:
        self._decided = {guard.id: Decided(guard) for guard in guards}

    def record(
        self, guard: Guard, subjects: Sequence[object], answers: Sequence[frozenset[str]]
    ) -> None:
        """Keep the answers of the port.

        Raises:
            ValueError: The port answered for another number of subjects.
        """
        decided = self._decided[guard.id]
        decided.is_asked = True
        for subject, permitted in zip(subjects, answers, strict=True):
            if isinstance(subject, RootSubject):
                decided.root, decided.permitted = subject, permitted
            else:
                decided.by_value[_hashable(subject)] = permitted

    def subject_of(self, guard: int, path: Path, chain: Chain) -> object:
        """Return the subject on which a guard decides for an object.

        ``UNKNOWN`` where it has not arrived yet, ``None`` where it is null.
        """
        decided = self._decided[guard]
        subject = decided.guard.subject
        if not isinstance(subject, ObjectSubject):
            return UNKNOWN if decided.root is None else decided.root
        depth = prefix_depth(path, subject.paths)
        if depth is None or subject.source[0] not in chain[depth]:
            return UNKNOWN
        found: object = value_at(chain[depth], subject.source)
        return found

    def root_of(self, guard: int) -> RootSubject | None:
        """Return the root field that a guard was asked about."""
        return self._decided[guard].root

    def is_decided(self, guard: int) -> bool:
        """Return whether a guard has been asked."""
        return self._decided[guard].is_asked

    def permitted(self, guard: int, subject: object) -> frozenset[str]:
        """Return what a guard permits for a subject."""
        decided = self._decided[guard]
        if isinstance(subject, RootSubject):
            return decided.permitted
        return decided.by_value.get(_hashable(subject), NOTHING)

    def for_object(
        self, groups: Mapping[int, frozenset[str]], path: Path, chain: Chain
    ) -> tuple[dict[int, frozenset[str]], list[SubjectDecision]]:
        """Return what guards permit for an object.

        Args:
            groups: The groups that are asked for, by guard.
            path: Where the object stands.
            chain: The object with its ancestors.
        """
        return self.permits_for(groups, lambda guard: self.subject_of(guard, path, chain))

    def permits_for(
        self, groups: Mapping[int, frozenset[str]], subject_of: Callable[[int], object]
    ) -> tuple[dict[int, frozenset[str]], list[SubjectDecision]]:
        """Return what guards permit.

        Args:
            groups: The groups that are asked for, by guard.
            subject_of: Returns the subject of a guard that decides on objects; that of a root
                field is known here.
        """
        permits: dict[int, frozenset[str]] = {}
        decisions: list[SubjectDecision] = []
        for guard, asked in groups.items():
            subject = self._decided[guard].root or subject_of(guard)
            if subject is UNKNOWN or subject is None:
                permits[guard] = NOTHING
                continue
            permits[guard] = self.permitted(guard, subject) & asked
            decisions.append(SubjectDecision(guard, subject, permits[guard]))
        return permits, decisions


def decision_key(decision: SubjectDecision) -> Hashable:
    """Return what tells the decisions of one execution apart."""
    subject = decision.subject
    if isinstance(subject, RootSubject):
        return (decision.guard,)
    return (decision.guard, _hashable(subject))


def _hashable(value: object) -> Hashable:
    """Keep values apart that Python holds equal: ``1``, ``1.0`` and ``True``."""
    return (value.__class__, value)


def object_subjects(subject: ObjectSubject, root: MergedObject) -> list[object]:
    """Return the distinct subjects that stand at a guard's paths, in order."""
    found: dict[Hashable, object] = {}
    for value in _subjects(subject, root):
        if value is not None:
            found.setdefault(_hashable(value), value)
    return list(found.values())


def _subjects(subject: ObjectSubject, root: MergedObject) -> Iterator[object]:
    for path in subject.paths:
        for chain in chains_at(root, path):
            yield value_at(chain[-1], subject.source)
