"""The walk that completes a response of structs where something is missing in it.

It finds refused fields and faults, in the order of the response, with the path of every place
where they stand, and propagates nulls to the nearest nullable ancestor. Only run where something
was refused or lost; what cannot hold any of it is not visited, and what several places share is
visited once unless something is found in it.

Source: GraphQL specification (October 2021), section 6.4.4 "Handling Field Errors".
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec
from graphql import GraphQLList, GraphQLNullableType, get_nullable_type

from gateway.federation.executor.fast.marks import RefusalMarks
from gateway.federation.executor.fast.outline import Outline, Position, Slot
from gateway.federation.executor.fast.structs import StructBuilder
from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    Fault,
    MergedValue,
    PathKey,
    ResponsePath,
)

Refusal: TypeAlias = Callable[[msgspec.Raw], ErrorValue]
LinkedPath: TypeAlias = "tuple[LinkedPath, PathKey] | tuple[()]"
"""A path as its last key behind what comes before: most are never needed as a whole."""

Visit: TypeAlias = Callable[[MergedValue, LinkedPath, "Findings"], bool]
"""Visits a value at a path; returns whether it is null because of what stands in it."""

Faulty: TypeAlias = frozenset[tuple[int, str]]
"""Where faults stand: steps and attributes that they brought."""

RAW: Final = msgspec.Raw


MAX_COMPLETIONS: Final = 32
"""Walks kept per plan for different sets of places where faults stand."""


class Findings:
    """The errors of one execution.

    Args:
        refusal: The error that a mark stands for.

    Attributes:
        errors: The errors in the order of the response.
        clean: Objects and lists in which nothing is missing, by identity; they are kept so that it
            stays theirs.
    """

    def __init__(self, refusal: Refusal) -> None:
        self._refusal = refusal
        self.errors: list[ExecutionError] = []
        self.clean: dict[int, MergedValue] = {}

    def refused(self, mark: msgspec.Raw, path: LinkedPath) -> None:
        """Add the error of a refused field."""
        self.errors.append(ExecutionError(self._refusal(mark), _whole(path)))

    def lost(self, found: Fault, path: LinkedPath) -> None:
        """Add the errors of a value that an error took away."""
        place = _whole(path)
        self.errors += [ExecutionError(error, place + rest) for error, rest in found.errors]

    def fault_since(self, first: int, path: LinkedPath) -> Fault:
        """Return what stands for a value that is null because of what was found in it.

        Args:
            first: Index of the first error that was found in it.
            path: Its path.
        """
        depth = len(_whole(path))
        return Fault(
            tuple((found.error, (found.path or ())[depth:]) for found in self.errors[first:])
        )


def _whole(path: LinkedPath) -> ResponsePath:
    keys: list[PathKey] = []
    while path:
        path, key = path
        keys.append(key)
    keys.reverse()
    return tuple(keys)


def compile_completion(
    structs: StructBuilder, root: Outline, faulty: Faulty = frozenset()
) -> Visit | None:
    """Return the walk over the response from its root; ``None`` if there is nothing to find.

    Args:
        structs: The classes of the response's objects.
        root: The response's root.
        faulty: Where faults stand: steps and attributes that they brought.
    """
    return _Compiler(structs, faulty).outline(root)


class _Compiler:
    def __init__(self, structs: StructBuilder, faulty: Faulty) -> None:
        self._structs = structs
        self._faulty = faulty
        self._known: dict[int, Visit | None] = {}

    def outline(self, outline: Outline) -> Visit | None:
        """Return the walk over an object; ``None`` if nothing can be missing in it."""
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
        if slot.type is None:
            return None
        below = self._position(slot.position) if slot.position is not None else None
        is_faulty = slot.origin is not None and (slot.origin.step, slot.attribute) in self._faulty
        if not slot.requirements and not is_faulty and below is None:
            return None
        return _field(slot, _inner(get_nullable_type(slot.type), below, is_faulty))

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

        def visit_member(value: MergedValue, path: LinkedPath, findings: Findings) -> bool:
            visit = visits.get(value.__class__)
            return visit is not None and visit(value, path, findings)

        return visit_member


def _all_of(visits: list[Visit]) -> Visit:
    if len(visits) == 1:
        return visits[0]

    def visit_object(value: MergedValue, path: LinkedPath, findings: Findings) -> bool:
        for visit in visits:  # noqa: SIM110 # a generator would cost as much as the visits
            if visit(value, path, findings):
                return True
        return False

    return visit_object


def _denied(name: str, error: ErrorValue) -> Visit:
    def visit_denied(_value: MergedValue, path: LinkedPath, findings: Findings) -> bool:
        findings.errors.append(ExecutionError(error, _whole((path, name))))
        return False

    return visit_denied


def _inner(inner: GraphQLNullableType, below: Visit | None, is_faulty: bool) -> Visit | None:
    """Return the walk over a value of a type without its own nullability."""
    if not isinstance(inner, GraphQLList):
        return _visit_scalar if below is None and is_faulty else below
    item_type = get_nullable_type(inner.of_type)
    visit_item = _inner(item_type, below, is_faulty)
    if visit_item is None and not is_faulty:
        return None
    return _list_of(visit_item, item_type is inner.of_type)


def _visit_scalar(value: MergedValue, path: LinkedPath, findings: Findings) -> bool:
    """Find what an error took away inside a custom scalar that is a list: it is null there."""
    if value.__class__ is list:
        for index, item in enumerate(value):
            if item.__class__ is Fault:
                findings.lost(item, (path, index))
            else:
                _visit_scalar(item, (path, index), findings)
    return False


def _list_of(visit_item: Visit | None, is_nullable: bool) -> Visit:
    def visit_list(value: MergedValue, path: LinkedPath, findings: Findings) -> bool:
        clean, errors = findings.clean, findings.errors
        for index, item in enumerate(value):
            if item is None or id(item) in clean:
                continue
            first = len(errors)
            if item.__class__ is Fault:
                findings.lost(item, (path, index))
                if not is_nullable:
                    return True
            elif visit_item is not None and visit_item(item, (path, index), findings):
                if not is_nullable:
                    return True
                value[index] = findings.fault_since(first, (path, index))
            elif len(errors) == first:
                clean[id(item)] = item
        return False

    return visit_list


def _field(slot: Slot, inner: Visit | None) -> Visit:
    name, attribute = slot.name, slot.attribute
    is_nullable = get_nullable_type(slot.type) is slot.type

    def visit_field(value: MergedValue, path: LinkedPath, findings: Findings) -> bool:
        found = getattr(value, attribute)
        if found is None or id(found) in findings.clean:
            return False
        first = len(findings.errors)
        if found.__class__ is RAW:
            findings.refused(found, (path, name))
        elif found.__class__ is Fault:
            findings.lost(found, (path, name))
            return not is_nullable
        elif inner is not None and inner(found, (path, name), findings):
            if not is_nullable:
                return True
            setattr(value, attribute, findings.fault_since(first, (path, name)))
        elif inner is not None and len(findings.errors) == first:
            findings.clean[id(found)] = found
        return False

    return visit_field


class Completion:
    """Finds what was refused or lost in a response.

    Args:
        structs: The classes of the plan's objects.
        root: The response's root.
        marks: The marks of refused fields.
    """

    def __init__(self, structs: StructBuilder, root: Outline, marks: RefusalMarks) -> None:
        self._structs = structs
        self._root = root
        self._marks = marks
        self._walks: dict[Faulty, Visit | None] = {}

    def complete(
        self,
        root: msgspec.Struct,
        refusal: Callable[[str], ErrorValue],
        faulty: Faulty,
    ) -> tuple[msgspec.Struct | None, list[ExecutionError]]:
        """Return the response's data and its errors.

        Args:
            root: The response's root; nulls are propagated in it.
            refusal: The error of a group that is not permitted.
            faulty: Where faults stand: steps and attributes that they brought.
        """
        if faulty not in self._walks:
            if len(self._walks) >= MAX_COMPLETIONS:
                self._walks.clear()
            self._walks[faulty] = compile_completion(self._structs, self._root, faulty)
        visit = self._walks[faulty]
        if visit is None:
            return root, []
        findings = Findings(lambda mark: refusal(self._marks.group(mark)))
        is_null = visit(root, (), findings)
        return None if is_null else root, findings.errors
