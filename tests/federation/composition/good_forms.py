"""Sets of subgraphs that compose, written in other forms than most are."""

from collections.abc import Mapping

from tests.federation.composition.cases import LINK, Subgraphs, link, linked

FORMS: Mapping[str, Subgraphs] = {
    "typename in requires": linked(
        a='type Query { t: T } type T @key(fields: "id __typename") { id: ID! m: M } '
        "union M = A type A @shareable { x: Int }",
        b='type T @key(fields: "__typename id") { id: ID! m: M @external '
        'g: Int @requires(fields: "m { __typename ... on A { x } }") } '
        "union M = A type A @shareable { x: Int }",
    ),
    "default objects in another order": linked(
        a="type Query { f(i: I = {a: 1, b: [E]}): Int @shareable } "
        "input I { a: Int b: [E] } enum E { E }",
        b="type Query { f(i: I = {b: [E], a: 1}): Int @shareable } "
        "input I { a: Int b: [E] } enum E { E }",
    ),
    "link defined by hand": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/link/v1.0", '
        'import: ["Purpose", "Import"]) '
        '@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) '
        "scalar Import enum Purpose { SECURITY EXECUTION } "
        "directive @link(url: String!, as: String, for: Purpose, import: [Import]) "
        "repeatable on SCHEMA type Query { a: Int }"
    },
    "key defined by hand": {
        "a": link("2.3", "@key", "@shareable")
        + "directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) "
        "repeatable on OBJECT | INTERFACE "
        "directive @shareable repeatable on OBJECT | FIELD_DEFINITION "
        "scalar federation__FieldSet "
        'type Query { t: T } type T @key(fields: "id") { id: ID! }'
    },
    "override from an unknown subgraph by label": linked(
        a='type Query { t: Int @override(from: "nobody", label: "percent(4)") }'
    ),
    "nested external key of federation 1": {
        "a": 'type Query { t: T } type T @key(fields: "id { x }") { id: U } type U { x: ID }',
        "b": 'extend type T @key(fields: "id { x }") { id: U @external q: Int } '
        "extend type U { x: ID @external }",
    },
    "sized fields": linked(
        a='type Query { f(first: Int): P @listSize(slicingArguments: ["first"], '
        'sizedFields: ["edges", "nodes"]) } type P { edges: [Int] nodes: [Int] }'
    ),
    "a type in parts": linked(
        a="type Query { t: T } type T { x: Int } extend type T { y: Int } "
        "extend type Query { z: Int } extend enum E { C } enum E { A } extend union U = T "
        "union U = V type V { a: Int } extend input I { b: Int } input I { a: Int } "
        "extend interface N { n: Int } interface N { m: Int } "
        'extend scalar S @tag(name: "s") scalar S'
    ),
    "context for a type whose interface lacks the field": linked(
        a="type Query { t: T } interface N { id: ID! } "
        'type T @key(fields: "id") @context(name: "c") { id: ID! x: String u: U } '
        'type U implements N @key(fields: "id") { id: ID! '
        'f(a: String @fromContext(field: "$c { x }")): Int }'
    ),
    "contexts that are typenames": linked(
        a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
        "{ id: ID! w: W u: U } union W = V type V { y: String } "
        'type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { __typename }"))'
        ': Int g(a: String @fromContext(field: "$c { w { __typename } }")): Int }'
    ),
    "argument that is inaccessible everywhere": linked(
        a="type Query { i: I } interface I { x(a: Int @inaccessible): Int } "
        "type T implements I { x(a: Int @inaccessible): Int }"
    ),
    "key of an interface among several": linked(
        a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
        'type T implements I @key(fields: "sku") @key(fields: "id") { id: ID! sku: ID! }'
    ),
    "requires of an interface object": linked(
        a='type Query { i: I } interface I @key(fields: "id") { id: ID! t: String } '
        'type A implements I @key(fields: "id") { id: ID! t: String } '
        'type B implements I @key(fields: "id") { id: ID! t: String b: Int }',
        b='type I @interfaceObject @key(fields: "id") { id: ID! t: String @external '
        'u: Int @requires(fields: "t") }',
    ),
    "two interface objects of one type": linked(
        a='type Query { i: I j: J } interface I @key(fields: "id") { id: ID! } '
        'interface J @key(fields: "id") { id: ID! } '
        'type A implements I & J @key(fields: "id") { id: ID! }',
        b='type I @interfaceObject @key(fields: "id") { id: ID! w: Int @shareable }',
        c='type J @interfaceObject @key(fields: "id") { id: ID! w: Int @shareable }',
    ),
    "names of subgraphs that are no names": {
        name: LINK + f"type Query {{ {field}: Int }}"
        for name, field in (
            ("1st-sub", "a"),
            ("my.sub graph", "b"),
            ("MY_SUB_GRAPH", "c"),
            ("my-sub-graph", "d"),
            ("étoile", "e"),
            ("_x_1", "f"),
            ("_x", "g"),
            ("true", "h"),
        )
    },
    "shared interface that nothing implements": linked(
        a="type Query { i: I @shareable x: Int } interface I { x: Int }",
        b="type Query { i: I @shareable } interface I { x: Int }",
    ),
    "scopes without their lists": linked(
        a='type Query { t: Int @requiresScopes(scopes: "a") '
        'u: Int @requiresScopes(scopes: ["b", "c"]) }'
    ),
    "key defined by hand with an argument that must be given": {
        "a": link("2.3", "@key")
        + "directive @key(fields: federation__FieldSet!, resolvable: Boolean! = true) "
        "repeatable on OBJECT | INTERFACE scalar federation__FieldSet "
        'type Query { t: T } type T @key(fields: "id") { id: ID! }'
    },
    "directive of its own in federation 1": {
        "a": "directive @mine on FIELD_DEFINITION type Query { t: T @mine } "
        'type T @key(fields: "id") { id: ID! }'
    },
    "tag of another specification": {
        "a": link("2.3", "@key")
        + 'extend schema @link(url: "https://specs.example.com/mine/v1.0", import: ["@tag"]) '
        "directive @tag(name: Int) on FIELD_DEFINITION "
        'type Query { t: T @tag(name: 3) } type T @key(fields: "id") { id: ID! }'
    },
    "arguments of which some are described": linked(
        a='type Query { f("What is sought" a: Int b: Int): Int }'
    ),
    "cache tags of federation 2.12": {
        "a": link("2.12", "@key", "@cacheTag")
        + 'type Query { t: T } type T @key(fields: "id") { id: ID! }'
    },
    "list sizes of which some are left out": linked(
        a="type Query { q(first: Int, last: Int): [Int] @shareable @listSize(assumedSize: 1) "
        "r: [Int] @shareable @listSize(assumedSize: null) }",
        b="type Query { q(first: Int, last: Int): [Int] @shareable "
        '@listSize(assumedSize: null, slicingArguments: ["first"]) '
        "r: [Int] @shareable @listSize }",
        c="type Query { q(first: Int, last: Int): [Int] @shareable "
        '@listSize(slicingArguments: ["last", "first"]) }',
    ),
    "tags and costs of arguments of directives": linked(
        a='directive @live(every: Int @tag(name: "x") @cost(weight: 2)) on FIELD '
        "type Query { q: Int }",
        b="directive @live(every: Int @cost(weight: 3)) on FIELD type Query { r: Int }",
    ),
    "tag linked by itself in federation 1": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/tag/v0.3", import: ["@tag"]) '
        'type Query { t: T @tag(name: "x") } type T @key(fields: "id") { id: ID! }'
    },
    "imports that are null": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: null) '
        'type Query { t: T } type T @federation__key(fields: "id") { id: ID! }'
    },
}
