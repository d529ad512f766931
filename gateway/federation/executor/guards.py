"""Guards at run time: which subjects to ask about, and what was decided for them."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, Undefined, parse_value
from graphql.utilities import value_from_ast_untyped

from gateway.federation.executor.ports import RootSubject, SubjectDecision
from gateway.federation.executor.projection import MergedObject
from gateway.federation.executor.variant import PermitKey
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
        node = argument.ast_node.default_value
        if name in given:
            node = parse_value(given[name])
        value = Undefined if node is None else value_from_ast_untyped(node, dict(variables))
        if value is not Undefined:
            arguments[name] = value
    coordinate = f"{subject.type_name}.{subject.field_name}"
    return RootSubject(coordinate, subject.response_name, arguments)


@dataclass(slots=True)
class Decided:
    """The decisions of one guard.

    Attributes:
        guard: The guard.
        by_value: Permitted groups by the subject's value (object subjects).
        root: The subject asked about (root field subjects).
        permitted: What is permitted for ``root``.
    """

    guard: Guard
    by_value: dict[Hashable, frozenset[str]]
    root: RootSubject | None = None
    permitted: frozenset[str] = NOTHING


class Decisions:
    """What the guards of one execution have decided so far. What is unknown is not permitted."""

    def __init__(self) -> None:
        self._decided: dict[int, Decided] = {}

    def record(
        self, guard: Guard, subjects: Sequence[object], answers: Sequence[frozenset[str]]
    ) -> None:
        """Keep the answers of the port.

        Raises:
            ValueError: The port answered for another number of subjects.
        """
        if isinstance(guard.subject, RootFieldSubject):
            ((subject, permitted),) = zip(subjects, answers, strict=True)
            assert isinstance(subject, RootSubject)  # noqa: S101 # made by root_subject
            self._decided[guard.id] = Decided(guard, {}, subject, permitted)
            return
        by_value = {
            _hashable(subject): permitted
            for subject, permitted in zip(subjects, answers, strict=True)
        }
        self._decided[guard.id] = Decided(guard, by_value)

    def of(self, guard: int) -> Decided | None:
        """Return the decisions of a guard, if it has been asked."""
        return self._decided.get(guard)

    def subject_of(self, guard: int, path: Path, chain: Chain) -> object:
        """Return the subject on which a guard decides for an object; ``None`` if unknown."""
        decided = self._decided.get(guard)
        if decided is None:
            return None
        subject = decided.guard.subject
        if not isinstance(subject, ObjectSubject):
            return decided.root
        depth = prefix_depth(path, subject.paths)
        return None if depth is None else value_at(chain[depth], subject.source)

    def permitted(self, guard: int, subject: object) -> frozenset[str]:
        """Return what a guard permits for a subject."""
        decided = self._decided.get(guard)
        if decided is None or subject is None:
            return NOTHING
        if isinstance(subject, RootSubject):
            return decided.permitted
        return decided.by_value.get(_hashable(subject), NOTHING)

    def for_object(
        self, guards: tuple[int, ...], path: Path, chain: Chain
    ) -> tuple[PermitKey, tuple[SubjectDecision, ...]]:
        """Return what the guards of a fetch permit for one of its objects."""
        decisions = []
        for guard in guards:
            subject = self.subject_of(guard, path, chain)
            decisions.append(SubjectDecision(guard, subject, self.permitted(guard, subject)))
        return tuple(decision.permitted for decision in decisions), tuple(decisions)


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
