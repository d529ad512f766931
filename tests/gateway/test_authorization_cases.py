"""The authorization cases that are about the whole pipeline, each by its name.

The others stand with what they are about: T1 to T7, T17, T18 and T22 with static authorization,
T8, T12 and T15 with the endpoint, T10 with the limits, T24 with the server; here are those that
need subjects, several subgraphs or the log.
"""

import asyncio
import logging
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from gateway.consent.scope import HealthBookScope
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.endpoint.head import read_head
from gateway.errors import ClientError
from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph, UnprotectedGraphError
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from gateway.request import Caller, GraphQLRequest
from storage.access_profiles import Period
from tests.gateway.small_book import (
    CITIZEN,
    CLOSED,
    DOCTOR,
    NATIONAL_ID,
    NOBODY,
    NOW,
    OPEN,
    SECRETS,
    UNKNOWN,
    NamedPeople,
    SmallBook,
    small_supergraph,
)


def codes(answer: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in answer.get("errors", ())]


async def test_t09_special_names_are_plain_data_through_every_subgraph() -> None:
    query = (
        "query Q($__class__: ID!) { __proto__: patient(id: $__class__) {"
        " __dict__: fullName constructor: allergies { __init__: text } } }"
    )
    answer = await SmallBook().ask(query, variables={"__class__": OPEN})

    assert {
        "data": {"__proto__": {"__dict__": SECRETS[0], "constructor": [{"__init__": SECRETS[1]}]}}
    } == answer


async def test_t11_the_planner_ends_where_many_subgraphs_resolve_a_field() -> None:
    link = (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6",'
        ' import: ["@shareable"])'
    )
    shared = (
        f"{link} type Query {{ v: V @shareable }}"
        " type V @shareable { child: V a: Int b: Int c: Int }"
    )
    result = compose([SubgraphDocument(f"s{number}", "", shared) for number in range(12)])
    assert isinstance(result, CompositionSuccess)
    graph = ServedGraph(read_supergraph(result.supergraph_sdl))
    prepared = graph.prepare("{ v " + "{ a b c child " * 20 + "{ a }" + " }" * 21, None)

    assert 1000 > graph.plan(prepared.operation).nodes_considered


@pytest.mark.parametrize(
    "query",
    [
        "{ " + " ".join(f"a{n}: open" for n in range(101)) + " }",
        "{ " + "me { " * 60 + "id" + " }" * 60 + " }",
        "{ open " + "@skip(if: false) " * 501 + "}",
    ],
    ids=["root fields", "depth", "directives"],
)
async def test_t13_limits_on_operations_hold_for_get_and_post_alike(query: str) -> None:
    endpoint = GraphQLEndpoint(SmallBook().pipeline)
    get = read_head(b"GET", b"query=" + quote(query).encode(), (), "1.2.3.4")
    post = read_head(b"POST", b"", [(b"content-type", b"application/json")], "1.2.3.4")
    answers = [
        await endpoint.answer(get, b""),
        await endpoint.answer(post, orjson.dumps({"query": query})),
    ]
    told = [orjson.loads(each.body)["errors"][0]["extensions"]["code"] for each in answers]

    assert ["OPERATION_LIMIT_EXCEEDED"] * 2 == told


SUBSCRIBABLE = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key"])
type Query { open: String }
type Subscription { changed: String }
"""


async def _subscribe() -> tuple[str, list[Any]]:
    result = compose([SubgraphDocument("s", "", SUBSCRIBABLE)])
    assert isinstance(result, CompositionSuccess)
    book = SmallBook()
    graph = ServedGraph(read_supergraph(result.supergraph_sdl))
    pipeline = GatewayPipeline(graph, Ports(book.transport))
    with pytest.raises(ClientError) as caught:
        await pipeline.run(GraphQLRequest("subscription { changed }"), Caller())
    return str(caught.value.code), book.transport.sent


async def test_t14_no_subscription_is_begun_as_none_is_supported() -> None:
    assert ("OPERATION_NOT_SUPPORTED", []) == await _subscribe()


async def test_t16_no_event_is_decided_once_for_all_as_no_subscription_is_supported() -> None:
    assert ("OPERATION_NOT_SUPPORTED", []) == await _subscribe()


def test_t19_a_graph_of_subjects_without_guards_is_refused() -> None:
    book = SmallBook()

    with pytest.raises(UnprotectedGraphError, match="@consent"):
        GatewayPipeline(
            ServedGraph(small_supergraph()), Ports(book.transport, authenticator=NamedPeople())
        )


def test_t19_a_graph_of_subjects_without_a_gate_is_refused() -> None:
    book = SmallBook()
    ports = Ports(book.transport, authenticator=NamedPeople())

    with pytest.raises(UnprotectedGraphError, match="@consent"):
        GatewayPipeline(book.pipeline._graph, ports)


BOTH = (
    f'{{ a: patient(id: "{OPEN}") {{ fullName allergies {{ text }} }}'
    f' b: patient(id: "{CLOSED}") {{ fullName allergies {{ text }} }} }}'
)


async def test_t20_a_field_under_two_subjects_is_decided_for_each() -> None:
    book = SmallBook()
    answer = await book.ask(BOTH)

    assert {
        "a": {"fullName": SECRETS[0], "allergies": [{"text": SECRETS[1]}]},
        "b": {"fullName": None, "allergies": None},
    } == answer["data"]
    assert [["b", "fullName"], ["b", "allergies"]] == [each["path"] for each in answer["errors"]]
    decided = {(e.subject_id, e.category, e.decision.value) for e in book.log.events}
    assert {
        (OPEN, "RECORD", "permit"),
        (OPEN, "DEMOGRAPHICS", "permit"),
        (OPEN, "ALLERGIES", "permit"),
        (CLOSED, "RECORD", "permit"),
        (CLOSED, "DEMOGRAPHICS", "deny"),
        (CLOSED, "ALLERGIES", "deny"),
    } == {(subject, category, decision.lower()) for subject, category, decision in decided}


async def test_t20_one_response_key_under_the_same_field_twice_is_one_decision() -> None:
    query = (
        f'{{ a: patient(id: "{CLOSED}") {{ id }}'
        f' ... on Query {{ a: patient(id: "{CLOSED}") {{ fullName }} }} }}'
    )
    book = SmallBook()
    answer = await book.ask(query)

    assert {"a": {"id": CLOSED, "fullName": None}} == answer["data"]
    assert "fullName" not in book.transport.text


@pytest.mark.parametrize("field", ["rows", "members"])
async def test_t21_members_with_the_same_response_key_are_decided_separately(field: str) -> None:
    query = (
        f'{{ patient(id: "{OPEN}") {{ {field} {{'
        " ... on Allergy { x: text } ... on Vaccination { x: text } } } }"
    )
    book = SmallBook()
    answer = await book.ask(query)

    assert [{"x": SECRETS[1]}, {"x": None}] == answer["data"]["patient"][field]
    assert ["CONSENT_REQUIRED"] == codes(answer)
    assert SECRETS[3] not in orjson.dumps(answer).decode()


async def test_t21_a_field_of_an_interface_is_decided_by_each_objects_own_category() -> None:
    answer = await SmallBook().ask(f'{{ patient(id: "{OPEN}") {{ rows {{ text }} }} }}')

    assert [{"text": SECRETS[1]}, {"text": None}] == answer["data"]["patient"]["rows"]


async def test_t23_answers_are_never_shared_between_people_and_plans_name_none() -> None:
    book = SmallBook()
    people = (b"doctor", b"colleague", b"citizen")
    answers = await asyncio.gather(*(book.ask(BOTH, who) for who in people))
    names = [answer["data"]["a"] and answer["data"]["a"]["fullName"] for answer in answers]

    assert [SECRETS[0], None, SECRETS[0]] == names
    assert 1 == book.pipeline.cache.figures.entries


def test_t23_sharing_keys_carry_actor_purpose_and_the_request_whose_consent_was_read() -> None:
    scopes = [
        HealthBookScope(DOCTOR, "r1"),
        HealthBookScope(DOCTOR, "r2"),
        HealthBookScope(CITIZEN, "r1"),
    ]
    keys = {scope.sharing_key for scope in scopes}

    assert 3 == len(keys)
    assert {"dr1", "TREAT", "r1"} <= {str(part) for part in scopes[0].sharing_key}  # type: ignore[attr-defined]


def _person(patient: str) -> str:
    return f'{{ patient(id: "{patient}") {{ id __typename fullName allergies {{ text }} }} }}'


def _number(value: str) -> str:
    return (
        f'{{ patientByIdentifier(system: "{NATIONAL_ID}", value: "{value}",'
        ' birthDate: "1990-01-01") { id fullName } }'
    )


@pytest.mark.parametrize(
    ("hidden", "absent"),
    [
        (_person(UNKNOWN), _person(NOBODY)),
        (_number("079190000003"), _number("079190000009")),
        (_number("079190000003"), _number(SECRETS[2]).replace("1990-01-01", "1991-01-01")),
    ],
    ids=["by id", "by number", "by birth date"],
)
async def test_t25_somebody_hidden_and_nobody_answer_alike_and_cost_alike(
    hidden: str, absent: str
) -> None:
    """The timing class: neither is asked of a subgraph, and profiles are read as often."""
    first, second = SmallBook(), SmallBook()
    answers = [await first.ask(hidden), await second.ask(absent)]

    assert answers[0] == answers[1]
    assert ["CONSENT_REQUIRED"] == codes(answers[0])
    assert [] == first.transport.sent == second.transport.sent
    assert len(first.profiles.reads) == len(second.profiles.reads)


async def test_t25_a_denied_list_tells_neither_length_nor_members() -> None:
    book = SmallBook()
    answer = await book.ask(f'{{ patient(id: "{CLOSED}") {{ allergies {{ __typename text }} }} }}')

    assert {"patient": {"allergies": None}} == answer["data"]
    assert [["patient", "allergies"]] == [error["path"] for error in answer["errors"]]
    assert "allergies" not in book.transport.text


async def test_t25_a_denial_tells_the_category_and_nothing_else() -> None:
    answer = await SmallBook().ask(f'{{ patient(id: "{CLOSED}") {{ fullName }} }}')

    assert [
        {
            "message": "The data subject's consent is required.",
            "path": ["patient", "fullName"],
            "extensions": {
                "code": "CONSENT_REQUIRED",
                "category": "DEMOGRAPHICS",
                "retryable": False,
            },
        }
    ] == answer["errors"]
    assert {"data", "errors"} == set(answer)


@pytest.mark.parametrize("directive", ["include(if: $on)", "skip(if: $off)"])
async def test_t25_conditions_by_variable_fetch_nothing_that_is_denied(directive: str) -> None:
    variable = directive.partition("$")[2].rstrip(")")
    query = (
        f'query (${variable}: Boolean!) {{ patient(id: "{CLOSED}") {{ id'
        f" ... @{directive} {{ fullName allergies @{directive} {{ text }} }} }} }}"
    )
    book = SmallBook()
    answer = await book.ask(query, variables={variable: variable == "on"})

    assert {"patient": {"id": CLOSED, "fullName": None, "allergies": None}} == answer["data"]
    assert "fullName" not in book.transport.text


def _mutation(value: object) -> tuple[str, dict[str, Any]]:
    text = "mutation ($i: VitalsInput!) { recordVitals(input: $i) }"
    return text, {"i": {"patientId": OPEN, "value": value}}


async def test_t25_no_value_enters_a_log_or_an_error_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    book = SmallBook()
    told: list[object] = []
    with caplog.at_level(logging.DEBUG):
        for who in (b"doctor", b"colleague", b"citizen", b""):
            for query in (BOTH, _person(OPEN), _number(SECRETS[2]), "{ me { fullName } }"):
                told += (await book.ask(query, who)).get("errors", [])
            text, variables = _mutation(SECRETS[0])
            told.append(await book.ask(text, who, variables))
            code = "query ($c: String!) { verifyPrescription(code: $c) { status } }"
            told += (await book.ask(code, who, {"c": SECRETS[4]})).get("errors", [])
        for fault in (FetchFailure("connection"), f'{{"data": "{SECRETS[0]}"'.encode()):
            book.transport.fault = fault
            told.append(await book.ask(_person(OPEN)))
    found = caplog.text + "".join(str(each) for each in told)

    assert [] == [secret for secret in SECRETS if secret in found]


async def test_t25_the_words_of_a_subgraph_stay_in_the_house() -> None:
    book = SmallBook()
    error = {
        "message": f"row of {SECRETS[0]}",
        "path": ["me"],
        "extensions": {"code": "UPSTREAM_UNAVAILABLE", "retryable": True, "row": SECRETS[0]},
    }
    book.transport.fault = orjson.dumps({"data": {"me": None}, "errors": [error]})
    answer = await book.ask("{ me { fullName } }", b"citizen")

    assert SECRETS[0] not in str(answer)
    assert ["UPSTREAM_UNAVAILABLE"] == codes(answer)


async def test_t25_a_fault_inside_is_logged_without_what_it_holds(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = SmallBook()

    def fail(_: Any) -> Any:
        raise ValueError(SECRETS[0])

    monkeypatch.setattr(book.transport, "send", fail)
    endpoint = GraphQLEndpoint(book.pipeline)
    headers = [(b"content-type", b"application/json"), (b"authorization", b"doctor")]
    with caplog.at_level(logging.DEBUG):
        answer = await endpoint.answer(
            read_head(b"POST", b"", headers, "1.2.3.4"), orjson.dumps({"query": _person(OPEN)})
        )

    assert "INTERNAL_SERVER_ERROR" in answer.body.decode()
    assert "ValueError" in caplog.text
    assert SECRETS[0] not in caplog.text + answer.body.decode()


async def test_t25_introspection_names_no_hidden_field() -> None:
    answer = await SmallBook().ask('{ __type(name: "Allergy") { fields { name } } }')

    assert [{"name": "text"}] == answer["data"]["__type"]["fields"]


async def test_t25_a_consent_to_some_time_alone_opens_no_field_that_is_no_row() -> None:
    book = SmallBook()
    known = book.profiles.known
    (grant,) = known[OPEN].grants
    everything = replace(grant, categories=frozenset({"*"}), data_period=Period(start=NOW))
    known[UNKNOWN] = replace(known[UNKNOWN], grants=(everything,))
    selection = "{ fullName allergies { text } rows { __typename text } }"
    seen = await book.ask(f'{{ patient(id: "{UNKNOWN}") {selection} }}')

    assert {"fullName": None, "allergies": None} == {
        name: value for name, value in seen["data"]["patient"].items() if name != "rows"
    }
    assert {"CONSENT_REQUIRED"} == set(codes(seen))
    assert [] == [text for text in SECRETS if text in orjson.dumps(seen).decode()]


async def test_t25_a_code_is_looked_up_on_record_though_nothing_but_its_status_is_asked() -> None:
    book = SmallBook()
    document = "query ($c: String!) { verifyPrescription(code: $c) { status } }"
    for code in (SECRETS[4], "79014zzzzzzz-C"):
        await book.ask(document, variables={"c": code})

    assert [(OPEN, "PRESCRIPTIONS", "permit"), ("unknown", "PRESCRIPTIONS", "permit")] == [
        (event.subject_id, event.category, event.decision.value.lower())
        for event in book.log.events
    ]
