"""A subgraph is told what is permitted for the subjects of its fetch."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from access.categories import Action
from access.context import verify_access_context
from access.purposes import Purpose
from gateway.consent.signing import SigningTransport
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest, SubjectDecision
from storage.access_profiles import AccessProfile, ConsentEntry, Grantee, GranteeKind
from tests.gateway.consent.gate_kit import NOW, PHARMACIST, FakeProfiles, World, root, scope

KEY = b"k" * 32


class FakeTransport:
    def __init__(self) -> None:
        self.sent: list[SubgraphRequest] = []

    def send(self, request: SubgraphRequest) -> Any:
        self.sent.append(request)
        return FetchFailure("not asked")


async def test_a_subgraph_is_told_what_is_permitted_for_the_subjects_of_the_fetch() -> None:
    world, asked, me = World(), scope(), root("Query.me")
    await world.gate.decide(asked, 0, ("ALLERGIES", "VITALS"), [me])
    await world.gate.decide(asked, 1, ("ALLERGIES",), ["p2"])
    transport = FakeTransport()
    signing = SigningTransport(transport, world.gate, {"patient": KEY}, NOW.timestamp)
    decisions = (SubjectDecision(0, me, frozenset({"ALLERGIES"})),)
    signing.send(SubgraphRequest("patient", b'{"query":"{ a }"}', False, asked, decisions))

    context = verify_access_context(transport.sent[0].body, KEY, "patient", NOW.timestamp())
    assert {"p1": {"ALLERGIES", "VITALS"}} == {
        subject: set(access.groups) for subject, access in context.subjects.items()
    }
    assert ("c", "citizen", "PATRQT", "p1") == (
        context.actor,
        context.role,
        context.purpose,
        context.patient,
    )


class GenerousProfiles(FakeProfiles):
    """p1 lets pharmacies see her prescriptions, but no label."""

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        grant = ConsentEntry(
            consent_id="k1",
            version=1,
            grantee=Grantee(GranteeKind.ROLE, "pharmacist"),
            categories=frozenset({"PRESCRIPTIONS"}),
            labels=frozenset(),
            actions=frozenset({Action.READ}),
            purpose=Purpose.TREATMENT,
        )
        return {"p1": AccessProfile("p1", 1, date(1990, 1, 1), grants=(grant,))}


@pytest.mark.parametrize("code_first", [True, False])
@pytest.mark.parametrize(
    ("profiles", "opens", "labels"),
    [(FakeProfiles(), False, True), (GenerousProfiles(), True, False)],
    ids=["the id opens nothing", "the id opens no label"],
)
async def test_two_ways_to_a_subject_tell_a_subgraph_what_both_open(
    profiles: FakeProfiles, opens: bool, labels: bool, code_first: bool
) -> None:
    world, asked = World(), scope(PHARMACIST)
    world.gate._profiles = profiles
    code = root("Query.verifyPrescription", code="79014abcdefg-C")
    ways = [code, root("Query.patient", id="p1")]
    decisions = []
    for guard, way in enumerate(ways if code_first else reversed(ways)):
        (permitted,) = await world.gate.decide(asked, guard, ("PRESCRIPTIONS",), [way])
        assert (way is code or opens) == bool(permitted)
        decisions.append(SubjectDecision(guard, way, permitted))
    transport = FakeTransport()
    signing = SigningTransport(transport, world.gate, {"pharmacy": KEY}, NOW.timestamp)
    body = b'{"query":"{ a }"}'
    signing.send(SubgraphRequest("pharmacy", body, False, asked, tuple(decisions)))
    context = verify_access_context(transport.sent[0].body, KEY, "pharmacy", NOW.timestamp())

    assert {"PRESCRIPTIONS"} == set(context.subjects["p1"].groups)
    assert labels == ("HIV" in context.subjects["p1"].groups["PRESCRIPTIONS"])
