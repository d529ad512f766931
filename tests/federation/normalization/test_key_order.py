"""The order of keys is that of field collection, whatever conditions hold: graphql-core's own.

Source: GraphQL specification, section 6.3.2 "Field collection".
"""

import random
from collections.abc import Iterator
from itertools import product
from typing import Any
from zlib import crc32

import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    build_schema,
    do_types_overlap,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
)

from gateway.federation.executor.conditions import resolve_conditions
from gateway.federation.normalization.normalizing import normalize
from gateway.federation.response.fields import TypeConditions, collect_fields, merged_selections
from gateway.federation.selection import SelectionSet

SCHEMA = build_schema(
    """
    type Query { a: A pet: Pet }
    interface Node { id: ID name: String next: Node }
    interface Named { name: String }
    type A implements Node & Named { id: ID name: String next: Node }
    type B implements Node & Named { id: ID name: String next: B }
    type C implements Node { id: ID name: String next: Node }
    union Pet = A | C
    """
)
POSSIBLE = {
    name: frozenset(t.name for t in SCHEMA.get_possible_types(type_))
    for name, type_ in SCHEMA.type_map.items()
    if is_abstract_type(type_)
}
TYPES = TypeConditions(SCHEMA, POSSIBLE)
VARIABLES = ("x", "y")
HEAD = "query ($x: Boolean!, $y: Boolean!)"
DOCUMENTS = 300


def concrete(declared: str, path: str) -> str:
    """The type of the object that stands at a path: any, but the same each time."""
    names = sorted(POSSIBLE.get(declared, (declared,)))
    return names[crc32(path.encode()) % len(names)]


def by_graphql_core(document: DocumentNode, values: dict[str, bool]) -> Any:
    """The keys of the answer, as graphql-core has them."""

    def value(_: object, info: GraphQLResolveInfo[Any]) -> object:
        type_ = get_named_type(info.return_type)
        return None if is_leaf_type(type_) else info.path.as_list()

    def type_of(_: object, info: GraphQLResolveInfo[Any], abstract: Any) -> str:
        return concrete(abstract.name, ".".join(map(str, info.path.as_list())))

    result = execute_sync(
        SCHEMA, document, variable_values=values, field_resolver=value, type_resolver=type_of
    )
    assert result.errors is None
    return keys(result.data)


def keys(value: Any) -> Any:
    """The keys of an answer at all levels, in order."""
    return [(name, keys(below)) for name, below in value.items()] if isinstance(value, dict) else 0


def by_normalization(document: DocumentNode, values: dict[str, bool]) -> Any:
    """The keys of the answer, as responses are shaped from normalized selections."""
    return shaped("Query", resolve_conditions(normalized(document), values), "")


def normalized(document: DocumentNode) -> SelectionSet:
    operation = next(n for n in document.definitions if isinstance(n, OperationDefinitionNode))
    fragments = {
        n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)
    }
    return normalize(SCHEMA, "Query", operation.selection_set, fragments, 10_000)


def shaped(type_name: str, selections: SelectionSet, path: str) -> Any:
    found: list[tuple[str, Any]] = []
    for name, group in collect_fields(selections, type_name, TYPES).items():
        below: Any = 0
        if group[0].name != "__typename":
            declared: Any = get_named_type(fields_of(type_name)[group[0].name].type)
            if not is_leaf_type(declared):
                here = f"{path}.{name}".lstrip(".")
                selected = merged_selections(group)
                below = shaped(concrete(declared.name, here), selected, here)
        found.append((name, below))
    return found


def fields_of(type_name: str) -> dict[str, Any]:
    return getattr(SCHEMA.type_map[type_name], "fields", {})


def assignments() -> Iterator[dict[str, bool]]:
    for picked in product((False, True), repeat=len(VARIABLES)):
        yield dict(zip(VARIABLES, picked, strict=True))


class Writer:
    """Writes random operations that select the same few fields over and over."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def document(self) -> DocumentNode:
        return parse(f"{HEAD} {{ {self.selections('Query', 0)} }}")

    def condition(self) -> str:
        dice = self.rng.random()
        if dice < 0.4:
            return ""
        if dice < 0.5:
            return " @include(if: $x) @skip(if: $y)"
        directive = self.rng.choice(("include", "include", "skip"))
        return f" @{directive}(if: ${self.rng.choice(VARIABLES)})"

    def selections(self, type_name: str, depth: int) -> str:
        count = self.rng.randint(2, 4 if depth < 2 else 2)
        return " ".join(self.selection(type_name, depth) for _ in range(count))

    def selection(self, type_name: str, depth: int) -> str:
        fields = fields_of(type_name)
        if depth < 3 and self.rng.random() < (0.2 if fields else 0.9):
            return self.fragment(type_name, depth)
        leaves = [n for n in fields if is_leaf_type(get_named_type(fields[n].type))]
        links = [n for n in fields if n not in leaves and depth < 3]
        name = self.rng.choice([*leaves, "__typename", *links, *links])
        inner = ""
        if name in links:
            below: Any = get_named_type(fields[name].type)
            inner = f" {{ {self.selections(below.name, depth + 1)} }}"
        return f"{name}{self.condition()}{inner}"

    def fragment(self, type_name: str, depth: int) -> str:
        own: Any = SCHEMA.type_map[type_name]
        names = ("Query", "A", "B", "C", "Node", "Named", "Pet")
        others: list[Any] = [SCHEMA.type_map[name] for name in names]
        target = self.rng.choice([t.name for t in others if do_types_overlap(SCHEMA, own, t)])
        inner = self.selections(target, depth + 1)
        return f"... on {target}{self.condition()} {{ {inner} }}"


@pytest.mark.parametrize("first", range(0, DOCUMENTS, 100))
def test_keys_stand_in_the_order_of_field_collection(first: int) -> None:
    for seed in range(first, first + 100):
        document = Writer(seed).document()
        for values in assignments():
            expected = by_graphql_core(document, values)
            actual = by_normalization(document, values)

            assert expected == actual, (
                f"{seed} {values}: {document.loc and document.loc.source.body}"
            )


@pytest.mark.parametrize(
    "selections",
    [
        "a @include(if: $x) { id } a @include(if: $y) { name } a @include(if: $x) { __typename }",
        "a @include(if: $x) { id } pet { __typename } a { name }",
        "a @include(if: $x) { id } a @skip(if: $x) { name } a @include(if: $x) { __typename }",
        "a { id } a @include(if: $x) { name } a { __typename }",
        "a @include(if: $x) @skip(if: $y) { id } a @skip(if: $y) { name } a { id __typename }",
        "pet @include(if: $x) { __typename } a { id } pet { __typename }",
    ],
)
def test_keys_of_one_field_under_several_conditions(selections: str) -> None:
    document = parse(f"{HEAD} {{ {selections} }}")
    for values in assignments():
        expected = by_graphql_core(document, values)
        actual = by_normalization(document, values)

        assert expected == actual, values
