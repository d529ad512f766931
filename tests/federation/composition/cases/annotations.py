"""Broken sets of subgraphs: contexts, costs and requirements."""

from tests.federation.composition.cases.subgraphs import Cases, linked

ANNOTATIONS: Cases = {
    "CONTEXT_NAME_INVALID": {
        "not a name": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "1-b") '
            "{ id: ID! x: String! }",
        ),
        "underscore": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "a_b") '
            "{ id: ID! x: String! }",
        ),
    },
    "CONTEXT_NOT_SET": {
        "on an interface": linked(
            a='type Query { t: T i: I } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String } "
            'interface I { f(a: String @fromContext(field: "$c { x }")): Int } '
            "type U implements I { f(a: String): Int }",
        ),
        "field of an interface": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } interface I { f(a: String): Int } "
            'type U implements I @key(fields: "id") { id: ID! '
            'f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
        "default value": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U @key(fields: "id") { id: ID! '
            'f(a: String = "d" @fromContext(field: "$c { x }")): Int }',
        ),
        "argument of a directive": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String } "
            'directive @d(a: String @fromContext(field: "$c { x }")) on FIELD',
        ),
        "never": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! '
            'f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
    },
    "NO_CONTEXT_IN_SELECTION": {
        "no selection": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! u: U } '
            'type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c")): Int }',
        ),
        "no name": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! u: U } '
            'type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "{ x }")): Int }',
        ),
    },
    "CONTEXT_INVALID_SELECTION": {
        "two fields in a fragment": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            '{ id: ID! x: String y: Int u: U } type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c ... on T { x y }")): Int }',
        ),
        "argument that refuses null": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String! u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String! @fromContext(field: "$c { x }")): Int }',
        ),
        "list that refuses null": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: [String!] u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: [String!] @fromContext(field: "$c { x }")): Int }',
        ),
        "interface object": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type A implements I @key(fields: "id") { id: ID! }',
            b='type I @interfaceObject @key(fields: "id") @context(name: "c") '
            '{ id: ID! x: Int u: U } type U @key(fields: "id") '
            '{ id: ID! f(a: Int @fromContext(field: "$c { x }")): Int }',
        ),
        "member of a union": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! w: W u: U } union W = V type V { y: String } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { w { ... on V { y } } }")): Int }',
        ),
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
        "nothing selected": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { }")): Int }',
        ),
        "syntax": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { x ")): Int }',
        ),
        "field beside fragment": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { x ... on T '
            '{ x } }")): Int }',
        ),
        "fragment then field": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { ... on T { '
            'x } x }")): Int }',
        ),
        "two fragments on one type": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c ... on T { x '
            '} ... on T { x }")): Int }',
        ),
        "fragment on another type": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c ... on U { z }")): Int }',
        ),
        "unused fragment": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c ... on T { x '
            '} ... on U { z }")): Int }',
        ),
        "directive": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { x '
            '@include(if: true) }")): Int }',
        ),
        "wrong type in fragment": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c ... on T { y }")): Int }',
        ),
        "list for a value": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { l { z } }")): Int }',
        ),
        "object": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { u }")): Int }',
        ),
        "two nested": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { u { z id } }")): Int }',
        ),
        "named fragment": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String y: Int u: U l: [U!] } union W = T "
            'type U @key(fields: "id") '
            '{ id: ID! z: String f(a: String @fromContext(field: "$c { ...F }")): Int }',
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
        "sized field": linked(
            a='type Query { q: T @listSize(sizedFields: ["x"]) } type T { x: Int }'
        ),
        "field": linked(a="type Query { q: Int @listSize(assumedSize: 3) }"),
    },
    "LIST_SIZE_INVALID_ASSUMED_SIZE": {
        "negative": linked(a="type Query { q: [Int] @listSize(assumedSize: -3) }"),
    },
    "LIST_SIZE_INVALID_SIZED_FIELD": {
        "no fields": linked(a='type Query { q: Int @listSize(sizedFields: ["x"]) }'),
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
        "type of a fragment": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! m: M } union M = A | B '
            "type A @authenticated @shareable { x: Int } type B @shareable { y: Int }",
            b='type T @key(fields: "id") { id: ID! m: M @external '
            'g: Int @requires(fields: "m { ... on A { x } ... on B { y } }") } '
            "union M = A | B type A @shareable { x: Int } type B @shareable { y: Int }",
        ),
        "type that sets the context": linked(
            a="type Query { t: T } "
            'type T @key(fields: "id") @context(name: "c") @authenticated { id: '
            "ID! x: String u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
        "type of a nested field": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! u: U @external '
            'g: Int @requires(fields: "u { x }") } type U @external { x: Int }',
            b='type T @key(fields: "id") { id: ID! u: U } type U @authenticated { x: Int }',
        ),
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
