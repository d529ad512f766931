"""What composition accepts can be planned, and what is planned can be asked.

Composition says that every query of the merged schema can be answered; the planner has to find
how, and every request that it makes up must be valid in its subgraph.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from random import Random

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)

from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.executor.requests import compile_request
from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.plan import ConditionNode, Fetch, Flatten, Guard, PlanNode
from gateway.federation.planner.planning import plan_operation
from gateway.federation.query_graph.graph import build_query_graph
from gateway.federation.supergraph.reader import read_supergraph
from tests.federation.oracle.in_memory import executable_schema
from tests.interop.composition_generator import generated as merged_set
from tests.interop.satisfiability_generator import generated as reached_set

OPERATIONS = 8
DEPTH = 4


def selections(schema: GraphQLSchema, type_: object, random: Random, depth: int) -> str:
    """A random selection set, ``__typename`` where nothing else is to be had."""
    found = [] if random.random() < 0.5 else ["__typename"]
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            if random.random() < 0.4 or any(map(is_required_argument, field.args.values())):
                continue
            value = get_named_type(field.type)
            if is_leaf_type(value):
                found.append(name)
            elif depth:
                found.append(f"{name} {{ {selections(schema, value, random, depth - 1)} }}")
    if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        for member in schema.get_possible_types(type_):
            if random.random() < 0.6:
                inner = selections(schema, member, random, depth)
                found.append(f"... on {member.name} {{ {inner} }}")
    return " ".join(found) or "__typename"


def fetches(node: PlanNode | None) -> Iterator[Fetch]:
    match node:
        case Fetch():
            yield node
        case Flatten(fetch=fetch):
            yield fetch
        case ConditionNode(node=inner):
            yield from fetches(inner)
        case None | Guard():
            return
        case _:
            for inner in node.nodes:
                yield from fetches(inner)


def invalid_requests(subgraphs: Mapping[str, str], seed: int) -> Iterator[str]:
    """Plans random operations on a set that composes; tells which requests are not valid."""
    result = compose([SubgraphDocument(n, f"http://{n}", sdl) for n, sdl in subgraphs.items()])
    if isinstance(result, CompositionFailure):
        return
    supergraph = read_supergraph(result.supergraph_sdl)
    graph = build_query_graph(supergraph)
    schemas = {name: executable_schema(sdl) for name, sdl in subgraphs.items()}
    schema = supergraph.api_schema
    for number in range(OPERATIONS):
        random = Random(f"{seed}.{number}")
        text = f"{{ {selections(schema, schema.query_type, random, random.randint(1, DEPTH))} }}"
        if validate(schema, parse(text)):
            continue  # fragments of it conflict
        plan = plan_operation(graph, prepare_operation(supergraph, text))
        for fetch in fetches(plan.node):
            query = json.loads(compile_request(fetch).prefix + b"}}")["query"]
            for error in validate(schemas[fetch.subgraph], parse(query)):
                yield f"{seed}: {text}: {fetch.subgraph}: {error.message}"


@pytest.mark.parametrize("start", range(0, 150, 50))
@pytest.mark.parametrize("generated", [reached_set, merged_set])
def test_what_composes_is_planned_into_valid_requests(
    generated: Callable[[int], Mapping[str, str]], start: int
) -> None:
    found = [
        problem
        for seed in range(start, start + 50)
        for problem in invalid_requests(generated(seed), seed)
    ]

    assert [] == found
