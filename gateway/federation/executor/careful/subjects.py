"""Guards on the outline: where subjects stand, and which walks must carry them along."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graphql import GraphQLList, get_nullable_type

from gateway.federation.executor.fast.fetches import EntityRequest, FastFetch, is_exact
from gateway.federation.executor.fast.marks import NO_VALUE
from gateway.federation.executor.fast.outline import (
    Origin,
    Outline,
    Slot,
    UnsupportedPlanError,
)
from gateway.federation.executor.fast.outlining import OutlineBuilder
from gateway.federation.executor.walking import value_at
from gateway.federation.plan import Guard, ObjectSubject, SubjectCheck
from gateway.federation.response.errors import MergedValue

ReadSubject: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class GuardedObject:
    """An object that a guard decides about.

    Attributes:
        outline: The object.
        read: Reads its subject.
        steps: The fetches that bring the subject.
    """

    outline: Outline
    read: ReadSubject
    steps: frozenset[int]


@dataclass(frozen=True, slots=True)
class OutlinedCheck:
    """A subject check on the outline.

    Attributes:
        guard: The inherited guard.
        children: The objects to check.
        is_root: The guard's subject is that of a root field.
        steps: The fetches that must have been answered.
    """

    guard: int
    children: tuple[GuardedObject, ...]
    is_root: bool
    steps: frozenset[int]


@dataclass(slots=True)
class Subjects:
    """All that guards mean for an outline.

    Attributes:
        objects: The objects of each guard that decides on objects, by its number.
        checks: Subject checks.
        carried: For entity requests the guards whose subjects their walks must carry along, since
            something below their entities is decided by an ancestor.
    """

    objects: dict[int, tuple[GuardedObject, ...]] = field(default_factory=dict)
    checks: list[OutlinedCheck] = field(default_factory=list)
    carried: dict[Origin, set[int]] = field(default_factory=dict)

    def at(self, outline: Outline, guard: int) -> GuardedObject | None:
        """Return what a guard says of an outline, if it decides about it."""
        for item in self.objects.get(guard, ()):
            if item.outline is outline:
                return item
        return None

    def wanted(self, request: EntityRequest, asked: Iterable[int]) -> tuple[int, ...]:
        """Return the guards whose subjects the walk to a request's objects must know."""
        wanted = self.carried.get(request.origin, set()) | set(asked)
        return tuple(sorted(guard for guard in wanted if guard in self.objects))


def outline_guards(builder: OutlineBuilder, root: Outline, guards: Iterable[Guard]) -> Subjects:
    """Place guards on the outline; all fetches must be placed already."""
    subjects = Subjects()
    for guard in guards:
        subject = guard.subject
        if isinstance(subject, ObjectSubject):
            outlines = {
                outline.number: outline
                for path in subject.paths
                for outline in builder.at_path(root, path)
            }
            subjects.objects[guard.id] = tuple(
                _guarded(outline, subject.source) for outline in outlines.values()
            )
    return subjects


def outline_checks(
    builder: OutlineBuilder, root: Outline, checks: Iterable[SubjectCheck], subjects: Subjects
) -> None:
    """Place subject checks on the outline."""
    for check in checks:
        outlines = {item.number: item for item in builder.at_path(root, check.path)}
        children = tuple(_guarded(item, check.source) for item in outlines.values())
        objects = subjects.objects.get(check.guard, ())
        steps = frozenset[int]().union(*(item.steps for item in (*children, *objects)))
        is_root = check.guard not in subjects.objects
        subjects.checks.append(OutlinedCheck(check.guard, children, is_root, steps))


def carry_subjects(
    fetches: list[FastFetch], asked: Mapping[Origin, Iterable[int]], subjects: Subjects
) -> None:
    """Find out which requests must carry which subjects along."""
    for check in subjects.checks:
        if not check.is_root:
            for child in check.children:
                _carry(child.outline, {check.guard}, subjects)
    for fetch in reversed(fetches):
        for request in fetch.entities:
            wanted = set(subjects.wanted(request, asked[request.origin]))
            for target in request.targets:
                _carry(target.outline, wanted, subjects)


def _carry(outline: Outline, wanted: set[int], subjects: Subjects) -> None:
    above: Outline | None = outline
    while above is not None:
        wanted = {guard for guard in wanted if subjects.at(above, guard) is None}
        if not wanted:
            return
        outline, above = above, above.parent
    if outline.origin is None or outline.origin.representation is None:
        raise UnsupportedPlanError("a subject that does not stand above")
    subjects.carried.setdefault(outline.origin, set()).update(wanted)


def _guarded(outline: Outline, source: tuple[str, ...]) -> GuardedObject:
    steps: set[int] = set()
    read = _reader(outline, source, steps)
    return GuardedObject(outline, read, frozenset(steps))


def _reader(outline: Outline, source: tuple[str, ...], steps: set[int]) -> ReadSubject:
    """Return the function that reads a subject; note the fetches that bring it."""
    slot = outline.slots.get(source[0])
    if slot is None or slot.origin is None or slot.requirements:
        raise UnsupportedPlanError("a subject that is not at hand")
    slot.is_used = True
    steps.add(slot.origin.step)
    attribute, rest = slot.attribute, source[1:]
    if not rest:
        if not is_exact(slot):
            raise UnsupportedPlanError("a subject of a type that cannot be compared")
        return lambda entity: _value(getattr(entity, attribute))
    if slot.position is None:
        return lambda entity: value_at(getattr(entity, attribute) or {}, rest)
    below = _reader(_only_object(slot), rest, steps)

    def read(entity: MergedValue) -> MergedValue:
        child = _value(getattr(entity, attribute))
        return None if child is None else below(child)

    return read


def _value(found: MergedValue) -> MergedValue:
    return None if found.__class__ in NO_VALUE else found


def _only_object(slot: Slot) -> Outline:
    position = slot.position
    if (
        position is None
        or position.is_abstract
        or isinstance(get_nullable_type(slot.type), GraphQLList)
    ):
        raise UnsupportedPlanError("a subject behind a list or an abstract type")
    return next(iter(position.outlines.values()))
