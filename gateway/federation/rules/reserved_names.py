"""No type or directive has a name of the supergraph's machinery: readers would take it for that.

Source: link specification v1.0, "Name conventions"; join specification.
"""

from collections.abc import Iterator, Mapping

from gateway.federation.directives import MACHINERY, MACHINERY_PREFIXES
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import MergedView
from gateway.federation.subgraph.model import TypeKind

_MACHINERY: Mapping[str, TypeKind] = {
    "join__ContextArgument": TypeKind.INPUT,
    "join__DirectiveArguments": TypeKind.SCALAR,
    "join__FieldSet": TypeKind.SCALAR,
    "join__FieldValue": TypeKind.SCALAR,
    "join__Graph": TypeKind.ENUM,
    "link__Import": TypeKind.SCALAR,
    "link__Purpose": TypeKind.ENUM,
}
"""What a subgraph may define as the machinery has it, if it does not use it."""


def check_reserved_names(view: MergedView) -> Iterator[CompositionError]:
    """Check the names of the subgraphs' types and of the merged directives."""
    types = {t.name: t.kind for v in view.subgraphs for t in v.subgraph.types.values()}
    for name, kind in types.items():
        if name.startswith(MACHINERY_PREFIXES) and _MACHINERY.get(name) is not kind:
            yield _reserved(f'type "{name}"', name)
    for name in view.directives:
        if name.startswith(MACHINERY_PREFIXES) or name in MACHINERY:
            yield _reserved(f'directive "@{name}"', f"@{name}")


def _reserved(what: str, coordinate: str) -> CompositionError:
    return CompositionError(
        ErrorCode.INVALID_GRAPHQL,
        f"The name of {what} is reserved for what a supergraph is made of",
        (coordinate,),
    )
