"""What is guarded: configuration of a graph, neutral of what its subjects and groups mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RootSubject:
    """A root field whose subject is known before anything is fetched.

    The guard port answers from the field's coordinate and its arguments.

    Attributes:
        group: A group that the root field itself needs; without it the field is not sent
            (mutations). ``None``: only what stands below it is guarded.
    """

    group: str | None = None


@dataclass(frozen=True, slots=True)
class GuardSpec:
    """What is guarded.

    Attributes:
        subjects: For object types about a subject: the path of fields from the object to the
            subject's value, as ``{"Patient": ("id",), "Encounter": ("patient", "id")}``. A type
            whose path equals one of its own keys is a subject itself.
        groups: The group that a field needs, by type and field. Fields that are not listed are
            exempt: keys, subject fields, ``__typename``.
        root_fields: Root fields with a subject known before the fetch, by root type and field.
    """

    subjects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[tuple[str, str], str] = field(default_factory=dict)
    root_fields: Mapping[tuple[str, str], RootSubject] = field(default_factory=dict)
