"""A graph of 30 subgraphs and an operation of 200 fields over all of them, made by rule.

Every subgraph owns scalars and a link of two entities. The operation asks each for both, follows
each subgraph's link of a person to a place and, through the next one's, back to a person.
"""

from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose

SUBGRAPHS = 30
FIELDS = 200
_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'


def wide_supergraph() -> str:
    """What the subgraphs compose to.

    Raises:
        ValueError: They do not compose.
    """
    result = compose(
        [
            SubgraphDocument(f"s{number:02}", f"http://s{number:02}", _subgraph(number))
            for number in range(SUBGRAPHS)
        ]
    )
    if isinstance(result, CompositionFailure):
        raise ValueError([error.message for error in result.errors])
    return result.supergraph_sdl


def _subgraph(number: int) -> str:
    name = f"{number:02}"
    scalars = " ".join(f"{letter}{name}: String" for letter in "abc")
    return (
        f"{_LINK}\n"
        f"type Query {{ people{name}: [Person!]! }}\n"
        f'type Person @key(fields: "id") {{ id: ID! {scalars} places{name}: [Place!]! }}\n'
        f'type Place @key(fields: "id") {{ id: ID! {scalars} owner{name}: Person }}\n'
    )


def wide_operation() -> str:
    """The operation: one list, of whose items 30 links of four fields and 79 scalars are asked."""
    links = [
        f"places{number:02} {{ a{_after(number, 1)}"
        f" owner{_after(number, 1)} {{ a{_after(number, 2)} }} }}"
        for number in range(SUBGRAPHS)
    ]
    scalars = [f"{letter}{number:02}" for letter in "abc" for number in range(SUBGRAPHS)]
    asked = scalars[: FIELDS - 1 - 4 * SUBGRAPHS]
    return f"query Wide {{ people00 {{ {' '.join([*asked, *links])} }} }}"


def _after(number: int, steps: int) -> str:
    return f"{(number + steps) % SUBGRAPHS:02}"
