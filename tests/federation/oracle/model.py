"""A universe: one schema, its split into subgraphs, and the data, as frozen values.

Everything the oracle does follows from a universe: the monolithic schema, each subgraph's SDL, the
resolvers of both, and the operations that may be asked.
"""

from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

Uid: TypeAlias = str
"""Identifies one object of the data; unique over all types."""


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A named type in its wrappers: ``[[!]]!`` stands for ``[[name!]]!``."""

    name: str
    shape: str = ""

    def __str__(self) -> str:
        innermost = self.shape.rfind("[") + 1
        return self.shape[:innermost] + self.name + self.shape[innermost:]

    @property
    def depth(self) -> int:
        """How many lists stand around the name."""
        return self.shape.count("[")

    @property
    def is_list(self) -> bool:
        return self.depth > 0

    @property
    def item(self) -> "TypeRef":
        """The type of the items of a list."""
        return TypeRef(self.name, self.shape.removesuffix("!")[1:-1])

    @property
    def nullable(self) -> bool:
        return not self.shape.endswith("!")

    @property
    def nullable_items(self) -> bool:
        return self.is_list and self.item.nullable


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field, with its default value as GraphQL text."""

    name: str
    type: TypeRef
    default: str | None = None

    @property
    def strict(self) -> "Argument":
        """The same argument, which takes no null if it has a default."""
        if self.default is None or not self.type.nullable:
            return self
        return replace(self, type=TypeRef(self.type.name, f"{self.type.shape}!"))


@dataclass(frozen=True, slots=True)
class Required:
    """One path of a ``@requires``, and the argument text that its first field is asked with.

    A step ``...E1`` of a path is a fragment.
    """

    path: tuple[str, ...]
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class FieldModel:
    """A field of an object type and the subgraphs that resolve it.

    Attributes:
        kind: How its value is made: ``stored``, ``required`` (from other fields), ``contextual``
            (from an object above), ``computed`` (a key that one subgraph makes from other
            fields), ``counter`` (how many mutations have run), ``lookup`` (a root field by id),
            ``all`` (a root list) or ``mutate``.
        homes: Indexes of the subgraphs that resolve it. Of a value type's field: the only
            subgraphs that know it; if empty, all do.
        requires: What it requires; only with one home, or in ``computed_in``.
        computed_in: The one of its homes that computes it; the others have it ready.
        provides: Per home: fields of the returned object that come along, with slashes between
            steps: ``name``, ``size/width``, ``...E1/name``.
        context: Types that set its context, each with the field that it takes from it.
        context_set_on: The interface or union on which they set it, if not each on itself.
        context_is_plain: Whether one selection stands for all of them.
        overridden: Subgraphs that still define it, but whose resolver must never be asked.
        label: The label under which the override is on; ``None`` if it always is.
        narrowed_in: The home that declares a narrower type than the others, if any, and that
            type; the supergraph's is that of the others.
        strict_in: The home that takes no null for arguments with defaults, and takes an argument
            that clients never see, if any.
        fragile: Whether its resolver may fail.
        group: Name of the interface that it is a field of, if any.
    """

    name: str
    type: TypeRef
    kind: str = "stored"
    homes: frozenset[int] = frozenset()
    arguments: tuple[Argument, ...] = ()
    requires: tuple[Required, ...] = ()
    provides: tuple[tuple[int, tuple[str, ...]], ...] = ()
    context: tuple[tuple[str, str], ...] = ()
    context_set_on: str | None = None
    context_is_plain: bool = False
    overridden: frozenset[int] = frozenset()
    label: str | None = None
    narrowed_in: tuple[int, TypeRef] | None = None
    strict_in: int | None = None
    fragile: bool = True
    group: str | None = None
    computed_in: int | None = None

    @property
    def value_type(self) -> TypeRef:
        """The type that its values have, whichever home is asked."""
        return self.type if self.narrowed_in is None else self.narrowed_in[1]

    def type_in(self, subgraph: int) -> TypeRef:
        """The type that a subgraph declares."""
        return dict([self.narrowed_in] if self.narrowed_in else []).get(subgraph, self.type)

    def arguments_in(self, subgraph: int | None) -> tuple[Argument, ...]:
        """The arguments that a subgraph declares, or those that clients see."""
        if self.strict_in is None or subgraph not in {None, self.strict_in}:
            return self.arguments
        strict = tuple(argument.strict for argument in self.arguments)
        return strict if subgraph is None else (*strict, Argument("surplus", TypeRef("Int")))

    def requires_in(self, subgraph: int) -> tuple[Required, ...]:
        """What it requires in one of its homes."""
        return self.requires if self.computed_in in {None, subgraph} else ()

    def provided_by(self, subgraph: int) -> tuple[str, ...]:
        return dict(self.provides).get(subgraph, ())

    def homes_under(self, labels: frozenset[str]) -> frozenset[int]:
        """The subgraphs that resolve it while these override labels are on."""
        off = self.label is not None and self.label not in labels
        return self.overridden if off else self.homes


Key: TypeAlias = tuple[str, ...]
"""Field paths of a key: ``("id",)``, ``("region", "org.code")``."""


@dataclass(frozen=True, slots=True)
class ObjectModel:
    """An object type.

    Attributes:
        fields: All fields, keys included.
        keys: Per subgraph: its keys and whether each is resolvable; empty for value types.
        interfaces: Per interface: the subgraphs in which this type implements it.
        subject: The field that names the subject that guards decide on, if any.
        gathered: The subgraph that can be entered only by a key that no subgraph has ready from
            which it is entered: a computed one, or one whose fields are in several; if any.
    """

    name: str
    fields: tuple[FieldModel, ...]
    keys: tuple[tuple[int, tuple[tuple[Key, bool], ...]], ...] = ()
    interfaces: tuple[tuple[str, frozenset[int]], ...] = ()
    subject: str | None = None
    gathered: int | None = None

    @property
    def is_entity(self) -> bool:
        return bool(self.keys)

    @property
    def gathered_key(self) -> Key:
        """The key of the subgraph that is entered by a gathered key."""
        return () if self.gathered is None else self.keys_in(self.gathered)[0][0]

    def field_named(self, name: str) -> FieldModel:
        return next(f for f in self.fields if f.name == name)

    def keys_in(self, subgraph: int) -> tuple[tuple[Key, bool], ...]:
        return dict(self.keys).get(subgraph, ())


@dataclass(frozen=True, slots=True)
class AbstractModel:
    """An interface or a union.

    Attributes:
        members: Per subgraph: the object types that are members there.
        fields: Interface fields; empty for unions.
        keyed: Subgraphs in which the interface is an entity.
        interface_object: The subgraph that sees the interface as one object type, or ``None``.
        added: Names of the fields that only that subgraph resolves; if there are none, that
            subgraph cannot be entered.
        links: Per subgraph: the interfaces that this interface implements there.
    """

    name: str
    members: tuple[tuple[int, frozenset[str]], ...]
    fields: tuple[FieldModel, ...] = ()
    is_union: bool = False
    keyed: frozenset[int] = frozenset()
    interface_object: int | None = None
    added: frozenset[str] = frozenset()
    links: tuple[tuple[int, tuple[str, ...]], ...] = ()

    def interfaces_in(self, subgraph: int) -> tuple[str, ...]:
        """The interfaces that it implements in a subgraph."""
        return dict(self.links).get(subgraph, ())

    @property
    def interfaces(self) -> tuple[str, ...]:
        """The interfaces that it implements in any subgraph."""
        return tuple(dict.fromkeys(name for _, names in self.links for name in names))

    def members_in(self, subgraph: int) -> frozenset[str]:
        return dict(self.members).get(subgraph, frozenset())

    @property
    def all_members(self) -> frozenset[str]:
        return frozenset().union(*(names for _, names in self.members))


@dataclass(frozen=True, slots=True)
class EnumModel:
    """An enum; ``extra`` are values that one subgraph alone knows and that no data has."""

    name: str
    values: tuple[str, ...]
    extra: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class InputModel:
    """An input type; ``extra`` are optional fields that one subgraph alone knows."""

    name: str
    fields: tuple[Argument, ...]
    extra: tuple[tuple[int, Argument], ...] = ()


@dataclass(frozen=True, slots=True)
class Universe:
    """A whole case but for the operation.

    Attributes:
        count: How many subgraphs there are.
        data: Objects by uid; a reference to an object is a :class:`Ref`.
        failing: ``(uid, field)`` pairs whose resolver raises.
        absent: ``(uid, subgraph)`` pairs where the subgraph does not know the object.
        void: ``(uid, field)`` pairs that are null because nobody who could tell knows the object.
        labels: Override labels that are on.
    """

    count: int
    objects: tuple[ObjectModel, ...]
    abstracts: tuple[AbstractModel, ...]
    enums: tuple[EnumModel, ...]
    inputs: tuple[InputModel, ...]
    data: dict[Uid, dict[str, Any]] = field(default_factory=dict, hash=False)
    failing: frozenset[tuple[Uid, str]] = frozenset()
    absent: frozenset[tuple[Uid, int]] = frozenset()
    void: frozenset[tuple[Uid, str]] = frozenset()
    labels: frozenset[str] = frozenset()

    def object_named(self, name: str) -> ObjectModel:
        return next(o for o in self.objects if o.name == name)

    def find_object(self, name: str) -> ObjectModel | None:
        return next((o for o in self.objects if o.name == name), None)

    def find_abstract(self, name: str) -> AbstractModel | None:
        return next((a for a in self.abstracts if a.name == name), None)

    def concrete(self, name: str) -> frozenset[str]:
        """The object types that a value of the named composite type may have."""
        abstract = self.find_abstract(name)
        return abstract.all_members if abstract else frozenset({name})

    def without_field(self, type_name: str, field_name: str) -> "Universe":
        """The same universe with one field less, for shrinking."""
        objects = tuple(
            replace(o, fields=tuple(f for f in o.fields if f.name != field_name))
            if o.name == type_name
            else o
            for o in self.objects
        )
        return replace(self, objects=objects)


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference from one object of the data to another."""

    uid: Uid


def subgraph_name(index: int) -> str:
    """The name of a subgraph by its index."""
    return f"s{index}"


def known_members(universe: Universe, name: str, homes: frozenset[int]) -> frozenset[str]:
    """The object types of a type that all these subgraphs know, those that see objects aside."""
    abstract = universe.find_abstract(name)
    if abstract is None:
        return frozenset({name})
    known = [abstract.members_in(h) for h in homes if h != abstract.interface_object]
    return frozenset.intersection(*known) if known else abstract.all_members
