"""The kinds of rows that hospitals hold, and what is read off their resources.

One table says for each kind how it is searched, dated, labelled and related to an encounter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from access.categories import Category
from access.labels import Label, labels_of
from resolvers.encounter.dates import parse_instant, sortable
from resolvers.encounter.elements import values_at
from resolvers.encounter.fhir import Resource, is_resource_id

_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_ACT_CODE_LABELS: Mapping[str, Label] = MappingProxyType(
    {
        "HIV": Label.HIV,
        "STD": Label.STD,
        "SUD": Label.SUD,
        "ETH": Label.SUD,
        "ETHUD": Label.SUD,
        "OPIOIDUD": Label.SUD,
        "BH": Label.MENTAL_HEALTH,
        "MH": Label.MENTAL_HEALTH,
        "PSY": Label.MENTAL_HEALTH,
        "SDV": Label.DOMESTIC_VIOLENCE,
        "SEX": Label.REPRODUCTIVE,
        "GDIS": Label.GENETIC,
    }
)
"""Security labels that a hospital itself put on a resource (HL7 v3 ActCode)."""

_CLAIMS_TOO = ("patient", "user", "system")
"""Callers of what the statutory insurer needs for claims: visits and their codes."""

_IMAGING_SECTIONS = frozenset(
    {"RAD", "RX", "XRC", "CT", "NMR", "NMS", "RUS", "OUS", "CUS", "VUS", "LP29684-5", "18748-4"}
)
"""Sections (HL7 v2 table 0074) and LOINC codes of reports that tell what images show."""

_SYSTEMS = ("http://hl7.org/fhir/sid/icd-10", "http://loinc.org", "http://www.whocc.no/atc")


@dataclass(frozen=True, slots=True)
class Row:
    """A resource of one hospital, as the subgraph handles it.

    Attributes:
        id: ``facility~resource id``: unique in the health book.
        facility: Code of the facility that holds it.
        subject: The patient's id in the health book.
        encounter: Id of the encounter that it belongs to, or ``None``.
        date: Sortable text of its date; empty if it has none.
        labels: Sensitivity labels of its codes.
        resource: The resource itself.
    """

    id: str
    facility: str
    subject: str
    encounter: str | None
    date: str
    labels: frozenset[str]
    resource: Resource

    def labelled(self, further: Iterable[str]) -> "Row":
        """The same row with further labels."""
        added = frozenset(further)
        return self if added <= self.labels else replace(self, labels=self.labels | added)


@dataclass(frozen=True, slots=True, eq=False)
class RowKind:
    """A kind of row.

    Attributes:
        name: Of the kind, for loaders and logs.
        type_name: FHIR resource type.
        category: The consent category it belongs to.
        callers: Kinds of caller who may be given a SMART scope for it: ``system`` is the statutory
            insurer's software.
        dates: Paths of elements; the first that holds a date dates the row.
        codes: Paths of the concepts that may make a row sensitive.
        subject: Path of the reference to the patient.
        encounter: Path of the reference to the encounter, or ``None``.
        by_patient: Search parameter for the patient.
        by_encounter: Search parameter for encounters, or ``None`` where R4 has none.
        fixed: Codes that the kind always has, by search parameter, which bears the element's name.
        sort: Search parameter by which the server may sort; its order is that of `dates`. ``None``
            where rows are dated by several elements: all are read and sorted here.
        is_narrative: It tells of the episode's diagnoses in words, so that it bears their labels.
        included: Search parameter of a reference whose target is sent along, and the target's
            type.
        besides: Answers the further categories that a resource belongs to; all must be permitted.
    """

    name: str
    type_name: str
    category: Category
    dates: tuple[str, ...]
    codes: tuple[str, ...]
    callers: tuple[str, ...] = ("patient", "user")
    subject: str = "subject"
    encounter: str | None = "encounter"
    by_patient: str = "patient"
    by_encounter: str | None = "encounter"
    fixed: tuple[tuple[str, str], ...] = ()
    sort: str | None = None
    is_narrative: bool = False
    included: tuple[str, str] | None = None
    besides: Callable[[Resource], tuple[Category, ...]] | None = None

    def categories_of(self, row: Row) -> tuple[Category, ...]:
        """The categories that must be permitted for a row to be shown."""
        further = () if self.besides is None else self.besides(row.resource)
        return (self.category, *further)

    def row(self, resource: Resource, facility: str, subject: str) -> Row:
        """What is needed of a resource."""
        return Row(
            id=f"{facility}~{resource['id']}",
            facility=facility,
            subject=subject,
            encounter=self._encounter_of(resource, facility),
            date=self._date_of(resource),
            labels=frozenset(label.value for label in self._labels_of(resource)),
            resource=resource,
        )

    def admits(self, resource: Resource) -> bool:
        """Whether a resource has the codes that the kind searches for, whatever was answered."""
        return all(
            any(code == wanted for _, code in codings_at(resource, f"{element}.coding"))
            for element, wanted in self.fixed
        )

    def patients_of(self, resource: Resource) -> Iterator[str]:
        """The hospital's numbers of the patients whom a resource is about."""
        for reference in values_at(resource, f"{self.subject}.reference"):
            local = reference_id(reference, "Patient")
            if local is not None:
                yield local

    def _date_of(self, resource: Resource) -> str:
        for path in self.dates:
            for value in values_at(resource, path):
                instant = parse_instant(value)
                if instant is not None:
                    return sortable(instant)
        return ""

    def _encounter_of(self, resource: Resource, facility: str) -> str | None:
        if self.type_name == "Encounter":
            return f"{facility}~{resource['id']}"
        for path in (self.encounter,) if self.encounter else ():
            for reference in values_at(resource, f"{path}.reference"):
                local = reference_id(reference, "Encounter")
                if local is not None:
                    return f"{facility}~{local}"
        return None

    def _labels_of(self, resource: Resource) -> frozenset[Label]:
        stated = [
            _ACT_CODE_LABELS[code]
            for path in ("meta.security", "securityLabel.coding")
            for system, code in codings_at(resource, path)
            if system == _ACT_CODE and code in _ACT_CODE_LABELS
        ]
        coded = [pair for path in self.codes for pair in codings_at(resource, f"{path}.coding")]
        # A code whose system is not stated may be one of any: it counts in each.
        coded += [(each, code) for system, code in coded if not system for each in _SYSTEMS]
        return labels_of(coded).union(stated)


def codings_at(resource: object, path: str) -> Iterator[tuple[str, str]]:
    """System (empty where it is not stated) and code of every Coding at a path."""
    for coding in values_at(resource, path):
        if isinstance(coding, dict):
            system, code = coding.get("system"), coding.get("code")
            if isinstance(code, str):
                yield system if isinstance(system, str) else "", code


def reference_id(reference: object, type_name: str) -> str | None:
    """The logical id of a literal reference to a type, relative or absolute, or ``None``."""
    if not isinstance(reference, str):
        return None
    before, slash, local = reference.partition("/_history/")[0].rpartition("/")
    if not slash or before.rpartition("/")[2] != type_name or not is_resource_id(local):
        return None
    return local


def _shown_by_images(report: Resource) -> tuple[Category, ...]:
    """Imaging, for a report of what images show: a deny of imaging denies what was seen too."""
    sections = {code for _, code in codings_at(report, "category.coding")}
    codes = {code for _, code in codings_at(report, "code.coding")}
    is_imaging = not _IMAGING_SECTIONS.isdisjoint(sections | codes) or report.get("imagingStudy")
    return (Category.IMAGING,) if is_imaging else ()


ENCOUNTERS = RowKind(
    name="encounters",
    type_name="Encounter",
    category=Category.ENCOUNTERS,
    dates=("period.start",),
    codes=("reasonCode", "type"),
    callers=_CLAIMS_TOO,
    encounter=None,
    by_encounter=None,
    sort="date",
)
CONDITIONS = RowKind(
    name="conditions",
    type_name="Condition",
    category=Category.CONDITIONS,
    dates=("recordedDate", "onsetDateTime", "onsetPeriod.start"),
    codes=("code", "evidence.code"),
    callers=_CLAIMS_TOO,
)
OBSERVATIONS = RowKind(
    name="observations",
    type_name="Observation",
    category=Category.OBSERVATIONS,
    dates=("effectiveDateTime", "effectivePeriod.start", "effectiveInstant"),
    codes=("code", "valueCodeableConcept", "component.code", "component.valueCodeableConcept"),
    sort="date",
)
DIAGNOSTIC_REPORTS = RowKind(
    name="diagnosticReports",
    type_name="DiagnosticReport",
    category=Category.OBSERVATIONS,
    dates=("effectiveDateTime", "effectivePeriod.start"),
    codes=("code", "conclusionCode"),
    sort="date",
    besides=_shown_by_images,
)
IMAGING_STUDIES = RowKind(
    name="imagingStudies",
    type_name="ImagingStudy",
    category=Category.IMAGING,
    dates=("started",),
    codes=("reasonCode", "procedureCode"),
)
PROCEDURES = RowKind(
    name="procedures",
    type_name="Procedure",
    category=Category.PROCEDURES,
    dates=("performedDateTime", "performedPeriod.start"),
    codes=("code", "reasonCode", "outcome", "complication"),
)
MEDICATION_REQUESTS = RowKind(
    name="medicationRequests",
    type_name="MedicationRequest",
    category=Category.MEDICATIONS,
    dates=("authoredOn",),
    codes=("medicationCodeableConcept", "reasonCode", "contained.code"),
    included=("medication", "Medication"),
)
DISCHARGE_SUMMARIES = RowKind(
    name="dischargeSummaries",
    type_name="DocumentReference",
    category=Category.CLINICAL_NOTES,
    dates=("date", "context.period.end"),
    codes=("context.event",),
    encounter="context.encounter",
    fixed=(("type", "18842-5"),),
    is_narrative=True,
)
REFERRALS = RowKind(
    name="referrals",
    type_name="ServiceRequest",
    category=Category.REFERRALS,
    dates=("authoredOn", "occurrencePeriod.start", "occurrenceDateTime"),
    codes=("reasonCode", "code"),
    fixed=(("category", "3457005"),),
    is_narrative=True,
)
FOLLOW_UPS = RowKind(
    name="followUps",
    type_name="Appointment",
    category=Category.REFERRALS,
    dates=("start",),
    codes=("reasonCode", "serviceType"),
    subject="participant.actor",
    encounter="supportingInformation",
    by_encounter=None,
    is_narrative=True,
)
