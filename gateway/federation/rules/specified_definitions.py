"""A definition of a federation directive that a subgraph writes itself is as specified.

Source: federation specification, "Directive definitions".
"""

from collections.abc import Iterator

from gateway.federation.directives import (
    FEDERATION_IDENTITY,
    MERGED_FEATURES,
    SPECIFICATIONS,
    DirectiveSpecification,
    directives_of,
    linked_directive,
)
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import DirectiveDefinition, Subgraph
from gateway.federation.subgraph.type_reference import TypeReference, from_text

_NAMES = {
    "FieldSet": "FieldSet",
    "Scope": "Scope",
    "Policy": "Policy",
    "ContextFieldValue": "ContextFieldValue",
}


_FIELD_SETS = frozenset({"key", "requires", "provides"})


def check_specified_definitions(view: SubgraphView) -> Iterator[CompositionError]:
    """Check the subgraph's own definitions of specified directives."""
    for definition in view.subgraph.directive_definitions.values():
        known = _specification(view.subgraph, definition.name)
        problem = None if known is None else next(_problems(known, definition), None)
        if problem is not None:
            yield CompositionError(
                ErrorCode.DIRECTIVE_DEFINITION_INVALID,
                f"The definition of @{definition.name} is not as specified: {problem}",
                (f"@{definition.name}",),
            )


def _specification(subgraph: Subgraph, name: str) -> DirectiveSpecification | None:
    known = {d.name: d for d in directives_of(subgraph.version)}
    if not any(link.identity == FEDERATION_IDENTITY for link in subgraph.links):
        # Federation 1 libraries differ in how they write the type of a FieldSet.
        return known.get(name) if name not in _FIELD_SETS else None
    element = linked_directive(subgraph.links, name)
    if element is None:
        return None
    feature = element.link.identity.removeprefix(f"{SPECIFICATIONS}/")
    if element.link.identity == FEDERATION_IDENTITY or feature in MERGED_FEATURES:
        return known.get(element.name)
    return None


def _problems(known: DirectiveSpecification, definition: DirectiveDefinition) -> Iterator[str]:
    expected = {a.name: from_text(a.type.format(**_NAMES)) for a in known.arguments}
    for name, argument in definition.arguments.items():
        if name not in expected:
            yield f'it has no argument "{name}"'
        elif not _compatible(expected[name], argument.type):
            yield f'argument "{name}" is of type "{expected[name]}"'
    for name, wanted in expected.items():
        if name not in definition.arguments and wanted.is_non_null:
            yield f'it needs argument "{name}"'
    if definition.repeatable and not known.repeatable:
        yield "it is not repeatable"
    wrong = [x for x in definition.locations if x not in known.locations]
    if wrong:
        yield f"it cannot stand on {', '.join(wrong)}"


def _compatible(expected: TypeReference, actual: TypeReference) -> bool:
    """The same shape; the names of scalars that stand for strings differ between libraries."""
    if expected.name in _NAMES:
        return expected.wrappers.lstrip("!") == actual.wrappers.lstrip("!")
    return expected in (actual, actual.nullable)
