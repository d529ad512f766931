"""Broken sets of subgraphs: who resolves what."""

from tests.federation.composition.cases.subgraphs import Cases, linked

OWNERSHIP: Cases = {
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
    "EXTENSION_WITH_NO_BASE": {
        "fed2": linked(a="type Query { t: T } extend type T { x: Int }"),
        "fed1": {"a": 'type Query { t: T } extend type T @key(fields: "x") { x: Int @external }'},
    },
    "INVALID_FIELD_SHARING": {
        "misspelt override": linked(
            a='type Query { q: Int @override(from: "bb") }', b="type Query { q: Int }"
        ),
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
        "twice on a field": linked(a="type Query { t: Int @shareable @shareable }"),
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
        "object type beside unions": linked(
            a="type Query { e: E @shareable } union E = A type A @shareable { x: Int }",
            b="type Query { e: E @shareable } union E = A type A @shareable { x: Int }",
            c="type Query { e: B @shareable } union E = B type B @shareable { x: Int }",
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
        "field of an interface object": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! x: Int } '
            'type A implements I @key(fields: "id") { id: ID! x: Int }',
            b='type I @interfaceObject @key(fields: "id") { id: ID! x: Int @override(from: "a") }',
        ),
        "from an interface object": linked(
            a='type Query { i: I } interface I @key(fields: "id") { id: ID! x: Int } '
            'type A implements I @key(fields: "id") { id: ID! x: Int @override(from: "b") }',
            b='type I @interfaceObject @key(fields: "id") { id: ID! x: Int }',
        ),
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
    "SATISFIABILITY_ERROR": {
        "requires of one type of a union that is not to be had there": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! m: M } union M = A '
            "type A { y: Int @shareable }",
            b='type T @key(fields: "id") { id: ID! m: M @external '
            'g: Int @requires(fields: "m { ... on A { x } }") } union M = A '
            "type A { x: Int @external }",
            c="type Query { a: A } type A { x: Int @inaccessible y: Int @shareable }",
        ),
        "key of an interface that an implementation does not resolve": linked(
            a='interface I @key(fields: "id") { id: ID! x: Int } '
            'type A implements I @key(fields: "id") { id: ID! x: Int }',
            b='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type A implements I @key(fields: "id") { id: ID! @external }',
        ),
        "field of an interface object beside the only place that knows the type": linked(
            a="type Query { i: I @shareable } interface I { x: Int } "
            "type T implements I { x: Int }",
            b='type Query { i: I @shareable } type I @interfaceObject @key(fields: "id") '
            "{ id: ID! y: Int }",
        ),
        "context not set on a path": linked(
            a='type Query { t: T u: U } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
        ),
        "no key to send what is required": linked(
            a="type Query { t: T } type T { id: ID! @shareable f: Int @external "
            'g: Int @requires(fields: "f") }',
            b='type T @key(fields: "id") { id: ID! f: Int }',
        ),
        "requires of a field that takes a value from a context": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
            b='type U @key(fields: "id") '
            '{ id: ID! f: Int @external g: Int @requires(fields: "f") }',
        ),
        "context of a field that takes a value from a context": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U @key(fields: "id") @context(name: "d") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int w: W } '
            'type W @key(fields: "id") '
            '{ id: ID! g(b: Int @fromContext(field: "$d { f }")): Int }',
        ),
        "label on": linked(
            a='type Query { t: T } type T @key(fields: "id", resolvable: false) { id: ID! '
            'y: Int @override(from: "b", label: "percent(5)") }',
            b='type T @key(fields: "id") { id: ID! y: Int } type Query { r: T }',
        ),
        "required arguments in the query": linked(
            a="type Query { t(i: I!, e: E!, n: [Int!]!, s: String!): T } "
            "input I { x: Int! y: [E] e: E! } enum E { A } type T @shareable { x: Int }",
            b="type Query { r: T } type T @shareable { x: Int y: W } type W { z: Int }",
        ),
        "nested requires": linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
            b='type T @key(fields: "id") { id: ID! u: U @external '
            'g: Int @requires(fields: "u { x }") } type U @external { x: Int }',
            c='type T @key(fields: "sku") { sku: ID! u: U } type U { x: Int } type Query { r: T }',
        ),
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
}
