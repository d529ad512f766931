"""The schema directives that say whom a row is about and which consent category gates it.

``@subject`` and ``@consent`` are carried into the supergraph by ``@composeDirective``;
``@requiresScopes`` is federation's own (2.5) and carries SMART on FHIR v2 scopes.
"""

from strawberry.federation import schema_directive
from strawberry.schema_directive import Location

from access.categories import Action, Category, group_of
from access.specification import CONSENT_SPECIFICATION_V1

SUBJECT_FIELD = "subjectId"
"""GraphQL name of the hidden field that names a row's patient."""


@schema_directive(
    locations=[Location.OBJECT],
    name="subject",
    description="Names the field of an object that holds the id of the patient it is about.",
    compose=True,
    import_url=CONSENT_SPECIFICATION_V1,
)
class Subject:
    """``@subject(fields:)``.

    Attributes:
        fields: A FieldSet with the one field that holds the patient's id.
    """

    fields: str


@schema_directive(
    locations=[Location.OBJECT, Location.FIELD_DEFINITION],
    name="consent",
    description="Names the consent category that gates a field, or all fields of an object.",
    compose=True,
    import_url=CONSENT_SPECIFICATION_V1,
)
class Consent:
    """``@consent(category:)``; on a field it overrides the one of its type.

    Attributes:
        category: A name of the category table, with ``:write`` for a field that changes something.
    """

    category: str


def consent(category: Category, action: Action = Action.READ) -> Consent:
    """The directive that gates a field or type by a category.

    Args:
        category: The category of the policy's table.
        action: ``WRITE`` for a mutation.
    """
    return Consent(category=group_of(category, action))


def subject(field: str = SUBJECT_FIELD) -> Subject:
    """The directive that names the field with the patient's id."""
    return Subject(fields=field)


def scopes(
    resource: str, action: str = "r", contexts: tuple[str, ...] = ("patient", "user")
) -> list[list[str]]:
    """The OR groups of ``@requiresScopes`` for a FHIR resource, one per kind of caller.

    Args:
        resource: FHIR R4 resource type.
        action: One of SMART v2's letters ``c r u d s``.
        contexts: Kinds of caller: ``patient``, ``user``, ``system``.

    Example:
        >>> scopes("Observation")
        [['patient/Observation.r'], ['user/Observation.r']]
    """
    return [[f"{context}/{resource}.{action}"] for context in contexts]
