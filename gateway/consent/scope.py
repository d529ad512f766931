"""The scope of one request: who asks, and what was decided for which subject."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from access.categories import Action, Category
from access.context import DataWindow
from gateway.consent.outcomes import Decision
from gateway.consent.subjects import RootSubjectFound
from gateway.errors import Language
from gateway.principal import Principal
from gateway.request import PendingRecord
from storage.access_log import AccessEvent


@dataclass(frozen=True, slots=True)
class GroupDecision:
    """What was decided for a subject and a guard group.

    Attributes:
        subject: The subject, or ``None`` where a look-up led to nobody.
        category: The group's category.
        action: The group's action.
        decision: For unlabelled rows, and so for the field as such.
        labels: Labels whose rows are permitted besides.
        episode_labels: Labels whose rows are permitted to whoever treats that episode.
        windows: Spans of time from which rows are permitted besides; the only ones where the
            decision is a dated permit.
    """

    subject: str | None
    category: Category
    action: Action
    decision: Decision
    labels: frozenset[str] = frozenset()
    episode_labels: frozenset[str] = frozenset()
    windows: tuple[DataWindow, ...] = ()


@dataclass(slots=True)
class SubjectMemory:
    """What the gate has found out during one request.

    Attributes:
        roots: Subjects of root fields by coordinate and response name.
        decided: Decisions by subject, the way to her, and group: a presented code opens what is
            reached by it, and nothing beside it.
        implied: What was decided on the way and nobody asked for, in the same form.
        encounters: Episodes whose labelled rows are permitted, by subject.
        versions: Of the profiles that were decided by, by subject.
        told: Subject, category, action and decision of the events that are on record.
        presented: Subjects that a prescription code led to.
    """

    roots: dict[tuple[str, str], RootSubjectFound] = field(default_factory=dict)
    decided: dict[tuple[RootSubjectFound, str], GroupDecision] = field(default_factory=dict)
    implied: dict[tuple[RootSubjectFound, str], GroupDecision] = field(default_factory=dict)
    encounters: dict[str, frozenset[str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    told: set[tuple[str | None, Category, Action, Decision]] = field(default_factory=set)
    presented: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class HealthBookScope:
    """What belongs to one request of the health book, from the gate to the subgraphs' transport.

    Attributes:
        principal: Who asks.
        request_id: Names the request in logs, errors and the access log.
        language: Of messages.
        memory: What the gate has found out so far.
        pending: Writes of the access log that must be durable before the answer leaves.
        intents: Permitted changes that are on record and not yet closed.
    """

    principal: Principal
    request_id: str
    language: Language = Language.ENGLISH
    memory: SubjectMemory = field(default_factory=SubjectMemory)
    pending: list[PendingRecord] = field(default_factory=list)
    intents: list[AccessEvent] = field(default_factory=list)

    @property
    def sharing_key(self) -> Hashable:
        """What the key of anything that shares data between requests must carry.

        Consent may differ from one request to the next, so the book's data is shared by none.
        """
        return (*self.principal.sharing_key, self.request_id)
