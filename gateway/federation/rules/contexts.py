"""``@context`` names a context; ``@fromContext`` takes one fitting value from it.

Source: federation specification 2.8, ``@context``, ``@fromContext``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.context_selections import selection_problems
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.facts import context_reference, context_setters
from gateway.federation.subgraph.model import (
    Argument,
    Directive,
    Field,
    TypeDefinition,
    TypeKind,
    is_resolvable,
    specified,
)

_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9]*$")


@dataclass(frozen=True, slots=True)
class _Use:
    definition: TypeDefinition
    field: Field
    argument: Argument
    directive: Directive

    @property
    def coordinate(self) -> str:
        return f"{self.definition.name}.{self.field.name}({self.argument.name}:)"


def check_context_names(view: SubgraphView) -> Iterator[CompositionError]:
    """Report contexts whose names are not made of letters and digits."""
    for name, types in context_setters(view.subgraph).items():
        if not _NAME.match(name):
            yield CompositionError(
                ErrorCode.CONTEXT_NAME_INVALID,
                f'The name "{name}" of a context is not made of letters and digits',
                tuple(types),
            )


def check_contextual_arguments(view: SubgraphView) -> Iterator[CompositionError]:
    """Check every ``@fromContext`` of a subgraph."""
    for name, definition in view.subgraph.directive_definitions.items():
        for argument in definition.arguments.values():
            if specified(argument.directives, "fromContext"):
                yield CompositionError(
                    ErrorCode.CONTEXT_NOT_SET,
                    f"@fromContext cannot stand on argument {argument.name} of directive @{name}",
                    (f"@{name}({argument.name}:)",),
                )
    for use in _uses(view):
        if use.definition.kind is not TypeKind.OBJECT:
            yield _not_set(use, "the field belongs to an abstract type")
            continue
        yield from _check_place(view, use)
        yield from _check_value(view, use)


def _uses(view: SubgraphView) -> Iterator[_Use]:
    for definition in view.subgraph.composite_types():
        for field in definition.fields.values():
            for argument in field.arguments.values():
                for directive in specified(argument.directives, "fromContext"):
                    yield _Use(definition, field, argument, directive)


def _not_set(use: _Use, why: str) -> CompositionError:
    return CompositionError(
        ErrorCode.CONTEXT_NOT_SET,
        f'@fromContext on "{use.coordinate}" cannot work: {why}',
        (use.coordinate,),
    )


def _check_place(view: SubgraphView, use: _Use) -> Iterator[CompositionError]:
    for name in use.definition.interfaces:
        interface = view.subgraph.types.get(name)
        if interface is not None and use.field.name in interface.fields:
            yield _not_set(use, f'the field implements "{name}.{use.field.name}"')
    if use.argument.default is not None:
        yield _not_set(use, "the argument has a default value")


def _check_value(view: SubgraphView, use: _Use) -> Iterator[CompositionError]:
    reference = context_reference(use.directive.text("field") or "")
    if reference is None:
        yield CompositionError(
            ErrorCode.NO_CONTEXT_IN_SELECTION,
            f'@fromContext on "{use.coordinate}" names no context with a selection',
            (use.coordinate,),
        )
        return
    name, selection = reference
    setters = context_setters(view.subgraph).get(name)
    if setters is None:
        yield _not_set(use, f'context "{name}" is never set')
    else:
        for problem in selection_problems(view.subgraph, setters, selection, use.argument.type):
            yield CompositionError(
                ErrorCode.CONTEXT_INVALID_SELECTION,
                f'@fromContext on "{use.coordinate}" selects wrongly from "{name}": {problem}',
                (use.coordinate,),
            )
    if not any(is_resolvable(k) for k in specified(use.definition.directives, "key")):
        yield CompositionError(
            ErrorCode.CONTEXT_NO_RESOLVABLE_KEY,
            f'Type "{use.definition.name}" has no resolvable @key but a contextual argument'
            f' "{use.coordinate}"',
            (use.coordinate,),
        )
