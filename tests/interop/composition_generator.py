"""Random sets of subgraphs for the comparison with another composer, good and broken ones.

A graph of types is made up and dealt out to subgraphs in a way that composes; then, in some sets,
a few mistakes of the kinds that people make are put in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

SCALARS = ("Int", "String", "ID", "Boolean", "Float")
VERSIONS = ("2.0", "2.3", "2.5", "2.7", "2.9")
DIRECTIVES = {
    "2.0": "@key @requires @provides @external @tag @extends @shareable @inaccessible @override",
    "2.3": "@composeDirective @interfaceObject",
    "2.5": "@authenticated @requiresScopes",
    "2.7": "@policy",
    "2.9": "@context @fromContext @cost @listSize",
}


@dataclass
class FieldText:
    """A field as one subgraph writes it."""

    name: str
    type: str
    arguments: str = ""
    directives: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join([f"{self.name}{self.arguments}: {self.type}", *self.directives])


@dataclass
class TypeText:
    """A type as one subgraph writes it."""

    head: str
    fields: dict[str, FieldText] = field(default_factory=dict)
    directives: list[str] = field(default_factory=list)
    raw: str = ""

    def __str__(self) -> str:
        if self.raw:
            return self.raw
        body = "\n".join(f"  {f}" for f in self.fields.values())
        return " ".join([self.head, *self.directives]) + " {\n" + body + "\n}"


@dataclass
class SubgraphText:
    """A subgraph's document."""

    version: str
    types: dict[str, TypeText] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.version == "1":
            return "\n\n".join(map(str, self.types.values()))
        names = " ".join(d for v, d in DIRECTIVES.items() if _number(v) <= _number(self.version))
        imports = ", ".join(f'"{n}"' for n in names.split())
        link = (
            f'extend schema @link(url: "https://specs.apollo.dev/federation/v{self.version}",'
            f" import: [{imports}])"
        )
        return "\n\n".join([link, *map(str, self.types.values())])


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(p) for p in version.split("."))


class Generator:
    """Makes one set of subgraphs from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        names = ["alpha", "beta", "gamma", "delta"][: self.rng.randint(2, 4)]
        self.federation_1 = self.rng.random() < 0.12
        version = self.rng.choice(VERSIONS)
        self.subgraphs = {
            n: SubgraphText("1" if self.federation_1 else self._version(version)) for n in names
        }
        self.leaves = list(SCALARS)
        self.objects: list[str] = []

    def _version(self, version: str) -> str:
        return self.rng.choice(VERSIONS) if self.rng.random() < 0.2 else version

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def some(self, at_least: int = 1) -> list[str]:
        names = list(self.subgraphs)
        return sorted(self.rng.sample(names, self.rng.randint(at_least, len(names))))

    def make(self) -> dict[str, str]:
        """The subgraphs by name."""
        for subgraph in self.subgraphs.values():
            subgraph.types["Query"] = TypeText("type Query")
        self._maybe(0.5, self._enum)
        self._maybe(0.4, self._input)
        for number in range(self.rng.randint(1, 3)):
            self._entity(f"E{number}")
        for number in range(self.rng.randint(0, 2)):
            self._value_type(f"V{number}")
        self._maybe(0.4, self._union)
        self._maybe(0.45, self._interface)
        if not self.federation_1:
            self._maybe(0.3, self._interface_object)
        self._root_fields()
        self._maybe(0.3, self._requires)
        self._maybe(0.25, self._provides)
        if not self.federation_1:
            self._maybe(0.25, self._override)
        self._maybe(0.45, self._decorate)
        if self.chance(0.45):
            for _ in range(self.rng.randint(1, 2)):
                self._mistake()
        return {n: str(s) for n, s in self.subgraphs.items() if self._prune(s)}

    def _maybe(self, probability: float, step: Callable[[], None]) -> None:
        if self.chance(probability):
            step()

    @staticmethod
    def _prune(subgraph: SubgraphText) -> bool:
        """Take out types without fields; whether any type is left."""
        for name in [n for n, t in subgraph.types.items() if not t.raw and not t.fields]:
            del subgraph.types[name]
        return bool(subgraph.types)

    def type_text(self) -> str:
        inner = self.rng.choice(self.leaves)
        if self.chance(0.25):
            inner += "!"
        if self.chance(0.15):
            inner = f"[{inner}]" + ("!" if self.chance(0.3) else "")
        return inner

    def _shareable(self) -> list[str]:
        return [] if self.federation_1 else ["@shareable"]

    def _enum(self) -> None:
        values = ["A", "B", "C"]
        for name in self.some():
            kept = values if self.chance(0.8) else self.rng.sample(values, 2)
            self.subgraphs[name].types["Color"] = TypeText(
                "enum", raw="enum Color { " + " ".join(kept) + " }"
            )
            query = self.subgraphs[name].types["Query"]
            query.fields[f"color_{name}"] = FieldText(f"color_{name}", "Color")
            if self.chance(0.3):
                query.fields[f"by_{name}"] = FieldText(f"by_{name}", "Int", "(c: Color)")

    def _input(self) -> None:
        for name in self.some():
            fields = {
                n: FieldText(n, t)
                for n, t in (("a", "Int"), ("b", "String"), ("c", "Boolean"))
                if n == "a" or self.chance(0.7)
            }
            if self.chance(0.1):
                fields["a"].type = "Int!"
            if self.chance(0.15):
                fields["a"].type += " = 1"
            self.subgraphs[name].types["Filter"] = TypeText("input Filter", fields)
            query = self.subgraphs[name].types["Query"]
            query.fields[f"f_{name}"] = FieldText(f"f_{name}", "Int", "(filter: Filter)")

    def _entity(self, type_name: str) -> None:
        keys = ["id"] if self.chance(0.7) else ["id", "sku"]
        compound = len(keys) > 1 and self.chance(0.4)
        for position, name in enumerate(self.some()):
            entity = TypeText(f"type {type_name}")
            chosen = keys if compound else [k for k in keys if self.chance(0.7)] or keys[:1]
            texts = [" ".join(chosen)] if compound else chosen
            for text in texts:
                resolvable = ", resolvable: false" if self.chance(0.08) else ""
                if self.subgraphs[name].version == "1":
                    resolvable = ""
                entity.directives.append(f'@key(fields: "{text}"{resolvable})')
            for key in chosen:
                entity.fields[key] = FieldText(key, "ID!")
            if self.federation_1 and position and self.chance(0.6):
                entity.head = f"extend type {type_name}"
                for key in chosen:
                    entity.fields[key].directives.append("@external")
            for number in range(self.rng.randint(0, 2)):
                field_name = f"{type_name.lower()}_{name}_{number}"
                entity.fields[field_name] = FieldText(field_name, self.type_text())
            self.subgraphs[name].types[type_name] = entity
        self.objects.append(type_name)

    def _value_type(self, type_name: str) -> None:
        fields = {f"v{n}": self.type_text() for n in range(self.rng.randint(1, 3))}
        for name in self.some():
            value = TypeText(f"type {type_name}", directives=self._shareable())
            for field_name, text in fields.items():
                changed = text.removesuffix("!") if self.chance(0.15) else text
                if self.chance(0.93):
                    value.fields[field_name] = FieldText(field_name, changed)
            if value.fields:
                self.subgraphs[name].types[type_name] = value
        self.objects.append(type_name)

    def _having(self, type_name: str) -> list[SubgraphText]:
        return [s for s in self.subgraphs.values() if type_name in s.types]

    def _union(self) -> None:
        for name, subgraph in self.subgraphs.items():
            members = [o for o in self.objects if o in subgraph.types and self.chance(0.8)]
            if members and self.chance(0.7):
                subgraph.types["Any"] = TypeText("union", raw="union Any = " + " | ".join(members))
                subgraph.types["Query"].fields[f"any_{name}"] = FieldText(f"any_{name}", "Any")

    def _interface(self) -> None:
        for name, subgraph in self.subgraphs.items():
            if not self.chance(0.6):
                continue
            subgraph.types["Node"] = TypeText("interface Node", {"id": FieldText("id", "ID!")})
            for type_name, definition in subgraph.types.items():
                if type_name.startswith("E") and "id" in definition.fields:
                    definition.head += " implements Node"
            if not any("implements Node" in t.head for t in subgraph.types.values()):
                del subgraph.types["Node"]
                continue
            if self.chance(0.7):
                subgraph.types["Query"].fields[f"node_{name}"] = FieldText(f"node_{name}", "Node")

    def _interface_object(self) -> None:
        owner, *others = self.rng.sample(list(self.subgraphs), len(self.subgraphs))
        key = '@key(fields: "id")'
        subgraph = self.subgraphs[owner]
        subgraph.types["Media"] = TypeText(
            "interface Media",
            {"id": FieldText("id", "ID!"), "title": FieldText("title", "String")},
            [key] if self.chance(0.85) else [],
        )
        for name in ("Book", "Film")[: self.rng.randint(1, 2)]:
            subgraph.types[name] = TypeText(
                f"type {name} implements Media",
                {"id": FieldText("id", "ID!"), "title": FieldText("title", "String")},
                [key],
            )
        if self.chance(0.8):
            subgraph.types["Query"].fields["media"] = FieldText("media", "Media")
        for name in others[: self.rng.randint(1, 2)]:
            self.subgraphs[name].types["Media"] = TypeText(
                "type Media",
                {"id": FieldText("id", "ID!"), f"m_{name}": FieldText(f"m_{name}", "Int")},
                [key, "@interfaceObject"],
            )
            if self.chance(0.4):
                query = self.subgraphs[name].types["Query"]
                query.fields[f"media_{name}"] = FieldText(f"media_{name}", "Media")

    def _root_fields(self) -> None:
        for name, subgraph in self.subgraphs.items():
            for type_name in self.objects:
                if type_name in subgraph.types and self.chance(0.6):
                    field_name = f"{type_name.lower()}_{name}"
                    text = f"[{type_name}!]" if self.chance(0.2) else type_name
                    subgraph.types["Query"].fields[field_name] = FieldText(field_name, text)
            for type_name in self.objects:
                entities = [t for n, t in subgraph.types.items() if n.startswith("E")]
                if type_name in subgraph.types and entities and self.chance(0.3):
                    holder = self.rng.choice(entities)
                    field_name = f"to_{type_name.lower()}_{name}"
                    holder.fields[field_name] = FieldText(field_name, type_name)

    def _entities(self) -> list[str]:
        return [o for o in self.objects if o.startswith("E")]

    def _requires(self) -> None:
        for type_name in self._entities():
            having = self._having(type_name)
            if len(having) < 2:
                continue
            here, there = self.rng.sample(having, 2)
            source = there.types[type_name]
            names = [
                n
                for n in source.fields
                if n.startswith("e")
                and not source.fields[n].arguments
                and source.fields[n].type.strip("[]!") in self.leaves
            ]
            if not names:
                continue
            wanted = self.rng.choice(names)
            target = here.types[type_name]
            target.fields[wanted] = FieldText(
                wanted, source.fields[wanted].type, directives=["@external"]
            )
            target.fields["computed"] = FieldText(
                "computed", "Int", directives=[f'@requires(fields: "{wanted}")']
            )
            return

    def _provides(self) -> None:
        for type_name in self._entities():
            having = self._having(type_name)
            if len(having) < 2:
                continue
            here, there = self.rng.sample(having, 2)
            source = there.types[type_name]
            names = [
                n
                for n in source.fields
                if n.startswith("e")
                and source.fields[n].type.strip("[]!") in self.leaves
                and not source.fields[n].directives
            ]
            if not names:
                continue
            wanted = self.rng.choice(names)
            source.fields[wanted].directives += self._shareable()
            here.types[type_name].fields[wanted] = FieldText(
                wanted, source.fields[wanted].type, directives=["@external"]
            )
            here.types["Query"].fields["provided"] = FieldText(
                "provided", type_name, directives=[f'@provides(fields: "{wanted}")']
            )
            return

    def _override(self) -> None:
        for type_name in self._entities():
            having = [n for n, s in self.subgraphs.items() if type_name in s.types]
            if len(having) < 2:
                continue
            here, there = self.rng.sample(having, 2)
            source = self.subgraphs[there].types[type_name]
            names = [n for n in source.fields if n.startswith("e")]
            if not names:
                continue
            wanted = self.rng.choice(names)
            label = ', label: "percent(20)"' if self.chance(0.3) else ""
            if _number(self.subgraphs[here].version) < (2, 7):
                label = ""
            self.subgraphs[here].types[type_name].fields[wanted] = FieldText(
                wanted,
                source.fields[wanted].type,
                directives=[f'@override(from: "{there}"{label})'],
            )
            return

    def _decorate(self) -> None:
        for subgraph in self.subgraphs.values():
            for definition in subgraph.types.values():
                for declared in definition.fields.values():
                    if self.chance(0.06):
                        declared.directives.append('@tag(name: "x")')
                    elif self.chance(0.03) and subgraph.version != "1":
                        declared.directives.append("@inaccessible")
                    elif self.chance(0.05):
                        declared.directives.append('@deprecated(reason: "old")')
                    elif self.chance(0.05) and _number(subgraph.version) >= (2, 5):
                        declared.directives.append(
                            self.rng.choice(
                                ["@authenticated", '@requiresScopes(scopes: [["s"], ["t", "u"]])']
                            )
                        )
                    elif self.chance(0.05) and _number(subgraph.version) >= (2, 9):
                        declared.directives.append(f"@cost(weight: {self.rng.randint(1, 5)})")
                    elif self.chance(0.05) and not definition.head.startswith("input"):
                        declared.arguments = declared.arguments or "(x: Int = 3)"

    def _mistake(self) -> None:
        mistakes: tuple[Callable[[TypeText, FieldText], object], ...] = (
            lambda _t, f: setattr(f, "type", "Missing" if self.chance(0.2) else "Float"),
            lambda _t, f: setattr(f, "type", f"[{f.type}]"),
            lambda _t, f: setattr(f, "type", f.type.removesuffix("!") + "!"),
            lambda _t, f: f.directives.append("@external"),
            lambda _t, f: f.directives.clear(),
            lambda _t, f: setattr(f, "arguments", "(x: Int!)"),
            lambda _t, f: f.directives.append('@requires(fields: "id")'),
            lambda _t, f: f.directives.append('@provides(fields: "id")'),
            lambda _t, f: f.directives.append('@override(from: "alpha")'),
            lambda _t, f: f.directives.append("@inaccessible"),
            lambda _t, f: f.directives.append("@shareable"),
            lambda t, _f: t.directives.clear(),
            lambda t, _f: t.directives.append('@key(fields: "nothing")'),
            lambda t, _f: t.directives.append('@key(fields: "id")'),
            lambda t, f: t.fields.pop(f.name, None),
            lambda t, f: t.fields.update({"extra": FieldText("extra", f.type)}),
            lambda t, _f: t.directives.append("@shareable"),
            lambda t, _f: t.directives.append("@inaccessible"),
            lambda t, _f: setattr(t, "head", "extend " + t.head.removeprefix("extend ")),
        )
        subgraph = self.rng.choice(list(self.subgraphs.values()))
        candidates = [t for t in subgraph.types.values() if t.fields]
        if not candidates:
            return
        definition = self.rng.choice(candidates)
        declared = self.rng.choice(list(definition.fields.values()))
        self.rng.choice(mistakes)(definition, declared)


def generated(seed: int) -> dict[str, str]:
    """A set of subgraphs: name to SDL."""
    return Generator(seed).make()
