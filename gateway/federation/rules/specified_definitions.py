"""A definition of a federation directive that a subgraph writes itself is as specified.

Source: federation specification, "Directive definitions".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import ConstValueNode, print_ast

from gateway.federation.directives import (
    BUILT_IN_SCALARS,
    FEDERATION_IDENTITY,
    SCALARS,
    DirectiveSpecification,
    directives_of,
    directives_of_federation_1,
)
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.links import directives_of_link, linked_directive
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import DirectiveDefinition, Subgraph, TypeKind
from gateway.federation.subgraph.type_reference import TypeReference, from_text

_FEDERATION_1_FIELD_SETS = frozenset({"String", "_FieldSet", "FieldSet"})


@dataclass(frozen=True, slots=True)
class _Specified:
    """A directive as specified.

    Attributes:
        directive: Its specification.
        scalars: What the subgraph calls the specification's scalars.
    """

    directive: DirectiveSpecification
    scalars: Mapping[str, str]


def check_specified_definitions(view: SubgraphView) -> Iterator[CompositionError]:
    """Check the subgraph's own definitions of specified directives."""
    for definition in view.subgraph.directive_definitions.values():
        known = _specification(view.subgraph, definition)
        problems = iter(()) if known is None else _problems(known, definition, view.subgraph)
        problem = next(problems, None)
        if problem is not None:
            yield CompositionError(
                ErrorCode.DIRECTIVE_DEFINITION_INVALID,
                f"The definition of @{definition.name} is not as specified: {problem}",
                (f"@{definition.name}",),
            )


def _specification(subgraph: Subgraph, definition: DirectiveDefinition) -> _Specified | None:
    if not any(link.identity == FEDERATION_IDENTITY for link in subgraph.links):
        specified = (*directives_of(subgraph.version), *directives_of_federation_1())
        found = {d.name: d for d in specified}.get(definition.name)
        if found is None or _is_of_federation_1(definition):
            return None
        return _Specified(found, {scalar: f"_{scalar}" for scalar in SCALARS})
    element = linked_directive(subgraph.links, definition.name)
    if element is None:
        return None
    found = {d.name: d for d in directives_of_link(element.link)}.get(element.name)
    if found is None:
        return None
    return _Specified(found, {s: element.link.type_name(s) for s in SCALARS})


def _is_of_federation_1(definition: DirectiveDefinition) -> bool:
    """Tells whether it is one of the ways that federation 1 libraries write a FieldSet's type."""
    types = [str(argument.type) for argument in definition.arguments.values()]
    return list(definition.arguments) == ["fields"] and types[0] in _FEDERATION_1_FIELD_SETS


def _problems(
    specified: _Specified, definition: DirectiveDefinition, subgraph: Subgraph
) -> Iterator[str]:
    known = specified.directive
    expected = {a.name: from_text(a.type.format(**specified.scalars)) for a in known.arguments}
    defaults = {a.name: a.default for a in known.arguments}
    scalars = frozenset(specified.scalars.values())
    for name, argument in definition.arguments.items():
        if name not in expected:
            yield f'it has no argument "{name}"'
        elif not _fits(expected[name], argument.type, scalars, subgraph):
            yield f'argument "{name}" is of type "{expected[name]}"'
        elif not argument.type.is_non_null and _text(argument.default) != defaults[name]:
            yield f'the default value of argument "{name}" is {defaults[name] or "not given"}'
    for name, wanted in expected.items():
        if name not in definition.arguments and wanted.is_non_null:
            yield f'it needs argument "{name}"'
    if definition.repeatable and not known.repeatable:
        yield "it is not repeatable"
    wrong = [x for x in definition.locations if x not in known.locations]
    if wrong:
        yield f"it cannot stand on {', '.join(wrong)}"


def _fits(
    expected: TypeReference, actual: TypeReference, scalars: frozenset[str], subgraph: Subgraph
) -> bool:
    """Tells whether a type may stand for the specified one.

    An argument may be required where it need not be; and where the specification has a scalar of
    its own, a library may write what such values are (``String``), but no other scalar.
    """
    if actual.is_non_null and not expected.is_non_null:
        actual = actual.nullable
    if actual == expected or expected.name not in scalars:
        return actual == expected
    return actual.wrappers == expected.wrappers and not _is_custom(actual.name, subgraph)


def _is_custom(name: str, subgraph: Subgraph) -> bool:
    known = subgraph.types.get(name)
    return name not in BUILT_IN_SCALARS and (known is None or known.kind is TypeKind.SCALAR)


def _text(default: ConstValueNode | None) -> str | None:
    return None if default is None else print_ast(default)
