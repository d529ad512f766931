"""The data and the resolvers of the four-subgraph benchmark, on graphql-core.

The shape is that of the public benchmark of this field; names and texts are made up here.
"""

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    graphql_sync,
    is_union_type,
)

HERE = Path(__file__).parent
NAMES = ("accounts", "products", "inventory", "reviews")

USERS = {
    str(number): {
        "__typename": "User",
        "id": str(number),
        "name": name,
        "username": name.replace(" ", "").lower(),
        "birthday": 1970 + 5 * number,
    }
    for number, name in enumerate(
        ("An Nguyen", "Binh Tran", "Chi Le", "Dung Pham", "Giang Vo", "Hoa Dang"), start=1
    )
}
_GOODS = ("Table", "Couch", "Glass", "Chair", "Television", "Lamp", "Grill", "Fridge", "Sofa")

# (author, product) of each review, as uneven as people are
_REVIEWS = (
    ("1", "1"),
    ("1", "2"),
    ("1", "3"),
    ("1", "5"),
    ("1", "7"),
    ("1", "8"),
    ("2", "1"),
    ("2", "2"),
    ("2", "4"),
    ("2", "6"),
    ("3", "1"),
    ("3", "3"),
    ("3", "9"),
    ("4", "2"),
    ("4", "4"),
    ("5", "5"),
    ("6", "1"),
    ("1", "4"),
    ("2", "3"),
    ("3", "2"),
    ("2", "5"),
)
REVIEWS = {
    str(number): {
        "__typename": "Review",
        "id": str(number),
        "body": f"Review {number}: it does what it says, and the delivery was on time.",
        "author": author,
        "product": product,
    }
    for number, (author, product) in enumerate(_REVIEWS, start=1)
}


def product(upc: str) -> dict[str, Any]:
    number = int(upc)
    return {
        "__typename": "Product",
        "upc": upc,
        "name": _GOODS[(number - 1) % len(_GOODS)] + ("" if number <= len(_GOODS) else f" {upc}"),
        "price": 100 + number * 89 % 1900,
        "weight": 50 + number * 37 % 1000,
    }


def entity(representation: Mapping[str, Any]) -> dict[str, Any] | None:
    """What `_entities` resolves a representation to, in any of the subgraphs."""
    match representation["__typename"]:
        case "User":
            return USERS.get(representation["id"])
        case "Review":
            return REVIEWS.get(representation["id"])
        case _:
            return {**product(representation["upc"]), **representation}


def _reviews_of(source: Mapping[str, Any], _info: GraphQLResolveInfo[Any]) -> list[dict[str, Any]]:
    by, key = ("author", "id") if source["__typename"] == "User" else ("product", "upc")
    return [review for review in REVIEWS.values() if review[by] == source[key]]


def _shipping_estimate(source: Mapping[str, Any], _info: GraphQLResolveInfo[Any]) -> int | None:
    if source.get("price") is None or source.get("weight") is None:
        return None
    return 0 if source["price"] > 1000 else round(source["weight"] * 0.5)


RESOLVERS: dict[tuple[str, str], Any] = {
    ("Query", "me"): lambda *_: USERS["1"],
    ("Query", "user"): lambda _source, _info, id: USERS.get(id),  # noqa: A006
    ("Query", "users"): lambda *_: list(USERS.values()),
    ("Query", "topProducts"): lambda _source, _info, first=5: [
        product(str(number)) for number in range(1, first + 1)
    ],
    ("Query", "_entities"): lambda _source, _info, representations: [
        entity(representation) for representation in representations
    ],
    ("Review", "author"): lambda source, _info: USERS[source["author"]],
    ("Review", "product"): lambda source, _info: product(source["product"]),
    ("User", "reviews"): _reviews_of,
    ("Product", "reviews"): _reviews_of,
    ("Product", "inStock"): lambda source, _info: int(source["upc"]) % 3 != 0,
    ("Product", "shippingEstimate"): _shipping_estimate,
}


class Subgraph:
    """One subgraph: answers any request body.

    Args:
        name: Its name.
        version: Version of federation.
        distinct: Within an answer each review's text is another at every place, so that no object
            that holds one repeats.
    """

    def __init__(self, name: str, version: int = 2, *, distinct: bool = False) -> None:
        self._distinct = distinct
        folder = HERE / "schema" / ("v1" if version == 1 else "")
        self.sdl = (folder / f"{name}.graphql").read_text("utf-8")
        self.schema = _executable(self.sdl)
        _attach(self.schema, self.sdl)

    def answer(self, body: bytes) -> bytes:
        request = orjson.loads(body)
        if isinstance(request, list):
            answer = orjson.dumps([self._one(each) for each in request])
        else:
            answer = orjson.dumps(self._one(request))
        return numbered(answer) if self._distinct else answer

    def _one(self, request: dict[str, Any]) -> dict[str, Any]:
        result = graphql_sync(
            self.schema,
            request["query"],
            variable_values=request.get("variables"),
            operation_name=request.get("operationName"),
        )
        return dict(result.formatted)


def numbered(answer: bytes) -> bytes:
    """Number the texts of reviews in the order in which they stand."""
    numbers = itertools.count()
    return re.sub(rb"Review (\d+)", lambda found: b"%s.%d" % (found[0], next(numbers)), answer)


def monolith() -> GraphQLSchema:
    """The same graph behind one schema, for checking answers."""
    schema = build_schema((HERE / "schema" / "api.graphql").read_text("utf-8"))
    _attach(schema, "")
    return schema


def _executable(sdl: str) -> GraphQLSchema:
    """The subgraph's schema without federation's directives, with its root fields."""
    plain = re.sub(r"extend schema\s*@link\([^)]*\)", "", sdl)
    plain = re.sub(r"@(key|requires)\([^)]*\)|@external", "", plain)
    entities = re.findall(r"type (\w+) @key", sdl)
    plain = plain.replace("extend type", "type")
    fields = "_entities(representations: [_Any!]!): [_Entity]! _service: _Service!"
    if "type Query" in plain:
        plain = plain.replace("type Query {", "type Query { " + fields, 1)
    else:
        plain += "type Query { " + fields + " }"
    plain += f"\nscalar _Any type _Service {{ sdl: String }} union _Entity = {'|'.join(entities)}"
    return build_schema(plain)


def _attach(schema: GraphQLSchema, sdl: str) -> None:
    for type_ in schema.type_map.values():
        if is_union_type(type_):
            type_.resolve_type = lambda value, *_: value["__typename"]
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        for name, field in type_.fields.items():
            field.resolve = RESOLVERS.get((type_.name, name))
    service = schema.query_type.fields.get("_service") if schema.query_type else None
    if service is not None:
        service.resolve = lambda *_: {"sdl": sdl}
