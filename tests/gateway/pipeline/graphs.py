"""Supergraphs of the pipeline's tests and a transport that answers them."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from gateway.errors import Language
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from gateway.request import Caller, GraphQLRequest

_HEAD = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.4", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
  @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
{ query: Query mutation: Mutation }
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT
scalar requiresScopes__Scope
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet,
  type: String, external: Boolean, override: String, usedOverridden: Boolean)
  repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false,
  resolvable: Boolean! = true, isInterfaceObject: Boolean! = false)
  repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import])
  repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { SHOP @join__graph(name: "shop", url: "http://127.0.0.1:1/") }
"""

OPEN = (
    _HEAD
    + """
type Query @join__type(graph: SHOP) {
  name: String
  item(id: Int!, tags: [String!] = ["x"]): String
}
type Mutation @join__type(graph: SHOP) { rename(name: String!): String }
"""
)

PROTECTED = (
    _HEAD
    + """
type Query @join__type(graph: SHOP) {
  name: String
  account: String @authenticated
  secret: String @requiresScopes(scopes: [["secret:read"]])
}
type Mutation @join__type(graph: SHOP) { rename(name: String!): String @authenticated }
"""
)


class ShopTransport:
    """A subgraph that answers every field with its own name, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.before: Callable[[], None] = lambda: None

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        self.before()
        body = orjson.loads(request.body)
        self.requests.append(body)
        data = {
            name: name
            for name in ("name", "item", "account", "secret", "rename")
            if name in body["query"]
        }
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        future.set_result(orjson.dumps({"data": data}))
        return future


def pipeline_on(sdl: str, **ports: Any) -> tuple[GatewayPipeline, ShopTransport]:
    transport = ShopTransport()
    graph = ServedGraph(read_supergraph(sdl))
    return GatewayPipeline(graph, Ports(transport, **ports)), transport


async def run(
    pipeline: GatewayPipeline,
    query: str,
    *,
    name: str | None = None,
    variables: dict[str, Any] | None = None,
    authorization: bytes | None = None,
    is_read_only: bool = False,
    language: Language = Language.ENGLISH,
) -> Any:
    caller = Caller(authorization, "1.2.3.4", language, is_read_only)
    body = await pipeline.run(GraphQLRequest(query, name, variables or {}, {}), caller)
    return orjson.loads(body)
