"""Interfaces of a draft: which interfaces they implement, and what types make of their fields."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from tests.federation.oracle.declared import interface_fields_in
from tests.federation.oracle.drafts import (
    KEY_FIELDS,
    OUTPUT_SHAPES,
    SCALARS,
    DraftAbstract,
    DraftEntity,
)
from tests.federation.oracle.interface_objects import InterfaceObjects
from tests.federation.oracle.model import FieldModel, TypeRef, Universe
from tests.federation.oracle.narrowing import LIKE_SHAPES


class Interfaces(InterfaceObjects):
    """Gives a draft interfaces, some of which implement others."""

    def make_interfaces(self) -> None:
        """Makes interfaces and says which types they have; their fields need all types."""
        plain = [e.name for e in self.entities.values() if e.plain]
        if len(plain) < 2:
            return
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            self.add_interface(self.rng.sample(plain, self.rng.randint(2, min(3, len(plain)))), [])
        if self.abstracts:
            for _ in range(self.rng.choice((0, 1, 1, 2))):
                self.add_interface_below()
        for family in self.families():
            self.settle(family)

    def add_interface(self, names: list[str], above: list[str]) -> None:
        interface = DraftAbstract(f"I{len(self.abstracts)}", names, is_union=False)
        interface.above = above
        self.abstracts[interface.name] = interface

    def add_interface_below(self) -> None:
        """Adds an interface that implements one or two others and what these implement."""
        first = self.rng.choice(list(self.abstracts.values()))
        names, above = first.candidates, [*first.above, first.name]
        for second in self.abstracts.values():
            also = [*second.above, second.name]
            shared = [name for name in names if name in second.candidates]
            if shared and not set(also) & set(above) and self.chance(0.6):
                names, above = shared, [*above, *also]
                break
        self.add_interface(self.rng.sample(names, self.rng.randint(1, len(names))), above)

    def families(self) -> Iterator[list[DraftAbstract]]:
        """The interfaces, those together that implement one another."""
        left = list(self.abstracts.values())
        while left:
            family = [left.pop(0)]
            for member in family:
                related = [a for a in left if a.name in member.above or member.name in a.above]
                family += related
                left = [a for a in left if a not in related]
            yield family

    def settle(self, family: list[DraftAbstract]) -> None:
        """Chooses a subgraph that knows all about a family; a lone interface may have none."""
        keyed = [i for i in family if self.chance(0.2 if self.implementing(i) else 0.65)]
        if len(family) == 1 and not keyed:
            return
        names = sorted({name for interface in family for name in interface.candidates})
        members = [self.entities[name] for name in names]
        gathered = {e.gathered.place for e in members if e.gathered is not None}
        anchor = self.rng.choice([s for s in range(self.count) if s not in gathered])
        for interface in family:
            interface.anchor = anchor
            interface.members[anchor] = frozenset(interface.candidates)
            interface.links[anchor] = tuple(interface.above)
            if interface in keyed and self.total < 6:
                self.make_keyed(interface, anchor)
        for entity in members:
            if self.chance(0.6):
                self.make_real(entity, anchor)
            self.ensure(entity.name, anchor)

    def make_interface_fields(self) -> None:
        interfaces = [a for a in self.abstracts.values() if not a.is_union]
        for interface in interfaces:
            identity = FieldModel("id", KEY_FIELDS["id"], fragile=False, group=interface.name)
            interface.fields.insert(0, identity)
            for index in range(self.rng.randint(0 if interface.above else 1, 2)):
                self.add_interface_field([interface], f"{interface.name.lower()}f{index}")
        unrelated = [
            [first, second]
            for first, second in combinations(interfaces, 2)
            if first.name not in second.above and set(first.candidates) & set(second.candidates)
        ]
        if unrelated and self.chance(0.7):
            self.add_interface_field(self.rng.choice(unrelated), "common")

    def add_interface_field(self, origins: list[DraftAbstract], name: str) -> None:
        """Adds a field to interfaces, to those that implement them, and to their types."""
        members = sorted({member for origin in origins for member in origin.candidates})
        homes = {
            member: self.homes_of_interface_field(origins, self.entities[member])
            for member in members
        }
        ref = self.type_of_interface_field(homes)
        pattern = FieldModel(name, ref, arguments=self.some_arguments(), group=origins[0].name)
        declared = self.types_in_interfaces(origins, ref, homes)
        for declaring, its_type in declared.items():
            self.abstracts[declaring].fields.append(replace(pattern, type=its_type))
        for member, places in homes.items():
            bounds = self.bounds_of(member, declared)
            own = self.narrowed(bounds, self.names_of_values(bounds, places))
            narrowed_in = self.narrowed_in_one(own, places)
            self.entities[member].fields.append(
                replace(
                    pattern,
                    type=own,
                    homes=places,
                    arguments=(*pattern.arguments, *self.some_more()),
                    narrowed_in=narrowed_in,
                    fragile=narrowed_in is None,
                )
            )

    def homes_of_interface_field(
        self, origins: list[DraftAbstract], entity: DraftEntity
    ) -> frozenset[int]:
        """Where a type resolves it: often, too, where all is known about the interfaces."""
        homes = self.some_homes(entity)
        for origin in origins:
            anchor = origin.anchor
            if anchor in entity.real and self.implementing(origin) and self.chance(0.7):
                homes |= {anchor}
        return homes

    def type_of_interface_field(self, homes: Mapping[str, frozenset[int]]) -> TypeRef:
        """A type that the types' subgraphs may know, made known to them."""
        shape = self.rng.choice(OUTPUT_SHAPES)
        dice = self.rng.random()
        if dice < 0.15:
            return TypeRef(self.some_value(), shape)
        if dice < 0.25:
            name = self.rng.choice(sorted(self.entities))
            for places in homes.values():
                self.ensure_everywhere(name, places)
            return TypeRef(name, shape)
        if dice < 0.55:
            # Few are unions, or implemented by interfaces, by which types could narrow the field.
            rare = [name for a in self.abstracts.values() for name in a.above]
            rare += [a.name for a in self.abstracts.values() if a.is_union]
            name = self.rng.choice(sorted((*self.abstracts, *rare, *rare)))
            if all(self.ensure_abstract(name, places) for places in homes.values()):
                for below in self.implementing(self.abstracts[name]):
                    self.ensure_abstract(below.name, frozenset().union(*homes.values()))
                return TypeRef(name, shape)
        return TypeRef(self.rng.choice(SCALARS), shape)

    def types_in_interfaces(
        self, origins: list[DraftAbstract], ref: TypeRef, homes: Mapping[str, frozenset[int]]
    ) -> dict[str, TypeRef]:
        """The type of a field in the interfaces that it comes from and in those below them."""
        found = {
            origin.name: replace(ref, shape=self.rng.choice(LIKE_SHAPES[ref.depth]))
            for origin in origins
        }
        for interface in self.abstracts.values():
            bounds = [found[name] for name in interface.above if name in found]
            if bounds and interface.name not in found:
                found[interface.name] = self.type_below(interface, bounds, found, homes)
        return found

    def type_below(
        self,
        interface: DraftAbstract,
        bounds: list[TypeRef],
        found: Mapping[str, TypeRef],
        homes: Mapping[str, frozenset[int]],
    ) -> TypeRef:
        """What an interface says of a field of those that it implements: often a narrower type."""
        places = frozenset[int]().union(*(homes[name] for name in interface.candidates))
        names = self.names_within(bounds, places)
        narrower = self.narrowed(bounds, names)
        possible = all(
            self.names_of_values([narrower, *self.bounds_of(member, found)], homes[member])
            for member in interface.candidates
        )
        if possible:
            return narrower
        return self.narrowed(bounds, [next(b.name for b in bounds if b.name in names)])

    def bounds_of(self, member: str, declared: Mapping[str, TypeRef]) -> list[TypeRef]:
        """What the interfaces of a type say of one field."""
        return [ref for name, ref in declared.items() if member in self.abstracts[name].candidates]


def with_declared_fields(universe: Universe) -> Universe:
    """The same universe, where interfaces have what all interfaces that implement them declare."""
    declared = {
        abstract.name: {
            field.name
            for subgraph in range(universe.count)
            if abstract.members_in(subgraph)
            for field in interface_fields_in(universe, abstract, subgraph)
        }
        for abstract in universe.abstracts
    }
    below = {
        abstract.name: [a.name for a in universe.abstracts if abstract.name in a.interfaces]
        for abstract in universe.abstracts
    }
    abstracts = tuple(
        replace(
            abstract,
            fields=tuple(
                field
                for field in abstract.fields
                if all(field.name in declared[name] for name in below[abstract.name])
            ),
        )
        for abstract in universe.abstracts
    )
    return replace(universe, abstracts=abstracts)
