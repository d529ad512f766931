"""Which subject a root field is about, found out before anything is fetched."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from access.subjects import RowLabels
from gateway.principal import Principal
from storage.access_profiles import IDENTIFIER_KINDS, PrescriptionLink
from storage.encryption import IdentifierKind

_LONGEST_ID = 128


@dataclass(frozen=True, slots=True)
class RootSubjectFound:
    """The subject of a root field.

    Attributes:
        subject: The patient id, or ``None`` where there is none such.
        presented_prescription: It was reached by a prescription code that the citizen showed.
        finished_episode: The field reports an episode that is over (see ``by_episode``).
        row: The object, reached by its own id, has labels that may hide it.
        whole_book: It was reached by a field that leads to lists of rows, which subgraphs filter
            by date too. A row that is reached by its own id is not judged by its date before it
            is known to exist, so no consent that depends on its date opens it.
    """

    subject: str | None
    presented_prescription: bool = False
    finished_episode: bool = False
    row: RowLabels | None = None
    whole_book: bool = False

    def leads_as(self, other: "RootSubjectFound") -> bool:
        """Whether both lead to the same subject in the same way, whatever row stands there."""
        return (
            self.subject == other.subject
            and self.presented_prescription == other.presented_prescription
            and self.finished_episode == other.finished_episode
            and self.whole_book == other.whole_book
        )


class SubjectDirectory(Protocol):
    """The index from identifiers and codes to subjects."""

    async def resolve_identifier(
        self, kind: IdentifierKind, value: str, birth_date: str
    ) -> str | None:
        """The subject with that identifier and birth date."""
        ...

    async def resolve_prescription_code(self, code: str) -> PrescriptionLink | None:
        """What a prescription code leads to."""
        ...


Arguments = Mapping[str, Any]
RootSubjectRule = Callable[[Principal, Arguments, SubjectDirectory], Awaitable[RootSubjectFound]]


async def own_patient(
    principal: Principal, _arguments: Arguments, _directory: SubjectDirectory
) -> RootSubjectFound:
    """The citizen's own book."""
    return RootSubjectFound(principal.patient, whole_book=True)


def by_argument(*path: str, whole_book: bool = False) -> RootSubjectRule:
    """The patient id that stands in an argument.

    Args:
        path: Names from the argument inwards: ``("input", "patientId")``.
        whole_book: The field leads to her book (see ``RootSubjectFound``).
    """

    async def rule(
        _principal: Principal, arguments: Arguments, _directory: SubjectDirectory
    ) -> RootSubjectFound:
        value = _value_at(arguments, path)
        subject = value if isinstance(value, str) and _may_be_id(value) else None
        return RootSubjectFound(subject, whole_book=whole_book)

    return rule


async def by_identifier(
    _principal: Principal, arguments: Arguments, directory: SubjectDirectory
) -> RootSubjectFound:
    """The person of an identifier and a birth date, as staff look somebody up."""
    return RootSubjectFound(await _bearer(arguments, directory), whole_book=True)


async def by_episode(
    _principal: Principal, arguments: Arguments, directory: SubjectDirectory
) -> RootSubjectFound:
    """The person of an episode that a facility gives notice of, and whether it is over.

    A hospital that may read nothing of a person knows her by the number that she showed, so the
    notice names her by that or by her id.
    """
    given = arguments.get("input")
    notice: Arguments = given if isinstance(given, Mapping) else {}
    subject = notice.get("patientId")
    if subject is None:
        named = notice.get("patientIdentifier")
        subject = await _bearer(named, directory) if isinstance(named, Mapping) else None
    if not isinstance(subject, str) or not _may_be_id(subject):
        return RootSubjectFound(None)
    return RootSubjectFound(subject, finished_episode=notice.get("status") == "FINISHED")


def by_prescription_code(*path: str) -> RootSubjectRule:
    """The subject of a presented prescription code.

    Args:
        path: Names from the argument inwards: ``("input", "code")``.
    """

    async def rule(
        _principal: Principal, arguments: Arguments, directory: SubjectDirectory
    ) -> RootSubjectFound:
        code = _value_at(arguments, path)
        if not isinstance(code, str):
            return RootSubjectFound(None)
        link = await directory.resolve_prescription_code(code)
        if link is None:
            return RootSubjectFound(None)
        return RootSubjectFound(link.subject_id, presented_prescription=True)

    return rule


async def _bearer(given: Arguments, directory: SubjectDirectory) -> str | None:
    """The person who bears a number and was born on a date."""
    kind = IDENTIFIER_KINDS.get(str(given.get("system")))
    value, birth_date = given.get("value"), given.get("birthDate")
    if kind is None or not isinstance(value, str) or not isinstance(birth_date, str):
        return None
    return await directory.resolve_identifier(kind, value, birth_date)


def _may_be_id(value: str) -> bool:
    """Whether a text may be an id at all; what is not is nobody's, and is kept nowhere."""
    return 1 <= len(value) <= _LONGEST_ID and value.isascii() and value.isprintable()


def _value_at(arguments: Arguments, path: tuple[str, ...]) -> object:
    value: object = arguments
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
