"""From stored members of a row to value types."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from access.labels import labels_of
from resolvers.datatypes.scalars import PartialDate, date_time
from resolvers.datatypes.values import CodeableConcept, Coding, Period


def concept(stored: Mapping[str, Any] | None) -> CodeableConcept | None:
    """The concept of `{coding: [{system, version, code, display}], text}`."""
    if not stored:
        return None
    return CodeableConcept(
        coding=[
            Coding(
                system=coding.get("system"),
                version=coding.get("version"),
                code=coding.get("code"),
                display=coding.get("display"),
            )
            for coding in stored.get("coding", ())
        ],
        text=stored.get("text"),
    )


def period(stored: Mapping[str, datetime | None] | None) -> Period | None:
    """The period of `{start, end}`."""
    if not stored:
        return None
    start, end = stored.get("start"), stored.get("end")
    return Period(
        start=None if start is None else date_time(start),
        end=None if end is None else date_time(end),
    )


def partial_date(stored: str | None) -> PartialDate | None:
    """The partial date of its text."""
    return None if stored is None else PartialDate(stored)


def row_labels(concepts: Sequence[Mapping[str, Any] | None]) -> list[str]:
    """The sensitivity labels that a row's concepts give it, sorted, as they are stored."""
    codings = [
        (coding["system"], coding["code"])
        for stored in concepts
        if stored
        for coding in stored.get("coding", ())
        if coding.get("system") and coding.get("code")
    ]
    return sorted(label.value for label in labels_of(codings))
