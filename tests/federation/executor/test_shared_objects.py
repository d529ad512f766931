"""Equal objects of one answer are decoded once, complete at every place, and encoded once.

``Case.run`` executes with sharing too and compares the answers of all paths.
"""

import json
from typing import Any

from gateway.federation.executor.compiled import CompiledPlan, execute
from gateway.federation.executor.fast.program import FastProgram
from gateway.federation.executor.requests import encode_json
from gateway.federation.plan import Parallel, PlanNode, Sequence
from tests.federation.executor.kit import (
    Case,
    Scripted,
    ScriptedSubgraphs,
    entity,
    flatten,
    graph,
    root,
)

GRAPH = graph("""
type Query { visits: [Visit] latest: Visit }
type Visit { doctor: Doctor doctors: [[Doctor!]] place: Place first: Doctor! }
type Doctor { id: ID! name: String clinic: Clinic friend: Doctor }
type Clinic { id: ID! name: String! city: String }
type Home { street: String owner: Doctor }
union Place = Clinic | Home
""")


async def sharing_program(case: Case, answers: dict[str, list[Scripted]]) -> FastProgram:
    """The fast path after an execution from which it has learnt what to share."""
    compiled: CompiledPlan = case.compiled(fast_path=True)
    await execute(compiled, {}, ScriptedSubgraphs(answers))
    program = compiled.variant({}).fast_path()

    assert program is not None
    return program


def decoded(program: FastProgram, answer: bytes) -> Any:
    """The only root field of a response after its only fetch."""
    state, step = program.new_state(), program.steps[0]
    step.merge(state, step.decode(answer).data)
    (name,) = state[0].__struct_fields__
    return getattr(state[0], name)


async def test_equal_objects_are_decoded_once() -> None:
    case = Case(
        GRAPH, "visits { doctor { id name } }", root(0, "a", "visits { doctor { id name } }")
    )
    doctor = '{"doctor":{"id":"1","name":"An"}}'
    other = '{"doctor":{"id":"2","name":"An"}}'
    answer = f'{{"data":{{"visits":[{doctor},{other},null,{doctor},{{"doctor":null}}]}}}}'.encode()
    visits = decoded(await sharing_program(case, {"a": [answer]}), answer)
    (name,) = visits[0].__struct_fields__
    first, second, _, again, none = [visit and getattr(visit, name) for visit in visits]

    assert first is again
    assert first is not second
    assert none is None


async def test_objects_in_shared_ones_are_decoded_once() -> None:
    asked = "visits { doctor { name clinic { name } } }"
    clinic = '"clinic":{"name":"Huế"}'
    visits = ",".join(
        f'{{"doctor":{{"name":"{name}",{clinic}}}}}' for name in ("An", "Bình", "An")
    )
    answer = f'{{"data":{{"visits":[{visits}]}}}}'.encode()
    found = decoded(
        await sharing_program(Case(GRAPH, asked, root(0, "a", asked)), {"a": [answer]}), answer
    )
    (doctor,) = found[0].__struct_fields__
    first, second, again = [getattr(visit, doctor) for visit in found]
    clinic = first.__struct_fields__[1]

    assert first is again
    assert first is not second
    assert getattr(first, clinic) is getattr(second, clinic)


async def shared_doctors(asked: str, answer: dict[str, Any]) -> list[Any]:
    """The doctors of the only visit and of the latest one, as a learnt fast path holds them."""
    case = Case(GRAPH, asked, root(0, "a", asked))
    program = await sharing_program(case, {"a": [{"data": answer}]})
    state, step = program.new_state(), program.steps[0]
    step.merge(state, step.decode(encode_json({"data": answer})).data)
    visits, latest = [getattr(state[0], name) for name in state[0].__struct_fields__]
    return [getattr(visit, visit.__struct_fields__[0]) for visit in (*visits, latest)]


AN = {"doctor": {"id": "1", "name": "An"}}


async def test_places_that_are_treated_alike_share_objects() -> None:
    asked = "visits { doctor { id name } } latest { doctor { id name } }"
    first, latest = await shared_doctors(asked, {"visits": [AN], "latest": AN})

    assert first is latest


async def test_places_of_which_more_is_asked_do_not() -> None:
    asked = "visits { doctor { id name } } latest { doctor { id friend { id } } }"
    other = {"doctor": {"id": "1", "friend": None}}
    first, latest = await shared_doctors(asked, {"visits": [AN], "latest": other})

    assert first is not latest


async def test_places_where_a_null_means_something_else_do_not() -> None:
    asked = "visits { doctor { id name } } latest { first { id name } }"
    other = {"first": AN["doctor"]}
    first, latest = await shared_doctors(asked, {"visits": [AN], "latest": other})

    assert first is not latest


async def answer_of(text: str, node: PlanNode, answers: dict[str, list[Scripted]]) -> Any:
    response, _, outcome = await Case(GRAPH, text, node).run(answers)

    assert not outcome.is_general
    return response["data"]


async def test_what_is_merged_into_one_shows_at_all_its_places() -> None:
    node = Sequence(
        (
            root(0, "a", "visits { doctor { __fed_id: id clinic { __fed_id: id } } }"),
            Parallel(
                (
                    flatten(1, "b", "visits.doctor", entity("Doctor", "id=__fed_id", "name")),
                    flatten(
                        2, "c", "visits.doctor.clinic", entity("Clinic", "id=__fed_id", "name")
                    ),
                )
            ),
        )
    )
    an = {"doctor": {"__fed_id": "1", "clinic": {"__fed_id": "7"}}}
    binh = {"doctor": {"__fed_id": "2", "clinic": {"__fed_id": "7"}}}
    found = await answer_of(
        "visits { doctor { name clinic { name } } }",
        node,
        {
            "a": [{"data": {"visits": [an, binh, an, {"doctor": None}, None]}}],
            "b": [{"data": {"_entities": [{"name": "An"}, {"name": "Bình"}]}}],
            "c": [{"data": {"_entities": [{"name": "Huế"}]}}],
        },
    )
    shown = [
        {"doctor": {"name": name, "clinic": {"name": "Huế"}}} for name in ("An", "Bình", "An")
    ]

    assert {"visits": [*shown, {"doctor": None}, None]} == found


BOTH = "visits { doctor { name } } latest { doctor { name } }"
BOTH_ASKED = BOTH.replace("name", "__fed_id: id")
DOCTOR = {"doctor": {"__fed_id": "1"}}


async def test_what_is_merged_into_one_shows_at_places_that_are_treated_alike() -> None:
    key = entity("Doctor", "id=__fed_id", "name")
    node = Sequence(
        (root(0, "a", BOTH_ASKED), flatten(1, "b", "visits.doctor latest.doctor", key))
    )
    found = await answer_of(
        BOTH,
        node,
        {
            "a": [{"data": {"visits": [DOCTOR, DOCTOR], "latest": DOCTOR}}],
            "b": [{"data": {"_entities": [{"name": "An"}]}}],
        },
    )
    an = {"doctor": {"name": "An"}}

    assert {"visits": [an, an], "latest": an} == found


async def test_what_is_merged_into_one_shows_only_where_it_was_asked() -> None:
    key = entity("Doctor", "id=__fed_id", "name")
    node = Sequence(
        (
            root(0, "a", BOTH_ASKED),
            Parallel(
                (flatten(1, "b", "visits.doctor", key), flatten(2, "c", "latest.doctor", key))
            ),
        )
    )
    found = await answer_of(
        BOTH,
        node,
        {
            "a": [{"data": {"visits": [DOCTOR, DOCTOR], "latest": DOCTOR}}],
            "b": [{"data": {"_entities": [{"name": "An"}]}}],
            "c": [{"data": {"_entities": [{"name": "Ân"}]}}],
        },
    )
    an = {"doctor": {"name": "An"}}

    assert {"visits": [an, an], "latest": {"doctor": {"name": "Ân"}}} == found


async def test_places_that_are_treated_alike_may_stand_inside_shared_objects() -> None:
    asked = "latest { doctor { clinic { name } } } visits { first { friend { clinic { name } } } }"
    doctors = [{"clinic": {"name": name}} for name in ("Huế", "Vinh")]
    visits = [{"first": {"friend": doctors[number]}} for number in (0, 1, 0, 1)]
    data = {"latest": {"doctor": doctors[1]}, "visits": visits}
    answer = {"data": data}
    program = await sharing_program(Case(GRAPH, asked, root(0, "a", asked)), {"a": [answer]})
    state, step = program.new_state(), program.steps[0]
    step.merge(state, step.decode(encode_json(answer)).data)

    assert answer == json.loads(program.answer(state).body)


async def test_members_of_unions_are_shared_each_as_what_it_is() -> None:
    asked = "place { __typename ... on Clinic { name } ... on Home { street owner { name } } }"
    fetched = asked.replace("__typename", "__fed_typename: __typename")
    clinic = {"__typename": "Clinic", "name": "Huế"}
    home = {"__typename": "Home", "street": "Lê Lợi", "owner": {"name": "An"}}
    sent = [{"__fed_typename": item["__typename"]} | item for item in (clinic, home, clinic)]
    for item in sent:
        del item["__typename"]
    found = await answer_of(
        f"visits {{ {asked} }}",
        root(0, "a", f"visits {{ {fetched} }}"),
        {"a": [{"data": {"visits": [{"place": item} for item in [*sent, None, sent[1]]]}}]},
    )

    assert {"visits": [{"place": item} for item in (clinic, home, clinic, None, home)]} == found


async def test_items_of_nested_lists_are_shared() -> None:
    an, binh = {"name": "An"}, {"name": "Bình"}
    lists = [[[an, binh], None, [an]], None, [[binh], []]]
    found = await answer_of(
        "visits { doctors { name } }",
        root(0, "a", "visits { doctors { name } }"),
        {"a": [{"data": {"visits": [{"doctors": item} for item in lists]}}]},
    )

    assert {"visits": [{"doctors": item} for item in lists]} == found


def doctors(*names: str) -> list[dict[str, Any]]:
    return [{"doctor": {"name": name, "__fed_id": name}} for name in names]


FRIENDS = Case(
    GRAPH,
    "visits { doctor { name friend { clinic { name } } } }",
    Sequence(
        (
            root(0, "a", "visits { doctor { name __fed_id: id } }"),
            flatten(
                1,
                "b",
                "visits.doctor",
                entity("Doctor", "id=__fed_id", "friend { clinic { __fed_id: id } }"),
            ),
            flatten(
                2,
                "c",
                "visits.doctor.friend.clinic",
                entity("Clinic", "id=__fed_id", "name"),
            ),
        )
    ),
)
FRIENDS_ANSWERS: dict[str, list[Scripted]] = {
    "a": [{"data": {"visits": doctors("An", "Bình", "An")}}],
    "b": [{"data": {"_entities": [{"friend": {"clinic": {"__fed_id": "7"}}}] * 2}}],
    "c": [{"data": {"_entities": [{"name": "Huế"}]}}],
}


async def test_objects_in_shared_ones_that_a_later_fetch_brings_are_shared_too() -> None:
    response, _, outcome = await FRIENDS.run(FRIENDS_ANSWERS)
    friend = {"friend": {"clinic": {"name": "Huế"}}}
    shown = [{"doctor": {"name": name, **friend}} for name in ("An", "Bình", "An")]

    assert {"data": {"visits": shown}} == response
    assert not outcome.is_general


async def test_where_a_fetch_has_nothing_to_ask_there_is_nothing_shared() -> None:
    compiled = FRIENDS.compiled(fast_path=True)
    await execute(compiled, {}, ScriptedSubgraphs(FRIENDS_ANSWERS))
    outcome = await execute(compiled, {}, ScriptedSubgraphs({"a": [{"data": {"visits": []}}]}))

    assert b'{"data":{"visits":[]}}' == outcome.body
    assert not outcome.is_general


async def test_a_null_where_none_may_be_is_left_to_slower_paths() -> None:
    case = Case(GRAPH, "visits { first { name } }", root(0, "a", "visits { first { name } }"))
    an, none = {"first": {"name": "An"}}, {"first": None}
    compiled = case.compiled(fast_path=True)
    await execute(compiled, {}, ScriptedSubgraphs({"a": [{"data": {"visits": [an, an]}}]}))
    outcome = await execute(
        compiled, {}, ScriptedSubgraphs({"a": [{"data": {"visits": [an, none]}}]})
    )

    assert {"visits": [an, None]} == json.loads(outcome.body)["data"]
    assert [("visits", 1, "first")] == [error.path for error in outcome.errors]
