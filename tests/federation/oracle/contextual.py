"""Contexts of a draft: what sets them, and the entities that are reached through them alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.federation.oracle.drafts import (
    KEY_FIELDS,
    OUTPUT_SHAPES,
    SCALARS,
    DraftAbstract,
    DraftEntity,
)
from tests.federation.oracle.interfaces import Interfaces
from tests.federation.oracle.model import FieldModel, TypeRef


@dataclass(frozen=True, slots=True)
class Setting:
    """What sets the context.

    Attributes:
        home: The subgraph that says so, and that takes values from it.
        types: Names of the entities that set it.
        on: The interface or union that they set it as, if not each for itself.
    """

    home: int
    types: tuple[str, ...]
    on: DraftAbstract | None


class Contexts(Interfaces):
    """Gives a draft a context, which objects set that lead to entities that take from it."""

    def make_contexts(self) -> None:
        """Lets entities set a context, and lead, some through others, to what takes from it."""
        setting = self.some_setting(self.rng.randrange(self.count))
        sources = [] if setting is None else self.some_sources(setting)
        if setting is None or not sources or self.chance(0.1):
            return
        for number in range(self.rng.choice((1, 1, 2))):
            self.rng.shuffle(sources)
            self.add_taking(setting, f"C{number}", sources)
        if self.chance(0.6):
            places = self.rng.sample(range(self.count), self.rng.randint(1, 2))
            self.add_below("M0", sorted(places))
        self.make_abstracts_below(setting)
        if "M0" in self.below:
            middle = self.below["M0"]
            for number, place in enumerate(middle.real):
                middle.fields.append(self.leading(f"m0next{number}", place))
        for name in setting.types:
            entity = self.entities[name]
            place = setting.home if setting.home in entity.real else self.rng.choice(entity.real)
            if self.chance(0.3):
                place = self.rng.choice(entity.real)
            entity.fields.append(self.leading(f"{name.lower()}below", place))

    def some_setting(self, home: int) -> Setting | None:
        """Entities that may set a context in a subgraph, each for itself or all as one type."""
        for union in (a for a in self.abstracts.values() if a.is_union):
            is_free = home not in union.members and not self.banned_in(home) & set(
                union.candidates
            )
            if is_free and self.entities.keys() >= set(union.candidates):
                union.members[home] = frozenset(union.candidates)
                for name in union.candidates:
                    self.ensure(name, home)
        abstracts = [a for a in self.abstracts.values() if self.may_set(a, home)]
        if abstracts and self.chance(0.7):
            abstract = self.rng.choice(abstracts)
            return Setting(home, tuple(sorted(abstract.candidates)), abstract)
        names = [e.name for e in self.entities.values() if home in e.real]
        if not names:
            return None
        return Setting(home, tuple(self.rng.sample(names, min(len(names), 2))), None)

    def may_set(self, abstract: DraftAbstract, home: int) -> bool:
        """Whether a subgraph knows all types of it, and they are entities."""
        return (
            home != abstract.interface_object
            and abstract.members.get(home) == frozenset(abstract.candidates)
            and self.entities.keys() >= set(abstract.candidates)
        )

    def some_sources(self, setting: Setting) -> list[tuple[str, ...]]:
        """Fields, one of each type that sets the context, whose values have the same type."""
        possible = [self.context_sources(self.entities[name]) for name in setting.types]
        scalars = sorted(set.intersection(*(set(known.values()) for known in possible)))
        weighted = [s for s in scalars for _ in range(1 if s == "ID" else 5)]
        found = []
        for _ in range(3 if scalars else 0):
            scalar = self.rng.choice(weighted)
            found.append(
                tuple(
                    self.rng.choice([n for n, its in known.items() if its == scalar])
                    for known in possible
                )
            )
        common = [name for name in possible[0] if self.is_common(setting, name)]
        if common and self.chance(0.5):
            found.append((self.rng.choice(common),) * len(possible))
        return found

    def is_common(self, setting: Setting, name: str) -> bool:
        """Whether all that sets the context has a field, also as its interface says it."""
        if setting.on is not None and (setting.on.is_union or self.implementing(setting.on)):
            return False
        for entity in (self.entities[one] for one in setting.types):
            homes = next((f.homes for f in entity.fields if f.name == name), frozenset[int]())
            if name not in self.context_sources(entity):
                return False
            if setting.on is not None and name != "id" and setting.home not in homes:
                return False
        declared = {f.name for f in setting.on.fields} if setting.on is not None else {name}
        return name in declared

    def context_sources(self, setter: DraftEntity) -> dict[str, str]:
        """Fields that a context may be taken from, each with the name of its type."""
        found = {
            f.name: f.type.name
            for f in setter.fields
            if f.kind == "stored"
            and f.type.name in SCALARS
            and not f.type.is_list
            and not f.arguments
            and not f.overridden
            and not f.narrowed_in
            and not self.added_by_interface_object(f)
        }
        return found | {"id": "ID"} if setter.plain else found

    def add_below(self, name: str, real: list[int]) -> DraftEntity:
        """Adds an entity that is reached through the context alone."""
        entity = DraftEntity(name, real, ("id",))
        self.connect(entity)
        self.below[name] = entity
        for index, place in enumerate(real):
            own = FieldModel(f"{name.lower()}f{index}", self.leaf_type(), homes=frozenset({place}))
            entity.fields.append(own)
        return entity

    def add_taking(self, setting: Setting, name: str, sources: list[tuple[str, ...]]) -> None:
        """Adds an entity that takes values from the context, one or two."""
        entity = self.add_below(name, sorted({setting.home, self.rng.randrange(self.count)}))
        for number, names in enumerate(sources[: self.rng.choice((1, 2, 2))]):
            pairs = tuple(zip(setting.types, names, strict=True))
            is_plain = all(self.is_common(setting, one) for one in names) and len(set(names)) == 1
            entity.fields.append(
                FieldModel(
                    f"{name.lower()}given{number}",
                    TypeRef("String", self.rng.choice(("", "!"))),
                    "contextual",
                    frozenset({setting.home}),
                    self.some_arguments(),
                    context=pairs,
                    context_set_on=setting.on.name if setting.on is not None else None,
                    context_is_plain=is_plain and self.chance(0.7),
                )
            )
            for setter, source in pairs:
                self.make_sturdy([setter], source)

    def make_abstracts_below(self, setting: Setting) -> None:
        """Adds interfaces and unions by which what takes from the context is reached."""
        names = sorted(self.below)
        if self.chance(0.5):
            interface = DraftAbstract("J0", names, is_union=False)
            identity = FieldModel("id", KEY_FIELDS["id"], fragile=False, group="J0")
            interface.fields.append(identity)
            self.abstracts_below["J0"] = interface
        if self.chance(0.5):
            others = [self.rng.choice(sorted(self.entities))]
            self.abstracts_below["K0"] = DraftAbstract("K0", [*names, *others], is_union=True)

    def leading(self, name: str, place: int) -> FieldModel:
        """A field that leads to what is below, which its subgraph knows then."""
        through = [*self.abstracts_below, *(name for name in self.below if name == "M0")]
        targets = [*self.below, *through, *through]
        target = self.rng.choice(targets)
        for one in self.known_below(target, place):
            if one in self.below:
                known = self.below[one].keys
                known.setdefault(place, [(("id",), self.chance(0.4))])
            else:
                self.ensure(one, place)
        return FieldModel(
            name, TypeRef(target, self.rng.choice(OUTPUT_SHAPES)), homes=frozenset({place})
        )

    def known_below(self, name: str, place: int) -> Iterator[str]:
        """The object types of what is below as a subgraph knows them."""
        abstract = self.abstracts_below.get(name)
        if abstract is None:
            yield name
            return
        if place not in abstract.members:
            allowed = [n for n in abstract.candidates if n not in self.banned_in(place)]
            picked = self.rng.sample(allowed, self.rng.randint(1, len(allowed)))
            abstract.members[place] = frozenset(picked)
        yield from sorted(abstract.members[place])
