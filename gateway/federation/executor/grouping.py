"""Groups the objects of a fetch into requests by what is permitted for them.

One request asks the same for all its objects. Objects whose representations need different guards
may share one request, those for which one guard permits different groups may not.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

from gateway.federation.executor.ports import SubjectDecision
from gateway.federation.executor.requests import encode_json
from gateway.federation.executor.variant import CompiledFetch

Member = TypeVar("Member")
_NO_CONTEXT: Mapping[str, Any] = {}


@dataclass(slots=True)
class PermitGroup(Generic[Member]):
    """Objects that are asked about in one request.

    Attributes:
        permits: What is permitted, by guard; guards that none of the objects needs are absent.
        asks: There is something to ask.
        numbers: The representations that the objects are for.
        members: The objects, each with the number of its representation (``None``: root fetch).
        decisions: The distinct decisions for the objects' subjects.
        context: Variables that are filled from the objects' ancestors.
    """

    permits: dict[int, frozenset[str]]
    asks: bool
    numbers: set[int | None] = field(default_factory=set)
    members: list[tuple[int | None, Member]] = field(default_factory=list)
    decisions: dict[Hashable, SubjectDecision] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


class PermitGrouping:
    """The groups of one fetch, in the order in which they were met."""

    def __init__(self, compiled: CompiledFetch) -> None:
        self.compiled = compiled
        self._known: dict[Hashable, PermitGroup[Any]] = {}
        self.groups: list[PermitGroup[Any]] = []

    @property
    def is_simple(self) -> bool:
        """Whether all objects go into one request: there are no guards and no contexts."""
        return not self.compiled.fetch.guards and not self.compiled.fetch.contexts

    @cached_property
    def only(self) -> PermitGroup[Any]:
        """The one group of a fetch that has no guards and no contexts."""
        return self.group(None, {})

    def asked(self, number: int | None) -> Mapping[int, frozenset[str]]:
        """Return the groups that a representation asks for, by guard."""
        return self.compiled.root_groups if number is None else self.compiled.groups[number]

    def group(
        self,
        number: int | None,
        permits: Mapping[int, frozenset[str]],
        context: Mapping[str, Any] = _NO_CONTEXT,
    ) -> PermitGroup[Any]:
        """Return the group for an object.

        Args:
            number: The representation that it is for.
            permits: What is permitted for it by the guards that the representation needs.
            context: Variables that are filled from its ancestors.
        """
        values = encode_json(context) if context else b""
        key = (number, tuple(permits.values()), values)
        group = self._known.get(key)
        if group is None:
            group = self._compatible(number, permits)
            group.context = context
            group.permits.update(permits)
            group.numbers.add(number)
            self._known[key] = group
        return group

    def _compatible(
        self, number: int | None, permits: Mapping[int, frozenset[str]]
    ) -> PermitGroup[Any]:
        """Return a group that an object may join, or a new one.

        An object about which nothing may be asked keeps to itself: its permits would keep others
        away from each other for nothing.
        """
        asks = self.is_simple or self.compiled.may_ask(number, permits)
        for group in self.groups if asks else ():
            if group.asks and number not in group.numbers and _agree(group.permits, permits):
                return group
        group = PermitGroup({}, asks)
        self.groups.append(group)
        return group


def _agree(permits: Mapping[int, frozenset[str]], others: Mapping[int, frozenset[str]]) -> bool:
    return all(permits.get(guard, permitted) == permitted for guard, permitted in others.items())
