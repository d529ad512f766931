"""Every decision is taken and recorded once; without a record nothing is decided."""

import pytest

from gateway.consent import Deny, Permit
from gateway.consent.scope import HealthBookScope
from gateway.errors import ClientError, ErrorCode, Language
from tests.gateway.consent.gate_kit import CITIZEN, World, root, scope


async def test_a_decision_is_taken_and_recorded_once_per_request() -> None:
    world, asked = World(), scope()
    for _ in range(3):
        await world.gate.decide(asked, 0, ("ALLERGIES",), ["p1"])

    assert 1 == len(world.recorder.decisions)


async def test_denials_are_recorded_as_permits_are() -> None:
    world = World()
    await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1", "p2"])

    assert [Permit, Deny] == [type(made.decision) for made in world.recorder.decisions]


async def test_nothing_is_decided_while_profiles_cannot_be_read() -> None:
    world = World()
    world.profiles.is_down = True

    with pytest.raises(ClientError) as caught:
        await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1"])

    assert ErrorCode.AUTHORIZATION_UNAVAILABLE is caught.value.code


async def test_nothing_is_decided_while_decisions_cannot_be_recorded() -> None:
    world = World()
    world.recorder.is_down = True

    with pytest.raises(ClientError) as caught:
        await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1"])

    assert ErrorCode.AUDIT_UNAVAILABLE is caught.value.code


async def test_the_refusal_names_the_category_alone() -> None:
    asked = HealthBookScope(CITIZEN, "r1", Language.VIETNAMESE)
    error = World().gate.refusal(asked, "VITALS:write")

    assert {"code": "CONSENT_REQUIRED", "category": "VITALS", "retryable": False} == dict(
        error.extensions
    )
    assert "Cần sự đồng ý của chủ thể dữ liệu." == error.message


async def test_an_object_of_another_subject_is_recorded_as_a_fault() -> None:
    world = World()
    world.gate.subject_mismatch(scope(), 0, "p2")

    assert ["p2"] == world.recorder.mismatches


async def test_two_ways_to_the_same_decision_are_one_event() -> None:
    world, asked = World(), scope()
    await world.gate.decide(asked, 0, ("ALLERGIES",), [root("Query.me")])
    await world.gate.decide(asked, 1, ("ALLERGIES",), ["p1"])

    assert ["p1"] == [made.subject for made in world.recorder.decisions]
