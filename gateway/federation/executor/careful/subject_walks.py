"""Writes walks that know the subjects of the objects that they come by."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from gateway.federation.executor.careful.subjects import GuardedObject, OutlinedCheck, Subjects
from gateway.federation.executor.fast.fetches import EntityRequest
from gateway.federation.executor.fast.outline import Outline
from gateway.federation.executor.fast.walks import WalkWriter

Found: TypeAlias = Callable[[str, dict[int, str]], None]


class SubjectWalks:
    """Writes the walks of one plan.

    Args:
        walks: Writes walks without subjects into the same source.
        root: The response's root.
        subjects: Where subjects stand.
    """

    def __init__(self, walks: WalkWriter, root: Outline, subjects: Subjects) -> None:
        self.walks = walks
        self._source = walks.source
        self._root = root
        self._subjects = subjects
        self._carried: dict[tuple[int, int], int] = {}
        self._wanted: dict[tuple[int, int], tuple[int, ...]] = {}

    def wanted(self, request: EntityRequest, asked: Iterable[int]) -> tuple[int, ...]:
        """Return the guards whose subjects the walk to a request's objects brings, in order."""
        key = (request.origin.step, request.number)
        self._wanted[key] = self._subjects.wanted(request, asked)
        return self._wanted[key]

    def carried(self, step: int, representation: int) -> int:
        """Return the index in the state of the subjects of a representation's entities."""
        key = (step, representation)
        if key not in self._carried:
            self._carried[key] = self.walks.state()
        return self._carried[key]

    def write_walk(self, name: str, outline: Outline, wanted: tuple[int, ...]) -> None:
        """Write a function that returns all objects of an outline with the wanted subjects."""
        source = self._source
        with source.block(f"def {name}(S):"):
            source.line("found = []")

            def add(entity: str, subjects: dict[int, str]) -> None:
                values = "".join(f"{subjects[guard]}, " for guard in wanted)
                source.line(f"found.append(({entity}, ({values})))")

            self._visit(outline, wanted, add)
            source.line("return found")

    def write_subjects(self, name: str, guard: int, objects: tuple[GuardedObject, ...]) -> None:
        """Write a function that returns a guard's distinct subjects."""
        source = self._source
        with source.block(f"def {name}(S):"):
            source.line("found = {}")

            def add(_entity: str, subjects: dict[int, str]) -> None:
                subject = subjects[guard]
                source.line(f"found[{subject}.__class__, {subject}] = {subject}")

            for item in objects:
                self._visit(item.outline, (guard,), add)
            source.line("return [value for value in found.values() if value is not None]")

    def write_check(self, name: str, check: OutlinedCheck) -> None:
        """Write a function that returns the pairs of subjects that must be the same."""
        source = self._source
        wanted = () if check.is_root else (check.guard,)
        with source.block(f"def {name}(S):"):
            source.line("found = []")
            for child in check.children:
                read = source.value(child.read)

                def add(entity: str, subjects: dict[int, str], read: str = read) -> None:
                    expected = "None" if check.is_root else subjects[check.guard]
                    source.line(f"found.append(({expected}, {read}({entity})))")

                self._visit(child.outline, wanted, add)
            source.line("return found")

    def _visit(self, outline: Outline, wanted: tuple[int, ...], found: Found) -> None:
        if outline is self._root:
            found("S[0]", {})
            return

        def enter(parent: str, subjects: dict[int, str]) -> None:
            def inside(entity: str, _place: str) -> None:
                found(entity, self._with_own(outline, entity, wanted, subjects))

            self.walks.enter(parent, outline, inside)

        if outline.parent is not None:
            self._visit(outline.parent, wanted, enter)
        else:
            self._visit_entities(outline, enter)

    def _visit_entities(self, outline: Outline, enter: Found) -> None:
        origin = outline.origin
        assert origin is not None  # noqa: S101 # it stands in an entity's answer
        assert origin.representation is not None  # noqa: S101 # else it had a parent
        key = (origin.step, origin.representation)
        entities, carried = self.walks.entities(*key), self.carried(*key)
        entity, subjects = self._source.name(), self._source.name()
        head = f"for {entity}, {subjects} in zip(S[{entities}] or (), S[{carried}] or ()):"
        with self._source.block(head):
            known = {
                guard: f"{subjects}[{index}]" for index, guard in enumerate(self._wanted[key])
            }
            enter(entity, known)

    def _with_own(
        self, outline: Outline, entity: str, wanted: tuple[int, ...], subjects: dict[int, str]
    ) -> dict[int, str]:
        for guard in wanted:
            own = self._subjects.at(outline, guard)
            if own is not None:
                name = self._source.name()
                read = self._source.value(own.read)
                self._source.line(f"{name} = {read}({entity})")
                subjects = {**subjects, guard: name}
        return subjects
