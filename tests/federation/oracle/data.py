"""Random data for a universe."""

import random
from dataclasses import replace
from typing import Any

from tests.federation.oracle.model import (
    FieldModel,
    ObjectModel,
    Ref,
    TypeRef,
    Uid,
    Universe,
    known_members,
)

WORDS = ("an", "bình", "chi", 'du"ng', "em\\b", "giang\n", "", "hoa 🌸")
LONGS = (0, -1, 2**53 + 1, 2**63 - 1, -(2**62) - 3)
LABELS = ("l0", "l1", "l2")
FLOATS = (0.5, -1.25, 3.0, 1e300, 0.1)


def forget(universe: Universe, rng: random.Random) -> Universe:
    """The same universe with objects that a subgraph does not know, and keys that are null."""
    absent: set[tuple[Uid, int]] = set()
    void: set[tuple[Uid, str]] = set()
    data = dict(universe.data)
    inputs = _inputs(universe)
    for model in universe.objects:
        keys = {key for _, known in model.keys for key, _ in known}
        uids = [uid for uid, item in data.items() if item["__typename"] == model.name]
        if len(keys) != 1:
            continue
        key_fields = {path.split(".")[0] for key in keys for path in key}
        if keys == {("nick",)}:
            # A null input that may not be null costs the object in the subgraph, here nothing.
            if any(
                f.narrowed_in or (f.name in inputs and not f.type.nullable) for f in model.fields
            ):
                continue
            lost = [uid for uid in uids if rng.random() < 0.3]
            void |= {(uid, f.name) for uid in lost for f in model.fields}
            continue
        for place in sorted(home for home, _ in model.keys):
            names = _known_by_one(universe, model, place, inputs)
            lost = [uid for uid in uids if names and rng.random() < 0.3]
            absent |= {(uid, place) for uid in lost}
            void |= {(uid, name) for uid in lost for name in names - key_fields}
    return replace(universe, absent=frozenset(absent), void=frozenset(void))


def _inputs(universe: Universe) -> set[str]:
    """Names of fields that other fields require or take from their context."""
    taken = {name for m in universe.objects for f in m.fields for _, name in f.context}
    return taken | {
        step
        for model in universe.objects
        for field in model.fields
        for required in field.requires
        for step in required.path
    }


def _known_by_one(
    universe: Universe, model: ObjectModel, place: int, inputs: set[str]
) -> frozenset[str]:
    """The fields that are lost if a subgraph does not know an object; empty if it has to.

    What other subgraphs resolve too would be lost or not as the plan is. A field that may not be
    null costs the object, and what is computed from it (see ``_failures``).
    """
    keyed = {a.name for a in universe.abstracts if place in a.keyed}
    if any(name in keyed for name, _ in model.interfaces):
        return frozenset()
    found = set()
    keys = {path for _, known in model.keys for key, _ in known for path in key}
    for field in model.fields:
        if field.name in keys or place not in field.homes | field.overridden:
            continue
        is_needed = field.name in inputs or _are_objects_inputs(universe)
        needed = is_needed and not field.type.nullable
        if field.homes != {place} or field.label or needed or field.context:
            return frozenset()
        found.add(field.name)
    return frozenset(found)


class _Filler:
    """Fills one universe with objects."""

    def __init__(self, universe: Universe, rng: random.Random, null_rate: float) -> None:
        self.universe = universe
        self.rng = rng
        self.null_rate = null_rate
        self.data: dict[Uid, dict[str, Any]] = {}
        self.uids: dict[str, list[Uid]] = {}
        self.embedded = 0

    def fill(self) -> dict[Uid, dict[str, Any]]:
        entities = [o for o in self.universe.objects if o.is_entity]
        for entity in entities:
            uids = [f"{entity.name}:{n}" for n in range(self.rng.randint(2, 4))]
            self.uids[entity.name] = uids
            for position, uid in enumerate(uids):
                self.data[uid] = {
                    "__typename": entity.name,
                    "__uid": uid,
                    "id": uid,
                    "sku": f"sku-{uid}",
                    "region": position % 2,
                    "org": {"__typename": "Org", "__uid": f"org-{uid}", "code": f"org-{uid}"},
                    "nick": f"nick-{uid}",
                    "kind": ("YES", "NO")[position % 2],
                    "serial": 2**53 + 1 + position // 2,
                    "east": position % 2,
                    "west": f"west-{position // 2}",
                    "seal": {
                        "__typename": "Seal",
                        "__uid": f"seal-{uid}",
                        "left": position % 2,
                        "right": f"right-{position // 2}",
                    },
                }
        for entity in entities:
            for uid in self.uids[entity.name]:
                self.fill_object(entity, self.data[uid])
        query = self.universe.object_named("Query")
        self.data["Query"] = {"__typename": "Query", "__uid": "Query"}
        self.fill_object(query, self.data["Query"])
        return self.data

    def fill_object(self, model: ObjectModel, target: dict[str, Any]) -> None:
        for field in model.fields:
            if field.kind == "stored" and field.name not in target:
                target[field.name] = self.value(field)

    def value(self, field: FieldModel, within: TypeRef | None = None) -> Any:
        """A value of a field, or of what stands in its list."""
        ref = within or field.value_type
        if ref.nullable and self.rng.random() < self.null_rate:
            return None
        if not ref.is_list:
            return self.item(field, ref)
        size = self.rng.choice((0, 1, 2) if within else (0, 1, 2, 3))
        return [self.value(field, ref.item) for _ in range(size)]

    def item(self, field: FieldModel, ref: TypeRef) -> Any:
        match ref.name:
            case "String" | "ID":
                return self.rng.choice(WORDS)
            case "Shade":
                return self.shade(field)
            case "Int" | "Both" | "Float" | "Boolean" | "Long":
                return self.leaf(ref.name)
        names = sorted(known_members(self.universe, ref.name, field.homes))
        name = self.rng.choice(names)
        if name in self.uids:
            return Ref(self.rng.choice(self.uids[name]))
        self.embedded += 1
        value = {"__typename": name, "__uid": f"{name}~{self.embedded}"}
        self.fill_object(self.universe.object_named(name), value)
        return value

    def leaf(self, name: str) -> Any:
        match name:
            case "Int":
                return self.rng.randint(-(2**31), 2**31 - 1)
            case "Float":
                return self.rng.choice(FLOATS)
            case "Boolean":
                return self.rng.random() < 0.5
            case "Long":
                return self.rng.choice(LONGS)
        enum = next(e for e in self.universe.enums if e.name == name)
        return self.rng.choice(enum.values)

    def shade(self, field: FieldModel) -> str:
        """A value that every subgraph knows that resolves the field."""
        enum = next(e for e in self.universe.enums if e.name == "Shade")
        extra = [value for home, value in enum.extra if field.homes == {home}]
        return self.rng.choice([*enum.values, *extra])


def _failures(universe: Universe, rng: random.Random, rate: float) -> frozenset[tuple[Uid, str]]:
    """Resolvers that fail.

    An object that is an input of ``@requires`` is fetched once, for the input and for the
    client: a non-null field of it that fails takes both along. The monolith knows no such
    sharing, so only nullable fields fail where objects are inputs.
    """
    found: set[tuple[Uid, str]] = set()
    objects_are_inputs = _are_objects_inputs(universe)

    def visit(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                visit(item)
        elif isinstance(value, dict):
            model = universe.object_named(value["__typename"])
            for field in model.fields:
                may_fail = field.fragile and (field.type.nullable or not objects_are_inputs)
                if may_fail and rng.random() < rate:
                    found.add((value["__uid"], field.name))
                visit(value.get(field.name))

    for item in universe.data.values():
        visit(item)
    return frozenset(found)


def _are_objects_inputs(universe: Universe) -> bool:
    """Whether a field of an object is an input of another object's field."""
    return any(
        len(required.path) > 1
        for model in universe.objects
        for field in model.fields
        for required in field.requires
    )


def _may_not_fail(universe: Universe) -> set[str]:
    """Names of the fields that computed keys are made of, directly or not, or stored fields need.

    What is had by a key that is computed from lost inputs is lost with them; the monolith has no
    keys. A stored field may be null by itself: the error of its input explains that null too.
    """
    fields = [field for model in universe.objects for field in model.fields]
    found: set[str] = set()
    size = -1
    while size != len(found):
        size = len(found)
        for field in fields:
            is_stored = field.kind != "required" and field.requires
            if field.kind == "computed" or is_stored or field.name in found:
                found.update(name for required in field.requires for name in required.path)
                found.update(name for _, name in field.context)
    return found


def fill(universe: Universe, rng: random.Random) -> Universe:
    """The same universe with random objects, nulls and failing resolvers."""
    data = _Filler(universe, rng, rng.choice((0.0, 0.1, 0.3))).fill()
    filled = replace(universe, data=data, labels=frozenset(rng.sample(LABELS, rng.randint(0, 3))))
    if rng.random() < 0.4:
        filled = forget(filled, rng)
    failing = _failures(filled, rng, rng.choice((0.0, 0.0, 0.03, 0.1)))
    sound = _may_not_fail(filled)
    failing = frozenset(failed for failed in failing if failed[1] not in sound)
    if filled.void:
        # Where an object is not known, the error of an input of its fields may be given or not.
        inputs = _inputs(filled)
        failing = frozenset(f for f in failing - filled.void if f[1] not in inputs)
    return replace(filled, failing=failing)
