"""Search parameters by resource type (https://hl7.org/fhir/R4/searchparameter-registry.html).

A parameter has a kind and the paths of the elements that it looks at. Paths are dotted element
names; lists are walked through. `?` in a path keeps only references to the type after it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The parameter types of R4 that this server knows."""

    TOKEN = "token"  # noqa: S105  a FHIR search parameter type, no secret
    REFERENCE = "reference"
    DATE = "date"
    STRING = "string"
    QUANTITY = "quantity"
    URI = "uri"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter of one resource type."""

    name: str
    kind: Kind
    paths: tuple[tuple[str, ...], ...]
    target: str | None = None


_LETTERS = {
    "t": Kind.TOKEN,
    "r": Kind.REFERENCE,
    "d": Kind.DATE,
    "s": Kind.STRING,
    "q": Kind.QUANTITY,
    "u": Kind.URI,
}

# name kind path[,path...][?TargetType]
_EVERY_TYPE = """
_id t id
_lastUpdated d meta.lastUpdated
_tag t meta.tag
_security t meta.security
_profile u meta.profile
_source u meta.source
"""

_TYPES = {
    "Patient": """
        identifier t identifier
        name s name
        family s name.family
        given s name.given
        birthdate d birthDate
        gender t gender
        active t active
        phone t telecom
        telecom t telecom
        address s address
        address-city s address.city
        address-state s address.state
        organization r managingOrganization
        general-practitioner r generalPractitioner
        link r link.other
        death-date d deceasedDateTime
    """,
    "Encounter": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        date d period
        status t status
        class t class
        type t type
        service-provider r serviceProvider
        practitioner r participant.individual?Practitioner
        participant r participant.individual
        diagnosis r diagnosis.condition
        part-of r partOf
        reason-code t reasonCode
        location r location.location
        appointment r appointment
        based-on r basedOn
    """,
    "Condition": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        code t code
        clinical-status t clinicalStatus
        verification-status t verificationStatus
        category t category
        severity t severity
        onset-date d onsetDateTime,onsetPeriod
        recorded-date d recordedDate
        encounter r encounter?Encounter
        asserter r asserter
    """,
    "Observation": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        code t code
        combo-code t code,component.code
        component-code t component.code
        category t category
        date d effectiveDateTime,effectivePeriod,effectiveInstant
        status t status
        value-quantity q valueQuantity
        value-concept t valueCodeableConcept
        encounter r encounter?Encounter
        performer r performer
        based-on r basedOn
    """,
    "MedicationRequest": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        status t status
        intent t intent
        authoredon d authoredOn
        date d dosageInstruction.timing.event
        code t medicationCodeableConcept
        medication r medicationReference
        encounter r encounter?Encounter
        requester r requester
        intended-dispenser r dispenseRequest.performer
        intended-performer r performer
        category t category
        priority t priority
    """,
    "MedicationDispense": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        code t medicationCodeableConcept
        medication r medicationReference
        prescription r authorizingPrescription?MedicationRequest
        status t status
        whenhandedover d whenHandedOver
        whenprepared d whenPrepared
        performer r performer.actor
        context r context?Encounter
    """,
    "Coverage": """
        identifier t identifier
        beneficiary r beneficiary?Patient
        patient r beneficiary?Patient
        status t status
        payor r payor
        subscriber r subscriber
        type t type
    """,
    "Immunization": """
        identifier t identifier
        patient r patient?Patient
        date d occurrenceDateTime
        vaccine-code t vaccineCode
        status t status
        lot-number s lotNumber
        location r location
        performer r performer.actor
    """,
    "AllergyIntolerance": """
        identifier t identifier
        patient r patient?Patient
        clinical-status t clinicalStatus
        verification-status t verificationStatus
        criticality t criticality
        code t code,reaction.substance
        category t category
        date d recordedDate
        type t type
    """,
    "DiagnosticReport": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        category t category
        code t code
        date d effectiveDateTime,effectivePeriod
        issued d issued
        status t status
        result r result
        encounter r encounter?Encounter
        performer r performer
    """,
    "ServiceRequest": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        status t status
        intent t intent
        category t category
        code t code
        authored d authoredOn
        occurrence d occurrenceDateTime,occurrencePeriod
        requester r requester
        performer r performer
        replaces r replaces
        encounter r encounter?Encounter
        requisition t requisition
    """,
    "Appointment": """
        identifier t identifier
        patient r participant.actor?Patient
        date d start
        status t status
        practitioner r participant.actor?Practitioner
        actor r participant.actor
        location r participant.actor?Location
        based-on r basedOn
        reason-code t reasonCode
        service-type t serviceType
    """,
    "Consent": """
        identifier t identifier
        patient r patient?Patient
        status t status
        scope t scope
        category t category
        date d dateTime
        period d provision.period
        actor r provision.actor.reference
        action t provision.action
        purpose t provision.purpose
        security-label t provision.securityLabel
        data r provision.data.reference
        organization r organization
    """,
    "AuditEvent": """
        patient r agent.who?Patient,entity.what?Patient
        agent r agent.who
        date d recorded
        action t action
        entity r entity.what
        type t type
        subtype t subtype
        outcome t outcome
        altid t agent.altId
        source r source.observer
    """,
    "Procedure": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        code t code
        category t category
        date d performedDateTime,performedPeriod
        status t status
        encounter r encounter?Encounter
        performer r performer.actor
        based-on r basedOn
    """,
    "ImagingStudy": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        started d started
        status t status
        modality t modality,series.modality
        encounter r encounter?Encounter
        series t series.uid
        basedon r basedOn
        bodysite t series.bodySite
    """,
    "DocumentReference": """
        identifier t masterIdentifier,identifier
        patient r subject?Patient
        subject r subject
        type t type
        category t category
        date d date
        period d context.period
        status t status
        encounter r context.encounter?Encounter
        author r author
        security-label t securityLabel
    """,
    "Claim": """
        identifier t identifier
        patient r patient?Patient
        status t status
        created d created
        use t use
        provider r provider
        insurer r insurer
        encounter r item.encounter?Encounter
    """,
    "ExplanationOfBenefit": """
        identifier t identifier
        patient r patient?Patient
        status t status
        created d created
        claim r claim
        coverage r insurance.coverage
        provider r provider
        encounter r item.encounter?Encounter
    """,
    "CarePlan": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        status t status
        category t category
        date d period
        encounter r encounter?Encounter
        condition r addresses
    """,
    "Goal": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        lifecycle-status t lifecycleStatus
        start-date d startDate
        category t category
    """,
    "Organization": """
        identifier t identifier
        name s name,alias
        type t type
        active t active
        address s address
        partof r partOf
    """,
    "Practitioner": """
        identifier t identifier
        name s name
        family s name.family
        given s name.given
        gender t gender
        active t active
        telecom t telecom
    """,
    "PractitionerRole": """
        identifier t identifier
        practitioner r practitioner
        organization r organization
        role t code
        specialty t specialty
        active t active
    """,
    "Location": """
        identifier t identifier
        name s name,alias
        organization r managingOrganization
        status t status
        type t type
        address s address
    """,
    "RelatedPerson": """
        identifier t identifier
        patient r patient?Patient
        name s name
        relationship t relationship
        active t active
    """,
    "Medication": """
        identifier t identifier
        code t code
        status t status
        form t form
    """,
    "Composition": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        type t type
        date d date
        status t status
        encounter r encounter?Encounter
        author r author
    """,
    "Provenance": """
        patient r target?Patient
        target r target
        recorded d recorded
        agent r agent.who
    """,
    "CoverageEligibilityRequest": """
        identifier t identifier
        patient r patient?Patient
        status t status
        created d created
    """,
    "CoverageEligibilityResponse": """
        identifier t identifier
        patient r patient?Patient
        status t status
        created d created
        request r request
    """,
    "MedicationStatement": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        status t status
        code t medicationCodeableConcept
        effective d effectiveDateTime,effectivePeriod
    """,
    "CareTeam": """
        identifier t identifier
        patient r subject?Patient
        subject r subject
        status t status
        encounter r encounter?Encounter
    """,
    "Device": """
        identifier t identifier
        patient r patient?Patient
        type t type
        status t status
    """,
}


def _parse(text: str) -> dict[str, Parameter]:
    parameters = {}
    for line in text.strip().splitlines():
        name, letter, paths = line.split()
        target = None
        parsed = []
        for part in paths.split(","):
            path, _, wanted = part.partition("?")
            target = wanted or target
            parsed.append(tuple(path.split(".")))
        parameters[name] = Parameter(name, _LETTERS[letter], tuple(parsed), target)
    return parameters


PARAMETERS = {name: _parse(_EVERY_TYPE) | _parse(text) for name, text in _TYPES.items()}
"""Resource type → parameter name → parameter. The types are those that the server stores."""
