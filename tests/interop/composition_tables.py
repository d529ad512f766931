"""Sets of subgraphs in which each of some forms meets each other one, for the comparison."""

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

from tests.federation.composition.cases import Subgraphs, link, linked

_ELEMENTS = (
    "@key @requires @provides @external @tag @extends @shareable @inaccessible @override "
    "@composeDirective @interfaceObject @authenticated @requiresScopes @policy @context "
    "@fromContext @cost @listSize @cacheTag FieldSet Scope Policy ContextFieldValue"
)
_LIST_SIZES = (
    "",
    "@listSize",
    "@listSize(assumedSize: 1)",
    "@listSize(assumedSize: 0)",
    "@listSize(assumedSize: null)",
    '@listSize(assumedSize: 5, slicingArguments: ["first"])',
    '@listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)',
    '@listSize(slicingArguments: ["last"], requireOneSlicingArgument: true)',
    "@listSize(requireOneSlicingArgument: null)",
    "@listSize(slicingArguments: [])",
    '@listSize(slicingArguments: ["third"])',
)
_REQUIREMENTS = (
    "",
    "@authenticated",
    '@requiresScopes(scopes: [["a"]])',
    '@requiresScopes(scopes: [["b", "a"], ["c"], ["c"]])',
    '@policy(policies: [["p"], ["q", "r"]])',
    '@requiresScopes(scopes: [["d"]]) @authenticated',
)
_FIELDS = (
    "",
    "x: Int",
    "x: Int @shareable",
    "x: Int! @shareable @deprecated",
    "x(a: Int): Int @shareable",
    "x: Int @inaccessible",
    "x: Int @external",
    'x: Int @external y: Int @requires(fields: "x")',
    'x: Int @override(from: "b")',
    'x: Int @override(from: "b", label: "percent(5)")',
)


def imports() -> Iterator[Subgraphs]:
    """Each element of federation, imported from each of its versions."""
    for minor, element in product(range(12), _ELEMENTS.split()):
        yield {"a": link(f"2.{minor}", element) + "type Query { q: Int }"}


def list_sizes() -> Iterator[Subgraphs]:
    """A list whose size two subgraphs tell."""
    head = "type Query { q(first: Int, last: Int): [Int] @shareable"
    for left, right in combinations_with_replacement(_LIST_SIZES, 2):
        yield linked(a=f"{head} {left} }}", b=f"{head} {right} }}")


def requirements() -> Iterator[Subgraphs]:
    """What two subgraphs demand for a field, its type and an input."""
    for left, right in product(_REQUIREMENTS, repeat=2):
        yield linked(
            a=f"type Query {{ t: T }} interface I {{ z: Int }} "
            f'type T implements I @key(fields: "id") {left} '
            f'{{ id: ID! x: Int @external z: Int {right} y: Int @requires(fields: "x") {left} }}',
            b=f'type T @key(fields: "id") {right} {{ id: ID! x: Int {left} }}',
        )


def fields() -> Iterator[Subgraphs]:
    """A field of an entity as two subgraphs have it."""
    head = 'type T @key(fields: "id") { id: ID!'
    for left, right in product(_FIELDS, repeat=2):
        yield linked(a=f"type Query {{ t: T }} {head} {left} }}", b=f"{head} {right} v: Int }}")


TABLES = {each.__name__: each for each in (imports, list_sizes, requirements, fields)}
"""By what they are about."""
