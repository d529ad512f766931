"""Random operations on the monolith's schema, as GraphQL text that validates."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    parse,
    validate,
)

ALIASES = ("a", "b", "id", "name", "x")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation and its variables."""

    document: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pool:
    """What operations are made from besides the schema.

    Attributes:
        uids: Values of ids.
        rare: Names of fields to ask for more often: so many times more.
    """

    uids: tuple[str, ...]
    rare: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Variables:
    definitions: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


class _Writer:
    """Writes one operation."""

    def __init__(self, schema: GraphQLSchema, rng: random.Random, pool: Pool, budget: int) -> None:
        self.schema = schema
        self.rng = rng
        self.pool = pool
        self.budget = budget
        self.variables = _Variables()
        self.fragments: dict[str, str] = {}
        self.fragment_types: dict[str, str] = {}

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def write(self, kind: str) -> Operation:
        root = self.schema.mutation_type if kind == "mutation" else self.schema.query_type
        assert root is not None
        selections = self.selections(root, 0)
        definitions = ", ".join(f"${n}: {t}" for n, t in self.variables.definitions.items())
        head = f"{kind} Op({definitions})" if definitions else f"{kind} Op"
        text = f"{head} {selections}"
        for name, body in self.fragments.items():
            if f"...{name}" in text or any(f"...{name}" in b for b in self.fragments.values()):
                text += f"\nfragment {name} on {self.fragment_types[name]} {body}"
        return Operation(text, self.variables.values)

    def selections(
        self, parent: GraphQLNamedType, depth: int, around: Mapping[str, str] | None = None
    ) -> str:
        """A selection set.

        Args:
            around: Of a fragment: fields that are selected around it, as :meth:`selection` knows
                them.
        """
        parts: list[str] = []
        heads = dict(around or {})
        size = self.rng.randint(1, 4 if depth < 4 else 2)
        for _ in range(size):
            if self.budget <= 0 and parts:
                break
            parts.append(self.selection(parent, heads, depth))
        return "{ " + " ".join(parts) + " }"

    def selection(self, parent: GraphQLNamedType, heads: dict[str, str], depth: int) -> str:
        """One selection.

        Args:
            heads: Fields that are selected on the same object: by name, with alias and arguments.
        """
        self.budget -= 1
        fields: dict[str, GraphQLField] = getattr(parent, "fields", {})
        may_fragment = depth < 6 and parent.name not in {"Query", "Mutation"}
        if isinstance(parent, GraphQLUnionType) and not self.chance(0.15) and depth < 7:
            return self.fragment(parent, heads, depth)
        if may_fragment and self.chance(0.3 if is_abstract_type(parent) else 0.15):
            return self.fragment(parent, heads, depth)
        again = sorted(heads.keys() & fields.keys())
        if again and self.chance(0.35):
            name = self.rng.choice(again)
            return self.field(heads[name], fields[name], depth)
        if self.chance(0.08) or not fields or isinstance(parent, GraphQLUnionType):
            alias = f"{self.rng.choice(ALIASES)}t: " if self.chance(0.3) else ""
            return f"{alias}__typename{self.condition(0.1)}"
        names = sorted(fields)
        if depth > 4 or self.budget <= 0:
            names = [
                n for n in names if not is_composite_type(get_named_type(fields[n].type))
            ] or ["__typename"]
        # What is rarely generated is asked for more often.
        names += [n for n in names for _ in range(self.pool.rare.get(n, 0))]
        name = self.rng.choice(names)
        if name == "__typename":
            return name
        heads[name] = self.head(name, fields[name])
        return self.field(heads[name], fields[name], depth)

    def head(self, name: str, definition: GraphQLField) -> str:
        arguments = self.arguments(definition)
        alias = ""
        if self.chance(0.25):
            alias = f"{self.rng.choice(ALIASES)}: "
        elif arguments:
            alias = f"{name}_{self.rng.randrange(3)}: "
        return f"{alias}{name}{arguments}"

    def field(self, head: str, definition: GraphQLField, depth: int) -> str:
        target = get_named_type(definition.type)
        body = f" {self.selections(target, depth + 1)}" if is_composite_type(target) else ""
        return f"{head}{self.condition(0.08)}{body}"

    def fragment(self, parent: GraphQLNamedType, heads: Mapping[str, str], depth: int) -> str:
        condition = self.type_condition(parent)
        target = self.schema.type_map[condition] if condition else parent
        if condition and self.chance(0.25):
            known = [n for n, t in self.fragment_types.items() if t == condition]
            if known and self.chance(0.5):
                return f"...{self.rng.choice(known)}{self.condition(0.15)}"
            body = self.selections(target, depth + 1, heads)
            name = f"F{len(self.fragments)}"
            self.fragments[name] = body
            self.fragment_types[name] = condition
            return f"...{name}{self.condition(0.15)}"
        on = f" on {condition}" if condition else ""
        return f"...{on}{self.condition(0.15)} {self.selections(target, depth + 1, heads)}"

    def type_condition(self, parent: GraphQLNamedType) -> str | None:
        if self.chance(0.08):
            return None
        if isinstance(parent, GraphQLObjectType):
            return str(self.rng.choice([parent.name, *(i.name for i in parent.interfaces)]))
        possible = [t.name for t in self.schema.get_possible_types(parent)]  # type: ignore[arg-type]
        others = [
            name
            for name, type_ in self.schema.type_map.items()
            if is_abstract_type(type_)
            and any(t.name in possible for t in self.schema.get_possible_types(type_))
        ]
        return str(self.rng.choice([*possible, *possible, *others]))

    def condition(self, probability: float) -> str:
        if not self.chance(probability):
            return ""
        directive = self.rng.choice(("skip", "include"))
        if self.chance(0.3):
            return f" @{directive}(if: {self.rng.choice(('true', 'false'))})"
        name = f"c{self.rng.randrange(3)}"
        self.variables.definitions[name] = "Boolean!"
        self.variables.values.setdefault(name, self.chance(0.5))
        return f" @{directive}(if: ${name})"

    def arguments(self, definition: GraphQLField) -> str:
        parts = []
        for name, argument in definition.args.items():
            required = isinstance(argument.type, GraphQLNonNull)
            if (required and not _has_default(argument)) or self.chance(0.6):
                parts.append(f"{name}: {self.argument(name, argument.type)}")
        return f"({', '.join(parts)})" if parts else ""

    def argument(self, name: str, type_: Any) -> str:
        value = self.value(name, type_)
        if not self.chance(0.4):
            return _literal(value)
        variable = f"v{len(self.variables.definitions)}"
        default = f" = {_literal(value)}" if self.chance(0.3) else ""
        self.variables.definitions[variable] = f"{type_}{default}"
        if not default or self.chance(0.5):
            self.variables.values[variable] = _plain(value)
        return f"${variable}"

    def value(self, name: str, type_: Any) -> Any:
        if isinstance(type_, GraphQLNonNull):
            return self.present(name, type_.of_type)
        return None if self.chance(0.1) else self.present(name, type_)

    def present(self, name: str, type_: Any) -> Any:
        if isinstance(type_, GraphQLList):
            return [self.value(name, type_.of_type) for _ in range(self.rng.randint(0, 2))]
        if isinstance(type_, GraphQLEnumType):
            return _Enum(self.rng.choice(list(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            picked = [n for n in type_.fields if self.chance(0.5)]
            return {n: self.value(n, type_.fields[n].type) for n in picked}
        if name == "id":
            return self.rng.choice([*self.pool.uids, "none"])
        if type_.name == "Int":
            return self.rng.randint(0, 4)
        return self.rng.choice(("q", 'r"s', ""))


class _Enum(str):
    """An enum value: printed without quotes as a literal."""

    __slots__ = ()


def _has_default(argument: GraphQLArgument) -> bool:
    return argument.default_value is not Undefined


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _literal(value: Any) -> str:
    if isinstance(value, _Enum):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(_literal(v) for v in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_literal(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def make_operation(schema: GraphQLSchema, rng: random.Random, pool: Pool) -> Operation:
    """Makes a random operation that is valid against the schema."""
    for _ in range(60):
        kind = "mutation" if rng.random() < 0.16 else "query"
        operation = _Writer(schema, rng, pool, rng.choice((6, 12, 20, 35))).write(kind)
        if not validate(schema, parse(operation.document)):
            return operation
    return Operation("{ __typename }", {})
