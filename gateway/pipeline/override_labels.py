"""Progressive overrides: which labels are on for a request.

A label ``percent(n)`` is on for ``n`` of a hundred requests; any other label is on if the
configuration names it. One number is drawn per request and compared with every percentage, so that
there are no more sets of labels than distinct percentages and one, and so few plans.

Source: Federation 2.7, ``@override(from:, label:)``.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from gateway.federation.query_graph.graph import labelled_fields, override_labels
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import Supergraph

_PERCENT = re.compile(r"percent\((\d+(?:\.\d+)?)\)")


class UnknownLabelError(Exception):
    """The supergraph has no such override label that could be switched on."""


class OverrideLabels:
    """The sets of override labels that the requests to one supergraph may have on.

    Attributes:
        sets: The sets; their position is what a plan's key holds.
    """

    def __init__(self, supergraph: Supergraph, switched_on: frozenset[str] = frozenset()) -> None:
        """Take the supergraph and the labels, other than percentages, that are on.

        Raises:
            UnknownLabelError: If it has none of that name.
        """
        labels = override_labels(supergraph)
        shares = {label: share for label in labels if (share := _share(label)) is not None}
        unknown = switched_on - (labels - set(shares))
        if unknown:
            msg = f"the supergraph has no override label {min(unknown)} to switch on"
            raise UnknownLabelError(msg)
        self._shares = sorted(set(shares.values()))
        thresholds = [-1.0, *self._shares]
        self.sets = tuple(
            switched_on | {label for label, share in shares.items() if share > threshold}
            for threshold in thresholds
        )
        self._names = labelled_fields(supergraph)
        self._concerns_all = any(self._names & set(_names(s)) for s in _field_sets(supergraph))

    def concern(self, selections: SelectionSet) -> bool:
        """Whether an operation's plan may depend on the labels."""
        return bool(self._names) and (
            self._concerns_all or not self._names.isdisjoint(_names(selections))
        )

    def drawn(self, number: float) -> int:
        """Return the position of a request's set.

        Args:
            number: Drawn evenly from 0 up to, but without, 1.
        """
        return bisect_right(self._shares, number * 100)


def _share(label: str) -> float | None:
    found = _PERCENT.fullmatch(label)
    return float(found[1]) if found else None


def _names(selections: SelectionSet) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, Field):
            yield selection.name
        yield from _names(selection.selections)


def _field_sets(supergraph: Supergraph) -> Iterable[SelectionSet]:
    """What is fetched without being asked for: keys, and inputs of other fields."""
    for subgraph in supergraph.subgraphs.values():
        for type_ in subgraph.types.values():
            yield from (key.selections for key in type_.keys)
            for field in type_.fields.values():
                yield field.requires
                yield from (context.selections for context in field.context_arguments)
