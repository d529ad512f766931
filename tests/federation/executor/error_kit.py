"""What tests of errors ask, and how errors are told by a subgraph and shown to a client."""

from dataclasses import replace
from typing import Any

from gateway.federation.plan import Sequence
from gateway.federation.supergraph.model import (
    Subgraph,
    SubgraphField,
    SubgraphType,
    Supergraph,
    TypeKind,
)
from tests.federation.executor.kit import Case, entity, flatten, graph, root, select

GRAPH = graph("""
type Query { users: [User] me: User }
type User { id: ID! name: String city: City tags: [String] must: Int! more: String }
type City { name: String! mayor: User }
""")
ENTITY = Case(
    GRAPH,
    "users { id name city { name } }",
    Sequence(
        (
            root(0, "a", "users { id }"),
            flatten(1, "b", "users", entity("User", "id", "name city { name }")),
        )
    ),
)
GOOD = {"name": "An", "city": {"name": "Huế"}}


def error(*at: Any, message: str = "broken") -> dict[str, Any]:
    return {"message": message, "path": list(at)} if at else {"message": message}


def shown(*at: Any, message: str = "broken", service: str = "b") -> dict[str, Any]:
    extensions = {"code": "DOWNSTREAM_SERVICE_ERROR", "serviceName": service}
    where = {"path": list(at)} if at else {}
    return {"message": message, **where, "extensions": extensions}


async def ask(answer: Any, users: int = 2, case: Case = ENTITY) -> dict[str, Any]:
    listed = [{"id": str(number)} for number in range(users)]
    response, _, _ = await case.run({"a": [{"data": {"users": listed}}], "b": [answer]})
    return response


def requiring() -> Supergraph:
    """Subgraph ``b`` needs ``city`` for ``name``, and nothing for ``more``."""
    fields = {
        "name": SubgraphField("name", "String", "String", requires=select("city { name }")),
        "more": SubgraphField("more", "String", "String"),
    }
    user = SubgraphType("User", TypeKind.OBJECT, fields=fields)
    return replace(GRAPH, subgraphs={"b": Subgraph("b", "B", "", {"User": user})})
