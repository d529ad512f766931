"""Selection sets of fetches while they are being built."""

from dataclasses import dataclass, field

from gateway.federation.plan import RESERVED_PREFIX
from gateway.federation.planner.choices import Site
from gateway.federation.planner.guards import Requirement
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Argument, Condition, Field


@dataclass(slots=True, eq=False)
class OutputField:
    """A field that a fetch asks for.

    Attributes:
        response_name: The response name.
        name: The field's name.
        arguments: Its arguments.
        conditions: Its conditions.
        types: Concrete types that need it; all of the output's types, or some.
        child: The sub-selection, ``None`` for leaves.
        own: The plan needs it for itself.
        type_text: The field's type in the subgraph as GraphQL text.
        output_name: Name in the merged data, where the response name had to change.
        requirements: What guards must permit before the field is requested.
        needers: Units, guards and checks that need a field of the plan's own.
    """

    response_name: str
    name: str
    arguments: tuple[Argument, ...]
    conditions: tuple[Condition, ...]
    types: frozenset[str]
    child: "Output | None" = None
    own: bool = False
    type_text: str = ""
    output_name: str | None = None
    requirements: tuple[Requirement, ...] = ()
    needers: list[object] = field(default_factory=list)

    def is_like(self, other: "OutputField") -> bool:
        """Tells whether both ask for the same thing, for whatever types."""
        return (
            self.response_name == other.response_name
            and self.name == other.name
            and self.conditions == other.conditions
            and self.arguments == other.arguments
            and self.requirements == other.requirements
            and self.type_text == other.type_text
            and (self.child is None) == (other.child is None)
        )


@dataclass(slots=True, eq=False)
class Output:
    """A selection set of a fetch.

    Attributes:
        site: The type in the subgraph.
        types: Concrete types that are possible there.
        typename: The plan needs the concrete type's name here.
        fields: The fields, the client's first.
    """

    site: Site
    types: frozenset[str]
    typename: bool = False
    fields: list[OutputField] = field(default_factory=list)
    _by_name: dict[str, list[OutputField]] = field(default_factory=dict)

    def add(self, added: OutputField) -> OutputField:
        """Adds a client's field, unless it is there already for all the types that need it."""
        alike = self._by_name.setdefault(added.response_name, [])
        for known in alike:
            if known.is_like(added) and added.types <= known.types and known.child is added.child:
                return known
        alike.append(added)
        self.fields.append(added)
        return added

    def find(
        self, asked: Field, type_name: str, requirements: tuple[Requirement, ...] = ()
    ) -> OutputField | None:
        """Returns a field whose value is the plan's ``asked`` for objects of the type, if any."""
        for known in self.fields:
            if (
                known.name != asked.name
                or known.arguments != asked.arguments
                or known.requirements != requirements
            ):
                continue
            plain = known.response_name == known.name and not known.conditions
            if known.own or (plain and type_name in known.types):
                return known
        return None


@dataclass(slots=True, eq=False)
class Aliases:
    """Reserved response names, the same for the same field and arguments everywhere in a plan."""

    _names: dict[tuple[str, tuple[Argument, ...]], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def of(self, asked: Field) -> str:
        """Returns the reserved response name of a field."""
        key = (asked.name, asked.arguments)
        if key not in self._names:
            count = self._counts.get(asked.name, 0)
            alias = f"{RESERVED_PREFIX}{asked.name}"
            if count:
                alias += f"_{count}"
            self._counts[asked.name] = count + 1
            self._names[key] = alias
        return self._names[key]


def new_output(graph: QueryGraph, site: Site, *, typename: bool = False) -> Output:
    """Returns an empty selection set at a site."""
    return Output(site, graph.possible(site.subgraph, site.type_name), typename)
