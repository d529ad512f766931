"""A hospital at our own port that answers what a test says, and queries for every field."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from resolvers.encounter.fhir import Parameters, Resource
from resolvers.encounter.kinds import RowKind
from resolvers.encounter.locations import EncounterRepository, RecordLocation
from resolvers.encounter.schema import encounter as _encounter  # noqa: F401 - resolves lazy types
from resolvers.encounter.subgraph import EncounterParts, create_encounter_subgraph
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from tests.resolvers.encounter.world import SINCE, herself
from tests.resolvers.fakes import Caller, ForgetfulOnce, SettableClock

FACILITY = "79014"


class AnsweringHospital:
    """Answers every search with the resources of its type, whatever was asked for."""

    def __init__(self) -> None:
        self.resources: list[Resource] = []

    async def search(
        self, type_name: str, parameters: Parameters
    ) -> AsyncIterator[Sequence[Resource]]:
        yield [one for one in self.resources if one.get("resourceType") == type_name]


class Desk:
    """The subgraph before one answering hospital."""

    def __init__(
        self,
        store: DocumentStore,
        profiles: AccessProfiles,
        once: ForgetfulOnce,
        clock: SettableClock,
    ) -> None:
        self.hospital = AnsweringHospital()
        self.repository = EncounterRepository(store)
        parts = EncounterParts(store, profiles, {FACILITY: self.hospital}, once, clock)
        self.subgraph = create_encounter_subgraph(parts)
        self.caller = Caller(self.subgraph, clock)
        self.schema: GraphQLSchema = self.subgraph.schema._schema

    async def locate(self, local_id: str) -> None:
        """Makes a number of the hospital that of a patient with the same id."""
        location = RecordLocation(local_id, FACILITY, local_id, True, SINCE)
        await self.repository.import_locations([location])

    async def everything(self, kind: RowKind, patient: str, resource: Resource) -> dict[str, Any]:
        """The answer with every field of a patient's rows of a kind."""
        self.hospital.resources = [resource]
        node = self._node_type(kind)
        query = (
            "query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
            f" {kind.name} {{ edges {{ node {selection(node)} cursor }} }} }} }} }}"
        )
        representation = {"__typename": "Patient", "id": patient}
        context = herself(patient, "HIV", "STD", "SUD", "MH", "SDV", "SEX", "GDIS", "CHILD_ABUSE")
        return await self.caller.ask(query, context, {"r": [representation]})

    def _node_type(self, kind: RowKind) -> GraphQLObjectType:
        patient = self.schema.type_map["Patient"]
        assert isinstance(patient, GraphQLObjectType)
        connection = get_named_type(patient.fields[kind.name].type)
        assert isinstance(connection, GraphQLObjectType)
        edge = get_named_type(connection.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)
        node = get_named_type(edge.fields["node"].type)
        assert isinstance(node, GraphQLObjectType)
        return node


def selection(type_: GraphQLNamedType, above: tuple[str, ...] = ()) -> str:
    """A selection of every field of a type, without going in circles."""
    if isinstance(type_, GraphQLUnionType):
        parts = [f"... on {member.name} {selection(member, above)}" for member in type_.types]
        return f"{{ __typename {' '.join(parts)} }}"
    assert isinstance(type_, GraphQLObjectType)
    parts = ["__typename"]
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif inner.name not in above and inner.name != "Encounter" and len(above) < 6:
            parts.append(f"{name} {selection(inner, (*above, type_.name))}")
    return f"{{ {' '.join(parts)} }}"


def errors(content: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = content.get("errors", [])
    return found
