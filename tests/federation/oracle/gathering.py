"""Keys that no subgraph has ready: computed ones, and ones with fields of several subgraphs."""

from collections.abc import Iterator
from dataclasses import replace

from tests.federation.oracle.dependencies import Dependencies
from tests.federation.oracle.drafts import KEY_FIELDS, DraftEntity, Gathered
from tests.federation.oracle.model import FieldModel, Key, Required, TypeRef

GATHERED_KEYS: tuple[Key, ...] = (
    ("mark",),
    ("mark",),
    ("east", "west"),
    ("east", "west"),
    ("mark", "east"),
    ("seal.left", "seal.right"),
)


class Gathering(Dependencies):
    """Gives one entity of a draft a subgraph that is entered by a gathered key alone."""

    def add_gathered_key(self) -> None:
        """Adds the subgraph; what a computed field is computed from is found later."""
        free = {
            entity.name: [s for s in range(self.count) if s not in entity.keys]
            for entity in self.entities.values()
            if entity.only != ("nick",) and len(entity.real) > 1
        }
        names = [name for name, places in free.items() if places]
        if not names or self.chance(0.2):
            return
        entity = self.entities[self.rng.choice(names)]
        place = self.rng.choice(free[entity.name])
        key = self.rng.choice(GATHERED_KEYS)
        sources = self.rng.sample(entity.real, 2)
        ready = {path: sources[index] for index, path in enumerate(key)}
        entity.gathered = Gathered(place, key, ready)
        entity.keys[place] = [(key, True)]
        if key == ("mark",) and not entity.plain and self.chance(0.6):
            entity.keys[sources[0]].append((key, True))
        else:
            known = [k for k, _ in entity.keys[self.rng.choice(entity.real)]]
            # Interfaces that it may implement need its id.
            entity.keys[place].append((entity.only or self.rng.choice(known), False))
        entity.real.append(place)

    def compute_key(self) -> None:
        """Finds what the computed field of the gathered key is computed from."""
        for entity in self.entities.values():
            gathered = entity.gathered
            if gathered is None or "mark" not in gathered.key:
                continue
            home = gathered.ready["mark"]
            paths = list(self.inputs_of_key(entity, gathered, home))
            if not paths:
                name = f"{entity.name.lower()}m"
                others = [s for s in entity.real if s not in {home, gathered.place}]
                homes = frozenset({self.rng.choice(others)})
                entity.fields.append(FieldModel(name, self.leaf_of_key(), homes=homes))
                paths = [Required((name,))]
            wanted = self.rng.choice(paths)
            self.mark_required(entity, wanted, home)
            gathered.inputs = (wanted,)

    def leaf_of_key(self) -> TypeRef:
        return TypeRef("Int", self.rng.choice(("", "!")))

    def inputs_of_key(
        self, entity: DraftEntity, gathered: Gathered, home: int
    ) -> Iterator[Required]:
        """What may be had without entering the subgraph that the key leads to."""
        elsewhere = {f.name for f in entity.fields if f.homes - {gathered.place}}
        own = {f.name for f in entity.fields}
        for required in self.requirable(entity, home):
            first, *inner = required.path
            if first in elsewhere and not own.intersection(inner):
                yield required

    def gathered_fields(self, entity: DraftEntity) -> Iterator[FieldModel]:
        """The fields of the gathered key, as every subgraph sees them."""
        gathered = entity.gathered
        if gathered is None:
            return
        for name in dict.fromkeys(path.split(".")[0] for path in gathered.key):
            field = FieldModel(
                name,
                KEY_FIELDS[name],
                homes=frozenset(
                    {place for path, place in gathered.ready.items() if path.startswith(name)}
                    | self.keyed_by(entity, gathered.key)
                ),
                fragile=False,
            )
            if name == "mark":
                field = replace(
                    field,
                    kind="computed",
                    requires=gathered.inputs,
                    computed_in=gathered.ready[name],
                )
            yield field

    def keyed_by(self, entity: DraftEntity, key: Key) -> set[int]:
        return {place for place, keys in entity.keys.items() if any(k == key for k, _ in keys)}

    def seal_fields(self) -> tuple[FieldModel, ...]:
        """The parts of the value type that a gathered key may have; each place knows its own."""
        parts = {"left": TypeRef("Int", "!"), "right": TypeRef("String", "!")}
        return tuple(
            FieldModel(
                name,
                ref,
                homes=frozenset(
                    {gathered.ready[f"seal.{name}"]} | self.keyed_by(entity, gathered.key)
                ),
                fragile=False,
            )
            for entity in self.entities.values()
            if (gathered := entity.gathered) is not None and "seal.left" in gathered.key
            for name, ref in parts.items()
        )
