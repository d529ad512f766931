"""No type has a name of the supergraph's own machinery: readers would take it for that.

Source: link specification v1.0, "Name conventions"; join specification.
"""

from collections.abc import Iterator

from gateway.federation.directives import MACHINERY_PREFIXES
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import MergedView


def check_reserved_names(view: MergedView) -> Iterator[CompositionError]:
    """Check the names of the merged types."""
    for name in view.types:
        if name.startswith(MACHINERY_PREFIXES):
            yield CompositionError(
                ErrorCode.INVALID_GRAPHQL,
                f'The name of type "{name}" is reserved for what a supergraph is made of',
                (name,),
            )
