"""What a supergraph says of features and keys that subgraphs write in unusual ways."""

from tests.federation.composition.cases import linked
from tests.federation.composition.composing import success


def test_a_directive_under_its_features_namespace_needs_no_import() -> None:
    sdl = success(
        {
            "a": 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3") '
            '@link(url: "https://specs.apollo.dev/cost/v0.1") '
            "type Query { q: [Int] @cost__listSize(assumedSize: 3) }"
        }
    ).supergraph_sdl

    assert '@link(url: "https://specs.apollo.dev/cost/v0.1")\n' in sdl


def test_a_key_whose_resolvability_is_null_is_resolvable() -> None:
    sdl = success(
        linked(
            a='type Query { t: T } type T @key(fields: "id", resolvable: null) { id: ID! }',
            b='type T @key(fields: "id") { id: ID! x: Int }',
        )
    ).supergraph_sdl

    assert '@join__type(graph: A, key: "id")\n' in sdl
