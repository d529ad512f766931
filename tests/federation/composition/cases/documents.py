"""Broken sets of subgraphs: documents, links and roots."""

from tests.federation.composition.cases.subgraphs import LINK, Cases, Q, link, linked

_AUDIT = (
    LINK + 'extend schema @link(url: "https://example.com/audit/v{}", import: ["@aud"]) '
    '@composeDirective(name: "@aud") '
)

DOCUMENTS: Cases = {
    "INVALID_GRAPHQL": {
        "default value with a field that merging leaves out": linked(
            a="input In { a: Int b: Int } type Query { t(i: In = {a: 1, b: 2}): Int }",
            b="input In { a: Int } type Query { u(i: In): Int }",
        ),
        "an operation": linked(a="type Query { q: Int } query { q }"),
        "label before 2.7": {
            "a": link("2.6", "@override")
            + 'type Query { q: Int @override(from: "b", label: "x") }',
            "b": link("2.6", "@override") + "type Query { q: Int }",
        },
        "number as a tag": linked(a="type Query { q: Int @tag(name: 3) }"),
        "number as a subgraph": linked(a="type Query { q: Int @override(from: 3) }"),
        "text as a flag": linked(
            a='type Query { t: T } type T @key(fields: "id", resolvable: "x") { id: ID! }'
        ),
        "default value of another type": linked(a='type Query { q(x: Int = "a"): Int }'),
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
        "type of the supergraph's machinery": linked(
            a="type Query { j: join__X } type join__X { a: Int }"
        ),
        "composed directive where the newest definition does not allow it": {
            "a": _AUDIT.format("1.0") + "directive @aud on OBJECT | FIELD_DEFINITION "
            "type Query @aud { t: Int }",
            "b": _AUDIT.format("1.1") + "directive @aud on FIELD_DEFINITION "
            "type Query { u: Int @aud }",
        },
        "argument that the newest definition of a composed directive lacks": {
            "a": _AUDIT.format("1.0") + "directive @aud(l: Int, m: Int) on FIELD_DEFINITION "
            "type Query { t: Int @aud(m: 1) }",
            "b": _AUDIT.format("1.1") + "directive @aud(l: Int) on FIELD_DEFINITION "
            "type Query { u: Int @aud(l: 3) }",
        },
        "value that merging takes from a composed directive's argument": {
            "a": _AUDIT.format("1.0") + "enum L { HI LO } directive @aud(l: L) on "
            "FIELD_DEFINITION type Query { t: Int @aud(l: HI) }",
            "b": _AUDIT.format("1.0") + "enum L { LO } directive @aud(l: L) on "
            "FIELD_DEFINITION type Query { u: Int @aud(l: LO) }",
        },
        "empty enum": linked(a="type Query { q: E } enum E"),
        "input used as output": linked(a="type Query { q: I } input I { x: Int }"),
        "fed1 unknown directive": {"a": "type Query { q: Int @shareable }"},
        "default value of an argument that is no input": linked(
            a='type Query { q(t: T = "x"): T } type T { x: Int }'
        ),
        "type of introspection": linked(a="type Query { q: __Type }"),
        "member of introspection": linked(a="type Query { q: U } union U = __Schema"),
        "extension of a built-in scalar": linked(
            a='type Query { q: Int } extend scalar Int @tag(name: "x")'
        ),
        "executable directive within the machinery": linked(
            a="directive @join__x on FIELD type Query { q: Int }"
        ),
        "tag of a schema before 2.3": {
            "a": link("2.2", "@tag") + 'extend schema @tag(name: "x")\n' + Q
        },
        "tag of a schema in federation 1": {"a": 'extend schema @tag(name: "x")\n' + Q},
        "tag of an argument before tag 0.2": {
            "a": link("2.0")
            + 'extend schema @link(url: "https://specs.apollo.dev/tag/v0.1")\n'
            + 'type Query { q(x: Int @tag(name: "x")): Int }'
        },
        "inaccessible argument before inaccessible 0.2": {
            "a": link("2.0")
            + 'extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.1")\n'
            + "type Query { q(x: Int @inaccessible): Int }"
        },
    },
    "DIRECTIVE_DEFINITION_INVALID": {
        "tag of federation 1": {
            "a": 'directive @tag(n: String) on FIELD_DEFINITION type Query { q: Int @tag(n: "x") }'
        },
        "inaccessible of federation 1": {
            "a": "directive @inaccessible(why: String) on FIELD_DEFINITION "
            "type Query { q: Int r: Int @inaccessible }"
        },
        "unknown argument": {
            "a": link("2.3", "@shareable")
            + "directive @shareable(x: Int) repeatable on OBJECT | FIELD_DEFINITION\n"
            + Q
        },
        "not repeatable": {
            "a": link("2.3", "@inaccessible")
            + "directive @inaccessible repeatable on OBJECT | FIELD_DEFINITION\n"
            + Q
        },
        "type of an argument": {
            "a": link("2.3", "@override")
            + "directive @override(from: Int!) on FIELD_DEFINITION\n"
            + Q
        },
        "key without fields": {
            "a": link("2.3", "@key")
            + "directive @key(resolvable: Boolean = true) repeatable on OBJECT | INTERFACE\n"
            + Q
        },
        "FieldSet of the subgraph's own": {
            "a": link("2.3", "@key")
            + "scalar FieldSet directive @key(fields: FieldSet!) repeatable on OBJECT\n"
            + Q
        },
        "FieldSet of federation 1": {
            "a": link("2.3", "@key")
            + "scalar _FieldSet directive @key(fields: _FieldSet!) repeatable on OBJECT\n"
            + Q
        },
        "FieldSet of the subgraph's own in federation 1": {
            "a": "scalar Fields directive @key(fields: Fields!) repeatable on OBJECT\n" + Q
        },
        "FieldSet that may be null": {
            "a": link("2.3", "@key") + "directive @key(fields: String) repeatable on OBJECT\n" + Q
        },
        "default value of an argument": {
            "a": link("2.3", "@key")
            + "directive @key(fields: String!, resolvable: Boolean = false) repeatable"
            " on OBJECT\n" + Q
        },
        "tag of federation 1 on a schema": {
            "a": "directive @tag(name: String!) repeatable on SCHEMA\n" + Q
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
        "one name for two specifications": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
            ' import: ["@composeDirective"])'
            ' @link(url: "https://example.com/foo/v1.0", import: ["@authenticated"])'
            ' @composeDirective(name: "@authenticated")\n'
            "directive @authenticated on FIELD_DEFINITION type Query { q: Int @authenticated }",
            "b": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
            ' import: ["@authenticated"])\ntype Query { r: Int @authenticated }',
        },
        "alias with two underscores": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' as: "a__b")\n' + Q
        },
        "empty alias": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", as: "")\n'
            + Q
        },
        "two features of one name": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3")'
            ' @link(url: "https://a.org/foo/v1.0")'
            ' @link(url: "https://b.org/foo/v1.0")\n' + Q
        },
        "one name from two features": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3")'
            ' @link(url: "https://a.org/foo/v1.0", import: ["@x"])'
            ' @link(url: "https://b.org/bar/v1.0", import: ["@x"])\n' + Q
        },
        "one element under two names": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: ["@key", {name: "@key", as: "@id"}])\n' + Q
        },
        "two elements under one name": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: [{name: "@key", as: "@k"}, {name: "@tag", as: "@k"}])\n' + Q
        },
        "import with more than a name": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: [{name: "@key", as: "@id", of: "x"}])\n' + Q
        },
        "import under another feature's name": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: [{name: "@key", as: "@foo"}])'
            ' @link(url: "https://a.org/foo/v1.0")\n' + Q
        },
        "import within another feature": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: [{name: "@key", as: "@foo__key"}])'
            ' @link(url: "https://a.org/foo/v1.0")\n' + Q
        },
        "directive composed under a reserved name": linked(
            a='extend schema @link(url: "https://a.org/foo/v1.0", import: ["@join__x"])'
            ' @composeDirective(name: "@join__x") directive @join__x on FIELD_DEFINITION'
            " type Query { q: Int @join__x }"
        ),
        "linked twice": {"a": link("2.3", "@key") + link("2.0", "@key") + Q},
        "import without name": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: [{as: "@key"}])\n' + Q
        },
        "unknown import": {"a": link("2.3", "@nothing") + Q},
        "import newer than version": {"a": link("2.0", "@interfaceObject") + Q},
        "type newer than version": {"a": link("2.4", "Scope") + Q},
        "unknown import of link": {
            "a": link("2.9")
            + 'extend schema @link(url: "https://specs.apollo.dev/link/v1.0", import: ["@to"])\n'
            + Q
        },
        "unknown import of a feature": {
            "a": link("2.9")
            + 'extend schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@sum"])\n'
            + Q
        },
        "directive imported as type": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
            ' import: [{name: "@key", as: "key"}])\n' + Q
        },
    },
    "INVALID_LINK_IDENTIFIER": {
        "slash at the end": {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3/")\n' + Q
        },
        "foreign without version": {
            "a": link("2.3", "@key") + 'extend schema @link(url: "https://a.org/foo")\n' + Q
        },
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
    "DIRECTIVE_COMPOSITION_ERROR": {
        "link": linked(a='extend schema @composeDirective(name: "@link") ' + Q),
        "reserved name without a definition": linked(
            a='extend schema @link(url: "https://a.org/join/v1.0", import: ["@x"]) '
            '@composeDirective(name: "@join__x") directive @x on FIELD_DEFINITION ' + Q
        ),
        "no definition": linked(
            a='extend schema @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) '
            '@composeDirective(name: "@foo") ' + Q
        ),
        "two specifications under one name": linked(
            a='extend schema @link(url: "https://example.com/foo/v1.0", import: ["@foo"]) '
            '@composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
            "type Query { q: Int @foo }",
            b='extend schema @link(url: "https://example.com/bar/v1.0", import: ["@foo"]) '
            '@composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
            "type Query { r: Int @foo }",
        ),
        "name of a tag elsewhere": {
            "a": LINK
            + 'extend schema @link(url: "https://example.com/foo/v1.0", import: ["@label"]) '
            '@composeDirective(name: "@label") directive @label on FIELD_DEFINITION '
            "type Query { q: Int @label }",
            "b": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", '
            'import: [{name: "@tag", as: "@label"}])\n type Query { r: Int }',
        },
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
        "newest version without it": linked(
            a='extend schema @link(url: "https://example.com/foo/v1.0", import: ["@foo", "@bar"]) '
            '@composeDirective(name: "@foo") @composeDirective(name: "@bar") '
            "directive @foo on FIELD_DEFINITION directive @bar on FIELD_DEFINITION "
            "type Query { q: Int @foo @bar }",
            b='extend schema @link(url: "https://example.com/foo/v1.1", import: ["@foo"]) '
            '@composeDirective(name: "@foo") directive @foo on FIELD_DEFINITION '
            "type Query { r: Int @foo }",
        ),
        "empty": linked(a='extend schema @composeDirective(name: "") ' + Q),
    },
}
