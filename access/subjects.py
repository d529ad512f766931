"""The subject of a row that is read by its own id, with what may hide it from a caller.

Whoever asks for a row by its id is told the same of one that does not exist, of a stranger's and
of one whose sensitivity label is hidden from her. So the owning subgraph, asked for nothing but
the row's subject, says with it which labels the row has, and permission is decided for the row
itself. The value travels between subgraph and gateway only.
"""

from collections.abc import Collection
from dataclasses import dataclass

_SEPARATOR = "\x1f"
_PARTS = 4


@dataclass(frozen=True, slots=True)
class RowLabels:
    """What may hide a row.

    Attributes:
        category: The row's category.
        labels: Its sensitivity labels, at least one.
        encounter: The encounter that it belongs to, or ``None``.
    """

    category: str
    labels: frozenset[str]
    encounter: str | None


@dataclass(frozen=True, slots=True)
class StatedSubject:
    """Whom an object is about.

    Attributes:
        id: The patient id.
        row: What may hide the object; ``None`` for one without labels.
    """

    id: str
    row: RowLabels | None = None


def subject_of_row(
    subject: str, category: str, labels: Collection[str], encounter: str | None
) -> str:
    """The subject of a row that is read by its id, as the subgraph states it.

    Args:
        subject: The patient id.
        category: The row's category.
        labels: Its sensitivity labels.
        encounter: The encounter that it belongs to.
    """
    if not labels:
        return subject
    return _SEPARATOR.join((subject, category, ",".join(sorted(labels)), encounter or ""))


def stated_subject(value: str) -> StatedSubject:
    """Reads what ``subject_of_row`` wrote; any other text is the id of a patient."""
    parts = value.split(_SEPARATOR)
    if len(parts) != _PARTS:
        return StatedSubject(value)
    subject, category, labels, encounter = parts
    return StatedSubject(
        subject, RowLabels(category, frozenset(labels.split(",")), encounter or None)
    )
