"""Pages of the access log of one subject."""

from datetime import UTC, datetime

from resolvers.datatypes.connections import Page, PageRequest, Position
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.patient.records import AccessEntry
from storage.access_log.documents import AccessLogReader, LoggedEvent
from storage.access_log.model import Decision


class LoggedAccesses:
    """Reads the access log as its subject sees it."""

    def __init__(self, reader: AccessLogReader) -> None:
        """Args: reader: The access log's documents."""
        self._reader = reader

    async def page(self, subject: str, request: PageRequest) -> Page[AccessEntry]:
        """A page of a subject's accesses, newest first."""
        after = None if request.after is None else (_instant(request.after), request.after.id)
        found = await self._reader.about(subject, limit=request.first + 1, after=after)
        return Page(
            [_entry(logged) for logged in found[: request.first]],
            len(found) > request.first,
            request,
        )


def _entry(logged: LoggedEvent) -> AccessEntry:
    event = logged.event
    time = event.time.astimezone(UTC).isoformat(timespec="milliseconds")
    return AccessEntry(
        position=Position(time, "", logged.id),
        recorded=event.time,
        actor=event.actor.person_id,
        role=event.actor.role,
        organization=event.actor.organization_id,
        purpose=event.purpose,
        category=event.category,
        action=event.action,
        permitted=event.decision is Decision.PERMIT,
        basis=event.reason,
    )


def _instant(position: Position) -> datetime:
    try:
        instant = datetime.fromisoformat(position.date)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SubgraphError(ErrorCode.INVALID_CURSOR, "the cursor is not one of this list")
    return instant
