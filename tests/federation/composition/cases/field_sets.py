"""Broken sets of subgraphs: FieldSets."""

from tests.federation.composition.cases.subgraphs import Cases, link, linked

FIELD_SETS: Cases = {
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
        "typename": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
            b='type T @key(fields: "id") { id: ID! x: Int @external '
            'y: Int @requires(fields: "__typename x") }',
        ),
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
        "named fragment": linked(a='type Query { t: T } type T @key(fields: "...F") { id: ID! }'),
        "syntax on an interface": linked(
            a='type Query { i: I } interface I @key(fields: "id {") { id: ID! } '
            'type T implements I @key(fields: "id") { id: ID! }'
        ),
        "alias": linked(a='type Query { t: T } type T @key(fields: "a: id") { id: ID! }'),
        "empty": linked(a='type Query { t: T } type T @key(fields: "") { id: ID! }'),
        "fragment on nothing known": linked(
            a='type Query { t: T } type T @key(fields: "... on X { x }") { id: ID! }'
        ),
        "several definitions": linked(
            a='type Query { t: T } type T @key(fields: "{ id } { id }") { id: ID! }'
        ),
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
        "variable": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x(n: Int): Int }',
            b='type T @key(fields: "id") { id: ID! x(n: Int): Int @external '
            'y: Int @requires(fields: "x(n: $n)") }',
        ),
        "text for a number": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x(n: Int): Int }',
            b='type T @key(fields: "id") { id: ID! x(n: Int): Int @external '
            'y: Int @requires(fields: """x(n: "1")""") }',
        ),
        "unknown field of an input": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x(i: I): Int } '
            "input I { a: Int }",
            b='type T @key(fields: "id") { id: ID! x(i: I): Int @external '
            'y: Int @requires(fields: "x(i: {b: [1]})") } input I { a: Int }',
        ),
        "argument that does not exist": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int @external '
            'g: Int @requires(fields: "f(x: 1)") }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
        "argument that is needed": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! f(x: Int!): Int @external '
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f(x: Int!): Int }',
        ),
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
}
