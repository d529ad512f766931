"""What rows of every kind have in common: their keys, where they are, their encounter."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypedDict, TypeVar, dataclass_transform

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.rows import SubjectRow
from resolvers.datatypes.values import CodeableConcept
from resolvers.encounter.diagnoses import labels_together
from resolvers.encounter.elements import concepts
from resolvers.encounter.gathering import is_visible
from resolvers.encounter.kinds import CONDITIONS, ENCOUNTERS, Row, RowKind
from resolvers.encounter.schema.context import EncounterInfo, unavailable
from resolvers.encounter.schema.institutions import Facility, facility
from resolvers.upstream import UpstreamFault

if TYPE_CHECKING:
    from resolvers.encounter.schema.encounter import Encounter

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")
RowT = TypeVar("RowT", bound="HospitalRow")

EncounterLink = Annotated["Encounter", strawberry.lazy("resolvers.encounter.schema.encounter")]
"""The Encounter type, which has these rows in its turn."""


def gated(
    kind: RowKind, description: str
) -> Callable[[Callable[ParametersT, ResultT]], Callable[ParametersT, ResultT]]:
    """Makes a field of a resolver, gated as rows of a kind are.

    Args:
        kind: What the field gives.
        description: What the field is, for the API's documentation.
    """
    return resolved(
        description=description,
        directives=[consent(kind.category)],
        requires_scopes=scopes_of(kind),
    )


def scopes_of(kind: RowKind) -> list[list[str]]:
    """The OR groups of ``@requiresScopes`` for rows of a kind."""
    return scopes(kind.type_name, contexts=kind.callers)


@dataclass_transform(kw_only_default=True, field_specifiers=(federation.field,))
def row_type(kind: RowKind, description: str) -> Callable[[type[RowT]], type[RowT]]:
    """Makes a type of the API of rows of one kind, gated as the kind is.

    Args:
        kind: What its rows are.
        description: What a row is, for the API's documentation.
    """
    return federation.type(
        description=description,
        directives=[subject(), consent(kind.category)],
        requires_scopes=scopes_of(kind),
    )


@federation.type
class HospitalRow(SubjectRow):
    """A row of one hospital's record; the kinds add what they hold (no type of the API)."""

    facility: Facility | None = federation.field(
        default=None, description="The facility that holds it."
    )
    row: strawberry.Private[Row]

    @gated(ENCOUNTERS, "The encounter that it belongs to.")
    async def encounter(self, info: EncounterInfo) -> EncounterLink | None:
        """The encounter of the row."""
        return await linked_encounter(info, self.row)


@federation.type
class ReasonedRow(HospitalRow):
    """A row that says why: a diagnosis, in codes or words, gated as diagnoses are."""

    @gated(CONDITIONS, "Why it was done, ordered or arranged, in codes or words.")
    async def reasons(self, info: EncounterInfo) -> list[CodeableConcept] | None:
        """The reasons: they may say in words what the episode's diagnoses say in codes.

        So they bear the labels of those too, and a label that is permitted for the row alone does
        not open them.

        Raises:
            SubgraphError: ``UPSTREAM_UNAVAILABLE``.
        """
        told = concepts(self.row.resource.get("reasonCode"))
        if not told or not info.context.permits(self.row.subject, CONDITIONS.category):
            return []
        diagnoses = await info.context.loaders.diagnoses_of(self.row)
        if isinstance(diagnoses, UpstreamFault):
            raise unavailable()
        whole = self.row.labelled(labels_together(diagnoses))
        return told if is_visible(whole, CONDITIONS, info.context.access) else []


class Held(TypedDict):
    """The columns of :class:`HospitalRow`."""

    id: strawberry.ID
    subject_id: strawberry.ID
    facility: Facility | None
    row: Row


def held(row: Row) -> Held:
    """The common columns of a row's object."""
    return Held(
        id=strawberry.ID(row.id),
        subject_id=strawberry.ID(row.subject),
        facility=facility(row.facility),
        row=row,
    )


async def linked_encounter(info: EncounterInfo, row: Row) -> "Encounter | None":
    """The encounter of a row, if the caller may see it.

    Raises:
        SubgraphError: ``UPSTREAM_UNAVAILABLE``.
    """
    from resolvers.encounter.schema.encounter import encounter_of  # noqa: PLC0415 - each has other

    if row.encounter is None or not info.context.permits(row.subject, Category.ENCOUNTERS):
        return None
    found = await info.context.loaders.encounter(row.encounter)
    if isinstance(found, UpstreamFault):
        raise unavailable()
    if found is None or found.subject != row.subject:
        return None
    if not is_visible(found, ENCOUNTERS, info.context.access):
        return None
    return encounter_of(found, info.context.access)
