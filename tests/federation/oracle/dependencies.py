"""Dependencies between the subgraphs of a universe: overrides, provided and required fields."""

from dataclasses import replace

from tests.federation.oracle.drafts import KEY_FIELDS, SCALARS, Draft, DraftEntity
from tests.federation.oracle.model import FieldModel, Required, TypeRef


class Dependencies(Draft):
    """Adds dependencies to a draft."""

    def add_overrides(self, entity: DraftEntity) -> None:
        for position, model in enumerate(entity.fields):
            others = [s for s in entity.real if s not in model.homes]
            simple = model.type.name in SCALARS and not model.group and len(model.homes) == 1
            if others and simple and model.kind == "stored" and self.chance(0.1):
                taken = frozenset({self.rng.choice(others)})
                entity.fields[position] = replace(model, overridden=taken)

    def add_provides(self, entity: DraftEntity) -> None:
        for position, model in enumerate(entity.fields):
            if model.type.name not in self.entities:
                continue
            for home in sorted(model.homes):
                names = self.providable(self.entities[model.type.name], home)
                if names and self.chance(0.35):
                    picked = tuple(sorted(self.rng.sample(names, self.rng.randint(1, len(names)))))
                    entity.fields[position] = replace(
                        entity.fields[position],
                        provides=(*entity.fields[position].provides, (home, picked)),
                    )

    def providable(self, target: DraftEntity, home: int) -> list[str]:
        return [
            f.name
            for f in target.fields
            if home not in f.homes
            and not f.overridden
            and f.kind == "stored"
            and not f.arguments
            and f.type.name in SCALARS
            and f.name not in KEY_FIELDS
            and not self.added_by_interface_object(f)
        ]

    def add_requires(self, entity: DraftEntity) -> None:
        for number in range(self.rng.randint(0, 2)):
            home = self.rng.choice(entity.real)
            paths = self.requirable(entity, home)
            if not paths:
                return
            picked = self.rng.sample(paths, self.rng.randint(1, min(2, len(paths))))
            if len({p.path[0] for p in picked}) != len(picked):
                picked = picked[:1]
            for wanted in picked:
                self.mark_required(entity, wanted, home)
            entity.fields.append(
                FieldModel(
                    f"{entity.name.lower()}r{number}",
                    TypeRef("String", self.rng.choice(("", "!"))),
                    kind="required",
                    homes=frozenset({home}),
                    requires=tuple(picked),
                )
            )

    def requirable(self, entity: DraftEntity, home: int) -> list[Required]:
        found = []
        for model in entity.fields:
            if home in model.homes or model.overridden or model.kind == "counter":
                continue
            if self.added_by_interface_object(model) or (model.type.is_list and model.arguments):
                continue
            arguments = "(n: 7)" if any(a.name == "n" for a in model.arguments) else ""
            if model.type.name in SCALARS:
                found.append(Required((model.name,), arguments))
            elif model.type.name in self.values:
                found += [
                    Required((model.name, inner.name), arguments)
                    for inner in self.values[model.type.name]
                    if inner.type.name in SCALARS
                ]
            elif model.type.name in self.entities:
                found += [
                    Required((model.name, inner), arguments)
                    for inner in self.required_inside(self.entities[model.type.name], home)
                ]
        return found

    def required_inside(self, target: DraftEntity, home: int) -> list[str]:
        return [
            f.name
            for f in target.fields
            if f.kind == "stored"
            and f.type.name in SCALARS
            and not f.arguments
            and not f.overridden
            and not self.added_by_interface_object(f)
        ]

    def mark_required(self, entity: DraftEntity, wanted: Required, home: int) -> None:
        model = next(f for f in entity.fields if f.name == wanted.path[0])
        self.make_sturdy([entity.name], model.name)
        if len(wanted.path) > 1:
            self.ensure(model.type.name, home)
            self.make_sturdy([model.type.name], wanted.path[1])
