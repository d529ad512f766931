"""FHIR R4 data types as inputs of mutations."""

import strawberry

from resolvers.datatypes.scalars import DateTime


@strawberry.input(description="A code of a code system.")
class CodingInput:
    """FHIR Coding as input."""

    system: str = strawberry.field(description="URI of the code system.")
    code: str = strawberry.field(description="The code itself.")
    version: str | None = strawberry.field(default=None, description="Version of the code system.")
    display: str | None = strawberry.field(
        default=None, description="The code's meaning in words."
    )


@strawberry.input(description="A concept, by codes, by text, or both.")
class CodeableConceptInput:
    """FHIR CodeableConcept as input."""

    coding: list[CodingInput] = strawberry.field(
        default_factory=list, description="The concept in one or more code systems."
    )
    text: str | None = strawberry.field(default=None, description="The concept in words.")


@strawberry.input(description="A span of time; the end is exclusive.")
class PeriodInput:
    """FHIR Period as input."""

    start: DateTime | None = strawberry.field(default=None, description="When it begins.")
    end: DateTime | None = strawberry.field(default=None, description="When it is over.")


def concept_document(concept: CodeableConceptInput) -> dict[str, object]:
    """The stored form of a concept."""
    return {
        "coding": [
            {
                "system": coding.system,
                "version": coding.version,
                "code": coding.code,
                "display": coding.display,
            }
            for coding in concept.coding
        ],
        "text": concept.text,
    }
