"""Requirements that principals meet: scopes judged once, policies each time."""

from dataclasses import replace

from gateway.authorization.holding import HeldRequirements
from gateway.authorization.requirements import Requirement
from gateway.principal import ANONYMOUS, Principal
from gateway.scopes import parse_scopes


def group(*names: str) -> frozenset[frozenset[str]]:
    return frozenset({frozenset(names)})


REQUIREMENTS = (
    Requirement(authenticated=True),
    Requirement(scopes=group("user/Patient.r")),
    Requirement(policies=group("trusted")),
    Requirement(scopes=group("user/Patient.r"), policies=group("trusted")),
)
POLICIES = tuple(
    (number, each) for number, each in enumerate(REQUIREMENTS) if each.policies is not None
)
READER = Principal("reader", "issuer", parse_scopes("user/*.rs"))
STRANGER = Principal("stranger", "issuer", parse_scopes("openid"))


def never(principal: Principal, policy: str) -> bool:
    return False


def test_all_that_principals_meet_is_told_for_each() -> None:
    held = HeldRequirements(REQUIREMENTS)

    def trusts(principal: Principal, policy: str) -> bool:
        return principal.subject == "reader" and policy == "trusted"

    assert [0b1111, 0b0001, 0b0000] == [
        held.of(principal, 0b1111, POLICIES, trusts) for principal in (READER, STRANGER, ANONYMOUS)
    ]


def test_it_agrees_with_the_requirements_themselves_when_asked_again() -> None:
    held = HeldRequirements(REQUIREMENTS)
    principals = [READER, STRANGER, ANONYMOUS] * 2

    assert [
        sum(
            1 << number
            for number, each in enumerate(REQUIREMENTS)
            if each.granted(principal) and each.permitted(principal, never)
        )
        for principal in principals
    ] == [held.of(principal, 0b1111, POLICIES, never) for principal in principals]


def test_policies_are_evaluated_for_each_principal_and_each_time() -> None:
    held = HeldRequirements(REQUIREMENTS)
    asked: list[str] = []

    def ask(principal: Principal, policy: str) -> bool:
        asked.append(principal.subject)
        return len(asked) > 2

    first = held.of(READER, 0b0100, POLICIES[:1], ask)
    second = held.of(replace(READER, subject="other"), 0b0100, POLICIES[:1], ask)
    third = held.of(READER, 0b0100, POLICIES[:1], ask)

    assert (0, 0, 0b0100) == (first, second, third)
    assert ["reader", "other", "reader"] == asked


def test_only_what_an_operation_asks_for_is_told() -> None:
    assert 0b0010 == HeldRequirements(REQUIREMENTS).of(READER, 0b0010, (), never)


def test_many_sets_of_scopes_leave_the_answer_right() -> None:
    held = HeldRequirements(REQUIREMENTS)
    for number in range(3000):
        held.of(replace(STRANGER, scopes=parse_scopes(f"s{number}")), 0b0011, (), never)

    assert (0b0011, 0b0001) == tuple(
        held.of(principal, 0b0011, (), never) for principal in (READER, STRANGER)
    )
