"""Small random supergraphs of entities and values that subgraphs share in part."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, product

from gateway.federation.query_graph.graph import QueryGraph
from tests.federation.planner.kit import graph_of

_TYPES = ("E0", "E1", "E2", "V0", "V1")
"""Entities begin with an E, values with a V."""


@dataclass(frozen=True, slots=True)
class RandomField:
    """A field.

    Attributes:
        name: Its name.
        type_name: Its type.
        homes: Numbers of the subgraphs that resolve it.
    """

    name: str
    type_name: str
    homes: tuple[int, ...]

    @property
    def text(self) -> str:
        return f"{self.name}: {self.type_name} " + " ".join(
            f"@join__field(graph: S{home})" for home in self.homes
        )


@dataclass(slots=True)
class RandomGraph:
    """A supergraph.

    Args:
        seed: What it is made from.

    Attributes:
        homes: By type the subgraphs that know it.
        fields: By type its fields; ``id`` of entities is not among them.
    """

    seed: int
    count: int = 0
    homes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    fields: dict[str, list[RandomField]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        self.count = rng.randint(3, 6)
        every = range(self.count)
        for name in _TYPES:
            self.homes[name] = _some(rng, every)
        for name in _TYPES:
            leaves = [
                RandomField(f"{name.lower()}f{number}", "Int", _some(rng, self.homes[name]))
                for number in range(rng.randint(2, 5))
            ]
            self.fields[name] = [*leaves, *self._links(rng, name)]
        self.fields["Query"] = [
            RandomField(f"any{name}", name, _some(rng, self.homes[name])) for name in _TYPES
        ]
        self.homes["Query"] = tuple(every)

    def _links(self, rng: random.Random, name: str) -> Iterator[RandomField]:
        for number in range(rng.randint(0, 2)):
            target = rng.choice(_TYPES)
            both = [home for home in self.homes[name] if home in self.homes[target]]
            if both:
                yield RandomField(f"{name.lower()}c{number}", target, _some(rng, both))

    def graph(self) -> QueryGraph:
        """The query graph."""
        types = [self._type(name) for name in ("Query", *_TYPES)]
        return graph_of([f"s{number}" for number in range(self.count)], "\n".join(types))

    def _type(self, name: str) -> str:
        key, first = (', key: "id"', "id: ID! ") if name.startswith("E") else ("", "")
        heads = " ".join(f"@join__type(graph: S{home}{key})" for home in self.homes[name])
        return f"type {name} {heads} {{ {first}{' '.join(f.text for f in self.fields[name])} }}"

    def operation(self, number: int) -> str:
        """One of many operations."""
        rng = random.Random(f"{self.seed}/{number}")
        return f"{{ {self._selections(rng, 'Query', 0)} }}"

    def _selections(self, rng: random.Random, name: str, depth: int) -> str:
        found = []
        for number in range(rng.randint(1, 4)):
            picked = rng.choice(self.fields[name])
            below = ""
            if picked.type_name != "Int":
                if depth > 1:
                    continue
                below = f" {{ {self._selections(rng, picked.type_name, depth + 1)} }}"
            found.append(f"a{number}: {picked.name}{below}")
        return " ".join(found) or "__typename"

    def with_one_home_each(self, operation: str, limit: int) -> Iterator["RandomGraph"]:
        """Yields graphs in which each root field of an operation has one home, at most so many."""
        roots = self.fields["Query"]
        asked = [root for root in roots if f" {root.name} " in operation]
        for homes in islice(product(*(root.homes for root in asked)), limit):
            only = {root.name: (home,) for root, home in zip(asked, homes, strict=True)}
            narrowed = [replace(root, homes=only.get(root.name, root.homes)) for root in roots]
            other = RandomGraph(self.seed)
            other.fields["Query"] = narrowed
            yield other


def _some(rng: random.Random, homes: "range | tuple[int, ...] | list[int]") -> tuple[int, ...]:
    return tuple(sorted(rng.sample(homes, rng.randint(1, len(homes)))))
