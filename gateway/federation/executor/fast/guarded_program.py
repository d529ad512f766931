"""The fast path of a plan with guards.

Like that of plans without, but objects are asked about in groups by what is permitted for their
subjects. Walks to objects carry the subjects of the ancestors that decide about them; objects are
never exchanged for equal ones, which could be about somebody else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from gateway.federation.executor.conditions import Permits
from gateway.federation.executor.fast.fetches import EntityRequest, FastFetch
from gateway.federation.executor.fast.guarded_fetches import (
    GuardedEntityFetch,
    GuardedRequest,
    GuardedRootFetch,
    GuardedTarget,
    State,
)
from gateway.federation.executor.fast.merging import FetchWriter
from gateway.federation.executor.fast.outline import Outline, UnsupportedPlanError
from gateway.federation.executor.fast.program import Compiler, FastAnswer, FastSource, fast_answer
from gateway.federation.executor.fast.refusals import Findings, Visit, compile_refusals
from gateway.federation.executor.fast.structs import RefusalMarks, StructBuilder, StructType
from gateway.federation.executor.fast.subjects import (
    GuardedObject,
    OutlinedCheck,
    Subjects,
    carry_subjects,
    outline_checks,
    outline_guards,
)
from gateway.federation.executor.fast.walks import WalkWriter
from gateway.federation.plan import SubjectCheck
from gateway.federation.response.errors import ErrorValue

GuardedFetch: TypeAlias = GuardedEntityFetch | GuardedRootFetch
Found = Callable[[str, dict[int, str]], None]


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """A subject check.

    Attributes:
        guard: The inherited guard.
        is_root: The guard's subject is that of a root field.
        steps: The fetches that must have been answered.
        pairs: Returns the expected subject (``None`` for root fields) and the child's own one.
    """

    guard: int
    is_root: bool
    steps: frozenset[int]
    pairs: Callable[[State], list[tuple[Any, Any]]]


@dataclass(frozen=True, slots=True)
class GuardedProgram:
    """The fast path of a plan with guards.

    Attributes:
        fetches: The fetch of each step; ``None`` for guards.
        subjects: For guards that decide on objects: returns the subjects to ask about.
        checks: Subject checks.
        new_state: Makes the state of an execution.
        finish: Takes the plan's own fields out and returns the response's root.
        refusals: Finds what was refused.
        marks: The marks of refused fields.
    """

    fetches: tuple[GuardedFetch | None, ...]
    subjects: dict[int, Callable[[State], list[Any]]]
    checks: tuple[CompiledCheck, ...]
    new_state: Callable[[], State]
    finish: Callable[[State], Any]
    refusals: Visit | None
    marks: RefusalMarks

    def answer(self, state: State, refusal: Callable[[str], ErrorValue]) -> FastAnswer:
        """Return the response.

        Args:
            state: The state at the end.
            refusal: The error of a group that is not permitted.
        """
        root = self.finish(state)
        if self.refusals is None:
            return fast_answer(root, [])
        findings = Findings(lambda mark: refusal(self.marks.group(mark)))
        self.refusals(root, (), findings)
        return fast_answer(root, findings.errors)


def compile_guarded_path(
    source: FastSource, checks: Iterable[SubjectCheck]
) -> GuardedProgram | None:
    """Compile the fast path of a guarded plan; ``None`` where only the general path can do it."""
    try:
        return _GuardedCompiler(source, checks).compile_guarded()
    except UnsupportedPlanError:
        return None


class _GuardedCompiler(Compiler):
    def __init__(self, source: FastSource, checks: Iterable[SubjectCheck]) -> None:
        super().__init__(source)
        guards = [step.guard for step in source.steps if step.guard is not None]
        self._subjects = outline_guards(self.builder, self.root, guards)
        outline_checks(self.builder, self.root, checks, self._subjects)
        self._marks = RefusalMarks()

    def compile_guarded(self) -> GuardedProgram:
        """Compile all steps."""
        self.check_complete()
        live = self.live_outlines()
        self.decode_root_directly()
        asked = {
            request.origin: self.compiled(fetch).groups[_number(request)]
            for fetch in self.fetches
            for request in fetch.entities
        }
        carry_subjects(self.fetches, asked, self._subjects)
        walks = WalkWriter(self.structs, self.root, self.targets(), interns=False)
        subject_walks = _SubjectWalks(walks, self.root, self._subjects)
        writer = FetchWriter(walks)
        fetches = {fetch.step: fetch for fetch in self.fetches}
        for fetch in self.fetches:
            self._write_guarded(fetch, walks, writer, subject_walks)
        for guard, objects in self._subjects.objects.items():
            subject_walks.write_subjects(f"subjects_{guard}", guard, objects)
        for index, check in enumerate(self._subjects.checks):
            subject_walks.write_check(f"check_{index}", check)
        walks.write_clearing(live)
        functions = walks.source.compile()
        steps = self.source.steps
        return GuardedProgram(
            tuple(
                self._fetch(fetches[step.index], functions, subject_walks)
                if step.guard is None
                else None
                for step in steps
            ),
            {guard: functions[f"subjects_{guard}"] for guard in self._subjects.objects},
            tuple(
                CompiledCheck(check.guard, check.is_root, check.steps, functions[f"check_{index}"])
                for index, check in enumerate(self._subjects.checks)
            ),
            self.new_state(walks.state_size),
            functions["clear"],
            compile_refusals(self.structs, self.root),
            self._marks,
        )

    def _write_guarded(
        self,
        fetch: FastFetch,
        walks: WalkWriter,
        writer: FetchWriter,
        subject_walks: "_SubjectWalks",
    ) -> None:
        if not fetch.entities:
            self.write_root(fetch, walks)
            return
        for request in fetch.entities:
            name = _name(request)
            wanted = subject_walks.wanted(request, self.compiled(fetch).groups[_number(request)])
            for number, target in enumerate(request.targets):
                subject_walks.write_walk(f"walk_{name}_{number}", target.outline, wanted)
                writer.write_key(f"key_{name}_{number}", target)
            slots = [slot for slot in request.brought if slot.is_kept]
            with walks.source.block(f"def settle_{name}(entities):"):
                walks.settle("entities", slots)
                walks.source.line("return")
            writer.write_assign(f"assign_{name}", [slot.attribute for slot in slots])

    def _fetch(
        self, fetch: FastFetch, functions: dict[str, Any], walks: "_SubjectWalks"
    ) -> GuardedFetch:
        compiled = self.compiled(fetch)
        if not fetch.entities:
            return GuardedRootFetch(
                compiled,
                lambda permits: self._root_class(fetch, permits),
                functions[f"merge_{fetch.step}"],
                self.source.pool,
            )
        requests = tuple(
            self._request(request, functions, walks, compiled.groups[_number(request)])
            for request in fetch.entities
        )
        return GuardedEntityFetch(compiled, requests, self.structs, self._marks)

    def _root_class(self, fetch: FastFetch, permits: Permits) -> StructType:
        structs = StructBuilder(self.source.pool, permits, self._marks, self.structs)
        if self.root.origin is not None:
            return structs.struct(self.root)
        return structs.brought(fetch.brought)

    def _request(
        self,
        request: EntityRequest,
        functions: dict[str, Any],
        walks: "_SubjectWalks",
        asked: Iterable[int],
    ) -> GuardedRequest:
        name = _name(request)
        return GuardedRequest(
            request=request,
            number=_number(request),
            wanted=walks.wanted(request, asked),
            targets=tuple(
                GuardedTarget(
                    functions[f"walk_{name}_{number}"],
                    functions[f"key_{name}_{number}"],
                    target.kind,
                )
                for number, target in enumerate(request.targets)
            ),
            entities=walks.walks.entities(request.origin.step, _number(request)),
            carried=walks.carried(request.origin.step, _number(request)),
            settle=functions[f"settle_{name}"],
            assign=functions[f"assign_{name}"],
        )


def _number(request: EntityRequest) -> int:
    assert request.origin.representation is not None  # noqa: S101 # of an entity fetch
    return request.origin.representation


def _name(request: EntityRequest) -> str:
    return f"{request.origin.step}_{_number(request)}"


class _SubjectWalks:
    """Writes walks that know the subjects of the objects that they come by."""

    def __init__(self, walks: WalkWriter, root: Outline, subjects: Subjects) -> None:
        self.walks = walks
        self._source = walks.source
        self._root = root
        self._subjects = subjects
        self._carried: dict[tuple[int, int], int] = {}
        self._wanted: dict[tuple[int, int], tuple[int, ...]] = {}

    def wanted(self, request: EntityRequest, asked: Iterable[int]) -> tuple[int, ...]:
        """Return the guards whose subjects the walk to a request's objects brings, in order."""
        key = (request.origin.step, _number(request))
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
