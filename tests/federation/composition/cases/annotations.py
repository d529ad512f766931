"""Broken sets of subgraphs: contexts, costs and requirements."""

from tests.federation.composition.cases.subgraphs import Cases, linked

ANNOTATIONS: Cases = {
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
