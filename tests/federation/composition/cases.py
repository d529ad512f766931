"""Sets of subgraphs that do not compose, by the code of the error that says why.

Each set is what its code is about and little else. The tests of the rules run over it, and so does
the comparison with another composer.
"""

from collections.abc import Mapping
from typing import TypeAlias

Subgraphs: TypeAlias = Mapping[str, str]

_IMPORTS = (
    "@key @requires @provides @external @tag @extends @shareable @inaccessible @override "
    "@composeDirective @interfaceObject @authenticated @requiresScopes @policy @context "
    "@fromContext @cost @listSize"
)
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ['
    + ", ".join(f'"{name}"' for name in _IMPORTS.split())
    + "])\n"
)


def link(version: str, *imports: str) -> str:
    """A link to a version of federation."""
    names = ", ".join(f'"{i}"' for i in imports)
    return (
        f'extend schema @link(url: "https://specs.apollo.dev/federation/v{version}",'
        f" import: [{names}])\n"
    )


def linked(**sdls: str) -> Subgraphs:
    """Subgraphs that import all of federation 2.9."""
    return {name: LINK + sdl for name, sdl in sdls.items()}


Q = "type Query { q: Int }\n"

BROKEN: Mapping[str, Mapping[str, Subgraphs]] = {
    "INVALID_GRAPHQL": {
        "syntax": {"a": "type Query {"},
        "unknown type": linked(a="type Query { q: Missing }"),
        "unknown directive": linked(a="type Query { q: Int @nope }"),
        "directive not imported": {"a": link("2.9", "@key") + "type Query { q: Int @shareable }"},
        "missing interface field": linked(
            a="type Query { q: T } interface I { x: Int } type T implements I { y: Int }"
        ),
        "repeated non-repeatable": linked(a="type Query { q: Int @inaccessible @inaccessible }"),
        "duplicate field": linked(a="type Query { q: Int q: Int }"),
        "merged interface fields do not fit": linked(
            a="type Query { i: I } interface I { x: Int! } "
            "type T implements I @shareable { x: Int! }",
            b="type Query { t: T } type T @shareable { x: Int }",
        ),
        "empty enum": linked(a="type Query { q: E } enum E"),
        "input used as output": linked(a="type Query { q: I } input I { x: Int }"),
        "fed1 unknown directive": {"a": "type Query { q: Int @shareable }"},
    },
    "DIRECTIVE_DEFINITION_INVALID": {
        "key without fields": {
            "a": link("2.3", "@key")
            + "directive @key(resolvable: Boolean = true) repeatable on OBJECT | INTERFACE\n"
            + Q
        },
        "tag on wrong place": {
            "a": link("2.3", "@tag") + "directive @tag(name: String!) repeatable on FIELD\n" + Q
        },
    },
    "TYPE_DEFINITION_INVALID": {
        "field set": linked(a="type federation__FieldSet { x: Int } type Query { q: Int }"),
    },
    "UNKNOWN_FEDERATION_LINK_VERSION": {
        "future": {"a": link("2.99", "@key") + Q},
    },
    "INVALID_LINK_DIRECTIVE_USAGE": {
        "unknown import": {"a": link("2.3", "@nothing") + Q},
        "import newer than version": {"a": link("2.0", "@interfaceObject") + Q},
        "directive imported as type": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: [{name: "@key", as: "key"}])\n' + Q
        },
    },
    "INVALID_LINK_IDENTIFIER": {
        "no version": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/two")\n' + Q
        },
    },
    "LINK_IMPORT_NAME_MISMATCH": {
        "two names of tag": {
            "a": link("2.3", "@tag") + 'type Query { q: Int @tag(name: "x") }',
            "b": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
            'import: [{name: "@tag", as: "@label"}])\n type Query { r: Int @label(name: "x") }',
        },
    },
    "INVALID_SUBGRAPH_NAME": {"reserved": {"_": LINK + Q}},
    "KEY_FIELDS_HAS_ARGS": {
        "argument": linked(a='type Query { t: T } type T @key(fields: "f") { f(x: Int): Int }'),
    },
    "PROVIDES_FIELDS_HAS_ARGS": {
        "argument": linked(
            a='type Query { t: T @provides(fields: "f") } '
            'type T @key(fields: "id") { id: ID! f(x: Int): Int @external }',
            b='type T @key(fields: "id") { id: ID! f(x: Int): Int }',
        ),
    },
    "PROVIDES_FIELDS_MISSING_EXTERNAL": {
        "not external": linked(
            a='type Query { t: T @provides(fields: "f") } '
            'type T @key(fields: "id") { id: ID! f: Int @shareable }',
            b='type T @key(fields: "id") { id: ID! f: Int @shareable }',
        ),
    },
    "REQUIRES_FIELDS_MISSING_EXTERNAL": {
        "not external": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int '
            'g: Int @requires(fields: "f") }',
        ),
    },
    "KEY_UNSUPPORTED_ON_INTERFACE": {
        "before 2.3": {
            "a": link("2.0", "@key")
            + 'type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type T implements I @key(fields: "id") { id: ID! }'
        },
    },
    "PROVIDES_UNSUPPORTED_ON_INTERFACE": {
        "on interface": linked(
            a='type Query { i: I } interface I { t: T @provides(fields: "f") } '
            "type U implements I { t: T } "
            'type T @key(fields: "id") { id: ID! f: Int @external }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "REQUIRES_UNSUPPORTED_ON_INTERFACE": {
        "on interface": linked(
            a='type Query { i: I } interface I { x: Int y: Int @requires(fields: "x") } '
            'type U implements I @key(fields: "id") { id: ID! x: Int y: Int }',
        ),
    },
    "KEY_DIRECTIVE_IN_FIELDS_ARG": {
        "include": linked(
            a='type Query { t: T } type T @key(fields: "id @include(if: true)") { id: ID! }'
        ),
    },
    "PROVIDES_DIRECTIVE_IN_FIELDS_ARG": {
        "include": linked(
            a='type Query { t: T @provides(fields: "f @include(if: true)") } '
            'type T @key(fields: "id") { id: ID! f: Int @external }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "REQUIRES_DIRECTIVE_IN_FIELDS_ARG": {
        "include": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f @include(if: true)") }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "KEY_INVALID_FIELDS_TYPE": {
        "number": linked(a="type Query { t: T } type T @key(fields: 3) { id: ID! }"),
        "list": linked(a='type Query { t: T } type T @key(fields: ["id"]) { id: ID! }'),
        "bare name": linked(a="type Query { t: T } type T @key(fields: id) { id: ID! }"),
    },
    "PROVIDES_INVALID_FIELDS_TYPE": {
        "list": linked(
            a='type Query { t: T @provides(fields: ["f"]) } '
            'type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "REQUIRES_INVALID_FIELDS_TYPE": {
        "list": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int '
            'g: Int @requires(fields: ["f"]) }',
        ),
    },
    "KEY_INVALID_FIELDS": {
        "unknown field": linked(a='type Query { t: T } type T @key(fields: "no") { id: ID! }'),
        "syntax": linked(a='type Query { t: T } type T @key(fields: "id {") { id: ID! }'),
        "object without selection": linked(
            a='type Query { t: T } type T @key(fields: "u") { u: U } type U { x: Int }'
        ),
    },
    "PROVIDES_INVALID_FIELDS": {
        "unknown field": linked(
            a='type Query { t: T @provides(fields: "no") } type T @key(fields: "id") { id: ID! }'
        ),
    },
    "REQUIRES_INVALID_FIELDS": {
        "unknown field": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            'g: Int @requires(fields: "no") }'
        ),
        "argument unknown elsewhere": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            'f(x: Int): Int @external g: Int @requires(fields: "f(x: 1)") }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "KEY_FIELDS_SELECT_INVALID_TYPE": {
        "union": linked(
            a='type Query { t: T } type T @key(fields: "u { ... on A { x } }") { u: U } '
            "union U = A type A { x: Int }"
        ),
        "interface": linked(
            a='type Query { t: T } type T @key(fields: "i { x }") { i: I } '
            "interface I { x: Int } type A implements I { x: Int }"
        ),
    },
    "PROVIDES_ON_NON_OBJECT_FIELD": {
        "leaf": linked(a='type Query { t: Int @provides(fields: "x") }'),
    },
    "EXTERNAL_UNUSED": {
        "unused": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE": {
        "provides": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            'u: U @external @provides(fields: "x") w: Int @requires(fields: "u { id }") } '
            'type U @key(fields: "id") { id: ID! x: Int @external }',
            b='type T @key(fields: "id") { id: ID! u: U } '
            'type U @key(fields: "id") { id: ID! x: Int }',
        ),
    },
    "TYPE_WITH_ONLY_UNUSED_EXTERNAL": {
        "fed1": {
            "a": "type Query { t: T } type T @extends { f: Int @external }",
            "b": "type T { f: Int }",
        },
    },
    "EXTERNAL_ON_INTERFACE": {
        "interface": linked(
            a="type Query { i: I } interface I { x: Int @external } type T implements I "
            '@key(fields: "id") { id: ID! x: Int }',
        ),
    },
    "EXTERNAL_MISSING_ON_BASE": {
        "everywhere": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! h: Int }',
        ),
    },
    "EXTERNAL_TYPE_MISMATCH": {
        "other scalar": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: String @external '
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "EXTERNAL_ARGUMENT_MISSING": {
        "argument": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f(x: Int): Int }',
        ),
    },
    "EXTERNAL_ARGUMENT_TYPE_MISMATCH": {
        "argument": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            "f(x: String): Int @external "
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f(x: Int): Int }',
        ),
    },
    "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH": {
        "argument": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            "f(x: Int = 2): Int @external "
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f(x: Int = 1): Int }',
        ),
    },
    "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL": {
        "tag": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            'f: Int @external @tag(name: "x") g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "ROOT_QUERY_USED": {
        "renamed": linked(a="schema { query: Root } type Root { q: Int } type Query { x: Int }"),
    },
    "ROOT_MUTATION_USED": {
        "renamed": linked(
            a="schema { query: Query mutation: M } type Query { q: Int } type M { m: Int } "
            "type Mutation { x: Int }"
        ),
    },
    "ROOT_SUBSCRIPTION_USED": {
        "renamed": linked(
            a="schema { query: Query subscription: S } type Query { q: Int } type S { s: Int } "
            "type Subscription { x: Int }"
        ),
    },
    "NO_QUERIES": {"mutation only": linked(a="type Mutation { m: Int }")},
    "INTERFACE_FIELD_NO_IMPLEM": {
        "missing": linked(
            a="type Query { i: I } interface I { x: Int y: Int } "
            'type T implements I @key(fields: "x") { x: Int y: Int }',
            b='interface I { x: Int } type U implements I @key(fields: "x") { x: Int } '
            "type Query { u: U }",
        ),
    },
    "TYPE_KIND_MISMATCH": {
        "object and interface": linked(
            a="type Query { t: T } type T { x: Int }",
            b="type Query { r: T } interface T { x: Int }",
        ),
        "scalar and enum": linked(
            a="type Query { t: T } scalar T", b="type Query { r: T } enum T { A }"
        ),
    },
    "FIELD_TYPE_MISMATCH": {
        "object": linked(
            a="type Query { t: T } type T @shareable { x: Int }",
            b="type Query { r: T } type T @shareable { x: String }",
        ),
        "list": linked(
            a="type Query { t: T } type T @shareable { x: Int }",
            b="type Query { r: T } type T @shareable { x: [Int] }",
        ),
        "input": linked(
            a="type Query { t(i: I): Int } input I { x: Int }",
            b="type Query { r(i: I): Int } input I { x: String }",
        ),
    },
    "FIELD_ARGUMENT_TYPE_MISMATCH": {
        "argument": linked(
            a="type Query { t(x: Int): Int @shareable }",
            b="type Query { t(x: String): Int @shareable }",
        ),
    },
    "INPUT_FIELD_DEFAULT_MISMATCH": {
        "input": linked(
            a="type Query { t(i: I): Int } input I { x: Int = 1 }",
            b="type Query { r(i: I): Int } input I { x: Int = 2 }",
        ),
    },
    "FIELD_ARGUMENT_DEFAULT_MISMATCH": {
        "argument": linked(
            a="type Query { t(x: Int = 1): Int @shareable }",
            b="type Query { t(x: Int = 2): Int @shareable }",
        ),
    },
    "EXTENSION_WITH_NO_BASE": {
        "fed2": linked(a="type Query { t: T } extend type T { x: Int }"),
        "fed1": {"a": 'type Query { t: T } extend type T @key(fields: "x") { x: Int @external }'},
    },
    "INVALID_FIELD_SHARING": {
        "value type": linked(
            a="type Query { t: T } type T { x: Int }",
            b="type Query { r: T } type T @shareable { x: Int }",
        ),
        "root field": linked(a="type Query { t: Int }", b="type Query { t: Int }"),
        "entity": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
            b='type T @key(fields: "id") { id: ID! x: Int }',
        ),
        "subscription": linked(
            a="type Query { q: Int } type Subscription { s: Int @shareable }",
        ),
        "interface object": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! x: Int } '
            'type T implements I @key(fields: "id") { id: ID! x: Int }',
            b='type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
        ),
    },
    "INVALID_SHAREABLE_USAGE": {
        "interface": linked(
            a="type Query { i: I } interface I { x: Int @shareable } "
            "type T implements I { x: Int }"
        ),
        "repeated": linked(a="type Query { q: T } type T @shareable @shareable { x: Int }"),
    },
    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES": {
        "disjoint": linked(
            a="type Query { e: E @shareable } union E = A type A @shareable { x: Int }",
            b="type Query { e: E @shareable } union E = B type B @shareable { x: Int }",
        ),
    },
    "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH": {
        "required": linked(
            a="type Query { t(i: I): Int } input I { x: Int y: Int! }",
            b="type Query { r(i: I): Int } input I { x: Int }",
        ),
    },
    "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH": {
        "required": linked(
            a="type Query { t(x: Int!): Int @shareable }", b="type Query { t: Int @shareable }"
        ),
    },
    "EMPTY_MERGED_INPUT_TYPE": {
        "nothing in common": linked(
            a="type Query { t(i: I): Int } input I { x: Int }",
            b="type Query { r(i: I): Int } input I { y: Int }",
        ),
    },
    "ENUM_VALUE_MISMATCH": {
        "both ways": linked(
            a="type Query { t(e: E): E } enum E { A B }", b="type Query { r: E } enum E { A }"
        ),
    },
    "EMPTY_MERGED_ENUM_TYPE": {
        "nothing in common": linked(
            a="type Query { t(e: E): Int } enum E { A }",
            b="type Query { r(e: E): Int } enum E { B }",
        ),
    },
    "OVERRIDE_FROM_SELF_ERROR": {
        "self": linked(a='type Query { q: Int @override(from: "a") }'),
    },
    "OVERRIDE_SOURCE_HAS_OVERRIDE": {
        "both": linked(
            a='type Query { q: Int @override(from: "b") }',
            b='type Query { q: Int @override(from: "a") }',
        ),
    },
    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE": {
        "requires": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int '
            'g: Int @override(from: "b") }',
            b='type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f") }',
        ),
        "external": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            'f: Int @external @override(from: "b") g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
    },
    "OVERRIDE_ON_INTERFACE": {
        "interface": linked(
            a='type Query { i: I } interface I { x: Int @override(from: "b") } '
            "type T implements I { x: Int }",
            b="type Query { r: Int }",
        ),
    },
    "OVERRIDE_LABEL_INVALID": {
        "punctuation": linked(
            a='type Query { q: Int @override(from: "b", label: "!") }', b="type Query { q: Int }"
        ),
        "percent": linked(
            a='type Query { q: Int @override(from: "b", label: "percent(101)") }',
            b="type Query { q: Int }",
        ),
    },
    "REFERENCED_INACCESSIBLE": {
        "field": linked(a="type Query { t: T } type T @inaccessible { x: Int }"),
        "argument": linked(a="type Query { t(i: I): Int } input I @inaccessible { x: Int }"),
    },
    "DEFAULT_VALUE_USES_INACCESSIBLE": {
        "enum value": linked(
            a="type Query { t(e: E = B): Int } enum E { A B @inaccessible }",
        ),
        "input field": linked(
            a="type Query { t(i: I = {x: 1, y: 1}): Int } input I { x: Int @inaccessible y: Int }",
        ),
    },
    "QUERY_ROOT_TYPE_INACCESSIBLE": {
        "query": linked(a="type Query @inaccessible { q: Int }"),
    },
    "REQUIRED_INACCESSIBLE": {
        "argument": linked(a="type Query { t(x: Int! @inaccessible): Int }"),
        "input field": linked(
            a="type Query { t(i: I): Int } input I { x: Int! @inaccessible y: Int }"
        ),
    },
    "IMPLEMENTED_BY_INACCESSIBLE": {
        "field": linked(
            a="type Query { i: I } interface I { x: Int y: Int } "
            "type T implements I { x: Int @inaccessible y: Int }"
        ),
        "argument": linked(
            a="type Query { i: I } interface I { x(a: Int): Int } "
            "type T implements I { x(a: Int @inaccessible): Int }"
        ),
    },
    "ONLY_INACCESSIBLE_CHILDREN": {
        "object": linked(a="type Query { t: T q: Int } type T { x: Int @inaccessible }"),
        "enum": linked(a="type Query { t: E } enum E { A @inaccessible }"),
        "union": linked(
            a="type Query { t: U q: Int } union U = T type T @inaccessible { x: Int }"
        ),
        "input": linked(a="type Query { t(i: I): Int } input I { x: Int @inaccessible }"),
    },
    "SATISFIABILITY_ERROR": {
        "value type": linked(
            a="type Query { t: T } type T @shareable { x: Int }",
            b="type Query { r: T } type T @shareable { x: Int y: Int }",
        ),
        "key not resolvable": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
            b='type Query { r: T } type T @key(fields: "id", resolvable: false) '
            "{ id: ID! y: Int }",
        ),
        "key cannot be had": linked(
            a='type Query { t: T } type T @key(fields: "a") { a: ID! x: Int }',
            b='type T @key(fields: "b") { b: ID! y: Int } type Query { r: T }',
        ),
        "requires cannot be met": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f") }',
            b="type T { id: ID! @shareable f: Int } type Query { r: T }",
        ),
        "union member": linked(
            a="type Query { u: U } union U = A type A @shareable { x: Int }",
            b="type Query { v: U } union U = A | B type A @shareable { x: Int y: Int } "
            "type B { z: Int }",
        ),
        "interface object without concrete type": linked(
            a='type Query { q: Int } interface I @key(fields: "id", resolvable: false) '
            "{ id: ID! } "
            'type T implements I @key(fields: "id") { id: ID! x: Int }',
            b='type Query { i: I } type I @interfaceObject @key(fields: "id") { id: ID! y: Int }',
        ),
    },
    "DIRECTIVE_COMPOSITION_ERROR": {
        "no at": linked(
            a='extend schema @composeDirective(name: "foo") ' + Q,
        ),
        "unknown": linked(a='extend schema @composeDirective(name: "@foo") ' + Q),
        "not linked": linked(
            a='extend schema @composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
            + Q
        ),
        "own directive": linked(a='extend schema @composeDirective(name: "@key") ' + Q),
        "major versions": linked(
            a='extend schema @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) '
            '@composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
            "type Query { q: Int @foo }",
            b='extend schema @link(url: "https://example.com/foo/v2.0", import: ["@foo"]) '
            '@composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
            "type Query { r: Int @foo }",
        ),
        "empty": linked(a='extend schema @composeDirective(name: "") ' + Q),
    },
    "INTERFACE_OBJECT_USAGE_ERROR": {
        "no key": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type T implements I @key(fields: "id") { id: ID! }',
            b="type I @interfaceObject { id: ID! @shareable y: Int }",
        ),
        "nowhere an interface": linked(
            a='type Query { i: I } type I @interfaceObject @key(fields: "id") { id: ID! }',
        ),
        "implementation beside it": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type T implements I @key(fields: "id") { id: ID! }',
            b='type I @interfaceObject @key(fields: "id") { id: ID! y: Int } '
            'type T @key(fields: "id") { id: ID! z: Int }',
        ),
    },
    "INTERFACE_KEY_NOT_ON_IMPLEMENTATION": {
        "missing": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            "type T implements I { id: ID! }",
        ),
        "not resolvable": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type T implements I @key(fields: "id", resolvable: false) { id: ID! }',
        ),
    },
    "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE": {
        "missing": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type T implements I @key(fields: "id") { id: ID! }',
            b="type Query { u: U } interface I { id: ID! } "
            'type U implements I @key(fields: "id") { id: ID! }',
        ),
    },
    "CONTEXT_NAME_INVALID": {
        "underscore": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "a_b") '
            "{ id: ID! x: String! }",
        ),
    },
    "CONTEXT_NOT_SET": {
        "never": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            'f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
    },
    "NO_CONTEXT_IN_SELECTION": {
        "no name": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! u: U } '
            'type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "{ x }")): Int }',
        ),
    },
    "CONTEXT_INVALID_SELECTION": {
        "two fields": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: String u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x y }")): Int }',
        ),
        "wrong type": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: Int u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
        "unknown field": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: Int u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { no }")): Int }',
        ),
        "alias": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { y: x }")): Int }',
        ),
    },
    "CONTEXT_NO_RESOLVABLE_KEY": {
        "no key": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U { id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
    },
    "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS": {
        "required elsewhere": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int @shareable }',
            b='type Query { r: U } type U @key(fields: "id") '
            "{ id: ID! f(a: String!): Int @shareable }",
        ),
    },
    "COST_APPLIED_TO_INTERFACE_FIELD": {
        "interface": linked(
            a="type Query { i: I } interface I { x: Int @cost(weight: 1) } "
            "type T implements I { x: Int }",
        ),
    },
    "LIST_SIZE_APPLIED_TO_NON_LIST": {
        "field": linked(a="type Query { q: Int @listSize(assumedSize: 3) }"),
    },
    "LIST_SIZE_INVALID_ASSUMED_SIZE": {
        "negative": linked(a="type Query { q: [Int] @listSize(assumedSize: -3) }"),
    },
    "LIST_SIZE_INVALID_SIZED_FIELD": {
        "unknown": linked(
            a='type Query { q: T @listSize(sizedFields: ["no"]) } type T { x: [Int] }'
        ),
    },
    "LIST_SIZE_INVALID_SLICING_ARGUMENT": {
        "unknown": linked(a='type Query { q: [Int] @listSize(slicingArguments: ["first"]) }'),
        "no integer": linked(
            a='type Query { q(first: String): [Int] @listSize(slicingArguments: ["first"]) }'
        ),
    },
    "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE": {
        "interface": linked(
            a="type Query { i: I } interface I @authenticated { x: Int } "
            "type T implements I { x: Int }",
        ),
        "field": linked(
            a='type Query { i: I } interface I { x: Int @requiresScopes(scopes: [["a"]]) } '
            "type T implements I { x: Int }",
        ),
        "interface object": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type T implements I @key(fields: "id") { id: ID! }',
            b='type I @interfaceObject @policy(policies: [["p"]]) @key(fields: "id") '
            "{ id: ID! y: Int }",
        ),
    },
    "MISSING_TRANSITIVE_AUTH_REQUIREMENTS": {
        "requires": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f: Int @authenticated }',
        ),
        "context": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            '{ id: ID! x: String @requiresScopes(scopes: [["s"]]) u: U } '
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
        "other scope": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f") @requiresScopes(scopes: [["x"]]) }',
            b='type T @key(fields: "id") { id: ID! f: Int @requiresScopes(scopes: [["x", "y"]]) }',
        ),
    },
}
"""By code, by what the case is about."""

OURS: Mapping[str, Mapping[str, Subgraphs]] = {
    "DISALLOWED_INACCESSIBLE": {
        "argument of a directive": linked(
            a="directive @live(x: Int @inaccessible) on FIELD type Query { q: Int }"
        ),
    },
    "TYPE_DEFINITION_INVALID": {
        "any": {"a": "type _Any { x: Int } type Query { q: Int }"},
    },
    "UNKNOWN_LINK_VERSION": {
        "link 9": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/link/v9.0") '
            '@link(url: "https://specs.apollo.dev/federation/v2.3")\n' + Q
        },
    },
    "KEY_INVALID_FIELDS": {
        "leaf with selection": linked(
            a='type Query { t: T } type T @key(fields: "id { x }") { id: ID! }'
        ),
    },
    "DIRECTIVE_COMPOSITION_ERROR": {
        "different names": linked(
            a='extend schema @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) '
            '@composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
            "type Query { q: Int @foo }",
            b='extend schema @link(url: "https://example.com/foo/v1.0", '
            'import: [{name: "@foo", as: "@bar"}]) '
            '@composeDirective(name: "@bar") directive @bar on FIELD_DEFINITION '
            "type Query { r: Int @bar }",
        ),
    },
    "EMPTY_AUTH_REQUIREMENT": {
        "no scopes": linked(a="type Query { q: Int @requiresScopes(scopes: []) }"),
        "an empty group": linked(a="type Query { q: Int @policy(policies: [[]]) }"),
    },
}
"""Cases in which other composers answer otherwise: argued in the list of differences."""
