"""From a supergraph's directives to the requirements of its types and fields.

Read once from ``@authenticated``, ``@requiresScopes`` (federation 2.5) and ``@policy`` (2.6),
under whatever names the supergraph's links give them. What the directives imply for each other is
worked out here, so that the pruning of an operation is a plain look-up:

- an object and its fields carry the requirements of the interfaces that it implements;
- a field read through an interface needs the requirements of all implementers;
- a field that a subgraph can only resolve from other fields (``@requires``, ``@fromContext``)
  carries the requirements of those, through chains;
- requirements of several places are combined by AND.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    ConstDirectiveNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    value_from_ast_untyped,
)

from gateway.authorization.requirements import (
    NOTHING_REQUIRED,
    Groups,
    Requirement,
    RequirementTable,
)
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import Supergraph


def read_requirements(supergraph: Supergraph) -> RequirementTable:
    """The requirement table of a supergraph. Made once; reads every directive of the schema."""
    schema = supergraph.schema
    names = {
        name: supergraph.features[feature, name]
        for feature, name in (
            ("authenticated", "authenticated"),
            ("requiresScopes", "requiresScopes"),
            ("policy", "policy"),
        )
        if (feature, name) in supergraph.features
    }
    types, fields = _declared(schema, names)
    _drop_propagated(schema, types, fields)
    _inherit_from_interfaces(schema, types, fields)
    _inherit_from_inputs(supergraph, types, fields)
    _gather_implementers(schema, types, fields)
    table = RequirementTable(schema, types, fields, ())
    distinct = dict.fromkeys(
        requirement
        for type_name, field_name in _coordinates(schema)
        if (requirement := table.of_selection(type_name, field_name)) != NOTHING_REQUIRED
    )
    return RequirementTable(schema, types, fields, tuple(distinct))


def _declared(
    schema: GraphQLSchema, names: Mapping[str, str]
) -> tuple[dict[str, Requirement], dict[tuple[str, str], Requirement]]:
    """The requirements as the directives state them, before anything is inherited."""
    types: dict[str, Requirement] = {}
    fields: dict[tuple[str, str], Requirement] = {}
    for type_ in schema.type_map.values():
        stated = _stated(_directives_of(type_), names)
        if stated != NOTHING_REQUIRED:
            types[type_.name] = stated
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                directives = (field.ast_node and field.ast_node.directives) or ()
                stated = _stated(directives, names)
                if stated != NOTHING_REQUIRED:
                    fields[type_.name, field_name] = stated
    return types, fields


def _directives_of(type_: GraphQLNamedType) -> Iterator[ConstDirectiveNode]:
    for node in (type_.ast_node, *type_.extension_ast_nodes):
        if node is not None:
            yield from node.directives or ()


def _stated(directives: Iterable[ConstDirectiveNode], names: Mapping[str, str]) -> Requirement:
    requirement = NOTHING_REQUIRED
    for directive in directives:
        name = directive.name.value
        if name == names.get("authenticated"):
            requirement &= Requirement(authenticated=True)
        elif name == names.get("requiresScopes"):
            requirement &= Requirement(scopes=_groups(directive, "scopes"))
        elif name == names.get("policy"):
            requirement &= Requirement(policies=_groups(directive, "policies"))
    return requirement


def _groups(directive: ConstDirectiveNode, argument: str) -> Groups:
    for node in directive.arguments or ():
        if node.name.value == argument:
            groups = _listed(value_from_ast_untyped(node.value))
            return frozenset(frozenset(_listed(group)) for group in groups)
    return frozenset()


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 # a literal of whatever kind
    """A value where a list is wanted: by GraphQL's rules a single one is a list of one."""
    return value if isinstance(value, list) else [value]


def _drop_propagated(
    schema: GraphQLSchema,
    types: dict[str, Requirement],
    fields: dict[tuple[str, str], Requirement],
) -> None:
    """Forget what composers copy from implementers up to an interface.

    Such a copy says nothing of its own; taken for the interface's own requirement it would be
    handed down to implementers that require less. What an interface requires beyond its
    implementers stays.
    """
    for interface in schema.type_map.values():
        if not isinstance(interface, GraphQLInterfaceType):
            continue
        implementers = [type_.name for type_ in schema.get_possible_types(interface)]
        gathered = _all_of(types.get(name) for name in implementers)
        if interface.name in types and types[interface.name] & gathered == gathered:
            del types[interface.name]
        for field_name in interface.fields:
            key = (interface.name, field_name)
            gathered = _all_of(fields.get((name, field_name)) for name in implementers)
            if key in fields and fields[key] & gathered == gathered:
                del fields[key]


def _all_of(requirements: Iterable[Requirement | None]) -> Requirement:
    result = NOTHING_REQUIRED
    for requirement in requirements:
        result &= requirement or NOTHING_REQUIRED
    return result


def _inherit_from_interfaces(
    schema: GraphQLSchema,
    types: dict[str, Requirement],
    fields: dict[tuple[str, str], Requirement],
) -> None:
    """Objects carry what their interfaces require (also by way of ``@interfaceObject``)."""
    own_types, own_fields = dict(types), dict(fields)
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for interface in type_.interfaces:
            _add(types, type_.name, own_types.get(interface.name))
            for field_name in type_.fields:
                inherited = own_fields.get((interface.name, field_name))
                _add(fields, (type_.name, field_name), inherited)


def _gather_implementers(
    schema: GraphQLSchema,
    types: Mapping[str, Requirement],
    fields: dict[tuple[str, str], Requirement],
) -> None:
    """A field read through an interface needs what all implementers require."""
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLInterfaceType):
            continue
        for implementer in schema.get_possible_types(type_):
            for field_name in type_.fields:
                _add(fields, (type_.name, field_name), types.get(implementer.name))
                _add(fields, (type_.name, field_name), fields.get((implementer.name, field_name)))


def _inherit_from_inputs(
    supergraph: Supergraph,
    types: Mapping[str, Requirement],
    fields: dict[tuple[str, str], Requirement],
) -> None:
    """Fields carry the requirements of what their subgraph is sent, until nothing changes."""
    schema = supergraph.schema
    inputs: list[tuple[tuple[str, str], str, SelectionSet]] = []
    for subgraph in supergraph.subgraphs.values():
        for type_ in subgraph.types.values():
            for field in type_.fields.values():
                coordinate = (type_.name, field.name)
                if field.requires:
                    inputs.append((coordinate, type_.name, field.requires))
                for argument in field.context_arguments:
                    inputs.extend(
                        (coordinate, setter, argument.selections)
                        for setter in supergraph.contexts.get(argument.context, ())
                    )
    changed = True
    while changed:
        changed = False
        for coordinate, type_name, selections in inputs:
            before = fields.get(coordinate)
            for needed in _of_selections(schema, types, fields, type_name, selections):
                _add(fields, coordinate, needed)
            changed = changed or fields.get(coordinate) != before


def _of_selections(
    schema: GraphQLSchema,
    types: Mapping[str, Requirement],
    fields: Mapping[tuple[str, str], Requirement],
    type_name: str,
    selections: SelectionSet,
) -> Iterator[Requirement]:
    """All requirements that a FieldSet on a type meets."""
    parent = schema.type_map.get(type_name)
    for selection in selections:
        if not isinstance(selection, Field):
            condition = selection.type_condition or type_name
            yield types.get(condition, NOTHING_REQUIRED)
            yield from _of_selections(schema, types, fields, condition, selection.selections)
            continue
        yield fields.get((type_name, selection.name), NOTHING_REQUIRED)
        definition = getattr(parent, "fields", {}).get(selection.name)
        if definition is None:
            continue
        result = get_named_type(definition.type)
        yield types.get(result.name, NOTHING_REQUIRED)
        if is_abstract_type(parent):
            for implementer in schema.get_possible_types(parent):
                yield types.get(implementer.name, NOTHING_REQUIRED)
                yield fields.get((implementer.name, selection.name), NOTHING_REQUIRED)
        yield from _of_selections(schema, types, fields, result.name, selection.selections)


def _add(
    table: dict[str, Requirement] | dict[tuple[str, str], Requirement],
    key: str | tuple[str, str],
    requirement: Requirement | None,
) -> None:
    if requirement is not None and requirement != NOTHING_REQUIRED:
        entries: dict[str | tuple[str, str], Requirement] = table  # type: ignore[assignment]
        entries[key] = entries.get(key, NOTHING_REQUIRED) & requirement


def _coordinates(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name in (*type_.fields, "__typename"):
                yield type_.name, field_name
