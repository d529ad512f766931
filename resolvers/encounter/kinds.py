"""The kinds of rows that hospitals hold, and what is read off their resources.

One table says for each kind how it is searched, dated, labelled and related to an encounter.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from access.categories import Category
from access.labels import labels_of
from resolvers.encounter.dates import parse_instant, sortable
from resolvers.encounter.fhir import Resource


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


@dataclass(frozen=True, slots=True)
class RowKind:
    """A kind of row.

    Attributes:
        name: Of the kind, for loaders and logs.
        type_name: FHIR resource type.
        category: The consent category it belongs to.
        dates: Paths of elements; the first that holds a date dates the row.
        codes: Paths of the concepts that may make a row sensitive.
        encounter: Path of the reference to the encounter, or ``None``.
        by_patient: Search parameter for the patient.
        by_encounter: Search parameter for encounters, or ``None`` where R4 has none.
        fixed: Search parameters that the kind always has.
        sort: Search parameter by which the server may sort, where every row has it; else ``None``:
            all rows are read and sorted here.
    """

    name: str
    type_name: str
    category: Category
    dates: tuple[str, ...]
    codes: tuple[str, ...]
    encounter: str | None = "encounter"
    by_patient: str = "patient"
    by_encounter: str | None = "encounter"
    fixed: tuple[tuple[str, str], ...] = ()
    sort: str | None = None

    def row(self, resource: Resource, facility: str, subject: str) -> Row:
        """What is needed of a resource."""
        return Row(
            id=f"{facility}~{resource['id']}",
            facility=facility,
            subject=subject,
            encounter=self._encounter_of(resource, facility),
            date=self._date_of(resource),
            labels=frozenset(label.value for label in labels_of(self._codings_of(resource))),
            resource=resource,
        )

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

    def _codings_of(self, resource: Resource) -> Iterator[tuple[str, str]]:
        for path in self.codes:
            for coding in values_at(resource, f"{path}.coding"):
                if isinstance(coding, Mapping):
                    system, code = coding.get("system"), coding.get("code")
                    if isinstance(system, str) and isinstance(code, str):
                        yield system, code


def values_at(resource: object, path: str) -> Iterator[Any]:
    """All values at a dotted path; lists are walked through, at the end too."""
    head, _, rest = path.partition(".")
    value = resource.get(head) if isinstance(resource, Mapping) else None
    for each in value if isinstance(value, list) else [value]:
        if each is None:
            continue
        if rest:
            yield from values_at(each, rest)
        else:
            yield each


def reference_id(reference: object, type_name: str) -> str | None:
    """The logical id of a literal reference to a type, relative or absolute, or ``None``."""
    if not isinstance(reference, str):
        return None
    parts = reference.split("/_history/")[0].split("/")
    if len(parts) < 2 or parts[-2] != type_name:
        return None
    return parts[-1] or None


ENCOUNTERS = RowKind(
    name="encounters",
    type_name="Encounter",
    category=Category.ENCOUNTERS,
    dates=("period.start", "period.end"),
    codes=("reasonCode", "type"),
    encounter=None,
    by_encounter=None,
    sort="date",
)
CONDITIONS = RowKind(
    name="conditions",
    type_name="Condition",
    category=Category.CONDITIONS,
    dates=("recordedDate", "onsetDateTime", "onsetPeriod.start"),
    codes=("code",),
)
OBSERVATIONS = RowKind(
    name="observations",
    type_name="Observation",
    category=Category.OBSERVATIONS,
    dates=("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued"),
    codes=("code", "valueCodeableConcept", "component.code", "component.valueCodeableConcept"),
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
    dates=("performedDateTime", "performedPeriod.start", "performedString"),
    codes=("code", "reasonCode", "outcome"),
)
MEDICATION_REQUESTS = RowKind(
    name="medicationRequests",
    type_name="MedicationRequest",
    category=Category.MEDICATIONS,
    dates=("authoredOn",),
    codes=("medicationCodeableConcept", "reasonCode"),
)
DISCHARGE_SUMMARIES = RowKind(
    name="dischargeSummaries",
    type_name="DocumentReference",
    category=Category.CLINICAL_NOTES,
    dates=("date", "context.period.end"),
    codes=("context.event", "securityLabel"),
    encounter="context.encounter",
    fixed=(("type", "18842-5"),),
)
REFERRALS = RowKind(
    name="referrals",
    type_name="ServiceRequest",
    category=Category.REFERRALS,
    dates=("authoredOn", "occurrencePeriod.start", "occurrenceDateTime"),
    codes=("reasonCode", "code"),
    fixed=(("category", "3457005"),),
)
FOLLOW_UPS = RowKind(
    name="followUps",
    type_name="Appointment",
    category=Category.REFERRALS,
    dates=("start",),
    codes=("reasonCode", "serviceType"),
    encounter="supportingInformation",
    by_encounter=None,
)

RowFilter = Callable[[Row], bool]
"""Whether a row belongs to what was asked for, beyond what the search says."""
