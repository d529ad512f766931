"""Upgrading federation 1 subgraphs, so that only federation 2 has to be merged.

Federation 1 let every type be shared, ignored some directives and demanded others that mean
nothing now. The upgrade adds ``@shareable`` where a field is resolved elsewhere too and takes away
what had no effect.

Source: federation specification, "Moving to Federation 2".
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from graphql import EnumValueNode
from graphql.language import ListValueNode

from gateway.federation.directives import UPGRADED_FEDERATION_1
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.subgraph.facts import FieldFacts, field_facts
from gateway.federation.subgraph.field_sets import field_set_text, parse_field_set, selected_fields
from gateway.federation.subgraph.inactive import has_inactive, only_external
from gateway.federation.subgraph.model import (
    Directive,
    Directives,
    Field,
    Subgraph,
    TypeDefinition,
    TypeKind,
    has_specified,
    is_interface_object,
    specified,
)
from gateway.federation.subgraph.values import string_node, strings, value_text

_ROOTS = frozenset({"Query", "Mutation", "Subscription"})
_FIELD_SETS = frozenset({"key", "requires", "provides"})


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The subgraphs, all federation 2 now, and why some could not be upgraded."""

    subgraphs: tuple[Subgraph, ...]
    errors: tuple[CompositionError, ...]


def upgrade_subgraphs(subgraphs: Sequence[Subgraph]) -> Upgrade:
    """Upgrade those that are federation 1."""
    if not any(s.is_federation_1 for s in subgraphs):
        return Upgrade(tuple(subgraphs), ())
    facts = {s.name: field_facts(s) for s in subgraphs}
    errors: list[CompositionError] = []
    upgraded = []
    for subgraph in subgraphs:
        if subgraph.is_federation_1:
            upgraded.append(_upgrade(subgraph, subgraphs, facts, errors))
        else:
            upgraded.append(subgraph)
    errors.extend(_interface_object_errors(subgraphs))
    return Upgrade(tuple(upgraded), tuple(errors))


def _interface_object_errors(subgraphs: Sequence[Subgraph]) -> Iterator[CompositionError]:
    """Keys of interfaces mean nothing in federation 1, so interface objects cannot use them."""
    for subgraph in subgraphs:
        for definition in subgraph.types.values() if not subgraph.is_federation_1 else ():
            if not is_interface_object(definition):
                continue
            old = [
                s.name
                for s in subgraphs
                if s.is_federation_1
                and definition.name in s.types
                and s.types[definition.name].kind is TypeKind.INTERFACE
                and has_specified(s.types[definition.name].directives, "key")
            ]
            if old:
                yield CompositionError(
                    ErrorCode.INTERFACE_OBJECT_USAGE_ERROR,
                    f'Type "{definition.name}" is an @interfaceObject in "{subgraph.name}" but'
                    f" has its @key in {', '.join(old)}, which must move to federation 2 first",
                    (definition.name,),
                    (subgraph.name, *old),
                )


def _upgrade(
    original: Subgraph,
    subgraphs: Sequence[Subgraph],
    facts: dict[str, FieldFacts],
    errors: list[CompositionError],
) -> Subgraph:
    others = [s for s in subgraphs if s.name != original.name]
    errors.extend(_extension_errors(original, others))
    upgraded = _with_types(original, _with_text_field_sets)
    upgraded = _with_types(upgraded, _without_meaningless_externals)
    upgraded = _with_types(upgraded, lambda t: _without_key_externals(upgraded, others, t))
    upgraded = _with_types(upgraded, lambda t: _without_inactive_field_sets(upgraded, t))
    upgraded = _with_types(upgraded, _as_definition)
    upgraded = _with_types(upgraded, lambda t: _without_ignored_directives(upgraded, t))
    upgraded = _without_unused_externals(upgraded, errors)
    upgraded = _with_types(
        upgraded, lambda t: _with_shareable(t, others, facts, facts[original.name])
    )
    upgraded = _with_types(upgraded, lambda t: _without_tags_on_externals(t, others))
    return replace(upgraded, version=UPGRADED_FEDERATION_1, is_federation_1=False)


def _with_types(
    subgraph: Subgraph, change: Callable[[TypeDefinition], TypeDefinition]
) -> Subgraph:
    return replace(subgraph, types={k: change(v) for k, v in subgraph.types.items()})


def _with_fields(definition: TypeDefinition, change: Callable[[Field], Field]) -> TypeDefinition:
    return replace(definition, fields={k: change(f) for k, f in definition.fields.items()})


def _without(directives: Directives, *names: str) -> Directives:
    return tuple(d for d in directives if d.specified not in names)


def is_type_extension(definition: TypeDefinition) -> bool:
    """Whether federation 1 took the type to be an extension of another subgraph's."""
    if definition.kind not in {TypeKind.OBJECT, TypeKind.INTERFACE}:
        return False
    return not definition.has_definition or has_specified(definition.directives, "extends")


def _extension_errors(
    subgraph: Subgraph, others: Sequence[Subgraph]
) -> Iterator[CompositionError]:
    for definition in subgraph.types.values():
        if definition.name in _ROOTS or not is_type_extension(definition):
            continue
        found = (o.types.get(definition.name) for o in others)
        if not any(o is not None and o.has_definition for o in found):
            yield CompositionError(
                ErrorCode.EXTENSION_WITH_NO_BASE,
                f'[{subgraph.name}] Type "{definition.name}" is extended but defined in no'
                " subgraph",
                (definition.name,),
                (subgraph.name,),
            )


def _with_text_field_sets(definition: TypeDefinition) -> TypeDefinition:
    """Federation 1 also took lists of strings and bare names."""

    def text(directive: Directive) -> Directive:
        node = directive.arguments.get("fields")
        if directive.specified not in _FIELD_SETS or node is None:
            return directive
        if isinstance(node, ListValueNode):
            joined = " ".join(strings(node))
        elif isinstance(node, EnumValueNode):
            joined = value_text(node)
        else:
            return directive
        return replace(directive, arguments={**directive.arguments, "fields": string_node(joined)})

    changed = _with_fields(
        definition, lambda f: replace(f, directives=tuple(map(text, f.directives)))
    )
    return replace(changed, directives=tuple(map(text, definition.directives)))


def _without_meaningless_externals(definition: TypeDefinition) -> TypeDefinition:
    if definition.kind is TypeKind.INTERFACE:
        return _with_fields(
            definition, lambda f: replace(f, directives=_without(f.directives, "external"))
        )
    return replace(definition, directives=_without(definition.directives, "external"))


def _without_key_externals(
    subgraph: Subgraph, others: Sequence[Subgraph], definition: TypeDefinition
) -> TypeDefinition:
    """Key fields of extensions had to be ``@external`` but are resolved."""
    if not is_type_extension(definition):
        return definition
    names = set(_own_key_fields(subgraph, definition))
    if not has_specified(definition.directives, "key"):
        for other in others:
            counterpart = other.types.get(definition.name)
            keys = specified(counterpart.directives, "key") if counterpart else ()
            if counterpart is not None and keys:
                names |= set(_own_key_fields(other, replace(counterpart, directives=keys[:1])))

    def change(field: Field) -> Field:
        if field.name not in names:
            return field
        return replace(field, directives=_without(field.directives, "external"))

    return _with_fields(definition, change)


def _own_key_fields(subgraph: Subgraph, definition: TypeDefinition) -> Iterator[str]:
    for key in specified(definition.directives, "key"):
        selections = parse_field_set(key.text("fields") or "").selections
        if selections is not None:
            for selected in selected_fields(subgraph, definition.name, selections):
                if selected.type_name == definition.name:
                    yield selected.field.name


def _without_inactive_field_sets(subgraph: Subgraph, definition: TypeDefinition) -> TypeDefinition:
    """Take from ``@requires`` and ``@provides`` what the subgraph resolves itself."""

    def directive(field: Field, applied: Directive) -> Directive | None:
        if applied.specified not in {"requires", "provides"}:
            return applied
        parent = definition.name if applied.specified == "requires" else field.type.name
        selections = parse_field_set(applied.text("fields") or "").selections
        if selections is None or not has_inactive(subgraph, parent, selections):
            return applied
        kept = only_external(subgraph, parent, selections)
        if not kept.selections:
            return None
        return replace(applied, arguments={"fields": string_node(field_set_text(kept))})

    def change(field: Field) -> Field:
        kept = (directive(field, d) for d in field.directives)
        return replace(field, directives=tuple(d for d in kept if d is not None))

    return _with_fields(definition, change)


def _as_definition(definition: TypeDefinition) -> TypeDefinition:
    if not is_type_extension(definition) and definition.name not in _ROOTS:
        return definition
    plain = tuple(replace(d, extension=None) for d in definition.directives)
    changed = _with_fields(definition, lambda f: replace(f, extension=None))
    return replace(changed, directives=plain, has_definition=True, has_extension=False)


def _without_ignored_directives(subgraph: Subgraph, definition: TypeDefinition) -> TypeDefinition:
    """Keys of interfaces, FieldSets on their fields, and ``@provides`` on leaves did nothing."""
    if definition.kind is TypeKind.INTERFACE:
        changed = _with_fields(
            definition,
            lambda f: replace(f, directives=_without(f.directives, "provides", "requires")),
        )
        return replace(changed, directives=_without(definition.directives, "key"))

    def change(field: Field) -> Field:
        target = subgraph.types.get(field.type.name)
        if target is not None and target.is_composite:
            return field
        return replace(field, directives=_without(field.directives, "provides"))

    return _with_fields(definition, change)


def _without_unused_externals(subgraph: Subgraph, errors: list[CompositionError]) -> Subgraph:
    facts = field_facts(subgraph)
    unused = facts.external - facts.used
    types = {}
    for name, definition in subgraph.types.items():
        kept = {k: f for k, f in definition.fields.items() if f"{name}.{k}" not in unused}
        if len(kept) == len(definition.fields) or kept:
            types[name] = replace(definition, fields=kept)
        elif _is_referenced(subgraph, name):
            errors.append(
                CompositionError(
                    ErrorCode.TYPE_WITH_ONLY_UNUSED_EXTERNAL,
                    f'[{subgraph.name}] Type "{name}" has only external fields, and nothing uses'
                    " them",
                    (name,),
                    (subgraph.name,),
                )
            )
    return replace(subgraph, types=types)


def _is_referenced(subgraph: Subgraph, name: str) -> bool:
    return any(
        name in definition.members
        or name in definition.interfaces
        or any(f.type.name == name for f in definition.fields.values())
        for definition in subgraph.types.values()
    )


def _with_shareable(
    definition: TypeDefinition,
    others: Sequence[Subgraph],
    facts: dict[str, FieldFacts],
    original: FieldFacts,
) -> TypeDefinition:
    if definition.kind is not TypeKind.OBJECT or definition.name == "Subscription":
        return definition
    elsewhere = [(o, o.types[definition.name]) for o in others if definition.name in o.types]
    mark = Directive("shareable", {}, "shareable")
    if not has_specified(definition.directives, "key") and definition.name not in _ROOTS:
        if not elsewhere or has_specified(definition.directives, "shareable"):
            return definition
        marked = _with_fields(definition, lambda f: replace(f, extension=None))
        return replace(marked, directives=(*definition.directives, mark))

    def change(field: Field) -> Field:
        coordinate = f"{definition.name}.{field.name}"
        resolved = any(
            field.name in t.fields and not facts[o.name].fully_external(coordinate)
            for o, t in elsewhere
        )
        if not resolved or coordinate in original.shareable:
            return field
        return replace(field, directives=(*field.directives, mark))

    return _with_fields(definition, change)


def _without_tags_on_externals(
    definition: TypeDefinition, others: Sequence[Subgraph]
) -> TypeDefinition:
    """A tag of an external field goes where another subgraph gives the field the same tag."""

    def change(field: Field) -> Field:
        if not has_specified(field.directives, "external"):
            return field
        found = (o.types.get(definition.name) for o in others)
        counterparts = [t.fields[field.name] for t in found if t and field.name in t.fields]
        tagged = {
            tag.text("name")
            for f in counterparts
            if not has_specified(f.directives, "external")
            for tag in specified(f.directives, "tag")
        }
        kept = tuple(
            d for d in field.directives if not (d.specified == "tag" and d.text("name") in tagged)
        )
        return replace(field, directives=kept)

    return _with_fields(definition, change)
