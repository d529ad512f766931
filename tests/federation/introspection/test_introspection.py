"""Introspection is answered from the API schema; no subgraph is asked."""

from dataclasses import replace
from typing import Any

from gateway.federation.executor.compiled import ExecutionOptions
from gateway.federation.operation.model import VariableDefinition
from tests.federation.executor.kit import Case, graph, root

GRAPH = graph('''
"""Everything."""
type Query { me: User }
type User { id: ID! name: String }
''')


async def test_the_schema_is_described_without_asking_a_subgraph() -> None:
    case = Case(GRAPH, "__schema { queryType { name } } kind: __typename", None)
    response, subgraphs, _ = await case.run({})

    assert {"data": {"__schema": {"queryType": {"name": "Query"}}, "kind": "Query"}} == response
    assert [] == subgraphs.requests


async def test_introspection_stands_beside_data_in_the_clients_order() -> None:
    case = Case(
        GRAPH,
        'me { name } user: __type(name: "User") { fields { name } }'
        ' none: __type(name: "X") { name }',
        root(0, "a", "me { name }"),
    )
    response, _, _ = await case.run({"a": [{"data": {"me": {"name": "An"}}}]})

    assert {
        "data": {
            "me": {"name": "An"},
            "user": {"fields": [{"name": "id"}, {"name": "name"}]},
            "none": None,
        }
    } == response
    assert ["me", "user", "none"] == list(response["data"])


async def test_arguments_may_be_variables() -> None:
    case = Case(GRAPH, "__type(name: $type) { name description }", None)
    case.variables = (VariableDefinition("type", "String!"), VariableDefinition("other", "Int"))
    response, _, _ = await case.run({}, {"type": "Query", "other": 1})

    assert {"data": {"__type": {"name": "Query", "description": "Everything."}}} == response


async def test_switched_off_it_is_an_error_and_data_stays() -> None:
    off: Any = ExecutionOptions(introspection=False)
    case = replace(
        Case(
            GRAPH,
            'me { name } __type(name: "User") { name }',
            root(0, "a", "me { name }"),
        ),
        options=off,
    )
    response, _, _ = await case.run({"a": [{"data": {"me": {"name": "An"}}}]})

    assert {
        "data": {"me": {"name": "An"}, "__type": None},
        "errors": [
            {
                "message": "Introspection is switched off",
                "path": ["__type"],
                "extensions": {"code": "INTROSPECTION_DISABLED"},
            }
        ],
    } == response
