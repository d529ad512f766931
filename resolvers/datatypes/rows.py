"""What rows about a patient have in common, in every subgraph."""

import strawberry
from strawberry import federation


@federation.type
class SubjectRow:
    """A row about one patient; the kinds of rows add what they hold (no type of the API)."""

    id: strawberry.ID | None = federation.field(default=None, description="Opaque id.")
    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whom the row is about."
    )
