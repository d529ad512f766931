"""Federation 1 subgraphs, as they are understood by federation 2."""

import pytest

from tests.federation.composition.cases import LINK
from tests.federation.composition.composing import codes, line, success

BASE = 'type Query { t: T } type T @key(fields: "id") { id: ID! f: Int u: U } type U { x: Int }'


def test_key_fields_of_extensions_are_resolved_though_external() -> None:
    sdl = success(
        {"a": BASE, "b": 'extend type T @key(fields: "id") { id: ID! @external g: Int }'}
    ).supergraph_sdl

    assert "id: ID!" == line(sdl, "type T", "id")


def test_key_of_another_subgraph_counts_for_an_extension_without_key() -> None:
    sdl = success(
        {
            "a": BASE,
            "b": "extend type T { id: ID! @external } type Query { r: T }",
        }
    )

    assert "id: ID!" == line(sdl.supergraph_sdl, "type T", "id")


def test_lists_and_bare_names_are_field_sets() -> None:
    sdl = success(
        {
            "a": 'type Query { t: T } type T @key(fields: ["id", "sku"]) { id: ID! sku: ID! }',
            "b": "extend type T @key(fields: id) { id: ID! @external g: Int }",
            "c": 'extend type T @key(fields: "id") { id: ID! @external }',
        }
    ).supergraph_sdl

    assert '@join__type(graph: A, key: "id sku")' in sdl
    assert '@join__type(graph: B, key: "id")' in sdl


def test_requires_of_what_the_subgraph_resolves_itself_is_dropped() -> None:
    sdl = success(
        {
            "a": BASE,
            "b": 'extend type T @key(fields: "id") { id: ID! @external f: Int @external '
            'own: Int g: Int @requires(fields: "f own") h: Int @requires(fields: "own") }',
        }
    ).supergraph_sdl

    assert 'g: Int @join__field(graph: B, requires: "f")' == line(sdl, "type T", "g")
    assert "h: Int @join__field(graph: B)" == line(sdl, "type T", "h")


def test_nested_requires_keep_what_is_external() -> None:
    sdl = success(
        {
            "a": BASE,
            "b": 'extend type T @key(fields: "id") { id: ID! @external u: U @external '
            'own: V m: W g: Int @requires(fields: "u { x } own { y z } m { ... on V { y } }") } '
            'type V @key(fields: "y") { y: Int z: Int @external } '
            "extend type U { x: Int @external } union W = V",
            "c": 'type V @key(fields: "y") { z: Int y: Int } type Query { v: V }',
        }
    ).supergraph_sdl

    assert 'requires: "u { x } own { z }"' in line(sdl, "type T", "g")


def test_fragments_of_requires_keep_what_is_external() -> None:
    sdl = success(
        {
            "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! f: Int m: W } '
            'union W = V type V @key(fields: "y") { y: Int z: Int }',
            "b": 'extend type T @key(fields: "id") { id: ID! @external f: Int @external '
            'own: Int m: W g: Int @requires(fields: "... on T { f own } m { ... on V { y z } }") '
            '} type V @key(fields: "y") { y: Int z: Int @external } union W = V',
        }
    ).supergraph_sdl

    assert 'requires: "... on T { f } m { ... on V { z } }"' in line(sdl, "type T", "g")


def test_unused_external_fields_are_dropped() -> None:
    sdl = success(
        {
            "a": BASE,
            "b": 'extend type T @key(fields: "id") { id: ID! @external f: Int @external g: Int }',
        }
    ).supergraph_sdl

    assert "f: Int @join__field(graph: A)" == line(sdl, "type T", "f")


def test_types_left_without_fields_and_references_are_dropped() -> None:
    sdl = success(
        {"a": BASE, "b": "extend type U { x: Int @external } type Query { r: Int }"}
    ).supergraph_sdl

    assert "type U\n  @join__type(graph: A)\n{" in sdl


def test_value_types_are_shared() -> None:
    sdl = success({"a": BASE, "b": "type U { x: Int } type Query { u: U }"}).supergraph_sdl

    assert "x: Int" == line(sdl, "type U", "x")


def test_directives_that_did_nothing_on_interfaces_are_dropped() -> None:
    sdl = success(
        {
            "a": 'type Query { i: I } interface I @key(fields: "id") { id: ID! @external '
            'x: Int @requires(fields: "id") } '
            'type T implements I @key(fields: "id") { id: ID! x: Int @provides(fields: "y") }'
        }
    ).supergraph_sdl

    assert "interface I\n  @join__type(graph: A)\n{\n  id: ID!\n  x: Int\n}" in sdl
    assert "x: Int" == line(sdl, "type T", "x")


def test_interface_objects_cannot_use_keys_of_federation_1_interfaces() -> None:
    assert ["INTERFACE_OBJECT_USAGE_ERROR"] == codes(
        {
            "a": 'type Query { i: I } interface I @key(fields: "id") { id: ID! } '
            'type T implements I @key(fields: "id") { id: ID! }',
            "b": LINK + 'type I @interfaceObject @key(fields: "id") { id: ID! y: Int }',
        }
    )


def test_tags_of_external_fields_go_where_they_stand_elsewhere() -> None:
    sdl = success(
        {
            "a": 'type Query { t: T } type T @key(fields: "id") '
            '{ id: ID! f: Int @tag(name: "x") }',
            "b": 'extend type T @key(fields: "id") { id: ID! @external '
            'f: Int @external @tag(name: "x") g: Int @requires(fields: "f") }',
        }
    ).supergraph_sdl

    assert line(sdl, "type T", "f").endswith('@tag(name: "x")')


def test_machinery_of_served_schemas_is_left_out() -> None:
    sdl = success(
        {
            "a": "scalar _Any scalar _FieldSet union _Entity = T type _Service { sdl: String } "
            "type Query { t: T _service: _Service! _entities(representations: [_Any!]!): "
            '[_Entity]! } type T @key(fields: "id") { id: ID! } '
            "directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE"
        }
    ).supergraph_sdl

    assert "_Entity" not in sdl
    assert "_service" not in sdl


@pytest.mark.parametrize("key", ["", ' @key(fields: "id")'])
def test_federations_own_fields_need_no_definitions_of_their_types(key: str) -> None:
    sdl = success(
        {
            "a": "type Query { t: T _service: _Service! "
            f"_entities(representations: [_Any!]!): [_Entity]! }} type T{key} {{ id: ID! }}"
        }
    ).supergraph_sdl

    assert "_Entity" not in sdl
