"""What the schema says about subjects and categories, read off the supergraph once.

Two directives of our own specification say it (``https://specs.health-book.vn/consent/v1.0``)::

    directive @subject(fields: String!) on OBJECT
    directive @consent(category: String!) on OBJECT | FIELD_DEFINITION

A schema that is not clear about a field is refused: at composition, and once more when a gateway
starts from a supergraph that somebody else composed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    StringValueNode,
)

from access.categories import parse_group
from access.specification import CONSENT_SPECIFICATION
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.errors import SupergraphError
from gateway.federation.supergraph.field_sets import parse_field_set
from gateway.federation.supergraph.model import Supergraph

SECURITY_LINK = CONSENT_SPECIFICATION
"""Our supergraph marks the link of this specification ``for: SECURITY``, so that a router that
cannot enforce the directives refuses to start."""


class ConsentSchemaError(Exception):
    """The schema is not clear about subjects or categories.

    Attributes:
        problems: One text for each place.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Args: problems: at least one."""
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ConsentSchema:
    """Subjects and categories of a supergraph.

    Attributes:
        subjects: Path of fields from an object to its subject's value, by object type.
        groups: Guard group of each gated field, by ``(type, field)``.
    """

    subjects: Mapping[str, tuple[str, ...]]
    groups: Mapping[tuple[str, str], str]


def read_consent_schema(supergraph: Supergraph) -> ConsentSchema:
    """Reads the directives of a supergraph.

    Raises:
        ConsentSchemaError: for a field of a subject-bearing type without a category, a category
            that the policy does not know, a gated field that is non-null, or a subject that does
            not lead to a field.
    """
    schema = supergraph.schema
    names = _Names.of(supergraph)
    problems: list[str] = []
    subjects: dict[str, tuple[str, ...]] = {}
    groups: dict[tuple[str, str], str] = {}
    roots = {root.name for root in (schema.query_type, schema.mutation_type) if root}
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        subject = names.subject_of(type_)
        if subject is not None:
            path = _subject_path(schema, type_, subject)
            if path is None:
                problems.append(f"{type_.name}: @subject(fields:) does not lead to a field")
                continue
            subjects[type_.name] = path
        elif type_.name not in roots and not names.mentions_consent(type_):
            continue
        exempt = _key_fields(supergraph, type_.name) | set(subjects.get(type_.name, ())[:1])
        found = _read_fields(type_, names, exempt, groups, must=subject is not None)
        problems.extend(f"{type_.name}.{problem}" for problem in found)
    if problems:
        raise ConsentSchemaError(tuple(problems))
    return ConsentSchema(subjects, groups)


@dataclass(frozen=True, slots=True)
class _Names:
    """The local names of the two directives; ``None`` where the supergraph has them not."""

    subject: str | None
    consent: str | None

    @classmethod
    def of(cls, supergraph: Supergraph) -> "_Names":
        features = supergraph.features
        return cls(
            features.get((SECURITY_LINK, "subject")), features.get((SECURITY_LINK, "consent"))
        )

    def subject_of(self, type_: GraphQLObjectType) -> str | None:
        return _argument(_type_directives(type_), self.subject, "fields")

    def category_of(self, type_: GraphQLObjectType, field_name: str) -> str | None:
        node = type_.fields[field_name].ast_node
        own = _argument(iter((node and node.directives) or ()), self.consent, "category")
        return own or _argument(_type_directives(type_), self.consent, "category")

    def mentions_consent(self, type_: GraphQLObjectType) -> bool:
        return any(self.category_of(type_, name) is not None for name in type_.fields)


def _read_fields(
    type_: GraphQLObjectType,
    names: _Names,
    exempt: set[str],
    groups: dict[tuple[str, str], str],
    *,
    must: bool,
) -> Iterator[str]:
    """Collects the groups of a type's fields; yields what is wrong with them."""
    for name, field in type_.fields.items():
        if name in exempt:
            continue
        category = names.category_of(type_, name)
        if category is None:
            if must:
                yield f"{name}: a field of a subject-bearing type needs a category"
            continue
        try:
            parse_group(category)
        except ValueError:
            yield f"{name}: the category is unknown to the policy"
            continue
        if isinstance(field.type, GraphQLNonNull):
            yield f"{name}: a gated field must be nullable"
        groups[type_.name, name] = category


def _key_fields(supergraph: Supergraph, type_name: str) -> set[str]:
    return {
        selection.name
        for subgraph in supergraph.subgraphs.values()
        if type_name in subgraph.types
        for key in subgraph.types[type_name].keys
        for selection in key.selections
        if isinstance(selection, Field)
    }


def _subject_path(
    schema: GraphQLSchema, type_: GraphQLObjectType, fields: str
) -> tuple[str, ...] | None:
    """The path of a FieldSet that names one leaf; ``None`` if it names none or several."""
    try:
        selections: SelectionSet = parse_field_set(fields)
    except SupergraphError:
        return None
    path: list[str] = []
    parent: object = type_
    while selections:
        if len(selections) != 1 or not isinstance(selections[0], Field):
            return None
        step = selections[0]
        if not isinstance(parent, GraphQLObjectType) or step.name not in parent.fields:
            return None
        path.append(step.name)
        result = parent.fields[step.name].type
        parent = schema.get_type(str(result).strip("[]!"))
        selections = step.selections
    return tuple(path) or None


def _type_directives(type_: GraphQLObjectType) -> Iterator[ConstDirectiveNode]:
    for node in (type_.ast_node, *type_.extension_ast_nodes):
        if node is not None:
            yield from node.directives or ()


def _argument(
    directives: Iterator[ConstDirectiveNode], name: str | None, argument: str
) -> str | None:
    if name is None:
        return None
    for directive in directives:
        if directive.name.value == name:
            for node in directive.arguments or ():
                if node.name.value == argument and isinstance(node.value, StringValueNode):
                    return node.value.value
    return None
