"""The deep query of the benchmark: as few fetches as its chains of needs allow."""

# ruff: noqa: E501 (operations and printed plans are as long as they are)

from pathlib import Path

from tests.federation.planner.kit import plan


def test_deep() -> None:
    actual = plan(
        "products",
        (Path(__file__).parent / "deep.graphql").read_text(),
    )

    assert (
        """\
QueryPlan {
  Sequence {
    Parallel {
      Fetch(service: "accounts") {
        {
          users {
            id
            username
            name
          }
        }
      },
      Fetch(service: "products") {
        {
          topProducts {
            name
            price
            upc
            weight
          }
        }
      },
    },
    Flatten(path: "users", "topProducts") {
      Fetch(service: "reviews") {
        {
          ... on User {
            __typename
            id
          }
        } =>
        {
          ... on User {
            reviews {
              id
              body
              product {
                upc
                reviews {
                  id
                  body
                  author {
                    id
                    reviews {
                      id
                      body
                      product {
                        upc
                      }
                    }
                  }
                }
              }
            }
          }
        }
        {
          ... on Product {
            __typename
            upc
          }
        } =>
        {
          ... on Product {
            reviews {
              id
              body
              author {
                id
                reviews {
                  id
                  body
                  product {
                    upc
                  }
                }
              }
            }
          }
        }
      },
    },
    Parallel {
      Flatten(path: "users.reviews.product.reviews.author", "topProducts.reviews.author") {
        Fetch(service: "accounts") {
          {
            ... on User {
              __typename
              id
            }
          } =>
          {
            ... on User {
              username
              name
            }
          }
        },
      },
      Sequence {
        Flatten(path: "users.reviews.product.reviews.author.reviews.product", "users.reviews.product", "topProducts.reviews.author.reviews.product") {
          Fetch(service: "products") {
            {
              ... on Product {
                __typename
                upc
              }
            } =>
            {
              ... on Product {
                name
                price
                weight
              }
            }
          },
        },
        Flatten(path: "users.reviews.product.reviews.author.reviews.product", "users.reviews.product", "topProducts", "topProducts.reviews.author.reviews.product") {
          Fetch(service: "inventory") {
            {
              ... on Product {
                __typename
                upc
                price
                weight
              }
            } =>
            {
              ... on Product {
                inStock
                shippingEstimate
              }
            }
          },
        },
      },
    },
  }
}
"""
        == actual
    )
