"""Compiles the careful path of one variant of a plan.

Structs like those of the fast path, but marks and faults may stand in the place of values, and
objects are asked about in groups by what is permitted for their subjects. Walks to objects carry
the subjects of the ancestors that decide about them; where there are guards, objects are never
exchanged for equal ones, which could be about somebody else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.federation.executor.careful.answers import CarefulRequest, CarefulTarget
from gateway.federation.executor.careful.asking import AskWriter
from gateway.federation.executor.careful.fetches import CarefulEntityFetch, permitted_slots
from gateway.federation.executor.careful.number_ids import (
    FUNCTION,
    CarefulStructs,
    write_id_texts,
)
from gateway.federation.executor.careful.placing import NullObjects
from gateway.federation.executor.careful.program import (
    CarefulFetch,
    CarefulProgram,
    CompiledCheck,
)
from gateway.federation.executor.careful.roots import CarefulRootFetch
from gateway.federation.executor.careful.subject_walks import SubjectWalks
from gateway.federation.executor.careful.subjects import (
    carry_subjects,
    outline_checks,
    outline_guards,
)
from gateway.federation.executor.conditions import Permits
from gateway.federation.executor.fast.compiler import Compiler, FastSource
from gateway.federation.executor.fast.completion import Completion
from gateway.federation.executor.fast.fetches import EntityRequest, EntityTarget, FastFetch
from gateway.federation.executor.fast.outline import Origin, UnsupportedPlanError
from gateway.federation.executor.fast.sharing import SharingWriter
from gateway.federation.executor.fast.structs import StructType
from gateway.federation.executor.fast.walks import WalkWriter
from gateway.federation.plan import SubjectCheck


def compile_careful_path(
    source: FastSource, checks: Iterable[SubjectCheck] = ()
) -> CarefulProgram | None:
    """Compile the careful path of a plan; ``None`` where only the general path can do it."""
    try:
        return _CarefulCompiler(source, checks).compile_careful()
    except UnsupportedPlanError:
        return None


@dataclass(frozen=True, slots=True)
class _Written:
    """A request whose functions have been written.

    Attributes:
        request: The request.
        name: What the names of its functions end in.
        wanted: The guards whose subjects its walks bring.
        walks: For each target the name of its walk.
        state: Indexes in the state of its entities and of their subjects.
    """

    request: EntityRequest
    name: str
    wanted: tuple[int, ...]
    walks: tuple[str, ...]
    state: tuple[int, int]

    def compiled(self, functions: dict[str, Any]) -> CarefulRequest:
        """Return the request with its functions."""
        entities, carried = self.state
        return CarefulRequest(
            request=self.request,
            number=self.request.number,
            wanted=self.wanted,
            targets=tuple(
                CarefulTarget(
                    number=target.number,
                    walk=functions[walk],
                    ask=functions[f"ask_{self.name}_{number}"],
                    assign=functions[f"assign_{self.name}_{number}"],
                    keys=target.keys,
                    kind=target.kind,
                    attributes=self.request.attributes(target),
                )
                for number, (target, walk) in enumerate(
                    zip(self.request.targets, self.walks, strict=True)
                )
            ),
            entities=entities,
            carried=carried,
            settle=functions[f"settle_{self.name}"],
        )


def _write_target(
    asked: tuple[EntityRequest, EntityTarget],
    name: str,
    wanted: tuple[int, ...],
    writer: AskWriter,
    subject_walks: SubjectWalks,
) -> str:
    """Write the functions of a request's target; return the name of its walk."""
    request, target = asked
    walk = f"walk_{name}"
    if wanted:
        subject_walks.write_walk(walk, target.outline, wanted)
    else:
        gathered = subject_walks.walks.gather(target.outline)
        with subject_walks.walks.source.block(f"def {walk}(S):"):
            subject_walks.walks.source.line(f"return {gathered}")
    writer.write_ask(f"ask_{name}", target, bool(wanted))
    writer.write_assign(f"assign_{name}", list(request.attributes(target).values()))
    return walk


class _CarefulCompiler(Compiler):
    def __init__(self, source: FastSource, checks: Iterable[SubjectCheck]) -> None:
        super().__init__(source)
        self.structs = CarefulStructs(source.pool)
        guards = [step.guard for step in source.steps if step.guard is not None]
        self._has_guards = bool(guards)
        self._subjects = outline_guards(self.builder, self.root, guards)
        outline_checks(self.builder, self.root, checks, self._subjects)

    def compile_careful(self) -> CarefulProgram:
        """Compile all steps."""
        self.check_complete()
        live = self.live_outlines()
        self.decode_root_directly()
        carry_subjects(self.fetches, self._asked(), self._subjects)
        interns = not self._has_guards
        walks = WalkWriter(self.structs, self.root, self.targets(), interns, careful=True)
        subject_walks = SubjectWalks(walks, self.root, self._subjects)
        writer = AskWriter(walks)
        made = [self._write_careful(fetch, writer, subject_walks) for fetch in self.fetches]
        for guard, objects in self._subjects.objects.items():
            subject_walks.write_subjects(f"subjects_{guard}", guard, objects)
        for index, check in enumerate(self._subjects.checks):
            subject_walks.write_check(f"check_{index}", check)
        write_id_texts(walks, live, has_own=not self._has_guards)
        walks.write_clearing(live)
        functions = walks.source.compile()
        fetches = {
            fetch.step: self._fetch(fetch, functions, requests)
            for fetch, requests in zip(self.fetches, made, strict=True)
        }
        return CarefulProgram(
            tuple(fetches.get(step.index) for step in self.source.steps),
            {guard: functions[f"subjects_{guard}"] for guard in self._subjects.objects},
            tuple(
                CompiledCheck(check.guard, check.is_root, check.steps, functions[f"check_{index}"])
                for index, check in enumerate(self._subjects.checks)
            ),
            self.new_state(walks.initial_state),
            functions[FUNCTION],
            functions["clear"],
            Completion(self.structs, self.root, self.structs.refused),
            self.source.errors,
        )

    def _asked(self) -> dict[Origin, Iterable[int]]:
        return {
            request.origin: self.compiled(fetch).groups[request.number]
            for fetch in self.fetches
            for request in fetch.entities
        }

    def _write_careful(
        self, fetch: FastFetch, writer: AskWriter, subject_walks: SubjectWalks
    ) -> list[_Written]:
        """Write the functions of a fetch; return what belongs to its requests."""
        walks = subject_walks.walks
        if not fetch.entities:
            self.write_root(fetch, walks, SharingWriter(walks))
            return []
        written = []
        for request in fetch.entities:
            name = f"{fetch.step}_{request.number}"
            wanted = subject_walks.wanted(request, self.compiled(fetch).groups[request.number])
            names = tuple(
                _write_target((request, target), f"{name}_{number}", wanted, writer, subject_walks)
                for number, target in enumerate(request.targets)
            )
            slots = [slot for slot in request.brought if slot.is_kept]
            with walks.source.block(f"def settle_{name}(entities):"):
                walks.settle("entities", slots)
                walks.source.line("return")
            entities = walks.entities(fetch.step, request.number)
            carried = subject_walks.carried(fetch.step, request.number)
            written.append(_Written(request, name, wanted, names, (entities, carried)))
        return written

    def _fetch(
        self, fetch: FastFetch, functions: dict[str, Any], written: list[_Written]
    ) -> CarefulFetch:
        compiled = self.compiled(fetch)
        if not fetch.entities:
            return CarefulRootFetch(
                fetch.step,
                compiled,
                lambda permits: self._root_class(fetch, permits),
                functions[f"merge_{fetch.step}"],
                self.source.pool,
            )
        requests = tuple(item.compiled(functions) for item in written)
        return CarefulEntityFetch(fetch.step, compiled, requests, self.structs)

    def _root_class(self, fetch: FastFetch, permits: Permits) -> tuple[StructType, NullObjects]:
        structs = self.structs.permitting(permits)
        asked = permitted_slots(fetch.brought, permits)
        if self.root.origin is None:
            answer = structs.brought(fetch.brought)
            return answer, NullObjects(answer, asked)
        answer = structs.struct(self.root)
        constants = {
            slot.attribute: slot.constant
            for slot in self.root.slots.values()
            if slot.constant is not None
        }
        return answer, NullObjects(answer, asked, constants)
