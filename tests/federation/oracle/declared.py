"""What subgraphs declare beside what they resolve: external fields and fields of interfaces."""

from collections import defaultdict
from collections.abc import Iterator

from tests.federation.oracle.model import AbstractModel, FieldModel, ObjectModel, Universe


def provided_paths(universe: Universe) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """What is provided: the type that a path starts from, the subgraph, the path.

    What is provided of an interface is provided of its types.
    """
    for owner, home, path in _provided(universe):
        abstract = universe.find_abstract(owner)
        if abstract is None or path[0].startswith("..."):
            yield owner, home, path
            continue
        for member in sorted(abstract.members_in(home)):
            yield member, home, path


def _provided(universe: Universe) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    for model in universe.objects:
        for field in model.fields:
            for home, names in field.provides:
                for name in names:
                    yield field.type.name, home, tuple(name.split("/"))


def input_paths(universe: Universe) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """What is an input: the type that a path starts from, the subgraph that is given it, the path.

    What an interface object requires starts from its interface.
    """
    for model in universe.objects:
        for field in model.fields:
            abstract = universe.find_abstract(field.group) if field.group else None
            added = abstract is not None and field.name in abstract.added
            owner = abstract.name if abstract is not None and added else model.name
            for home in sorted(field.homes):
                for required in field.requires_in(home):
                    yield owner, home, required.path
                for setter, name in field.context:
                    yield setter, home, (name,)


def along(
    universe: Universe, owner: str, path: tuple[str, ...]
) -> Iterator[tuple[ObjectModel, FieldModel]]:
    """The fields of object types that a path goes through."""
    for step in path:
        if step.startswith("..."):
            owner = step.removeprefix("...")
            continue
        model = universe.find_object(owner)
        if model is None:
            return
        field = model.field_named(step)
        yield model, field
        owner = field.type.name


def external_fields(universe: Universe) -> dict[tuple[str, int], frozenset[str]]:
    """Per type and subgraph: the fields that stand there as ``@external``."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)

    def leave(owner: str, home: int, path: tuple[str, ...]) -> None:
        if universe.find_abstract(owner) is not None and not path[0].startswith("..."):
            found[owner, home].add(path[0])
        for model, field in along(universe, owner, path):
            if model.is_entity and home not in field.homes:
                found[model.name, home].add(field.name)

    for owner, home, path in (*provided_paths(universe), *input_paths(universe)):
        leave(owner, home, path)
    return {place: frozenset(names) for place, names in found.items()}


def interface_fields_in(
    universe: Universe, interface: AbstractModel, subgraph: int
) -> list[FieldModel]:
    """The fields that the interface declares in a subgraph: those that all its members resolve."""
    if subgraph == interface.interface_object:
        external = external_fields(universe).get((interface.name, subgraph), frozenset())
        names = {"id"} | interface.added | external
        return [f for f in interface.fields if f.name in names]
    members = [universe.object_named(m) for m in interface.members_in(subgraph)]
    provided = {
        path[0]
        for owner, home, path in _provided(universe)
        if (owner, home) == (interface.name, subgraph)
    }

    def resolved(name: str) -> bool:
        return name in provided or all(
            any(f.name == name and subgraph in f.homes for f in m.fields) for m in members
        )

    return [f for f in interface.fields if f.name not in interface.added and resolved(f.name)]
