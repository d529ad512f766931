"""``@override``: which subgraph's field gives way to which.

Source: federation specification, ``@override`` (label since 2.7).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.federation.composition.context import MergeContext, Sources, present
from gateway.federation.errors import ErrorCode, HintCode
from gateway.federation.subgraph.model import (
    Field,
    TypeKind,
    has_specified,
    is_interface_object,
    specified,
)

_LABEL = re.compile(r"^[a-zA-Z][a-zA-Z0-9_\-:./]*$")
_PERCENT = re.compile(r"^percent\((\d{1,2}(\.\d{1,8})?|100)\)$")


@dataclass(frozen=True, slots=True)
class Overrides:
    """What ``@override`` does to one field.

    Attributes:
        used: Subgraphs whose field is overridden but still needed by their own FieldSets.
        unused: Subgraphs whose field is overridden and needed by nothing.
        unknown_origin: Subgraphs that override from a subgraph that does not exist.
        labels: Label by subgraph, on both sides of a progressive override.
    """

    used: frozenset[int] = frozenset()
    unused: frozenset[int] = frozenset()
    unknown_origin: frozenset[int] = frozenset()
    labels: Mapping[int, str] = field(default_factory=dict)

    @property
    def overridden(self) -> frozenset[int]:
        """Subgraphs whose field is overridden."""
        return self.used | self.unused


class _Review:
    """The review of one field's overrides."""

    def __init__(
        self, context: MergeContext, type_name: str, name: str, sources: Sources[Field]
    ) -> None:
        self.context = context
        self.type_name = type_name
        self.coordinate = f"{type_name}.{name}"
        self.name = name
        self.sources = present(sources)
        self.overriding = {
            i: specified(f.directives, "override")[0]
            for i, f in self.sources.items()
            if has_specified(f.directives, "override")
        }
        self.used: set[int] = set()
        self.unused: set[int] = set()
        self.unknown: set[int] = set()
        self.labels: dict[int, str] = {}

    def run(self) -> Overrides:
        names = [s.subgraph.name for s in self.context.sources]
        for index, directive in self.overriding.items():
            if self._is_abstract(index):
                continue
            origin = directive.text("from") or ""
            if origin not in names:
                self.unknown.add(index)
                self._hint(
                    HintCode.FROM_SUBGRAPH_DOES_NOT_EXIST,
                    f'Field "{self.coordinate}" of subgraph "{names[index]}" overrides subgraph'
                    f' "{origin}", which does not exist',
                )
                continue
            self._from(index, names.index(origin), directive.text("label"))
        return Overrides(
            frozenset(self.used), frozenset(self.unused), frozenset(self.unknown), self.labels
        )

    def _is_abstract(self, index: int) -> bool:
        definition = self.context.definition(index, self.type_name)
        if definition is None:
            return False
        if definition.kind is TypeKind.INTERFACE:
            self._error(
                ErrorCode.OVERRIDE_ON_INTERFACE,
                f'@override cannot stand on interface field "{self.coordinate}" in subgraph'
                f' "{self.context.name(index)}"',
                index,
            )
            return True
        if is_interface_object(definition):
            self._error(
                ErrorCode.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE,
                f'@override cannot stand on field "{self.coordinate}" of an @interfaceObject in'
                f' subgraph "{self.context.name(index)}"',
                index,
            )
            return True
        return False

    def _from(self, index: int, origin: int, label: str | None) -> None:
        here, there = self.context.name(index), self.context.name(origin)
        if origin == index:
            self._error(
                ErrorCode.OVERRIDE_FROM_SELF_ERROR,
                f'Field "{self.coordinate}" of subgraph "{here}" overrides itself',
                index,
            )
        elif origin in self.overriding:
            self._error(
                ErrorCode.OVERRIDE_SOURCE_HAS_OVERRIDE,
                f'Field "{self.coordinate}" of subgraph "{here}" overrides subgraph "{there}",'
                " where it is an override too",
                index,
            )
        elif origin not in self.sources:
            self._from_absent(index, origin)
        else:
            self._from_declared(index, origin, label)

    def _from_absent(self, index: int, origin: int) -> None:
        abstracted = self.context.interface_object_fields(self.type_name, self.name, origin)
        if abstracted:
            self._error(
                ErrorCode.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE,
                f'Field "{self.coordinate}" of subgraph "{self.context.name(index)}" cannot'
                f' override subgraph "{self.context.name(origin)}", which has it only as'
                f" @interfaceObject field {', '.join(abstracted)}",
                index,
            )
            return
        self._hint(
            HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED,
            f'Subgraph "{self.context.name(origin)}" does not have field "{self.coordinate}"'
            " any more: the @override can be removed",
        )

    def _from_declared(self, index: int, origin: int, label: str | None) -> None:
        overridden = self.sources[origin]
        collision = next(
            (d for d in ("requires", "provides") if has_specified(overridden.directives, d)), None
        )
        if self.coordinate in self.context.sources[index].facts.external:
            collision = "external"
        if collision is not None:
            self._error(
                ErrorCode.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE,
                f'@override on field "{self.coordinate}" of subgraph'
                f' "{self.context.name(index)}" collides with @{collision}',
                index,
            )
            return
        facts = self.context.sources[origin].facts
        there = self.context.name(origin)
        if self.coordinate in facts.external:
            self._hint(
                HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED,
                f'Field "{self.coordinate}" is @external in subgraph "{there}": the @override'
                " can be removed",
            )
        else:
            target = self.used if self.coordinate in facts.used else self.unused
            target.add(origin)
            if label is None:
                self._hint(
                    HintCode.OVERRIDDEN_FIELD_CAN_BE_REMOVED,
                    f'Field "{self.coordinate}" of subgraph "{there}" is overridden and can be'
                    " removed (or made @external where a FieldSet or an interface needs it)",
                )
        if label is not None:
            self._label(index, origin, label)

    def _label(self, index: int, origin: int, label: str) -> None:
        if _LABEL.match(label) or _PERCENT.match(label):
            self.labels[index] = self.labels[origin] = label
        else:
            self._error(
                ErrorCode.OVERRIDE_LABEL_INVALID,
                f'The label "{label}" of the @override on field "{self.coordinate}" in subgraph'
                f' "{self.context.name(index)}" is neither a name nor percent(0 to 100)',
                index,
            )
        self._hint(
            HintCode.OVERRIDE_MIGRATION_IN_PROGRESS,
            f'Field "{self.coordinate}" is moving from subgraph "{self.context.name(origin)}" to'
            f' "{self.context.name(index)}" by label "{label}"',
        )

    def _error(self, code: ErrorCode, message: str, index: int) -> None:
        self.context.findings.error(code, message, (self.coordinate,), (self.context.name(index),))

    def _hint(self, code: HintCode, message: str) -> None:
        self.context.findings.hint(code, message, self.coordinate)


def review_overrides(
    context: MergeContext, type_name: str, name: str, sources: Sources[Field]
) -> Overrides:
    """Check the overrides of one field and say what they do."""
    review = _Review(context, type_name, name, sources)
    return review.run() if review.overriding else Overrides()
