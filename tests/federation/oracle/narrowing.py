"""Which types may stand where an interface's field says another: the same or narrower ones."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from tests.federation.oracle.drafts import DraftAbstract
from tests.federation.oracle.gathering import Gathering
from tests.federation.oracle.model import TypeRef

NARROWER_SHAPES = {
    "": ("", "!"),
    "!": ("!",),
    "[]": ("[]", "[!]", "[]!", "[!]!"),
    "[!]": ("[!]", "[!]!"),
    "[]!": ("[]!", "[!]!"),
    "[!]!": ("[!]!",),
    "[[]]": ("[[]]", "[[!]]", "[[]!]", "[[]]!", "[[!]!]!"),
    "[[!]]": ("[[!]]", "[[!]!]!"),
    "[[]!]": ("[[]!]", "[[!]!]!"),
    "[[]]!": ("[[]]!", "[[!]!]!"),
    "[[!]!]!": ("[[!]!]!",),
}
LIKE_SHAPES = (
    ("", "", "!"),
    ("[]", "[]", "[!]", "[]!", "[!]!"),
    ("[[]]", "[[]]", "[[!]]", "[[]!]", "[[]]!", "[[!]!]!"),
)
"""Shapes of what is no list, of lists, and of lists of lists."""


class Narrowing(Gathering):
    """Finds the types by which types of a draft may narrow fields of their interfaces."""

    def narrowed(self, bounds: Sequence[TypeRef], names: Sequence[str]) -> TypeRef:
        """A type with one of the names that is legal for all the bounds, often a narrower one."""
        allowed = [NARROWER_SHAPES[bound.shape] for bound in bounds]
        shapes = [shape for shape in allowed[0] if all(shape in others for others in allowed)]
        name = self.rng.choice(names) if self.chance(0.7) else names[0]
        shape = self.rng.choice(shapes) if self.chance(0.5) else shapes[0]
        return TypeRef(name, shape)

    def narrowed_in_one(self, ref: TypeRef, homes: Set[int]) -> tuple[int, TypeRef] | None:
        """One of several subgraphs that declares a narrower type, and that type, or nothing."""
        names = self.names_of_values([ref], homes)
        if len(homes) == 1 or not names or self.chance(0.4):
            return None
        narrower = self.narrowed([ref], names)
        if ref.name in {*self.entities, *self.values, *self.abstracts}:
            # A failing non-null field below would take more along there than in the monolith.
            narrower = replace(narrower, shape=ref.shape)
        return (min(homes), narrower) if narrower != ref else None

    def names_within(self, bounds: Iterable[TypeRef], homes: Set[int]) -> list[str]:
        """The names that are legal for all the bounds in each subgraph, a widest one first."""
        names = frozenset.intersection(*(self.subtypes(bound.name, homes) for bound in bounds))
        return sorted(names, key=lambda name: (-len(self.subtypes(name, homes)), name))

    def names_of_values(self, bounds: Iterable[TypeRef], homes: Set[int]) -> list[str]:
        """Those of them of which there are objects that all the subgraphs know."""
        return [name for name in self.names_within(bounds, homes) if self.has_values(name, homes)]

    def subtypes(self, name: str, homes: Set[int]) -> frozenset[str]:
        """A type and those that may stand for it in each of the subgraphs."""
        abstract = self.abstracts.get(name)
        if abstract is None:
            return frozenset({name})
        return frozenset({name}).union(
            frozenset.intersection(*(self.subtypes_in(abstract, home) for home in homes))
        )

    def subtypes_in(self, abstract: DraftAbstract, home: int) -> frozenset[str]:
        below = {a.name for a in self.abstracts.values() if abstract.name in a.links.get(home, ())}
        return abstract.members.get(home, frozenset()) | below

    def has_values(self, name: str, homes: Set[int]) -> bool:
        """Whether an object of a type is known to all the subgraphs."""
        abstract = self.abstracts.get(name)
        if abstract is None:
            return True
        return bool(frozenset.intersection(*(abstract.members.get(h, frozenset()) for h in homes)))
