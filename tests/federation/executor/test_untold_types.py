"""Objects of an interface object whose concrete type its own subgraph fails to tell."""

import json
from typing import Any

import pytest

from gateway.federation.executor.ports import FetchFailure
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
    ' import: ["@key", "@interfaceObject", "@inaccessible"])\n'
)
PEOPLE = InMemorySubgraph(
    "people",
    f'{LINK} interface Person @key(fields: "id") {{ id: ID! }}'
    " interface Named { name: String }"
    ' type Cook implements Person & Named @key(fields: "id") { id: ID! name: String }'
    ' type Guard implements Person & Named @key(fields: "id") { id: ID! name: String }',
    {"Person": {"__resolve_reference": lambda r: {"__typename": "Cook", "id": r["id"]}}},
)
LOCKS = InMemorySubgraph(
    "locks",
    f"{LINK} type Query {{ owners: [Person] first: Person! }}"
    ' type Person @key(fields: "id") @interfaceObject { id: ID! key: String }',
    {
        "Query": {"owners": lambda _: [{"id": "1"}, {"id": "2"}], "first": lambda _: {"id": "1"}},
        "Person": {"key": lambda p: f"k{p['id']}"},
    },
)
LOST = {"code": "GATEWAY_TIMEOUT", "serviceName": "people"}


async def ask(document: str, arriving: Any, *, fast_path: bool) -> dict[str, Any]:
    """The answer where the subgraph that knows the types answers so."""

    def spoil(subgraph: str, _: bytes, answer: dict[str, Any]) -> bytes | FetchFailure:
        if subgraph != "people":
            return json.dumps(answer).encode()
        return arriving if isinstance(arriving, FetchFailure) else json.dumps(arriving).encode()

    federation = Federation.composed([PEOPLE, LOCKS])
    federation.faults = spoil
    return await federation.answer(document, fast_path=fast_path)


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize(
    "arriving",
    [
        FetchFailure("late", "GATEWAY_TIMEOUT"),
        {"data": None, "errors": [{"message": "late", "extensions": LOST}]},
    ],
    ids=["no answer", "no data"],
)
async def test_an_object_whose_type_was_lost_bears_the_error(
    arriving: Any, *, fast_path: bool
) -> None:
    actual = await ask("{ owners { ... on Cook { key } } }", arriving, fast_path=fast_path)

    errors = [
        {"message": "late", "path": ["owners", index], "extensions": LOST} for index in (0, 1)
    ]
    assert {"data": {"owners": [None, None]}, "errors": errors} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_where_null_may_not_be_the_error_is_the_cause(*, fast_path: bool) -> None:
    failure = FetchFailure("late", "GATEWAY_TIMEOUT")

    actual = await ask("{ first { ... on Cook { key } } }", failure, fast_path=fast_path)

    error = {"message": "late", "path": ["first"], "extensions": LOST}
    assert {"data": None, "errors": [error]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_object_that_the_subgraph_of_the_types_does_not_know_is_null(
    *, fast_path: bool
) -> None:
    arriving = {"data": {"_entities": [None, {"__fed_typename": "Cook", "__fed_id": "2"}]}}

    actual = await ask("{ owners { ... on Cook { key } } }", arriving, fast_path=fast_path)

    assert {"data": {"owners": [None, {"key": "k2"}]}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_what_needs_no_type_is_told_without_it(*, fast_path: bool) -> None:
    failure = FetchFailure("late", "GATEWAY_TIMEOUT")

    actual = await ask("{ owners { key } }", failure, fast_path=fast_path)

    assert {"data": {"owners": [{"key": "k1"}, {"key": "k2"}]}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_a_field_that_all_types_have_costs_itself_alone(*, fast_path: bool) -> None:
    failure = FetchFailure("late", "GATEWAY_TIMEOUT")

    actual = await ask("{ first { key ... on Named { name } } }", failure, fast_path=fast_path)

    error = {"message": "late", "path": ["first", "name"], "extensions": LOST}
    assert {"data": {"first": {"key": "k1", "name": None}}, "errors": [error]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_object_that_can_only_be_of_a_hidden_type_is_not_shown(
    *, fast_path: bool
) -> None:
    hidden = InMemorySubgraph(
        "people",
        f'{LINK} interface Person @key(fields: "id") {{ id: ID! }}'
        ' type Cook implements Person @key(fields: "id") @inaccessible { id: ID! }',
    )

    actual = await Federation.composed([hidden, LOCKS]).answer(
        "{ owners { key } }", fast_path=fast_path
    )

    assert {"owners": [None, None]} == actual["data"]
    assert ["INVALID_VALUE"] * 2 == [e["extensions"]["code"] for e in actual["errors"]]


INPUT_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
    ' import: ["@key", "@external", "@requires", "@shareable"])\n'
    "union Part = Box | Item\n"
)
BOX = {"__typename": "Box", "size": 3}
CRATES = InMemorySubgraph(
    "crates",
    INPUT_LINK
    + """
    type Query { crate: Crate }
    type Box { size: Int }
    type Item { size: Int }
    type Crate @key(fields: "id") { id: ID! part: Part parts: [Part!] }
    """,
    {"Query": {"crate": lambda _: {"id": "1", "part": BOX, "parts": [BOX, BOX]}}},
)
LABELS = InMemorySubgraph(
    "labels",
    INPUT_LINK
    + """
    type Box { size: Int @external }
    type Item { size: Int @external }
    type Crate @key(fields: "id") {
      id: ID!
      part: Part @external
      parts: [Part!] @external
      label: String @requires(fields: "part { ... on Box { size } ... on Item { size } }")
      labels: String @requires(fields: "parts { ... on Box { size } ... on Item { size } }")
      free: Int
    }
    """,
    {
        "Crate": {
            "__resolve_reference": lambda r: {**r, "free": 7},
            "label": lambda crate: crate["part"] and str(crate["part"]["size"]),
            "labels": lambda crate: (all(crate["parts"]) and "labelled") or None,
        }
    },
)


async def ask_crates(
    document: str, crate: dict[str, Any], *, fast_path: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answer where the crate comes so, and the representations sent for its labels."""
    sent: list[dict[str, Any]] = []

    def spoil(subgraph: str, request: bytes, answer: dict[str, Any]) -> bytes:
        if subgraph == "crates":
            return json.dumps({"data": {"crate": crate}}).encode()
        sent.extend(json.loads(request)["variables"]["representations"])
        return json.dumps(answer).encode()

    federation = Federation.composed([CRATES, LABELS])
    federation.faults = spoil
    return await federation.answer(document, fast_path=fast_path), sent


def untold(name: str) -> dict[str, Any]:
    """The error of a label."""
    return {
        "message": "A subgraph answered with a value that the field's type does not have",
        "path": ["crate", name],
        "extensions": {"code": "INVALID_VALUE"},
    }


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_input_whose_type_is_not_told_is_lost(*, fast_path: bool) -> None:
    crate = {"__fed_id": "1", "__fed_part": {"__fed_size": 3}}

    actual = await ask_crates("{ crate { label free } }", crate, fast_path=fast_path)

    data = {"crate": {"label": None, "free": 7}}
    sent = [{"__typename": "Crate", "id": "1", "part": None}]
    assert ({"data": data, "errors": [untold("label")]}, sent) == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_of_several_inputs_those_are_lost_whose_type_is_not_told(*, fast_path: bool) -> None:
    told = {"__fed_typename": "Box", "__fed_size": 3}
    crate = {"__fed_id": "1", "__fed_parts": [told, {"__fed_size": 3}]}

    actual = await ask_crates("{ crate { labels free } }", crate, fast_path=fast_path)

    data = {"crate": {"labels": None, "free": 7}}
    sent = [{"__typename": "Crate", "id": "1", "parts": [BOX, None]}]
    assert ({"data": data, "errors": [untold("labels")]}, sent) == actual


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize(
    "entity", [{}, {"__fed_id": "1"}, {"__fed_typename": None}, {"__fed_typename": "Person"}]
)
async def test_an_entity_that_does_not_tell_its_type_takes_the_object_with_an_error(
    entity: dict[str, Any], *, fast_path: bool
) -> None:
    arriving = {"data": {"_entities": [entity, {"__fed_typename": "Cook", "__fed_id": "2"}]}}

    actual = await ask("{ owners { ... on Cook { key } } }", arriving, fast_path=fast_path)

    error = {**untold("key"), "path": ["owners", 0]}
    assert {"data": {"owners": [None, {"key": "k2"}]}, "errors": [error]} == actual


STORE = InMemorySubgraph(
    "store",
    f"{LINK} type Query {{ crate: Crate }}"
    ' type Crate @key(fields: "id") { id: ID! owner: Person owners: [Person!] }'
    ' type Person @key(fields: "id") @interfaceObject { id: ID! }',
    {
        "Query": {
            "crate": lambda _: {"id": "1", "owner": {"id": "1"}, "owners": [{"id": "1"}]},
        }
    },
)


def _name(owner: dict[str, Any] | None) -> str | None:
    return owner["name"] if owner is not None else None


TAGS = InMemorySubgraph(
    "tags",
    INPUT_LINK.replace("union Part = Box | Item", "")
    + """
    interface Person { id: ID! }
    type Cook implements Person @key(fields: "id", resolvable: false) {
      id: ID! name: String @external
    }
    type Crate @key(fields: "id") {
      id: ID!
      owner: Person @external
      owners: [Person!] @external
      tag: String @requires(fields: "owner { ... on Cook { name } }")
      tags: String @requires(fields: "owners { ... on Cook { name } }")
      free: Int
    }
    """,
    {
        "Crate": {
            "__resolve_reference": lambda r: {**r, "free": 7},
            "tag": lambda crate: _name(crate["owner"]),
            "tags": lambda crate: _name(crate["owners"][0]),
        }
    },
)
COOK = {"__typename": "Cook", "name": "Ann"}


async def ask_tags(
    document: str, arriving: Any, *, fast_path: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answer where the owner's type and name come so, and the representations for tags."""
    sent: list[dict[str, Any]] = []

    def spoil(subgraph: str, request: bytes, answer: dict[str, Any]) -> bytes | FetchFailure:
        if subgraph == "people":
            return (
                arriving if isinstance(arriving, FetchFailure) else json.dumps(arriving).encode()
            )
        if subgraph == "tags":
            sent.extend(json.loads(request)["variables"]["representations"])
        return json.dumps(answer).encode()

    federation = Federation.composed([STORE, PEOPLE, TAGS])
    federation.faults = spoil
    return await federation.answer(document, fast_path=fast_path), sent


def entities(*found: Any) -> dict[str, Any]:
    """An answer."""
    return {"data": {"_entities": list(found)}}


FAILED = FetchFailure("late", "GATEWAY_TIMEOUT")
LATE = {"message": "late", "extensions": LOST}


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize(("name", "value"), [("tag", None), ("tags", [None])])
@pytest.mark.parametrize(
    ("arriving", "error"),
    [
        (FAILED, LATE),
        ({"data": None, "errors": [{"message": "late", "extensions": LOST}]}, LATE),
        (entities({"__fed_name": "Ann"}), untold("")),
        (entities({}), untold("")),
        (entities(None), None),
    ],
    ids=["no answer", "no data", "no typename", "nothing", "null"],
)
async def test_an_input_whose_type_was_lost_is_lost(
    name: str, value: Any, arriving: Any, error: dict[str, Any] | None, *, fast_path: bool
) -> None:
    actual = await ask_tags(f"{{ crate {{ {name} free }} }}", arriving, fast_path=fast_path)

    answer: dict[str, Any] = {"data": {"crate": {name: None, "free": 7}}}
    if error is not None:
        answer["errors"] = [{**error, "path": ["crate", name]}]
    given = {"tag": "owner", "tags": "owners"}[name]
    assert (answer, [{"__typename": "Crate", "id": "1", given: value}]) == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_input_that_the_client_sees_too_is_lost_for_both(*, fast_path: bool) -> None:
    document = "{ crate { owner { __typename } tag free } }"

    answer, sent = await ask_tags(document, FAILED, fast_path=fast_path)

    assert {"crate": {"owner": None, "tag": None, "free": 7}} == answer["data"]
    assert ["GATEWAY_TIMEOUT"] * 2 == [e["extensions"]["code"] for e in answer["errors"]]
    assert [{"__typename": "Crate", "id": "1", "owner": None}] == sent


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_input_whose_type_is_told_is_sent(*, fast_path: bool) -> None:
    document = "{ crate { owner { __typename } tag } }"
    told = entities({"__fed_typename": "Cook", "__fed_name": "Ann"})

    answer, sent = await ask_tags(document, told, fast_path=fast_path)

    assert {"data": {"crate": {"owner": {"__typename": "Cook"}, "tag": "Ann"}}} == answer
    assert [{"__typename": "Crate", "id": "1", "owner": COOK}] == sent
