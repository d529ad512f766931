"""The oracle with guards: toy subjects, a random guard, and the rule *no permission, no fetch*.

Some entities are subjects; some of their nullable fields need a group. Whether a group is
permitted for a subject is as good as random, but follows from the case alone. The engine's answer
must be the monolith's with the same fields pruned, and no subgraph may ever be asked for a field
that is not permitted for the object's subject.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from zlib import crc32

from gateway.federation.executor.ports import RootSubject
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.response.errors import ErrorValue
from tests.federation.oracle.cases import Case
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.model import FieldModel, ObjectModel, Universe
from tests.federation.oracle.resolving import Hidden
from tests.federation.oracle.running import Runner, Split

GROUPS = ("red", "green", "blue")


@dataclass(frozen=True, slots=True)
class RandomGuard:
    """Permits groups for subjects by a hash of both.

    Attributes:
        seed: Makes the guards of different cases differ.
    """

    seed: str

    def permits(self, subject: object, group: str) -> bool:
        return crc32(f"{self.seed}/{subject}/{group}".encode()) % 2 == 0

    async def decide(
        self, scope: object, guard: int, groups: tuple[str, ...], subjects: Sequence[object]
    ) -> Sequence[frozenset[str]]:
        return [
            frozenset(group for group in groups if self.permits(subject, group))
            for subject in subjects
        ]

    def refusal(self, group: str) -> ErrorValue:
        return ErrorValue(f"{group} is not permitted", {"code": "NOT_PERMITTED"})

    def subject_mismatch(self, scope: object, guard: int, found: object) -> ErrorValue:
        return ErrorValue("another subject", {"code": "SUBJECT_MISMATCH"})

    def is_subject(self, scope: object, subject: RootSubject, found: object) -> bool:
        return False


class Toy:
    """What is guarded in a universe; follows from its seed and its schema."""

    def __init__(self, universe: Universe, seed: int) -> None:
        self._universe = universe
        self._seed = seed

    @cached_property
    def spec(self) -> GuardSpec:
        subjects = [model for model in self._universe.objects if self._is_subject(model)]
        groups = {
            (model.name, field.name): self._group(model, field)
            for model in subjects
            for field in model.fields
            if self._is_gated(model, field)
        }
        return GuardSpec({model.name: ("id",) for model in subjects}, groups)

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
        return crc32("/".join(map(str, (self._seed, *parts))).encode())

    def _is_subject(self, model: ObjectModel) -> bool:
        """Every subgraph must know the subject, and no interface object may stand for it."""
        everywhere = all(any(key == ("id",) for key, _ in keys) for _, keys in model.keys)
        objects = {a.name for a in self._universe.abstracts if a.interface_object is not None}
        plain = not any(name in objects for name, _ in model.interfaces)
        return model.is_entity and everywhere and plain and self._number(model.name) % 5 > 0

    def _is_gated(self, model: ObjectModel, field: FieldModel) -> bool:
        exempt = {path.split(".")[0] for _, keys in model.keys for key, _ in keys for path in key}
        if field.name in exempt | {"id"} or not field.type.nullable:
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
                    if required.path[0] == name and not field.type.nullable:
                        return True
        return False

    def _group(self, model: ObjectModel, field: FieldModel) -> str:
        return GROUPS[self._number(model.name, field.name, "group") % len(GROUPS)]


class GuardedRunner(Runner):
    """Runs cases with a toy guard."""

    def prepare_split(self, split: Split, case: Case) -> Split:
        toy = Toy(case.universe, case.seed)
        federation: Federation = replace(split.federation, spec=toy.spec, guard=self._guard(case))
        return replace(split, federation=federation)

    def hidden(self, case: Case) -> Hidden | None:
        return Toy(case.universe, case.seed).hidden(self._guard(case))

    def _guard(self, case: Case) -> RandomGuard:
        return RandomGuard(str(case.seed))
