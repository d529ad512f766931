"""The oracle with guards: toy subjects, a random guard, and the rule *no permission, no fetch*.

Some entities are subjects; some of their nullable fields need a group. Whether a group is
permitted for a subject is as good as random, but follows from the case alone. The engine's answer
must be the monolith's with the same fields pruned, and no subgraph may ever be asked for a field
that is not permitted for the object's subject.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any

from gateway.federation.executor.ports import RootSubject
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.guard_spec import RootSubject as RootField
from gateway.federation.response.errors import ErrorValue
from tests.federation.oracle.cases import Case
from tests.federation.oracle.compare import Path
from tests.federation.oracle.engine import Answer, Federation
from tests.federation.oracle.model import FieldModel, ObjectModel, Universe
from tests.federation.oracle.resolving import Hidden, answer_monolith
from tests.federation.oracle.running import Judge, Runner, Split

GROUPS = ("red", "green", "blue")


def _number(*parts: object) -> int:
    """A number that is as good as random, but follows from the parts."""
    text = "/".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=6).digest())


@dataclass(frozen=True, slots=True)
class RandomGuard:
    """Permits groups for subjects by a hash of both.

    Attributes:
        seed: Makes the guards of different cases differ.
    """

    seed: str

    def permits(self, subject: object, group: str) -> bool:
        if isinstance(subject, RootSubject):
            subject = subject.arguments["id"]
        return _number(self.seed, subject, group) % 2 == 0

    async def decide(
        self, scope: object, guard: int, groups: tuple[str, ...], subjects: Sequence[object]
    ) -> Sequence[frozenset[str]]:
        return [
            frozenset(group for group in groups if self.permits(subject, group))
            for subject in subjects
        ]

    def refusal(self, scope: object, group: str) -> ErrorValue:
        return ErrorValue(f"{group} is not permitted", {"code": "NOT_PERMITTED"})

    def subject_mismatch(self, scope: object, guard: int, found: object) -> ErrorValue:
        return ErrorValue("another subject", {"code": "SUBJECT_MISMATCH"})

    def is_subject(self, scope: object, subject: object, found: object) -> bool:
        return isinstance(subject, RootSubject) and bool(subject.arguments["id"] == found)


class Toy:
    """What is guarded in a universe; follows from its seed and its schema.

    Args:
        inherits: Whether some types are about the subject that a field of theirs names.
    """

    def __init__(self, universe: Universe, seed: int, *, inherits: bool = False) -> None:
        self._universe = universe
        self._seed = seed
        self._inherits = inherits

    @cached_property
    def spec(self) -> GuardSpec:
        models = {model.name: model for model in self._universe.objects}
        subjects = {name: ("id",) for name, model in models.items() if self._is_subject(model)}
        paths: dict[str, tuple[str, ...]] = {**subjects}
        if self._inherits:
            paths |= {
                model.name: (field.name, "id")
                for model in models.values()
                if model.name not in subjects and self._may_be_subject(model)
                for field in self._naming_fields(model, frozenset(subjects))
            }
        groups = {
            (name, field.name): self._group(models[name], field)
            for name, path in paths.items()
            for field in models[name].fields
            if field.name != path[0] and self._is_gated(models[name], field)
        }
        roots = {
            ("Query", field.name): RootField()
            for field in models["Query"].fields
            if field.kind == "lookup" and field.type.name in subjects
            if self._number("root", field.name) % 2
        }
        return GuardSpec(paths, groups, roots)

    def subject_of(self, data: dict[str, Any]) -> object:
        """The subject that an object of a guarded type is about; ``None`` if it has none."""
        first, *rest = self.spec.subjects[data["__typename"]]
        if not rest:
            return data["id"]
        named = data[first]
        return None if named is None else named.uid

    def _naming_fields(self, model: ObjectModel, subjects: frozenset[str]) -> list[FieldModel]:
        """The first field by which a type may name its subject, if it has one."""
        return [
            field
            for field in model.fields
            if field.type.name in subjects
            and not field.type.is_list
            and not field.arguments
            and not field.requires
            and field.kind == "stored"
        ][:1]

    def hidden(self, guard: RandomGuard) -> Hidden:
        """Tells whether an object's field is pruned: its own group or that of an input is."""

        def is_hidden(data: dict[str, object], name: str) -> bool:
            type_name = str(data.get("__typename"))
            group = self.spec.groups.get((type_name, name))
            if group is not None and not guard.permits(data["id"], group):
                return True
            model = self._universe.find_object(type_name)
            if model is None:
                return False
            inputs = [r.path[0] for f in model.fields if f.name == name for r in f.requires]
            return any(is_hidden(data, wanted) for wanted in inputs)

        return is_hidden

    def _number(self, *parts: object) -> int:
        return _number(self._seed, *parts)

    def _is_subject(self, model: ObjectModel) -> bool:
        return self._may_be_subject(model) and (
            self._number(model.name) % (2 if self._inherits else 5) > 0
        )

    def _may_be_subject(self, model: ObjectModel) -> bool:
        """Every subgraph must know the subject, and no interface object may stand for it."""
        everywhere = all(any(key == ("id",) for key, _ in keys) for _, keys in model.keys)
        objects = {a.name for a in self._universe.abstracts if a.interface_object is not None}
        plain = not any(name in objects for name, _ in model.interfaces)
        return model.is_entity and everywhere and plain

    def _is_gated(self, model: ObjectModel, field: FieldModel) -> bool:
        exempt = {path.split(".")[0] for _, keys in model.keys for key, _ in keys for path in key}
        if field.name in exempt | {"id"} or not field.type.nullable:
            return False
        if any(
            (model.name, field.name) in f.context for m in self._universe.objects for f in m.fields
        ):
            return False
        if self._feeds_what_cannot_be_null(field.name):
            return False
        return self._number(model.name, field.name) % 5 > 0

    def _feeds_what_cannot_be_null(self, name: str) -> bool:
        """Whether a non-null field, or one of another object, requires the field."""
        for model in self._universe.objects:
            for field in model.fields:
                for required in field.requires:
                    if name in required.path[1:]:
                        return True
                    feeds = required.path[0] == name
                    if feeds and not (field.type.nullable and self._is_own_input(field.name)):
                        return True
        return False

    def _is_own_input(self, name: str) -> bool:
        """Whether what requires the field requires it of its own object alone."""
        return not self._feeds_what_cannot_be_null(name)

    def _group(self, model: ObjectModel, field: FieldModel) -> str:
        return GROUPS[self._number(model.name, field.name, "group") % len(GROUPS)]


class GuardedRunner(Runner):
    """Runs cases with a toy guard."""

    def prepare_split(self, split: Split, case: Case) -> Split:
        toy = self._toy(case)
        federation: Federation = replace(split.federation, spec=toy.spec, guard=self._guard(case))
        return replace(split, federation=federation)

    def hidden(self, case: Case) -> Hidden | None:
        return self._toy(case).hidden(self._guard(case))

    def _toy(self, case: Case) -> Toy:
        return Toy(case.universe, case.seed)

    def _guard(self, case: Case) -> RandomGuard:
        return RandomGuard(str(case.seed))


class DisclosureRunner(GuardedRunner):
    """Runs cases in which objects inherit the guard of the object they are read through.

    What is answered for them follows from how they were reached, so only the promise is judged:
    a field that is not permitted for an object's own subject is never answered.
    """

    def hidden(self, case: Case) -> Hidden | None:
        return None

    def judge(self, case: Case, split: Split) -> Judge:
        toy, guard, denied = self._toy(case), self._guard(case), set[Path]()

        def observe(data: dict[str, Any], name: str, path: Path) -> None:
            group = toy.spec.groups.get((str(data.get("__typename")), name))
            if group is None:
                return
            subject = toy.subject_of(data)
            if subject is None or not guard.permits(subject, group):
                denied.add(path)

        operation = case.operation
        answer_monolith(
            case.universe,
            operation.document,
            operation.variables,
            split.monolith,
            observe=observe,
        )
        return Judge(lambda answer: [*_disclosed(answer, denied), *_pathless(answer)])

    def _toy(self, case: Case) -> Toy:
        return Toy(case.universe, case.seed, inherits=True)


def _disclosed(answer: Answer, denied: set[Path]) -> Iterator[str]:
    for path in denied:
        value: Any = answer.get("data")
        for step in path:
            if value is None:
                break
            value = value.get(step) if isinstance(value, dict) else value[step]
        if value is not None:
            yield f"disclosed at {list(path)}"


def _pathless(answer: Answer) -> Iterator[str]:
    for error in answer.get("errors", ()):
        if not error.get("path"):
            yield f"not executed: {error['message']}"
