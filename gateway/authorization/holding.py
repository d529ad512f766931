"""Which requirements callers meet, judged once for all who bear the same scopes."""

from collections.abc import Sequence

from gateway.authorization.requirements import PolicyEvaluator, Requirement
from gateway.principal import Principal

_SCOPES = 1024
"""Different sets of scopes that are remembered: issuers grant a few dozen."""


class HeldRequirements:
    """The requirements of a graph that principals meet, as a bit set over their numbers.

    Whether a token grants a SMART scope takes microseconds to tell, and is the same for every
    token with these scopes. Policies may depend on anything and are evaluated each time.
    """

    def __init__(self, numbered: Sequence[Requirement]) -> None:
        """Take the requirements by number."""
        self._numbered = numbered
        self._known: dict[tuple[bool, str], int] = {}

    def of(
        self,
        principal: Principal,
        asked: int,
        policies: Sequence[tuple[int, Requirement]],
        evaluate: PolicyEvaluator,
    ) -> int:
        """The requirements that a principal meets, among those that an operation asks for.

        Args:
            principal: The principal.
            asked: The numbers of the operation's requirements, as a bit set.
            policies: Those of them that state policies, with their numbers.
            evaluate: Whether the principal satisfies a policy.
        """
        key = (principal.is_authenticated, principal.scopes.text)
        held = self._known.get(key)
        if held is None:
            held = self._judge(key, principal)
        held &= asked
        for number, requirement in policies:
            if held >> number & 1 and not requirement.permitted(principal, evaluate):
                held &= ~(1 << number)
        return held

    def _judge(self, key: tuple[bool, str], principal: Principal) -> int:
        held = 0
        for number, requirement in enumerate(self._numbered):
            if requirement.granted(principal):
                held |= 1 << number
        if len(self._known) >= _SCOPES:
            self._known.clear()
        self._known[key] = held
        return held
