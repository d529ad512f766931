"""Sets of subgraphs that do not compose, by the code of the error that says why.

Each set is what its code is about and little else. The tests of the rules run over it, and so does
the comparison with another composer.
"""

from tests.federation.composition.cases.annotations import ANNOTATIONS
from tests.federation.composition.cases.documents import DOCUMENTS
from tests.federation.composition.cases.field_sets import FIELD_SETS
from tests.federation.composition.cases.inaccessible import INACCESSIBLE
from tests.federation.composition.cases.ours import OURS
from tests.federation.composition.cases.ownership import OWNERSHIP
from tests.federation.composition.cases.subgraphs import LINK, Cases, Subgraphs, link, linked
from tests.federation.composition.cases.types import TYPES

BROKEN: Cases = {
    **ANNOTATIONS,
    **DOCUMENTS,
    **FIELD_SETS,
    **INACCESSIBLE,
    **OWNERSHIP,
    **TYPES,
}
"""By code, by what the case is about."""

__all__ = ["BROKEN", "LINK", "OURS", "Cases", "Subgraphs", "link", "linked"]
