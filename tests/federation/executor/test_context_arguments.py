"""Arguments that are filled from an ancestor: one request per distinct context."""

from gateway.federation.plan import ContextValue, Sequence
from tests.federation.executor.guard_kit import Table, object_guard, refused
from tests.federation.executor.kit import Case, entity, flatten, graph, root

GRAPH = graph("""
type Query { teams: [Team] }
type Team { id: ID! city: City members: [Member] }
type City { name: String }
type Member { id: ID! greeting: String }
""")


async def test_objects_are_asked_about_by_their_context() -> None:
    case = Case(
        GRAPH,
        "teams { members { greeting } }",
        Sequence(
            (
                root(0, "a", "teams { __fed_city: city { name } members { __fed_id: id } }"),
                flatten(
                    1,
                    "b",
                    "teams.members",
                    entity("Member", "id=__fed_id", "greeting(in: $city)"),
                    contexts=(ContextValue("city", 1, ("__fed_city", "name")),),
                    variables=("city",),
                    variable_definitions=("$city: String",),
                ),
            )
        ),
    )
    teams = [
        {"__fed_city": {"name": "Huế"}, "members": [{"__fed_id": "1"}, {"__fed_id": "2"}]},
        {"__fed_city": {"name": "Vinh"}, "members": [{"__fed_id": "1"}]},
        {"__fed_city": {"name": "Huế"}, "members": [{"__fed_id": "2"}]},
        {"__fed_city": None, "members": [{"__fed_id": "3"}]},
    ]
    response, subgraphs, outcome = await case.run(
        {
            "a": [{"data": {"teams": teams}}],
            "b": [
                {"data": {"_entities": [{"greeting": "Huế 1"}, {"greeting": "Huế 2"}]}},
                {"data": {"_entities": [{"greeting": "Vinh 1"}]}},
                {"data": {"_entities": [{"greeting": "? 3"}]}},
            ],
        }
    )

    assert [["Huế 1", "Huế 2"], ["Vinh 1"], ["Huế 2"], ["? 3"]] == [
        [member["greeting"] for member in team["members"]] for team in response["data"]["teams"]
    ]
    assert ["Huế", "Vinh", None] == [body["variables"]["city"] for body in subgraphs.bodies("b")]
    assert outcome.is_general


async def test_a_value_about_another_subject_is_decided_for_that_subject() -> None:
    """Where the context or the field itself is denied, the field is null and not asked for."""
    case = Case(
        GRAPH,
        "teams { members { greeting } }",
        Sequence(
            (
                root(0, "a", "teams { __fed_id: id members { __fed_id: id } }"),
                object_guard(0, "teams", "place"),
                object_guard(1, "teams.members", "words"),
                flatten(
                    1,
                    "a",
                    "teams",
                    entity(
                        "Team",
                        "id=__fed_id",
                        '__fed_city: city @group(guard: 0, name: "place") { name }',
                    ),
                    guards=(0,),
                ),
                flatten(
                    2,
                    "b",
                    "teams.members",
                    entity(
                        "Member",
                        "id=__fed_id",
                        "greeting(in: $city)"
                        ' @group(guard: 0, name: "place") @group(guard: 1, name: "words")',
                    ),
                    guards=(0, 1),
                    contexts=(ContextValue("city", 1, ("__fed_city", "name")),),
                    variables=("city",),
                    variable_definitions=("$city: String",),
                ),
            )
        ),
    )
    teams = [
        {"__fed_id": "t1", "members": [{"__fed_id": "1"}, {"__fed_id": "2"}]},
        {"__fed_id": "t2", "members": [{"__fed_id": "1"}]},
    ]
    response, subgraphs, _ = await case.run(
        {
            "a": [
                {"data": {"teams": teams}},
                {"data": {"_entities": [{"__fed_city": {"name": "Huế"}}]}},
            ],
            "b": [{"data": {"_entities": [{"greeting": "Huế 1"}]}}],
        },
        guard=Table({"t1": "place", "t2": "", "1": "words", "2": ""}),
    )

    assert [["Huế 1", None], [None]] == [
        [member["greeting"] for member in team["members"]] for team in response["data"]["teams"]
    ]
    assert (
        refused("words", ["teams", 0, "members", 1, "greeting"])
        + refused("place", ["teams", 1, "members", 0, "greeting"])
    ) == response["errors"]
    assert [[{"__typename": "Member", "id": "1"}]] == [
        body["variables"]["representations"] for body in subgraphs.bodies("b")
    ]
