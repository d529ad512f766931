"""A universe while it is being made: what its makers share."""

import random
from collections.abc import Set
from dataclasses import dataclass, replace

from tests.federation.oracle.model import (
    Argument,
    EnumModel,
    FieldModel,
    InputModel,
    Key,
    Required,
    TypeRef,
)

SCALARS = ("String", "String", "Int", "Float", "Boolean", "ID", "Long")
FLAT_SHAPES = ("", "", "", "!", "[]", "[!]", "[!]!", "[]!")
OUTPUT_SHAPES = (*FLAT_SHAPES, *FLAT_SHAPES, "[[]]", "[[!]!]!")
KEY_FIELDS = {
    "id": TypeRef("ID", "!"),
    "sku": TypeRef("String", "!"),
    "region": TypeRef("Int", "!"),
    "org": TypeRef("Org", "!"),
    "nick": TypeRef("String"),
    "mark": TypeRef("String", "!"),
    "east": TypeRef("Int", "!"),
    "west": TypeRef("String", "!"),
    "seal": TypeRef("Seal", "!"),
    "kind": TypeRef("Both", "!"),
    "serial": TypeRef("Long", "!"),
}
KEY_VALUES = frozenset({"Org", "Seal"})
"""Value types that keys alone have."""
EXTRA_KEYS: tuple[Key, ...] = (
    ("sku",),
    ("region", "org.code"),
    ("id", "region"),
    ("kind", "serial"),
)


class DraftEntity:
    """An entity while it is being made.

    Args:
        real: The subgraphs that resolve fields of it.
        only: Its only key, or ``None`` if it has several.
    """

    def __init__(self, name: str, real: list[int], only: Key | None) -> None:
        self.name = name
        self.real = real
        self.only = only
        self.plain = only == ("id",)
        self.keys: dict[int, list[tuple[Key, bool]]] = {}
        self.fields: list[FieldModel] = []
        self.gathered: Gathered | None = None


@dataclass(slots=True)
class Gathered:
    """A key that is gathered before a subgraph can be entered.

    Attributes:
        place: The subgraph that is entered by it alone.
        key: Its field paths.
        ready: Per field path: a subgraph that has it, though it is no key there.
        inputs: What the computed field is computed from.
    """

    place: int
    key: Key
    ready: dict[str, int]
    inputs: tuple[Required, ...] = ()


class DraftAbstract:
    """An interface or a union while it is being made.

    Attributes:
        above: The interfaces that it implements, each after those that this one implements.
        links: Per subgraph: those of them that it implements there.
        anchor: The subgraph that knows all its types and implements all that it does, if any.
    """

    def __init__(self, name: str, candidates: list[str], *, is_union: bool) -> None:
        self.name = name
        self.candidates = candidates
        self.is_union = is_union
        self.members: dict[int, frozenset[str]] = {}
        self.fields: list[FieldModel] = []
        self.keyed: int | None = None
        self.interface_object: int | None = None
        self.added: list[str] = []
        self.above: list[str] = []
        self.links: dict[int, tuple[str, ...]] = {}
        self.anchor: int | None = None


class Draft:
    """One universe without data, from one source of randomness."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = rng.randint(2, 5)
        self.total = self.count
        self.entities: dict[str, DraftEntity] = {}
        self.below: dict[str, DraftEntity] = {}
        self.abstracts_below: dict[str, DraftAbstract] = {}
        self.mixed: dict[str, frozenset[int]] = {}
        self.values: dict[str, list[FieldModel]] = {}
        self.abstracts: dict[str, DraftAbstract] = {}
        self.roots: list[FieldModel] = []
        self.mutations: list[FieldModel] = []
        known, other = rng.sample(range(self.count), 2)
        self.enums = (
            EnumModel("Shade", ("LIGHT", "DARK", "NONE"), ((known, "MIXED"),)),
            EnumModel("Order", ("UP", "DOWN"), ((other, "SIDEWAYS"),)),
            EnumModel("Both", ("YES", "NO", "MAYBE")),
        )
        self.inputs = (
            InputModel(
                "Filter",
                (
                    Argument("text", TypeRef("String")),
                    Argument("both", TypeRef("Both"), "YES"),
                    Argument("numbers", TypeRef("Int", "[!]")),
                ),
                ((known, Argument("extra", TypeRef("Int"))),),
            ),
        )

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def ensure(self, name: str, subgraph: int) -> None:
        """Makes an entity known to a subgraph, as a reference if it is not there yet."""
        if name in self.values or name in self.mixed:
            return
        entity = self.entities[name]
        if subgraph in entity.keys:
            return
        shared = [key for home in entity.real for key, _ in entity.keys[home]]
        key: Key = entity.only or self.rng.choice(shared)
        entity.keys[subgraph] = [(key, self.chance(0.4))]

    def ensure_everywhere(self, name: str, homes: Set[int]) -> None:
        """The same for any type but abstract ones, in several subgraphs."""
        if name in self.entities:
            for home in sorted(homes):
                self.ensure(name, home)

    def banned_in(self, subgraph: int) -> frozenset[str]:
        """The entities that a subgraph may not define: interface objects stand for them there."""
        objects = (a for a in self.abstracts.values() if a.interface_object == subgraph)
        return frozenset(name for a in objects for name in a.candidates)

    def ensure_abstract(self, name: str, homes: Set[int]) -> bool:
        """Makes an abstract type known to subgraphs; false if they share no member."""
        abstract = self.abstracts[name]
        for home in sorted(homes):
            if home in abstract.members or home == abstract.interface_object:
                continue
            allowed = [n for n in abstract.candidates if n not in self.banned_in(home)]
            if not allowed:
                return False
            links = self.linked_in(abstract, home, allowed)
            for above in links:
                allowed = [n for n in allowed if n in self.abstracts[above].members[home]]
            abstract.links[home] = links
            names = self.rng.sample(allowed, self.rng.randint(1, len(allowed)))
            for member in names:
                self.ensure(member, home)
            abstract.members[home] = frozenset(names)
        shared = [abstract.members[h] for h in homes if h in abstract.members]
        return not shared or bool(frozenset.intersection(*shared))

    def linked_in(self, abstract: DraftAbstract, home: int, allowed: list[str]) -> tuple[str, ...]:
        """The interfaces that an interface implements in a subgraph: often all, maybe none."""
        found: dict[str, None] = {}
        for name in abstract.above:
            above = self.abstracts[name]
            if home == above.interface_object or self.chance(0.3):
                continue
            if self.ensure_abstract(name, {home}):
                shared = [n for n in allowed if n in above.members[home]]
                if shared:
                    allowed = shared
                    found |= dict.fromkeys((*above.links.get(home, ()), name))
        return tuple(found)

    def implementing(self, interface: DraftAbstract) -> list[DraftAbstract]:
        """The interfaces that implement an interface, each after those that it implements."""
        return [a for a in self.abstracts.values() if interface.name in a.above]

    # A failing non-null input takes the fields along that its subgraph is asked for beside it.
    def make_sturdy(self, type_names: list[str], field_name: str) -> None:
        for name in type_names:
            if name in self.abstracts:
                self.make_sturdy(self.abstracts[name].candidates, field_name)
                continue
            owner = self.entities[name].fields if name in self.entities else self.values[name]
            owner[:] = [
                replace(f, fragile=False) if f.name == field_name and not f.type.nullable else f
                for f in owner
            ]

    def added_by_interface_object(self, model: FieldModel) -> bool:
        return model.group is not None and model.name in self.abstracts[model.group].added

    def some_value(self) -> str:
        """A value type that is no part of keys."""
        return self.rng.choice([name for name in self.values if name not in KEY_VALUES])

    def some_homes(self, entity: DraftEntity) -> frozenset[int]:
        size = 2 if len(entity.real) > 1 and self.chance(0.25) else 1
        return frozenset(self.rng.sample(entity.real, size))

    def some_arguments(self) -> tuple[Argument, ...]:
        choices = (
            Argument("n", TypeRef("Int"), "3"),
            Argument("text", TypeRef("String")),
            Argument("order", TypeRef("Order"), "UP"),
            Argument("filter", TypeRef("Filter")),
            Argument("ids", TypeRef("ID", "[!]")),
            Argument("both", TypeRef("Both", "!"), "NO"),
        )
        if not self.chance(0.25):
            return ()
        return tuple(self.rng.sample(choices, self.rng.randint(1, 2)))

    def all_abstracts(self) -> tuple[DraftAbstract, ...]:
        """The interfaces and unions, those below a context too."""
        return (*self.abstracts.values(), *self.abstracts_below.values())

    def some_more(self) -> tuple[Argument, ...]:
        """An argument that a type adds to those that its interface says, or none."""
        return (Argument("more", TypeRef("Int")),) if self.chance(0.2) else ()

    def leaf_type(self) -> TypeRef:
        name = self.rng.choice((*SCALARS, "Both"))
        return TypeRef(name, self.rng.choice(OUTPUT_SHAPES))

    def connect(self, entity: DraftEntity) -> None:
        """Gives the entity's subgraphs keys such that each can be reached from each other."""
        pool: list[Key] = [entity.only] if entity.only else [("id",), *EXTRA_KEYS]
        for index, subgraph in enumerate(entity.real):
            entity.keys.setdefault(subgraph, [(entity.only, True)] if entity.only else [])
            if index:
                key = self.rng.choice(pool)
                self.add_key(entity, subgraph, key)
                self.add_key(entity, self.rng.choice(entity.real[:index]), key)
        if not entity.keys[entity.real[0]]:
            self.add_key(entity, entity.real[0], self.rng.choice(pool))
        if entity.only != ("nick",) and self.chance(0.4):
            extra = self.rng.choice(EXTRA_KEYS)
            self.add_key(entity, self.rng.choice(entity.real), extra)

    def add_key(self, entity: DraftEntity, subgraph: int, key: Key) -> None:
        keys = entity.keys.setdefault(subgraph, [])
        if all(known != key for known, _ in keys):
            keys.append((key, True))
