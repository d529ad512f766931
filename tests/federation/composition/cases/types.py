"""Broken sets of subgraphs: types that do not fit together."""

from tests.federation.composition.cases.subgraphs import Cases, linked

TYPES: Cases = {
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
        "argument of a directive": linked(
            a="directive @d(e: E) on FIELD type Query { f: Int } enum E { A B }",
            b="directive @d(e: E) on FIELD type Query { g: E } enum E { A }",
        ),
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
}
