"""Dependencies between the subgraphs of a universe: overrides, provided and required fields."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.federation.oracle.drafts import (
    KEY_FIELDS,
    SCALARS,
    Draft,
    DraftAbstract,
    DraftEntity,
)
from tests.federation.oracle.model import Argument, FieldModel, Required, TypeRef

ARGUMENT_TEXTS = {
    "n": ("1", "2", "7", "null"),
    "text": ('"q"', '"a b"', "null"),
    "order": ("UP", "DOWN"),
    "filter": ("{}", "{numbers: [1, 2], both: NO}", '{text: "q"}', "null"),
    "ids": ("[]", '["a"]', '"a"'),
    "both": ("YES", "MAYBE"),
    "more": ("5", "null"),
}
"""What fields are required with, by the names of their arguments."""


class Dependencies(Draft):
    """Adds dependencies to a draft."""

    def add_overrides(self, entity: DraftEntity) -> None:
        for position, model in enumerate(entity.fields):
            others = [s for s in entity.real if s not in model.homes]
            simple = model.type.name in SCALARS and not model.group and len(model.homes) == 1
            if others and simple and model.kind == "stored" and self.chance(0.3):
                taken = frozenset({self.rng.choice(self.far_from(entity, model, others))})
                label = f"l{self.rng.randrange(3)}" if self.chance(0.6) else None
                entity.fields[position] = replace(model, overridden=taken, label=label)

    def far_from(self, entity: DraftEntity, model: FieldModel, others: list[int]) -> list[int]:
        """The subgraphs from which no key leads directly to the field, if there are any."""
        (home,) = model.homes
        inward = {key for key, resolvable in entity.keys[home] if resolvable}
        far = [s for s in others if not inward & {key for key, _ in entity.keys[s]}]
        return far or others

    def add_provides(self, entity: DraftEntity) -> None:
        for position, model in enumerate(entity.fields):
            if self.added_by_interface_object(model):
                continue
            for home in sorted(model.homes):
                names = self.providable_at(model, home)
                if names and self.chance(0.35):
                    size = self.rng.randint(1, min(3, len(names)))
                    picked = tuple(sorted(self.rng.sample(names, size)))
                    entity.fields[position] = replace(
                        entity.fields[position],
                        provides=(*entity.fields[position].provides, (home, picked)),
                    )

    def providable_at(self, model: FieldModel, home: int) -> list[str]:
        """What a field may provide."""
        name = model.type_in(home).name
        if name != model.type.name:
            return []
        if name in self.entities:
            return self.providable(self.entities[name], home)
        abstract = self.abstracts.get(name)
        if abstract is None or home == abstract.interface_object:
            return []
        own = list(self.providable_of_interface(abstract, home))
        return own + [
            f"...{member}/{provided}"
            for member in sorted(abstract.members.get(home, ()))
            if member in self.entities
            for provided in self.providable(self.entities[member], home)
        ]

    def providable_of_interface(self, interface: DraftAbstract, home: int) -> Iterator[str]:
        """Parts of objects that all types of an interface may have come along, and some have to.

        What is provided of an interface itself has to be inside of what is external in a type.
        """
        if interface.is_union or self.implementing(interface):
            return
        for field in interface.fields:
            parts = [f for f in self.values.get(field.type.name, ()) if f.type.name in SCALARS]
            if not parts or field.name in interface.added:
                continue
            own = [
                next(f for f in self.entities[member].fields if f.name == field.name)
                for member in sorted(interface.members.get(home, ()))
            ]
            if all(map(self.may_come_along, own)) and any(home not in f.homes for f in own):
                yield from (f"{field.name}/{part.name}" for part in parts)

    def providable(self, target: DraftEntity, home: int, depth: int = 0) -> list[str]:
        """What may come along with an entity, fields of its objects included."""
        found: list[str] = []
        for model in target.fields:
            if home in model.homes or not self.may_come_along(model):
                continue
            if model.type.name in SCALARS:
                found.append(model.name)
            elif model.type.name in self.values:
                found += [
                    f"{model.name}/{inner.name}"
                    for inner in self.values[model.type.name]
                    if inner.type.name in SCALARS
                ]
            elif model.type.name in self.banned_in(home):
                continue
            elif model.type.name in self.entities and depth == 0:
                self.ensure(model.type.name, home)
                inside = self.providable(self.entities[model.type.name], home, 1)
                found += [f"{model.name}/{inner}" for inner in inside if "/" not in inner]
        return found

    def may_come_along(self, model: FieldModel) -> bool:
        return (
            not model.overridden
            and model.kind == "stored"
            and not model.arguments
            and model.name not in KEY_FIELDS
            and not self.added_by_interface_object(model)
        )

    def add_requires(self, entity: DraftEntity) -> None:
        for _ in range(self.rng.randint(0, 4)):
            home = self.rng.choice(entity.real)
            paths = self.requirable(entity, home)
            if not paths:
                continue
            picked = self.rng.sample(paths, self.rng.randint(1, min(2, len(paths))))
            if len({p.path[0] for p in picked}) != len(picked):
                picked = picked[:1]
            self.require(entity, home, tuple(picked))
            if picked[0].arguments and self.chance(0.8):
                model = next(f for f in entity.fields if f.name == picked[0].path[0])
                other = self.some_texts(model.arguments_in(None), but=picked[0].arguments)
                self.require(entity, home, (replace(picked[0], arguments=other),))

    def texts_of(self, argument: Argument) -> list[str]:
        texts = ARGUMENT_TEXTS[argument.name]
        return [text for text in texts if text != "null" or argument.type.nullable]

    def require(self, entity: DraftEntity, home: int, wanted: tuple[Required, ...]) -> None:
        for one in wanted:
            self.mark_required(entity, one, home)
        number = sum(f.kind == "required" and f.group is None for f in entity.fields)
        entity.fields.append(
            FieldModel(
                f"{entity.name.lower()}r{number}",
                TypeRef("String", self.rng.choice(("", "!"))),
                kind="required",
                homes=frozenset({home}),
                requires=wanted,
            )
        )

    def some_texts(self, arguments: Sequence[Argument], but: str = "") -> str:
        """Arguments of a field that is required, other ones than it was required with before."""
        if not arguments:
            return ""
        for _ in range(20):
            given = [a for a in arguments if self.chance(0.8)]
            parts = [f"{a.name}: {self.rng.choice(self.texts_of(a))}" for a in given]
            text = f"({', '.join(parts)})" if parts else ""
            if text != but:
                return text
        return but

    def requirable(self, entity: DraftEntity, home: int) -> list[Required]:
        found = []
        for model in entity.fields:
            if home in model.homes or model.overridden or model.kind in {"counter", "contextual"}:
                continue
            if self.added_by_interface_object(model):
                continue
            arguments = self.some_texts(model.arguments_in(None))
            if model.type.name in SCALARS:
                # What depends on what else is asked for, or on others, is chained twice as often.
                weight = 4 if arguments else 3 if model.requires else 1
                found += [Required((model.name,), arguments)] * weight
                continue
            found += [
                Required((model.name, *inner), arguments)
                for inner in self.requirable_inside(model, home)
            ]
        return found

    def requirable_inside(self, model: FieldModel, home: int) -> Iterator[tuple[str, ...]]:
        name = model.type.name
        if name in self.values:
            for inner in self.values[name]:
                if inner.type.name in SCALARS:
                    yield (inner.name,)
        elif name in self.entities and name not in self.banned_in(home):
            for field in self.required_inside(self.entities[name]):
                yield (field,)
        elif name in self.abstracts:
            yield from self.requirable_of_members(model, home)

    def requirable_of_members(self, model: FieldModel, home: int) -> Iterator[tuple[str, ...]]:
        abstract = self.abstracts[model.type.name]
        if home == abstract.interface_object or not self.ensure_abstract(abstract.name, {home}):
            return
        if not abstract.is_union:
            yield from [("id",)] * 3
        # Others refuse a fragment on a type that the input's own subgraph does not know there,
        # but for one that sees the interface as an object: another tells the types then.
        places = [home, *(place for place in model.homes if place != abstract.interface_object)]
        known = [abstract.members.get(place, frozenset()) for place in places]
        for member in sorted(frozenset.intersection(*known)):
            if member in self.entities:
                for field in self.required_inside(self.entities[member]):
                    yield (f"...{member}", field)

    def required_inside(self, target: DraftEntity) -> list[str]:
        return [
            f.name
            for f in target.fields
            if f.kind in {"stored", "required"}
            and f.type.name in SCALARS
            and not f.arguments
            and not f.overridden
            and not self.added_by_interface_object(f)
            and (f.type.nullable or target.only != ("nick",))
        ]

    def mark_required(self, entity: DraftEntity, wanted: Required, home: int) -> None:
        owners = [entity.name]
        for step in wanted.path:
            if step.startswith("..."):
                owners = [step.removeprefix("...")]
                continue
            if step in KEY_FIELDS:
                return
            model = next(f for f in self.fields_of(owners[0]) if f.name == step)
            self.make_sturdy(owners, step)
            owners = [model.type.name]
            if owners[0] in self.entities:
                self.ensure(owners[0], home)

    def fields_of(self, name: str) -> list[FieldModel]:
        return self.entities[name].fields if name in self.entities else self.values[name]
