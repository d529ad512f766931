"""Broken sets of subgraphs: what is inaccessible."""

from tests.federation.composition.cases.subgraphs import Cases, linked

INACCESSIBLE: Cases = {
    "REFERENCED_INACCESSIBLE": {
        "argument of a directive": linked(
            a="directive @live(e: E) on FIELD enum E @inaccessible { A } type Query { q: Int }"
        ),
        "type of the supergraph's machinery": linked(a="type Query { q: link__Import }"),
        "field": linked(a="type Query { t: T } type T @inaccessible { x: Int }"),
        "argument": linked(a="type Query { t(i: I): Int } input I @inaccessible { x: Int }"),
    },
    "DEFAULT_VALUE_USES_INACCESSIBLE": {
        "argument of a directive": linked(
            a="directive @live(e: E = B) on FIELD enum E { A B @inaccessible } "
            "type Query { q: Int }"
        ),
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
}
