"""The supergraph that composition prints."""

from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
    ' import: ["@key", "@shareable", "@external", "@requires"])\n'
)


def test_entity_fields_are_joined_to_their_subgraphs() -> None:
    result = compose(
        [
            SubgraphDocument(
                "products",
                "http://products",
                LINK + "type Query { top: [Product!]! } "
                'type Product @key(fields: "upc") { upc: ID! price: Int weight: Int }',
            ),
            SubgraphDocument(
                "inventory",
                "http://inventory",
                LINK + 'type Product @key(fields: "upc") { upc: ID! price: Int @external '
                'weight: Int @external shipping: Int @requires(fields: "price weight") }',
            ),
        ]
    )

    assert isinstance(result, CompositionSuccess)
    assert result.supergraph_sdl.endswith(
        """type Product
  @join__type(graph: INVENTORY, key: "upc")
  @join__type(graph: PRODUCTS, key: "upc")
{
  upc: ID!
  price: Int @join__field(graph: INVENTORY, external: true) @join__field(graph: PRODUCTS)
  weight: Int @join__field(graph: INVENTORY, external: true) @join__field(graph: PRODUCTS)
  shipping: Int @join__field(graph: INVENTORY, requires: "price weight")
}

type Query
  @join__type(graph: INVENTORY)
  @join__type(graph: PRODUCTS)
{
  top: [Product!]! @join__field(graph: PRODUCTS)
}
"""
    )


def test_order_of_subgraphs_does_not_change_the_supergraph() -> None:
    documents = [
        SubgraphDocument("a", "", LINK + "type Query { a: Int }"),
        SubgraphDocument("b", "", LINK + "type Query { b: Int }"),
    ]

    assert compose(documents) == compose(documents[::-1])
