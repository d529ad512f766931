"""Writes the walk that finds what was refused, with its paths, in the order of the response.

Only run where something was refused: fields that authorization denied have their error at every
place, fields behind guards where the mark of a refusal stands.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from gateway.federation.executor.fast.outline import Outline, Position, Slot
from gateway.federation.executor.fast.structs import StructBuilder
from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    MergedValue,
    ResponsePath,
)

Refusal = Callable[[msgspec.Raw], ErrorValue]
Visit = Callable[[MergedValue, ResponsePath, "Findings"], None]

RAW: Final = msgspec.Raw


class Findings:
    """The errors of one execution.

    Args:
        refusal: The error that a mark stands for.
    """

    def __init__(self, refusal: Refusal) -> None:
        self._refusal = refusal
        self.errors: list[ExecutionError] = []

    def refused(self, mark: msgspec.Raw, path: ResponsePath) -> None:
        """Add the error of a refused field."""
        self.errors.append(ExecutionError(self._refusal(mark), path))


def compile_refusals(structs: StructBuilder, root: Outline) -> Visit | None:
    """Return the walk over the response from its root; ``None`` if nothing can be refused."""
    return _RefusalCompiler(structs).outline(root)


class _RefusalCompiler:
    def __init__(self, structs: StructBuilder) -> None:
        self._structs = structs
        self._known: dict[int, Visit | None] = {}

    def outline(self, outline: Outline) -> Visit | None:
        """Return the walk over an object; ``None`` if nothing in it can be refused."""
        if outline.number not in self._known:
            visits = [
                visit
                for slot in outline.slots.values()
                if slot.client and (visit := self._slot(slot)) is not None
            ]
            self._known[outline.number] = _all_of(visits) if visits else None
        return self._known[outline.number]

    def _slot(self, slot: Slot) -> Visit | None:
        if slot.denial is not None:
            error = ErrorValue(slot.denial.message, {"code": slot.denial.code})
            return _denied(slot.name, error)
        below = self._position(slot.position) if slot.position is not None else None
        if not slot.requirements and below is None:
            return None
        return _field(slot, below)

    def _position(self, position: Position) -> Visit | None:
        visits = {
            self._structs.struct(outline): visit
            for outline in position.outlines.values()
            if (visit := self.outline(outline)) is not None
        }
        if not visits:
            return None
        if not position.is_abstract:
            return next(iter(visits.values()))

        def visit_member(value: MergedValue, path: ResponsePath, findings: Findings) -> None:
            visit = visits.get(value.__class__)
            if visit is not None:
                visit(value, path, findings)

        return visit_member


def _all_of(visits: list[Visit]) -> Visit:
    def visit_object(value: MergedValue, path: ResponsePath, findings: Findings) -> None:
        for visit in visits:
            visit(value, path, findings)

    return visit_object


def _denied(name: str, error: ErrorValue) -> Visit:
    def visit_denied(_value: MergedValue, path: ResponsePath, findings: Findings) -> None:
        findings.errors.append(ExecutionError(error, (*path, name)))

    return visit_denied


def _field(slot: Slot, below: Visit | None) -> Visit:
    name, attribute = slot.name, slot.attribute

    def visit_field(value: MergedValue, path: ResponsePath, findings: Findings) -> None:
        found = getattr(value, attribute)
        if found is None:
            return
        if found.__class__ is RAW:
            findings.refused(found, (*path, name))
        elif below is not None:
            _descend(found, (*path, name), findings, below)

    return visit_field


def _descend(value: MergedValue, path: ResponsePath, findings: Findings, below: Visit) -> None:
    if value.__class__ is list:
        for index, item in enumerate(value):
            if item is not None:
                _descend(item, (*path, index), findings, below)
    else:
        below(value, path, findings)
