"""Makes a random universe whose split into subgraphs is legal by construction."""

import random
from dataclasses import replace

from tests.federation.oracle.contextual import Contexts
from tests.federation.oracle.drafts import (
    KEY_FIELDS,
    KEY_VALUES,
    OUTPUT_SHAPES,
    SCALARS,
    DraftAbstract,
    DraftEntity,
)
from tests.federation.oracle.interfaces import with_declared_fields
from tests.federation.oracle.model import (
    AbstractModel,
    Argument,
    FieldModel,
    Key,
    ObjectModel,
    TypeRef,
    Universe,
)


class _Maker(Contexts):
    """Makes one universe without data from one source of randomness."""

    def make(self) -> Universe:
        self.make_values()
        self.make_entities()
        self.add_gathered_key()
        self.make_interfaces()
        self.make_unions()
        self.make_interface_fields()
        self.add_to_interface_objects()
        for entity in list(self.entities.values()):
            for index in range(self.rng.randint(2, 5)):
                entity.fields.append(self.own_field(entity, index))
            if self.chance(0.7):
                entity.fields.append(self.owner_field(entity))
            self.add_mixed(entity)
        self.lead_to_interface_objects()
        for entity in list(self.entities.values()):
            self.add_overrides(entity)
        self.compute_key()
        for entity in list(self.entities.values()):
            self.add_provides(entity)
            self.add_requires(entity)
        self.provide_from_interface_objects()
        self.make_contexts()
        self.make_roots()
        self.make_mutations()
        return self.frozen()

    def make_values(self) -> None:
        self.values["Org"] = [self.value_field("code", TypeRef("String", "!"))]
        for number in range(self.rng.randint(1, 3)):
            fields = [
                self.value_field(f"v{number}f{index}", self.leaf_type())
                for index in range(self.rng.randint(1, 3))
            ]
            if number and self.chance(0.5):
                shape = self.rng.choice(OUTPUT_SHAPES)
                nested = TypeRef(f"V{self.rng.randrange(number)}", shape)
                fields.append(self.value_field(f"v{number}in", nested))
            self.values[f"V{number}"] = fields
        if self.chance(0.5):
            self.make_mixed()

    def make_mixed(self) -> None:
        """A value type of which two subgraphs know different fields."""
        first, second = self.rng.sample(range(self.count), 2)
        self.mixed["W0"] = frozenset({first, second})

    def mixed_fields(self) -> list[FieldModel]:
        first, second = sorted(self.mixed["W0"])
        homes = (frozenset({first, second}), frozenset({first}), frozenset({second}))
        return [
            FieldModel(f"w{number}", self.leaf_type(), homes=known, fragile=number != 0)
            for number, known in enumerate(homes)
        ]

    def add_mixed(self, entity: DraftEntity) -> None:
        for name, homes in self.mixed.items():
            if homes <= frozenset(entity.real) and self.chance(0.6):
                ref = TypeRef(name, self.rng.choice(OUTPUT_SHAPES))
                entity.fields.append(
                    FieldModel(f"{entity.name.lower()}mix", ref, homes=homes, fragile=False)
                )

    def value_field(self, name: str, ref: TypeRef) -> FieldModel:
        return FieldModel(name, ref, fragile=ref.name != "Org" and name != "code")

    def make_entities(self) -> None:
        for number in range(self.rng.randint(2, 5)):
            real = self.rng.sample(range(self.count), self.rng.randint(1, self.count))
            only: Key | None = None
            if self.chance(0.7):
                only = ("nick",) if self.chance(0.2) else ("id",)
            entity = DraftEntity(f"E{number}", real, only)
            self.entities[entity.name] = entity
            self.connect(entity)

    def make_unions(self) -> None:
        for number in range(self.rng.choice((0, 1, 1, 2))):
            values = [v for v in self.values if v not in KEY_VALUES]
            names = [*self.entities, *(() if self.chance(0.5) else values)]
            size = self.rng.randint(2, min(4, len(names)))
            union = DraftAbstract(f"U{number}", self.rng.sample(names, size), is_union=True)
            self.abstracts[union.name] = union

    def own_field(self, entity: DraftEntity, index: int) -> FieldModel:
        homes = self.some_homes(entity)
        ref = self.target_type(homes)
        name = f"{entity.name.lower()}f{index}"
        if self.chance(0.15):
            home = frozenset({self.rng.choice(entity.real)})
            return FieldModel(name, TypeRef("Int", "!"), "counter", home, fragile=False)
        narrowed_in = self.narrowed_in_one(ref, homes)
        return FieldModel(
            name,
            ref,
            homes=homes,
            arguments=self.some_arguments(),
            narrowed_in=narrowed_in,
            strict_in=min(homes) if len(homes) > 1 and self.chance(0.5) else None,
            fragile=narrowed_in is None,
        )

    def owner_field(self, entity: DraftEntity) -> FieldModel:
        """A plain reference to one other entity: what a type may name its subject by."""
        homes = self.some_homes(entity)
        name = self.rng.choice(sorted(self.entities))
        for home in sorted(homes):
            self.ensure(name, home)
        ref = TypeRef(name, self.rng.choice(("", "!")))
        return FieldModel(f"{entity.name.lower()}of", ref, homes=homes)

    def target_type(self, homes: frozenset[int]) -> TypeRef:
        shape = self.rng.choice(OUTPUT_SHAPES)
        dice = self.rng.random()
        if dice < 0.12:
            return TypeRef(self.some_value(), shape)
        if dice < 0.38:
            name = self.rng.choice(sorted(self.entities))
            for home in sorted(homes):
                self.ensure(name, home)
            return TypeRef(name, shape)
        if dice < 0.55 and self.abstracts:
            name = self.rng.choice(sorted(self.abstracts))
            if self.ensure_abstract(name, homes):
                return TypeRef(name, shape)
        name = self.rng.choice((*SCALARS, "Shade", "Both"))
        return TypeRef(name, shape)

    def make_roots(self) -> None:
        by_id = (Argument("id", TypeRef("ID", "!")),)
        for name in self.entities:
            for kind, ref in (("lookup", TypeRef(name)), ("all", TypeRef(name, "[!]!"))):
                homes = self.root_homes()
                for home in sorted(homes):
                    self.ensure(name, home)
                arguments = by_id if kind == "lookup" else ()
                root = FieldModel(f"{kind}{name}", ref, kind, homes, arguments)
                self.roots.append(self.with_root_provides(root))
        for name, abstract in self.abstracts.items():
            if abstract.interface_object is not None:
                io = frozenset({abstract.interface_object})
                ref = TypeRef(name, self.rng.choice(OUTPUT_SHAPES))
                self.roots.append(FieldModel(f"object{name}", ref, homes=io))
            homes = self.root_homes()
            if self.ensure_abstract(name, homes):
                ref = TypeRef(name, self.rng.choice(OUTPUT_SHAPES))
                self.roots.append(FieldModel(f"some{name}", ref, homes=homes))
        for name, homes in self.mixed.items():
            ref = TypeRef(name, self.rng.choice(OUTPUT_SHAPES))
            self.roots.append(FieldModel("mixed", ref, homes=homes))
        value = TypeRef(self.some_value())
        self.roots.append(FieldModel("settings", value, homes=self.root_homes(), arguments=()))

    def root_homes(self) -> frozenset[int]:
        size = 2 if self.chance(0.25) else 1
        return frozenset(self.rng.sample(range(self.count), size))

    def with_root_provides(self, root: FieldModel) -> FieldModel:
        if len(root.homes) > 1 or not self.chance(0.3):
            return root
        (home,) = root.homes
        names = self.providable(self.entities[root.type.name], home)
        return replace(root, provides=((home, tuple(sorted(names))),)) if names else root

    def make_mutations(self) -> None:
        by = (Argument("by", TypeRef("Int", "!"), "1"),)
        for number in range(self.rng.randint(2, 4)):
            home = self.rng.randrange(self.count)
            name = self.type_of_mutation(home)
            shapes = ("", "!") if name == "Int" else ("", "!", "[!]", "[[]]!")
            ref = TypeRef(name, self.rng.choice(shapes))
            self.mutations.append(
                FieldModel(f"mutate{number}", ref, "mutate", frozenset({home}), by)
            )

    def type_of_mutation(self, home: int) -> str:
        """A type with entities, made known to the mutation's subgraph, or a number."""
        dice = self.rng.random()
        if dice < 0.35 and self.abstracts:
            name = self.rng.choice(sorted(self.abstracts))
            if self.ensure_abstract(name, {home}):
                members = self.abstracts[name].members.get(home, self.abstracts[name].candidates)
                if self.entities.keys() & set(members):
                    return name
        if dice < 0.5:
            return "Int"
        name = self.rng.choice(sorted(self.entities))
        self.ensure(name, home)
        return name

    def frozen(self) -> Universe:
        objects = [ObjectModel("Query", tuple(self.roots))]
        objects.append(ObjectModel("Mutation", tuple(self.mutations)))
        objects += [ObjectModel(name, tuple(fields)) for name, fields in self.values.items()]
        objects += [ObjectModel(name, tuple(self.mixed_fields())) for name in self.mixed]
        if seal := self.seal_fields():
            objects.append(ObjectModel("Seal", seal))
        objects += [
            self.frozen_entity(entity)
            for entity in (*self.entities.values(), *self.below.values())
        ]
        abstracts = tuple(
            AbstractModel(
                a.name,
                tuple(sorted(a.members.items())),
                tuple(a.fields),
                a.is_union,
                frozenset() if a.keyed is None else frozenset({a.keyed}),
                a.interface_object,
                frozenset(a.added),
                tuple(sorted(a.links.items())),
            )
            for a in self.all_abstracts()
            if a.members
        )
        universe = Universe(self.total, tuple(objects), abstracts, self.enums, self.inputs)
        return with_declared_fields(universe)

    def frozen_entity(self, entity: DraftEntity) -> ObjectModel:
        keys = tuple(sorted((s, tuple(k)) for s, k in entity.keys.items()))
        gathered = tuple(self.gathered_fields(entity))
        own = [
            FieldModel(
                name,
                ref,
                homes=frozenset(
                    s
                    for s, subgraph_keys in keys
                    if any(name == part.split(".")[0] for key, _ in subgraph_keys for part in key)
                ),
                fragile=False,
            )
            for name, ref in KEY_FIELDS.items()
            if all(field.name != name for field in gathered)
        ]
        used = [*(f for f in own if f.homes), *gathered]
        interfaces = tuple(
            (a.name, frozenset(s for s, names in a.members.items() if entity.name in names))
            for a in self.all_abstracts()
            if not a.is_union and any(entity.name in names for names in a.members.values())
        )
        place = entity.gathered.place if entity.gathered is not None else None
        fields = (*used, *entity.fields)
        return ObjectModel(entity.name, fields, keys, interfaces, gathered=place)


def make_universe(rng: random.Random) -> Universe:
    """Makes a universe without data."""
    return _Maker(rng).make()
