"""``@fromContext`` on an ``@interfaceObject``, which is an object type to its subgraph."""

import pytest

from tests.federation.composition.composing import codes
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph, Resolvers

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@interfaceObject", "@context", "@fromContext"])\n'
)
OWNER = (
    LINK + "type Query { version: Int } "
    'interface Media @key(fields: "id") { id: ID! } '
    'type Book implements Media @key(fields: "id") { id: ID! pages: Int }'
)
SHELVES = (
    LINK + "type Query { shelf: Shelf } "
    'type Shelf @context(name: "shelf") { room: String! media: Media } '
    'type Media @interfaceObject @key(fields: "id") '
    '{ id: ID! label(room: String @fromContext(field: "$shelf { room }")): String }'
)
BOOK = {"__typename": "Book", "id": "b1", "pages": 7}
OWNER_RESOLVERS: Resolvers = {"Media": {"__resolve_reference": lambda _: BOOK}}
SHELVES_RESOLVERS: Resolvers = {
    "Query": {"shelf": lambda _: {"room": "attic", "media": {"id": "b1"}}},
    "Media": {"label": lambda media, room: f"{media['id']} in {room}"},
}


@pytest.mark.parametrize(
    "selection",
    ["label", "label __typename", "... on Book { label }", "... on Book { pages label }"],
)
async def test_the_value_is_sent_with_the_interface_object(selection: str) -> None:
    federation = Federation.composed(
        [
            InMemorySubgraph("owner", OWNER, OWNER_RESOLVERS),
            InMemorySubgraph("shelves", SHELVES, SHELVES_RESOLVERS),
        ]
    )

    answer = await federation.answer(f"{{ shelf {{ media {{ {selection} }} }} }}")

    values = {"label": "b1 in attic", "__typename": "Book", "pages": 7}
    expected = {name: values[name] for name in values if name in selection.split()}
    assert {"data": {"shelf": {"media": expected}}} == answer


def test_where_no_context_is_set_it_cannot_be_had() -> None:
    owner = OWNER.replace("version: Int", "media: Media")

    assert ["SATISFIABILITY_ERROR"] == codes({"owner": owner, "shelves": SHELVES})
