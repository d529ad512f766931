"""Reports of laboratories, imaging and other examinations, with their conclusions."""

from strawberry import federation

from resolvers.datatypes.fields import resolved
from resolvers.datatypes.scalars import DateTime
from resolvers.datatypes.values import CodeableConcept, Period
from resolvers.encounter.dates import to_date_time
from resolvers.encounter.diagnoses import labels_together
from resolvers.encounter.elements import concept, concepts, earliest, period, text
from resolvers.encounter.gathering import is_visible
from resolvers.encounter.kinds import CONDITIONS, DIAGNOSTIC_REPORTS, OBSERVATIONS, Row, RowKind
from resolvers.encounter.schema.context import EncounterInfo, unavailable
from resolvers.encounter.schema.institutions import Practitioner, referenced_practitioners
from resolvers.encounter.schema.observations import Observation, observation_of
from resolvers.encounter.schema.rows import HospitalRow, gated, held, row_type
from resolvers.upstream import UpstreamFault


@row_type(
    DIAGNOSTIC_REPORTS,
    "What a laboratory, an imaging unit or another examiner reports (FHIR DiagnosticReport). "
    "Reports of imaging are there only where imaging is permitted too.",
)
class DiagnosticReport(HospitalRow):
    """FHIR DiagnosticReport."""

    status: str | None = federation.field(
        default=None,
        description=(
            "`registered`, `partial`, `preliminary`, `final`, `amended`, `corrected`, "
            "`appended`, `cancelled`, `entered-in-error` or `unknown`."
        ),
    )
    categories: list[CodeableConcept] | None = federation.field(
        default=None, description="The section that reports: `LAB`, `RAD`, … (HL7 v2 table 0074)."
    )
    code: CodeableConcept | None = federation.field(default=None, description="What was examined.")
    effective: DateTime | None = federation.field(
        default=None, description="When it was examined, or when that began."
    )
    effective_period: Period | None = federation.field(
        default=None, description="From when until when, where it took time."
    )
    issued: DateTime | None = federation.field(
        default=None, description="When the report was released."
    )
    performers: list[Practitioner] | None = federation.field(
        default=None, description="Who answers for it."
    )
    interpreters: list[Practitioner] | None = federation.field(
        default=None, description="Who drew the conclusion."
    )

    @resolved(description="What follows from the findings, in words (KET_LUAN).")
    async def conclusion(self, info: EncounterInfo) -> str | None:
        """The conclusion, unless results or diagnoses that it may speak of are hidden.

        Raises:
            SubgraphError: ``UPSTREAM_UNAVAILABLE``.
        """
        told = text(self.row.resource.get("conclusion"))
        if told is None or not await self._may_tell(info, DIAGNOSTIC_REPORTS):
            return None
        return told

    @gated(CONDITIONS, "What follows from the findings, in codes.")
    async def conclusions(self, info: EncounterInfo) -> list[CodeableConcept] | None:
        """The conclusion's codes, which are diagnoses.

        Raises:
            SubgraphError: ``UPSTREAM_UNAVAILABLE``.
        """
        coded = concepts(self.row.resource.get("conclusionCode"))
        return coded if coded and await self._may_tell(info, CONDITIONS) else []

    @resolved(description="The results that it rests on, in its order.")
    async def results(self, info: EncounterInfo) -> list[Observation] | None:
        """The observations that it refers to, as far as the caller may see them.

        Raises:
            SubgraphError: ``UPSTREAM_UNAVAILABLE``.
        """
        access = info.context.access
        return [
            observation_of(row)
            for row in await self._results(info)
            if is_visible(row, OBSERVATIONS, access)
        ]

    async def _may_tell(self, info: EncounterInfo, kind: RowKind) -> bool:
        """Whether words about results and diagnoses may be shown: they bear the labels of both."""
        diagnoses = await info.context.loaders.diagnoses_of(self.row)
        if isinstance(diagnoses, UpstreamFault):
            raise unavailable()
        beside = [*diagnoses, *await self._results(info)]
        return is_visible(self.row.labelled(labels_together(beside)), kind, info.context.access)

    async def _results(self, info: EncounterInfo) -> tuple[Row, ...]:
        found = await info.context.loaders.referenced(self.row, OBSERVATIONS, "result")
        if isinstance(found, UpstreamFault):
            raise unavailable()
        return found


def diagnostic_report_of(row: Row) -> DiagnosticReport:
    """The object of a FHIR DiagnosticReport."""
    given = row.resource
    return DiagnosticReport(
        **held(row),
        status=text(given.get("status")),
        categories=concepts(given.get("category")),
        code=concept(given.get("code")),
        effective=earliest(given, ("effectiveDateTime", "effectivePeriod.start")),
        effective_period=period(given.get("effectivePeriod")),
        issued=to_date_time(given.get("issued")),
        performers=referenced_practitioners(_listed(given.get("performer")), row.facility),
        interpreters=referenced_practitioners(
            _listed(given.get("resultsInterpreter")), row.facility
        ),
    )


def _listed(given: object) -> list[object]:
    return given if isinstance(given, list) else []
