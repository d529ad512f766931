"""Random sets of subgraphs that merge, but may or may not be able to answer every query.

Few types in many subgraphs: keys that differ by subgraph, are compound, nested or not resolvable;
chains of ``@requires``; nested ``@provides``; interfaces, unions and interface objects that each
subgraph knows in part.
"""

from random import Random

from tests.federation.composition.cases import LINK

KEYS = ("id", "sku", "id sku", "org { code }", "id org { code }")


class SatisfiabilityGenerator:
    """Makes one set of subgraphs from a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.names = ["a", "b", "c", "d"][: self.rng.randint(2, 4)]
        self.types = ["T", "U", "V"][: self.rng.randint(1, 3)]
        self.members: dict[tuple[str, str], list[str]] = {}
        self.keys: dict[tuple[str, str], list[str]] = {}
        self.query: dict[str, list[str]] = {n: [] for n in self.names}
        self.extra: dict[str, list[str]] = {n: [] for n in self.names}

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def make(self) -> dict[str, str]:
        """The subgraphs by name."""
        for type_name in self.types:
            for name in self.rng.sample(self.names, self.rng.randint(1, len(self.names))):
                self._entity(name, type_name)
        self._links()
        if self.chance(0.5):
            self._requires()
        if self.chance(0.4):
            self._provides()
        if self.chance(0.5):
            self._abstract()
        if self.chance(0.35):
            self._interface_object()
        if self.chance(0.4):
            self._context()
        return {n: self._text(n) for n in self.names if self._text(n) != LINK}

    def _entity(self, name: str, type_name: str) -> None:
        keys = self.rng.sample(KEYS, self.rng.choice([0, 1, 1, 1, 2]))
        fields = []
        for word in ("id", "sku"):
            if any(word in k.split() for k in keys) or self.chance(0.2):
                fields.append(f"{word}: ID! @shareable")
        if any("org" in k for k in keys):
            fields.append("org: Org @shareable")
        fields.append(f"{type_name.lower()}_{name}: Int")
        if self.chance(0.25):
            fields.append("common: Int @shareable")
        marks = []
        for key in keys:
            resolvable = ", resolvable: false" if self.chance(0.2) else ""
            marks.append(f'@key(fields: "{key}"{resolvable})')
        self.members[name, type_name] = fields
        self.keys[name, type_name] = marks
        if self.chance(0.6):
            self.query[name].append(f"{type_name.lower()}_from_{name}: {type_name}")

    def _links(self) -> None:
        for (name, _type), fields in self.members.items():
            for target in self.types:
                if (name, target) in self.members and self.chance(0.35):
                    fields.append(f"to_{target}_{name}: {target}")

    def _requires(self) -> None:
        places = list(self.members)
        for name, type_name in self.rng.sample(places, min(2, len(places))):
            others = [n for n, t in places if t == type_name and n != name]
            if not others:
                continue
            other = self.rng.choice(others)
            wanted = f"{type_name.lower()}_{other}"
            fields = self.members[name, type_name]
            if not any(f.startswith(wanted) for f in fields):
                fields.append(f"{wanted}: Int @external")
                fields.append(f'needs_{wanted}_{name}: Int @requires(fields: "{wanted}")')

    def _provides(self) -> None:
        places = list(self.members)
        name, type_name = self.rng.choice(places)
        others = [n for n, t in places if t == type_name and n != name]
        if not others:
            return
        other = self.rng.choice(others)
        wanted = f"{type_name.lower()}_{other}"
        theirs = self.members[other, type_name]
        if f"{wanted}: Int" not in theirs or any(
            f.startswith(wanted) for f in self.members[name, type_name]
        ):
            return
        theirs[theirs.index(f"{wanted}: Int")] += " @shareable"
        self.members[name, type_name].append(f"{wanted}: Int @external")
        self.query[name].append(f'provided_{name}: {type_name} @provides(fields: "{wanted}")')

    def _abstract(self) -> None:
        for name in self.names:
            known = [t for t in self.types if (name, t) in self.members and self.chance(0.8)]
            if not known or not self.chance(0.7):
                continue
            self.extra[name].append(f"union Some = {' | '.join(known)}")
            self.query[name].append(f"some_{name}: Some")
            for type_name in known:
                if self.chance(0.3):
                    self.members[name, type_name].append(f"some_{type_name}_{name}: Some")

    def _interface_object(self) -> None:
        owner, *others = self.rng.sample(self.names, len(self.names))
        resolvable = ", resolvable: false" if self.chance(0.3) else ""
        self.extra[owner].append(
            f'interface Media @key(fields: "id"{resolvable}) {{ id: ID! title: String }}'
        )
        for kind in ("Book", "Film")[: self.rng.randint(1, 2)]:
            self.extra[owner].append(
                f'type {kind} implements Media @key(fields: "id") '
                f"{{ id: ID! title: String {kind.lower()}: Int }}"
            )
        if self.chance(0.6):
            self.query[owner].append("media: Media book: Book")
        for name in others:
            if self.chance(0.7):
                key = "id" if self.chance(0.85) else 'id", resolvable: false) @key(fields: "id'
                self.extra[name].append(
                    f'type Media @interfaceObject @key(fields: "{key}") '
                    f"{{ id: ID! by_{name}: Int }}"
                )
                if self.chance(0.4):
                    self.query[name].append(f"media_{name}: Media")

    def _context(self) -> None:
        """A type sets a context, another type of the same subgraph takes a value from it."""
        name, setter = self.rng.choice(list(self.members))
        users = [t for n, t in self.members if n == name and self.keys[n, t]]
        if not users:
            return
        user = self.rng.choice(users)
        self.keys[name, setter] = [*self.keys[name, setter], '@context(name: "ctx")']
        wanted = f"{setter.lower()}_{self.rng.choice(self.names)}"
        if not any(f.startswith(wanted) for f in self.members[name, setter]):
            wanted = f"{setter.lower()}_{name}"
        taken = f'@fromContext(field: "$ctx {{ {wanted} }}")'
        self.members[name, user].append(f"needs(a: Int {taken}): Int")
        if self.chance(0.7):
            self.members[name, setter].append(f"ctx_to_{user}: {user}")

    def _text(self, name: str) -> str:
        parts = []
        if self.query[name]:
            parts.append("type Query {\n  " + "\n  ".join(self.query[name]) + "\n}")
        for (owner, type_name), fields in self.members.items():
            if owner == name:
                marks = " ".join(self.keys[owner, type_name])
                parts.append(f"type {type_name} {marks} {{\n  " + "\n  ".join(fields) + "\n}")
        parts += self.extra[name]
        if any("Org" in p for p in parts):
            parts.append("type Org @shareable { code: ID! }")
        return LINK + "\n\n".join(parts)


def generated(seed: int) -> dict[str, str]:
    """A set of subgraphs: name to SDL."""
    return SatisfiabilityGenerator(seed).make()
