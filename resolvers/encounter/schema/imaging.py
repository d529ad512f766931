"""Imaging studies, by their DICOM references."""

from strawberry import federation

from resolvers.datatypes.scalars import DateTime
from resolvers.datatypes.values import CodeableConcept, Coding
from resolvers.encounter.dates import to_date_time
from resolvers.encounter.elements import (
    code_of,
    coding,
    codings_of,
    concepts,
    identifiers,
    integer,
    members,
    notes,
    objects,
    text,
    values_at,
)
from resolvers.encounter.kinds import IMAGING_STUDIES, Row
from resolvers.encounter.schema.institutions import (
    Practitioner,
    first_practitioner,
    referenced_practitioners,
)
from resolvers.encounter.schema.rows import ReasonedRow, held, row_type


@federation.type(description="A series of an imaging study (DICOM series).")
class ImagingSeries:
    """FHIR ImagingStudy.series."""

    uid: str | None = federation.field(default=None, description="DICOM Series Instance UID.")
    number: int | None = federation.field(default=None, description="Its number in the study.")
    modality: Coding | None = federation.field(
        default=None, description="DICOM modality, e.g. `CT`."
    )
    description: str | None = federation.field(default=None, description="What it shows.")
    number_of_instances: int | None = federation.field(
        default=None, description="How many images it has."
    )
    body_site: Coding | None = federation.field(default=None, description="Part of the body.")
    laterality: Coding | None = federation.field(default=None, description="Which side.")
    started: DateTime | None = federation.field(default=None, description="When it was begun.")


@row_type(
    IMAGING_STUDIES,
    "An imaging study, by its DICOM references (FHIR ImagingStudy).",
)
class ImagingStudy(ReasonedRow):
    """FHIR ImagingStudy."""

    study_uid: str | None = federation.field(default=None, description="DICOM Study Instance UID.")
    accession_number: str | None = federation.field(
        default=None, description="The facility's own number of the study."
    )
    status: str | None = federation.field(
        default=None,
        description="`registered`, `available`, `cancelled`, `entered-in-error` or `unknown`.",
    )
    modalities: list[Coding] | None = federation.field(
        default=None, description="DICOM modalities, e.g. `CT`, `US`."
    )
    started: DateTime | None = federation.field(default=None, description="When it was begun.")
    description: str | None = federation.field(default=None, description="What it shows.")
    procedures: list[CodeableConcept] | None = federation.field(
        default=None, description="Which examinations it comes from."
    )
    number_of_series: int | None = federation.field(
        default=None, description="How many series it has."
    )
    number_of_instances: int | None = federation.field(
        default=None, description="How many images it has."
    )
    series: list[ImagingSeries] | None = federation.field(default=None, description="Its series.")
    referrer: Practitioner | None = federation.field(default=None, description="Who ordered it.")
    interpreters: list[Practitioner] | None = federation.field(
        default=None, description="Who read it."
    )
    note: str | None = federation.field(default=None, description="Remarks.")


def imaging_study_of(row: Row) -> ImagingStudy:
    """The object of a FHIR ImagingStudy."""
    given = row.resource
    return ImagingStudy(
        **held(row),
        study_uid=_study_uid(given.get("identifier")),
        accession_number=_accession_number(given.get("identifier")),
        status=text(given.get("status")),
        modalities=codings_of(given.get("modality")),
        started=to_date_time(given.get("started")),
        description=text(given.get("description")),
        procedures=concepts(given.get("procedureCode")),
        number_of_series=integer(given.get("numberOfSeries")),
        number_of_instances=integer(given.get("numberOfInstances")),
        series=[_series(each) for each in objects(given.get("series"))],
        referrer=first_practitioner(given, "referrer", row.facility),
        interpreters=referenced_practitioners(list(values_at(given, "interpreter")), row.facility),
        note=notes(given.get("note")),
    )


def _series(given: object) -> ImagingSeries:
    series = members(given)
    return ImagingSeries(
        uid=text(series.get("uid")),
        number=integer(series.get("number")),
        modality=coding(series.get("modality")),
        description=text(series.get("description")),
        number_of_instances=integer(series.get("numberOfInstances")),
        body_site=coding(series.get("bodySite")),
        laterality=coding(series.get("laterality")),
        started=to_date_time(series.get("started")),
    )


def _study_uid(given: object) -> str | None:
    """The UID among a study's identifiers (R4: system ``urn:dicom:uid``, value ``urn:oid:…``)."""
    for one in identifiers(given):
        number = one.value or ""
        if one.system == "urn:dicom:uid" or number.startswith("urn:oid:"):
            return number.removeprefix("urn:oid:")
    return None


def _accession_number(given: object) -> str | None:
    """The identifier of type ``ACSN`` (HL7 v2 table 0203)."""
    for each in objects(given):
        if code_of(each.get("type")) == "ACSN":
            return text(each.get("value"))
    return None
