"""What supergraphs of join v0.1 leave unsaid: a subgraph that provides a field declares it.

Source: join specification v0.1, ``@join__field(provides:)``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import SubgraphField, SubgraphType, TypeKind

FieldOf = Callable[[str, str], SubgraphField | None]
"""A field of the supergraph by type and name."""


def with_provided_fields(
    types: Mapping[str, SubgraphType], field_of: FieldOf
) -> dict[str, SubgraphType]:
    """Returns a subgraph's types with the fields that it provides, as external ones.

    Args:
        types: What the subgraph's joins say, by name.
        field_of: Looks fields up in the supergraph.
    """
    found = _Provided(types, field_of)
    for type_ in types.values():
        for each in type_.fields.values():
            found.add(each.type_name, each.provides)
    return {
        name: replace(type_, fields={**found.fields.get(name, {}), **type_.fields})
        for name, type_ in types.items()
    }


@dataclass(slots=True)
class _Provided:
    types: Mapping[str, SubgraphType]
    field_of: FieldOf
    fields: dict[str, dict[str, SubgraphField]] = field(default_factory=dict)

    def add(self, type_name: str, selections: SelectionSet) -> None:
        for selection in selections:
            if not isinstance(selection, Field):
                self.add(selection.type_condition or type_name, selection.selections)
                continue
            for name in self._concerned(type_name):
                declared = self.field_of(name, selection.name)
                if declared is None:
                    continue
                known = self.fields.setdefault(name, {})
                known.setdefault(selection.name, replace(declared, external=True))
                self.add(declared.type_name, selection.selections)

    def _concerned(self, type_name: str) -> Iterator[str]:
        """The type itself, and the implementations of an interface, as far as they are known."""
        type_ = self.types.get(type_name)
        if type_ is None:
            return
        yield type_name
        if type_.kind is TypeKind.INTERFACE:
            yield from (t.name for t in self.types.values() if type_name in t.interfaces)
