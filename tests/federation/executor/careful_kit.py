"""A graph and a case of several fetches whose answers may lack something."""

from typing import Any

from gateway.federation.plan import Sequence
from tests.federation.executor.kit import Case, entity, flatten, graph, root

GRAPH = graph("""
type Query { users: [User!] best: [Product] me: User must: User! node: Node nodes: [Node!] }
type User {
  id: ID! name: String must: Int! friend: User tags: [String] reviews: [Review!] city: City
}
type City { id: ID! name: String! }
type Review { id: ID! body: String product: Product author: User! }
type Product { upc: String! name: String price: Int! lists: [[Product!]] }
union Node = User | Product | City
""")
REVIEWS = Case(
    GRAPH,
    "users { name reviews { body author { name city { name } } } }",
    Sequence(
        (
            root(0, "a", "users { __fed_id: id }"),
            flatten(
                1,
                "b",
                "users",
                entity("User", "id=__fed_id", "name reviews { body author { __fed_id: id } }"),
            ),
            flatten(
                2,
                "c",
                "users.reviews.author",
                entity("User", "id=__fed_id", "name city { name }"),
            ),
        )
    ),
)


def user(number: int, *authors: int) -> dict[str, Any]:
    reviews = [{"body": "b", "author": {"__fed_id": str(author)}} for author in authors]
    return {"name": f"u{number}", "reviews": reviews}


def author(number: int) -> dict[str, Any]:
    return {"name": f"a{number}", "city": {"name": "Huế"}}


REGULAR: dict[str, list[Any]] = {
    "a": [{"data": {"users": [{"__fed_id": "1"}, {"__fed_id": "2"}]}}],
    "b": [{"data": {"_entities": [user(1, 1, 2), user(2, 2, 1)]}}],
    "c": [{"data": {"_entities": [author(1), author(2)]}}],
}
