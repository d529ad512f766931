"""Subject checks: an object that inherits its parent's guard must be about the same subject."""

from graphql import Undefined

from gateway.federation.executor.guards import UNKNOWN, Decisions
from gateway.federation.executor.ports import GuardPort
from gateway.federation.executor.projection import MergedObject
from gateway.federation.executor.walking import Chain, chains_at, value_at
from gateway.federation.plan import SubjectCheck
from gateway.federation.response.errors import MergedValue, fault


def drop_strangers(
    check: SubjectCheck,
    root: MergedObject,
    decisions: Decisions,
    port: GuardPort,
    scope: object,
) -> None:
    """Replace every object at the check's path that is about another subject by an error.

    An object whose own subject is null is dropped too. Where the subject of the object or of its
    parent has not arrived yet, nothing is done: nothing that it guards has been asked for either.
    """
    *parents, last = check.path
    inspector = _Inspector(check, decisions, port, scope)
    for chain in chains_at(root, tuple(parents)):
        inspector.inspect(chain, chain[-1], last.response_name)


class _Inspector:
    def __init__(
        self, check: SubjectCheck, decisions: Decisions, port: GuardPort, scope: object
    ) -> None:
        self._check = check
        self._decisions = decisions
        self._port = port
        self._scope = scope

    def inspect(self, chain: Chain, container: MergedValue, key: str | int) -> None:
        """Check the object, or every object of the list, under a key of ``container``."""
        value = container.get(key) if isinstance(key, str) else container[key]
        if value.__class__ is list:
            for index in range(len(value)):
                self.inspect(chain, value, index)
        elif value.__class__ is dict:
            found = self._own_subject(value)
            if found is Undefined or self._is_same((*chain, value), found):
                return
            error = self._port.subject_mismatch(self._scope, self._check.guard, found)
            container[key] = fault(error)

    def _own_subject(self, child: MergedObject) -> object:
        if self._check.source[0] not in child:
            return Undefined
        found: object = value_at(child, self._check.source)
        return found

    def _is_same(self, chain: Chain, found: object) -> bool:
        expected = self._decisions.subject_of(self._check.guard, self._check.path, chain)
        if expected is UNKNOWN:
            return True
        if found is None or expected is None:
            return False
        if expected.__class__ is found.__class__ and expected == found:
            return True
        return self._port.is_subject(self._scope, expected, found)
