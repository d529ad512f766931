"""Sets of subgraphs that compose, by what is special about them."""

from collections.abc import Mapping

from tests.federation.composition.cases import LINK, Subgraphs, link, linked
from tests.federation.composition.good_forms import FORMS

GOOD: Mapping[str, Subgraphs] = {
    **FORMS,
    "key hops through a third subgraph": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! }',
        b='type T @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }',
        c='type T @key(fields: "sku") { sku: ID! price: Int }',
    ),
    "compound and nested keys": linked(
        a='type Query { t: T } type T @key(fields: "id org { id }") '
        '{ id: ID! org: Org x: Int } type Org @key(fields: "id") { id: ID! name: String }',
        b='type T @key(fields: "id org { id }") { id: ID! org: Org y: Int } '
        'type Org @key(fields: "id") { id: ID! }',
    ),
    "key nested and arguments elsewhere": linked(
        a='type Query { t: T } type T @key(fields: "u { id v { w } }") { u: U } '
        "type U @shareable { id: ID! v: V } type V @shareable { w: Int }",
        b='type T @key(fields: "u { v { w } id }") { u: U y(a: Int = 1): Int } '
        "type U @shareable { id: ID! v: V } type V @shareable { w: Int }",
    ),
    "requires through fragments": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! m: M } union M = A | B '
        "type A @shareable { x: Int } type B @shareable { y: Int }",
        b='type T @key(fields: "id") { id: ID! m: M @external '
        'g: Int @requires(fields: "m { ... on A { x } ... on B { y } }") } '
        "union M = A | B type A @shareable { x: Int } type B @shareable { y: Int }",
    ),
    "requires chains": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! f: Int }',
        b='type T @key(fields: "id") { id: ID! f: Int @external g: Int @requires(fields: "f") }',
        c='type T @key(fields: "id") { id: ID! g: Int @external h: Int @requires(fields: "g") }',
    ),
    "requires with arguments": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! f(x: Int!): Int }',
        b='type T @key(fields: "id") { id: ID! f(x: Int!): Int @external '
        'g: Int @requires(fields: "f(x: 3)") }',
    ),
    "requires on interface": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! i: I } '
        'interface I { x: Int } type A implements I @key(fields: "id") { id: ID! x: Int } ',
        b='type T @key(fields: "id") { id: ID! i: I @external '
        'g: Int @requires(fields: "i { x }") } interface I { x: Int } '
        'type A implements I @key(fields: "id") { id: ID! x: Int @external }',
    ),
    "circular requires of two fields": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! a: Int '
        'c: Int @requires(fields: "b") b: Int @external }',
        b='type T @key(fields: "id") { id: ID! a: Int @external '
        'b: Int d: Int @requires(fields: "a c") c: Int @external }',
    ),
    "provides nested": linked(
        a='type Query { t: T @provides(fields: "u { x }") } '
        'type T @key(fields: "id") { id: ID! u: U } '
        'type U @key(fields: "id") { id: ID! x: Int @external }',
        b='type U @key(fields: "id") { id: ID! x: Int @shareable y: Int }',
    ),
    "provides on union": linked(
        a='type Query { m: [M] @provides(fields: "... on A { x }") } union M = A | B '
        'type A @key(fields: "id") { id: ID! x: Int @external } '
        'type B @key(fields: "id") { id: ID! }',
        b='type A @key(fields: "id") { id: ID! x: Int @shareable } '
        'type B @key(fields: "id") { id: ID! y: Int }',
    ),
    "provides on interface": linked(
        a='type Query { i: I @provides(fields: "... on A { z { x } }") } interface I { id: ID! } '
        'type A implements I @key(fields: "id") { id: ID! z: Z @external } '
        'type Z @key(fields: "id") { id: ID! x: Int @external }',
        b='type A @key(fields: "id") { id: ID! z: Z @shareable } '
        'type Z @key(fields: "id") { id: ID! x: Int @shareable }',
    ),
    "external on a type": linked(
        a='type Query { t: T @provides(fields: "u { x }") } '
        'type T @key(fields: "id") { id: ID! u: U @external } '
        "type U @external { x: Int }",
        b='type T @key(fields: "id") { id: ID! u: U @shareable } type U @shareable { x: Int }',
    ),
    "unions that differ": linked(
        a='type Query { u: U } union U = A | B type A @key(fields: "id") { id: ID! } '
        'type B @key(fields: "id") { id: ID! }',
        b='type Query { v: U } union U = B | C type B @key(fields: "id") { id: ID! x: Int } '
        'type C @key(fields: "id") { id: ID! }',
    ),
    "interface objects": linked(
        a='type Query { i: I } interface I @key(fields: "id") { id: ID! t: String } '
        'type A implements I @key(fields: "id") { id: ID! t: String a: Int } '
        'type B implements I @key(fields: "id") { id: ID! t: String }',
        b='type I @interfaceObject @key(fields: "id") { id: ID! y: Int z(n: Int): [Int!] '
        '@tag(name: "x") } type Query { is: [I!] }',
        c='type I @interfaceObject @key(fields: "id") { id: ID! y: Int @external '
        'w: Int @requires(fields: "y") }',
    ),
    "requirements on interface object fields": linked(
        a='type Query { i: I } interface I @key(fields: "id") { id: ID! } '
        "interface J { id: ID! y: Int } "
        'type A implements I & J @key(fields: "id") { id: ID! y: Int @external }',
        b='type I @interfaceObject @key(fields: "id") { id: ID! '
        'y: Int @requiresScopes(scopes: [["s"]]) }',
    ),
    "requirements combine by and": linked(
        a='type Query { q: Int @shareable @requiresScopes(scopes: [["a"], ["b", "c"]]) }',
        b='type Query { q: Int @shareable @requiresScopes(scopes: [["d"], ["b"]]) '
        '@policy(policies: [["p"]]) }',
        c="type Query { q: Int @shareable @authenticated }",
    ),
    "requirements reach interfaces": linked(
        a="type Query { i: I } interface I { x: Int y: Int } "
        'type A implements I @authenticated { x: Int @requiresScopes(scopes: [["s"]]) y: Int } '
        'type B implements I { x: Int @requiresScopes(scopes: [["t"]]) y: Int }',
    ),
    "cost and list size merge": linked(
        a="type Query { q(first: Int): [Int] @shareable @cost(weight: 3) "
        '@listSize(assumedSize: 5, slicingArguments: ["first"]) }',
        b="type Query { q(first: Int): [Int] @shareable @cost(weight: 7) "
        "@listSize(assumedSize: 9, requireOneSlicingArgument: false) }",
        c="type Query { r(x: Int @cost(weight: 2)): E } enum E @cost(weight: 4) { A B } "
        "scalar D @cost(weight: 1) input In { x: Int @cost(weight: 3) }",
    ),
    "contexts": linked(
        a='type Query { t: T v: V } type T @key(fields: "id") @context(name: "c") '
        '{ id: ID! x: String! u: U } type V @key(fields: "id") @context(name: "c") '
        "{ id: ID! x: String! u: U } "
        'type U @key(fields: "id") '
        '{ id: ID! f(a: String @fromContext(field: "$c { x }"), b: Int): Int }',
        b='type Query { r: Int } type U @key(fields: "id") { id: ID! g: Int }',
    ),
    "contexts by type": linked(
        a='type Query { t: T v: V } type T @key(fields: "id") @context(name: "c") '
        '{ id: ID! x: String u: U } type V @key(fields: "id") @context(name: "c") '
        "{ id: ID! y: String u: U } "
        'type U @key(fields: "id") { id: ID! '
        'f(a: String @fromContext(field: "$c ... on T { x } ... on V { y }")): Int }',
    ),
    "context on interface": linked(
        a='type Query { i: I } interface I @context(name: "c") { x: Int u: U } '
        'type T implements I @key(fields: "id") { id: ID! x: Int u: U } '
        'type U @key(fields: "id") { id: ID! '
        'f(a: Int @fromContext(field: "$c { x }")): Int }',
    ),
    "specifications of one name": {
        "a": link("2.9", "@composeDirective").strip()
        + ' @link(url: "https://example.com/policy/v1.0", import: ["@foo"])'
        ' @composeDirective(name: "@foo")\n'
        "directive @foo on FIELD_DEFINITION type Query { q: Int @foo }",
        "b": link("2.9", "@composeDirective").strip()
        + ' @link(url: "https://example.org/policy/v1.0", import: ["@bar"])'
        ' @composeDirective(name: "@bar")\n'
        "directive @bar on FIELD_DEFINITION type Query { r: Int @bar }",
        "c": link("2.9", "@policy") + 'type Query { s: Int @policy(policies: [["p"]]) }',
    },
    "context for an interface object": linked(
        a='type Query { q: Int } interface I @key(fields: "id") { id: ID! } '
        'type T implements I @key(fields: "id") { id: ID! }',
        b='type Query { s: S } type S @context(name: "c") { x: Int i: I } '
        'type I @interfaceObject @key(fields: "id") '
        '{ id: ID! f(a: Int @fromContext(field: "$c { x }")): Int }',
    ),
    "override": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int '
        'y: Int @override(from: "b") }',
        b='type T @key(fields: "id") { id: ID! y: Int z: Int }',
    ),
    "override of a key field": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! '
        'sku: ID! @override(from: "b") }',
        b='type T @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! z: Int }',
    ),
    "override that changes the type": linked(
        a="type Query { x: Int }",
        b='type Query { x: Int! @shareable @override(from: "a") }',
        c="type Query { x: Int @shareable }",
    ),
    "order of requirements on a field": linked(
        a='type Query { f: Int @policy(policies: [["p"]]) @requiresScopes(scopes: [["a"]]) '
        '@authenticated @tag(name: "x") @inaccessible g: Int }',
        b='type Query { h: Int @tag(name: "x") @cost(weight: 3) @deprecated(reason: "n") '
        "@authenticated }",
    ),
    "enum of a composed directive": linked(
        a='extend schema @link(url: "https://example.com/audit/v1.0", '
        'import: ["@audited", "Level"]) @composeDirective(name: "@audited") '
        "enum Level { HIGH LOW } directive @audited(level: Level) on FIELD_DEFINITION "
        "type Query { t: Int @audited(level: HIGH) }",
    ),
    "progressive override": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! '
        'y: Int @override(from: "b", label: "percent(5.5)") '
        'z: Int @override(from: "b", label: "beta:x") }',
        b='type T @key(fields: "id") { id: ID! y: Int z: Int }',
    ),
    "override from nowhere": linked(
        a='type Query { q: Int @override(from: "gone") }',
    ),
    "renamed imports": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", as: "fed", '
        'import: [{name: "@key", as: "@primary"}, "@shareable", {name: "@tag", as: "@label"}])\n'
        'type Query { t: T } type T @primary(fields: "id") { id: ID! @label(name: "x") '
        "x: Int @fed__inaccessible y: Int }",
        "b": link("2.3", "@key")
        + 'type T @key(fields: "id") { id: ID! z: Int @federation__shareable }',
    },
    "no imports at all": {
        "a": link("2.5") + "type Query { t: T @federation__authenticated } "
        'type T @federation__key(fields: "id") { id: ID! @federation__tag(name: "x") }',
    },
    "root types renamed": linked(
        a="schema { query: Q mutation: M } type Q { q: Int t: T } type M { m: Int } "
        "type T @shareable { back: Q }",
        b="schema { query: RootQuery } type RootQuery { r: Int }",
    ),
    "composed directive": linked(
        a='extend schema @link(url: "https://example.com/audit/v1.0", import: ["@audited"]) '
        '@composeDirective(name: "@audited") '
        "directive @audited(by: String!) on OBJECT | FIELD_DEFINITION "
        'type Query { t: T @audited(by: "x") } type T @audited(by: "y") @key(fields: "id") '
        "{ id: ID! }",
        b='extend schema @link(url: "https://example.com/audit/v1.1", import: ["@audited"]) '
        '@composeDirective(name: "@audited") '
        '"newer" directive @audited(by: String! = "z") repeatable on OBJECT | FIELD_DEFINITION '
        'type T @key(fields: "id") { id: ID! x: Int @audited(by: "x") @audited(by: "w") }',
    ),
    "composed directive under its own name": linked(
        a='extend schema @link(url: "https://example.com/foo/v1.0") '
        '@composeDirective(name: "@foo") @composeDirective(name: "@foo__bar") '
        "directive @foo on OBJECT directive @foo__bar on FIELD_DEFINITION "
        "type Query { t: T @foo__bar } type T @foo { x: Int }",
    ),
    "executable directives": linked(
        a="directive @live(every: Int = 3) on QUERY | FIELD directive @only on FIELD "
        "type Query { q: Int }",
        b="directive @live(every: Int = 3, x: Int) on QUERY | FRAGMENT_SPREAD "
        "type Query { r: Int }",
    ),
    "descriptions": linked(
        a='"""A""" type Query { "one" t(\n"arg" x: Int): T q: Int } "same" type T @shareable '
        '{ "x1" x: Int }',
        b='"""B""" type Query { r: Int } "same" type T @shareable { "x2" x: Int }',
        c='"""B""" type Query { s: Int } type T @shareable { """\n  long\n    text\n""" x: Int }',
    ),
    "nullability and covariance": linked(
        a="type Query { t: T } type T @shareable { x: Int! l: [Int!] u: U a: A } union U = A | B "
        "type A @shareable { z: Int } type B @shareable { z: Int }",
        b="type Query { r: T } type T @shareable { x: Int l: [Int!]! u: A a: A! } "
        "type A @shareable { z: Int }",
    ),
    "inputs by intersection": linked(
        a="type Query { t(i: I, e: E): Int } input I { x: Int! y: Int = 3 z: [E!] } "
        "enum E { A B }",
        b="type Query { r(i: I, e: E): Int } input I { x: Int w: Int z: [E] } enum E { A C }",
    ),
    "inaccessible": linked(
        a="type Query { t(x: Int @inaccessible): T h: H @inaccessible } "
        "type T @shareable { x: Int y: Int @inaccessible } type H @inaccessible { x: Int } "
        "enum E { A B @inaccessible } union U = T | H input I { x: Int y: Int = 1 @inaccessible }",
        b="type Query { r: T @shareable } type T @shareable { x: Int y: Int }",
    ),
    "mutations and subscriptions": linked(
        a="type Query { q: Int } type Mutation { a: Int } type Subscription { s: Int }",
        b="type Mutation { b: Int } extend type Query { r: Int } type Subscription { u: Int }",
    ),
    "federation 1": {
        "accounts": 'extend type Query { me: User } type User @key(fields: "id") '
        "{ id: ID! name: String username: String }",
        "reviews": 'type Review @key(fields: "id") { id: ID! body: String '
        'author: User @provides(fields: "username") product: Product } '
        'extend type User @key(fields: "id") { id: ID! @external username: String @external '
        "reviews: [Review] } "
        'extend type Product @key(fields: "upc") { upc: String! @external reviews: [Review] }',
        "products": "extend type Query { topProducts(first: Int = 5): [Product] } "
        'type Product @key(fields: "upc") '
        "{ upc: String! name: String price: Int weight: Int }",
        "inventory": 'type Product @key(fields: "upc") @extends { upc: String! @external '
        "weight: Int @external price: Int @external inStock: Boolean "
        'shippingEstimate: Int @requires(fields: "price weight") } '
        "type Size { w: Int unused: Int } type Query { size: Size }",
        "value": "type Size { w: Int unused: Int } type Query { other: Size }",
    },
    "inaccessible in federation 1": {
        "a": "directive @inaccessible on FIELD_DEFINITION "
        "type Query { q: Int hidden: Int @inaccessible }",
        "b": "directive @shareable on FIELD_DEFINITION | OBJECT type Query { q: Int @shareable }",
    },
    "federation 1 and 2": {
        "old": 'type Query { t: T } type T @key(fields: "id") { id: ID! x: Int @tag(name: "o") } '
        "type V { a: Int }",
        "new": LINK + 'type T @key(fields: "id") { id: ID! y: Int } type V @shareable { a: Int } '
        "type Query { v: V }",
    },
    "value types shared": linked(
        a="type Query { m: Money } type Money @shareable { amount: String! currency: String! }",
        b="type Query { n: Money } type Money @shareable { amount: String! } "
        "extend type Money @shareable { currency: String! }",
    ),
    "interfaces of interfaces": linked(
        a="type Query { n: N } interface N { id: ID! } interface M implements N "
        "{ id: ID! m: Int } type T implements M & N @shareable { id: ID! m: Int }",
        b="type Query { m: M } interface N { id: ID! } interface M implements N "
        "{ id: ID! m: Int } type T implements M & N @shareable { id: ID! m: Int }",
    ),
    "names that clash": {
        "my-graph": link("2.0", "@shareable") + "type Query { a: Int }",
        "my_graph": link("2.0", "@shareable") + "type Query { b: Int }",
        "1st": link("2.0", "@shareable") + "type Query { c: Int }",
        "g_2": link("2.0", "@shareable") + "type Query { d: Int }",
    },
    "default values that are one number": linked(
        a="type Query { q(x: Float = 1): Int @shareable }",
        b="type Query { q(x: Float = 1.0): Int @shareable }",
    ),
    "incremental delivery is left out": linked(
        a="directive @defer(label: String, if: Boolean! = true) on INLINE_FRAGMENT "
        "type Query { q: Int }"
    ),
    "a linked feature with a dash": linked(
        a='extend schema @link(url: "https://a.org/my-foo/v1.0") type Query { q: Int }'
    ),
    "default values": linked(
        a='type Query { q(a: [Int!]! = [1, 2], i: I = {x: 1, s: "q\\"uote"}, e: E = A, '
        "f: Float = 1.5, n: Int = null, b: Boolean = true): Int } "
        "input I { x: Int s: String } enum E { A }",
    ),
    "tags everywhere": linked(
        a='extend schema @tag(name: "schema") type Query @tag(name: "q") '
        '{ q(x: Int @tag(name: "arg")): E @tag(name: "f") } enum E @tag(name: "e") '
        '{ A @tag(name: "v") } scalar S @tag(name: "s") input I @tag(name: "i") '
        '{ x: Int @tag(name: "if") } union U @tag(name: "u") = T type T @tag(name: "t") '
        '{ x: Int } interface F @tag(name: "i") { x: Int }',
    ),
    "extends without key": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! x: Int }',
        b='type T @extends @key(fields: "id") { id: ID! @external y: Int }',
        c='extend type T @key(fields: "id") { id: ID! z: Int }',
    ),
}

OURS: Mapping[str, Subgraphs] = {
    "renamed link": {
        "a": 'schema @core(url: "https://specs.apollo.dev/link/v1.0", as: "core") '
        '@core(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"]) '
        "{ query: Root }\n"
        'type Root { t: T } type T @key(fields: "id") { id: ID! }',
    },
    "input of requires under a label": linked(
        a='type Query { t: T } type T @key(fields: "id") { id: ID! '
        'f: Int @override(from: "b", label: "x") }',
        b='type T @key(fields: "id") { id: ID! f: Int }',
        c='type T @key(fields: "id") { id: ID! f: Int @external h: Int @requires(fields: "f") }',
    ),
    "definition of key without one of FieldSet": {
        "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
        'import: ["@key", "FieldSet"])\n'
        "directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on "
        'OBJECT | INTERFACE type Query { t: T } type T @key(fields: "id") { id: ID! }',
    },
    "one of": linked(a="type Query { q(i: I): Int } input I @oneOf { a: Int b: Int }"),
}
"""What other composers refuse: argued in the list of differences."""
