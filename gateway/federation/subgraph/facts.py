"""What follows from a subgraph's federation directives for each of its fields.

Source: federation specification, ``@external``, ``@shareable``, ``@key``, ``@provides``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.federation.subgraph.field_sets import SelectedField, parse_field_set, selected_fields
from gateway.federation.subgraph.model import (
    Directive,
    Subgraph,
    TypeDefinition,
    TypeKind,
    has_specified,
    specified,
)

_CONTEXT = re.compile(r"^[\s,]*\$[\s,]*([A-Za-z_]\w*)(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """Coordinates (``Type.field``) of a subgraph's fields, by what is true of them.

    Attributes:
        external: Declared but not resolved, unless provided somewhere.
        effectively_resolved: ``@external`` key fields of type extensions, which federation has
            always treated as resolved.
        provided: Selected by a ``@provides``.
        shareable: May be resolved by other subgraphs too.
        used: Needed by a FieldSet, a context or an interface.
    """

    external: frozenset[str]
    effectively_resolved: frozenset[str]
    provided: frozenset[str]
    shareable: frozenset[str]
    used: frozenset[str]

    def fully_external(self, coordinate: str) -> bool:
        """Whether the subgraph never resolves the field."""
        return coordinate in self.external and coordinate not in self.provided


def field_facts(subgraph: Subgraph) -> FieldFacts:
    """Work out the facts about a subgraph's fields."""
    effectively = frozenset(
        s.coordinate
        for definition in subgraph.types.values()
        for key in specified(definition.directives, "key")
        if key.extension is not None or has_specified(definition.directives, "extends")
        for s in _targets(subgraph, definition.name, key)
        if has_specified(s.field.directives, "external")
    )
    external = (_declared_external(subgraph)) - effectively
    provided = frozenset(s.coordinate for s in _provided(subgraph))
    return FieldFacts(
        external,
        effectively,
        provided,
        frozenset(_shareable(subgraph, external)),
        frozenset(_used(subgraph)),
    )


def context_reference(text: str) -> tuple[str, str] | None:
    """The context's name and the selection of a ``@fromContext`` value, or ``None``."""
    match = _CONTEXT.match(re.sub(r"#[^\n\r]*", "", text))
    return (match[1], match[2]) if match and match[2].strip() else None


def _declared_external(subgraph: Subgraph) -> frozenset[str]:
    return frozenset(
        f"{definition.name}.{field.name}"
        for definition in subgraph.composite_types()
        for field in definition.fields.values()
        if has_specified(field.directives, "external")
        or (
            not subgraph.is_federation_1
            and definition.kind is TypeKind.OBJECT
            and has_specified(definition.directives, "external")
        )
    )


def _targets(
    subgraph: Subgraph, type_name: str, directive: Directive, *, implementations: bool = False
) -> Iterator[SelectedField]:
    text = directive.text("fields")
    selections = parse_field_set(text).selections if text is not None else None
    if selections is not None:
        yield from selected_fields(
            subgraph, type_name, selections, implementations=implementations
        )


def _provided(subgraph: Subgraph) -> Iterator[SelectedField]:
    for definition in subgraph.composite_types():
        for field in definition.fields.values():
            for provides in specified(field.directives, "provides"):
                yield from _targets(subgraph, field.type.name, provides, implementations=True)


def _shareable(subgraph: Subgraph, external: frozenset[str]) -> Iterator[str]:
    for definition in subgraph.composite_types():
        for key in specified(definition.directives, "key"):
            for selected in _targets(subgraph, definition.name, key, implementations=True):
                yield selected.coordinate
        if definition.kind is TypeKind.OBJECT:
            yield from _declared_shareable(definition)
    for selected in _provided(subgraph):
        if selected.coordinate in external:
            yield selected.coordinate


def _declared_shareable(definition: TypeDefinition) -> Iterator[str]:
    declarations = {d.extension for d in specified(definition.directives, "shareable")}
    for field in definition.fields.values():
        if field.extension in declarations or has_specified(field.directives, "shareable"):
            yield f"{definition.name}.{field.name}"


def _used(subgraph: Subgraph) -> Iterator[str]:
    for definition in subgraph.types.values():
        needs = [
            *specified(definition.directives, "key"),
            *(r for f in definition.fields.values() for r in specified(f.directives, "requires")),
        ]
        for need in needs:
            for s in _targets(subgraph, definition.name, need, implementations=True):
                yield s.coordinate
    yield from (s.coordinate for s in _provided(subgraph))
    yield from _used_by_contexts(subgraph)
    for interface in subgraph.types.values():
        if interface.kind is TypeKind.INTERFACE:
            for implementation in subgraph.implementations(interface.name):
                for name in interface.fields.keys() & implementation.fields.keys():
                    yield f"{implementation.name}.{name}"


def context_setters(subgraph: Subgraph) -> dict[str, list[str]]:
    """Names of the types that set each context."""
    setters: dict[str, list[str]] = {}
    for definition in subgraph.types.values():
        for context in specified(definition.directives, "context"):
            setters.setdefault(context.text("name") or "", []).append(definition.name)
    return setters


def _used_by_contexts(subgraph: Subgraph) -> Iterator[str]:
    setters = context_setters(subgraph)
    arguments = (
        a
        for t in subgraph.composite_types()
        for f in t.fields.values()
        for a in f.arguments.values()
    )
    for use in (d for a in arguments for d in specified(a.directives, "fromContext")):
        reference = context_reference(use.text("field") or "")
        selections = parse_field_set(reference[1]).selections if reference else None
        if reference is None or selections is None:
            continue
        for type_name in setters.get(reference[0], ()):
            for s in selected_fields(subgraph, type_name, selections, implementations=True):
                yield s.coordinate
