"""Interfaces that one subgraph sees as one object type, and the fields that it adds to them."""

from collections.abc import Iterator
from dataclasses import replace

from tests.federation.oracle.drafts import OUTPUT_SHAPES, SCALARS, DraftAbstract, DraftEntity
from tests.federation.oracle.model import FieldModel, Required, TypeRef
from tests.federation.oracle.narrowing import Narrowing


class InterfaceObjects(Narrowing):
    """Gives some interfaces of a draft a subgraph that knows none of their types."""

    def make_keyed(self, interface: DraftAbstract, owner: int) -> None:
        """Makes an interface an entity in one subgraph, and an object type in another."""
        for name in interface.candidates:
            self.make_real(self.entities[name], owner)
        interface.keyed = owner
        if self.total > self.count and self.chance(0.3):
            interface.interface_object = self.total - 1
            return
        interface.interface_object = self.total
        self.total += 1

    def make_real(self, entity: DraftEntity, place: int) -> None:
        """Lets a subgraph resolve fields of an entity that is known by its id."""
        if place not in entity.real:
            entity.real.append(place)
            entity.keys[place] = [(("id",), True)]

    def interface_objects(self) -> Iterator[tuple[DraftAbstract, int]]:
        """The interfaces that are seen as objects, each with the subgraph that does."""
        for abstract in self.abstracts.values():
            if abstract.interface_object is not None:
                yield abstract, abstract.interface_object

    def add_to_interface_objects(self) -> None:
        """Adds fields to most of them; the others cannot be entered.

        What is added to an interface would have to be declared by all interfaces that implement
        it, which the subgraph that adds it cannot know beside the object.
        """
        for interface, home in self.interface_objects():
            if self.chance(0.2) or self.implementing(interface):
                continue
            for index in range(self.rng.randint(1, 3)):
                self.add_field(
                    interface,
                    FieldModel(
                        f"{interface.name.lower()}x{index}",
                        self.type_of_added(home),
                        homes=frozenset({home}),
                        arguments=self.some_arguments(),
                        group=interface.name,
                    ),
                    shared=self.chance(0.25),
                )
            if self.chance(0.5):
                self.add_required(interface, home)

    def lead_to_interface_objects(self) -> None:
        """Lets fields of some entities lead to what their subgraph sees as an object."""
        for interface, home in self.interface_objects():
            names = [name for name in sorted(self.entities) if self.is_known_by_id(name)]
            if not names or self.chance(0.1):
                continue
            entity = self.entities[self.rng.choice(names)]
            self.make_real(entity, home)
            ref = TypeRef(interface.name, self.rng.choice(OUTPUT_SHAPES))
            name = f"{entity.name.lower()}to{interface.name.lower()}"
            entity.fields.append(FieldModel(name, ref, homes=frozenset({home})))

    def is_known_by_id(self, name: str) -> bool:
        """Whether an entity can be had by its id from everywhere, and is no interface object."""
        keys = self.entities[name].keys.values()
        return all((("id",), True) in known for known in keys) and not any(
            name in interface.candidates for interface, _ in self.interface_objects()
        )

    def type_of_added(self, home: int) -> TypeRef:
        """A type that the interface object's subgraph may know, made known to it."""
        shape = self.rng.choice(OUTPUT_SHAPES)
        dice = self.rng.random()
        entities = sorted(self.entities.keys() - self.banned_in(home))
        if dice < 0.4 and entities:
            name = self.rng.choice(entities)
            self.ensure(name, home)
            return TypeRef(name, shape)
        if dice < 0.65:
            name = self.rng.choice(sorted(self.abstracts))
            if self.ensure_abstract(name, {home}):
                return TypeRef(name, shape)
        if dice < 0.8:
            return TypeRef(self.some_value(), shape)
        return TypeRef(self.rng.choice((*SCALARS, "Shade", "Both")), shape)

    def add_field(
        self, interface: DraftAbstract, pattern: FieldModel, *, shared: bool = False
    ) -> None:
        """Adds a field to the interface and to its types; some types may resolve it too."""
        interface.fields.append(pattern)
        interface.added.append(pattern.name)
        for member in interface.candidates:
            place = self.rng.choice(self.entities[member].real)
            homes = pattern.homes
            if shared and self.chance(0.6) and self.may_resolve(pattern, place):
                homes |= {place}
            own = self.type_of_shared(pattern.type, homes)
            more = self.some_more() if len(homes) > 1 else ()
            self.entities[member].fields.append(
                replace(pattern, type=own, homes=homes, arguments=(*pattern.arguments, *more))
            )

    def type_of_shared(self, declared: TypeRef, homes: frozenset[int]) -> TypeRef:
        """What a type that resolves an added field too says of it: often a narrower type.

        Where the type itself has the field, what the interface object says of it does not count.
        """
        names = self.names_of_values([declared], homes)
        if len(homes) == 1 or not names or self.chance(0.4):
            return declared
        return self.narrowed([declared], names)

    def may_resolve(self, pattern: FieldModel, place: int) -> bool:
        """Whether a subgraph may know the type of the field; it knows it then."""
        name = pattern.type.name
        if name in self.abstracts:
            return self.ensure_abstract(name, pattern.homes | {place})
        self.ensure_everywhere(name, {place})
        return True

    def add_required(self, interface: DraftAbstract, home: int) -> None:
        """Adds a field that requires others of the interface."""
        inputs = list(self.inputs_of_object(interface))
        if not inputs:
            return
        picked = self.rng.sample(inputs, self.rng.randint(1, min(2, len(inputs))))
        if len({p.path[0] for p in picked}) != len(picked):
            picked = picked[:1]
        for wanted in picked:
            self.make_input(interface, wanted)
        ref = TypeRef("String", self.rng.choice(("", "!")))
        kind = "required"
        if self.chance(0.4):
            ref, kind = self.type_of_added(home), "stored"
        self.add_field(
            interface,
            FieldModel(
                f"{interface.name.lower()}r",
                ref,
                kind=kind,
                homes=frozenset({home}),
                requires=tuple(picked),
                group=interface.name,
            ),
        )

    def inputs_of_object(self, interface: DraftAbstract) -> Iterator[Required]:
        for field in interface.fields:
            if field.name == "id" or field.name in interface.added:
                continue
            arguments = self.some_texts(field.arguments)
            if field.type.name in SCALARS:
                yield Required((field.name,), arguments)
            for inner in self.values.get(field.type.name, ()):
                if inner.type.name in SCALARS:
                    yield Required((field.name, inner.name), arguments)

    def make_input(self, interface: DraftAbstract, wanted: Required) -> None:
        """Lets what is required be had from the interface, and fail nothing else."""
        assert interface.keyed is not None
        name, *inner = wanted.path
        self.make_sturdy(interface.candidates, name)
        interface.fields = [
            replace(f, fragile=False) if f.name == name and not f.type.nullable else f
            for f in interface.fields
        ]
        for member in interface.candidates:
            fields = self.entities[member].fields
            fields[:] = [
                replace(f, homes=f.homes | {interface.keyed}) if f.name == name else f
                for f in fields
            ]
        field = next(f for f in interface.fields if f.name == name)
        for step in inner:
            self.make_sturdy([field.type.name], step)

    def provide_from_interface_objects(self) -> None:
        """Lets fields of entities come along with fields that interface objects add."""
        for interface, home in self.interface_objects():
            for field in [f for f in interface.fields if f.name in interface.added]:
                names = self.providable_at(field, home)
                if not names or self.chance(0.4):
                    continue
                size = self.rng.randint(1, min(3, len(names)))
                provided = ((home, tuple(sorted(self.rng.sample(names, size)))),)
                for fields in (
                    interface.fields,
                    *(self.entities[member].fields for member in interface.candidates),
                ):
                    fields[:] = [
                        replace(f, provides=provided) if f.name == field.name else f
                        for f in fields
                    ]
