"""Broken sets of subgraphs of which other composers say something else."""

from tests.federation.composition.cases.subgraphs import Cases, Q, link, linked

OURS: Cases = {
    "INVALID_LINK_DIRECTIVE_USAGE": {
        "federation's name has a dash": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' as: "a-b")\n' + Q
        },
        "no url": {"a": "extend schema @link\n" + Q},
        "no url but text": {"a": link("2.9") + 'extend schema @link(url: "foo/v1.0")\n' + Q},
        "import is no list": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: {name: "@key"})\n' + Q
        },
    },
    "DISALLOWED_INACCESSIBLE": {
        "argument of a directive": linked(
            a="directive @live(x: Int @inaccessible) on FIELD type Query { q: Int }"
        ),
    },
    "OVERRIDE_LABEL_INVALID": {
        "empty": linked(
            a='type Query { q: Int @override(from: "b", label: "") }', b="type Query { q: Int }"
        ),
    },
    "TYPE_DEFINITION_INVALID": {
        "any": {"a": "type _Any { x: Int } type Query { q: Int }"},
        "built-in scalar": linked(a="enum ID { A } type Query { q: ID }"),
    },
    "UNKNOWN_LINK_VERSION": {
        "a later version of a specification that is merged": {
            "a": link("2.5")
            + 'extend schema @link(url: "https://specs.apollo.dev/authenticated/v0.2")\n'
            + "type Query { q: Int @authenticated }"
        },
        "link 9": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/link/v9.0") '
            '@link(url: "https://specs.apollo.dev/federation/v2.3")\n' + Q
        },
    },
    "SATISFIABILITY_ERROR": {
        "requires where no key is resolvable": linked(
            a='type Query { t: T } type T @key(fields: "id", resolvable: false) '
            '{ id: ID! x: Int @external y: Int @requires(fields: "x") }',
            b='type T @key(fields: "id") { id: ID! x: Int }',
        ),
        "requires of a field that takes a value from a context in what is required": linked(
            a='type Query { e: E } type E @key(fields: "id") { id: ID! t: T } '
            'type T @context(name: "c") { x: String @shareable u: U @shareable } '
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }',
            b='type E @key(fields: "id") { id: ID! t: T @external '
            'g: Int @requires(fields: "t { u { f } }") } type T { u: U @external } '
            'type U @key(fields: "id") { id: ID! f: Int @external }',
        ),
        "requires of a field that takes a value from a context in one of its subgraphs": linked(
            a='type Query { t: T } type T @key(fields: "id") @context(name: "c") '
            "{ id: ID! x: String u: U } "
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int @shareable }',
            b='type U @key(fields: "id") '
            '{ id: ID! f: Int @external g: Int @requires(fields: "f") }',
            c='type U @key(fields: "id") { id: ID! f(a: String): Int @shareable }',
        ),
        "overridden key of a type extension": linked(
            a='type Query { t: T } extend type T @key(fields: "id") { id: ID! x: Int }',
            b='type T @key(fields: "id") { id: ID! @override(from: "a") y: Int }',
        ),
        "interface object of what nothing implements": linked(
            a="type Query { q: Int } interface I { x: Int }",
            b='type Query { i: I } type I @interfaceObject @key(fields: "id") { id: ID! y: Int }',
        ),
    },
    "DIRECTIVE_DEFINITION_INVALID": {
        "list for a FieldSet": {
            "a": link("2.3", "@key")
            + "directive @key(fields: [String!]!) repeatable on OBJECT\n"
            + Q
        },
    },
    "REQUIRES_INVALID_FIELDS": {
        about: linked(
            a='type Query { t: T } type T @key(fields: "id") { id: ID! x(i: I e: E): Int } '
            "input I { a: Int! } enum E { A }",
            b='type T @key(fields: "id") { id: ID! x(i: I e: E): Int @external '
            f'y: Int @requires(fields: """x({given})""") }} input I {{ a: Int! }} enum E {{ A }}',
        )
        for about, given in (("text for an enum", 'e: "A"'), ("required field left out", "i: {}"))
    },
    "KEY_INVALID_FIELDS": {
        "fragment on what it never is": linked(
            a='type Query { t: T } type T @key(fields: "... on U { x }") { id: ID! } '
            "type U { x: Int }"
        ),
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
    "INVALID_GRAPHQL": {
        "machinery as another kind": linked(a="type join__Graph { x: Int } type Query { q: Int }"),
        "an executable directive that the machinery has": linked(
            a="directive @join__field on FIELD type Query { q: Int }"
        ),
        "an extension of another kind": linked(
            a="type Query { q: E } enum E { A } extend type E { a: Int }"
        ),
        "an interface extension of an object type": linked(
            a="type Query { t: T } type T { a: Int } extend interface T { b: Int }"
        ),
        "text for an enum": linked(a='type Query { q(e: E = "A"): E } enum E { A }'),
        "required field left out": linked(
            a="type Query { q(i: I = {}): Int } input I { x: Int! }"
        ),
        "key without arguments in federation 1": {
            "a": "directive @key on OBJECT "
            'type Query { t: T } type T @key(fields: "id") { id: ID! }'
        },
        "decimal for an integer": linked(a="type Query { q(x: Int = 1.0): Int }"),
    },
    "EMPTY_AUTH_REQUIREMENT": {
        "no scopes": linked(a="type Query { q: Int @requiresScopes(scopes: []) }"),
        "something that is no text": linked(
            a='type Query { q: Int @requiresScopes(scopes: [["s"], nobody]) }'
        ),
        "an empty group": linked(a="type Query { q: Int @policy(policies: [[]]) }"),
    },
}
"""Argued in the list of differences beside the comparison."""
