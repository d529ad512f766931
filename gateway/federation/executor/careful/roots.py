"""Root fetches of the careful path."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.federation.executor.answers import RawError, Unexplained
from gateway.federation.executor.careful.answers import PreparedRequest, put_error
from gateway.federation.executor.careful.fetches import nobody
from gateway.federation.executor.careful.irregular import AnswerReader, Irregularities
from gateway.federation.executor.careful.placing import NullObjects
from gateway.federation.executor.conditions import Permits
from gateway.federation.executor.fast.deviation import DeviationError
from gateway.federation.executor.fast.program import State
from gateway.federation.executor.fast.structs import StructPool, StructType
from gateway.federation.executor.guards import Decisions
from gateway.federation.executor.ports import FetchFailure, SubjectDecision
from gateway.federation.executor.requests import RequestTemplate
from gateway.federation.executor.variant import MAX_PERMIT_VARIANTS, CompiledFetch, PermitKey
from gateway.federation.response.errors import fault


@dataclass(frozen=True, slots=True)
class PreparedRoot:
    """A root fetch that is ready to be sent."""

    step: int
    compiled: CompiledFetch
    template: RequestTemplate
    reader: AnswerReader
    nulls: NullObjects
    merge: Callable[[State, Any], None]
    decisions: tuple[SubjectDecision, ...]

    @property
    def representations(self) -> list[bytes]:
        """A root fetch has none."""
        return []

    def absorb(self, state: State, body: bytes, irregular: Irregularities) -> None:
        """Take an answer in."""
        data = self.reader.read(body)
        if data is None:
            data = self._irregular_data(body, irregular)
        self.merge(state, data)

    def _irregular_data(self, body: bytes, irregular: Irregularities) -> Any:  # noqa: ANN401 # a class made at run time
        subgraph, projection = self.compiled.fetch.subgraph, self.compiled.root_projection
        answer = self.reader.read_irregular(body, subgraph, irregular.masking)
        rest = Unexplained.of_root(answer.errors)
        irregular.note(self.step)
        data = answer.data
        if data is None:
            cause = rest.take() or fault(answer.errors[0].error)
            placed = _with_paths(answer.errors)
            if not all(projection.named(path[0]) for path, _ in placed):
                raise DeviationError
            data, faulty = self.nulls.make(cause, projection, placed)
            irregular.note(self.step, faulty)
        elif rest.cause is not None:
            raise DeviationError
        else:
            for path, error in _with_paths(answer.errors):
                put_error(projection, data, path, error, (self.step, irregular))
        irregular.loose += rest.left()
        return data

    def fail(self, state: State, failure: FetchFailure, irregular: Irregularities) -> None:
        """Take in that there is no answer."""
        cause = irregular.failed(self.compiled.fetch.subgraph, failure)
        missing, faulty = self.nulls.make(cause)
        irregular.note(self.step, faulty)
        self.merge(state, missing)


def _with_paths(errors: tuple[RawError, ...]) -> list[Any]:
    return [(raw.path, raw.error) for raw in errors if raw.path]


class CarefulRootFetch:
    """A root fetch.

    Args:
        step: Number of its step.
        compiled: The fetch.
        make_class: Makes the class of its answers' data under given permits, and its null object.
        merge: Takes data into the state.
        pool: The struct classes that plans share.
    """

    def __init__(
        self,
        step: int,
        compiled: CompiledFetch,
        make_class: Callable[[Permits], tuple[StructType, NullObjects]],
        merge: Callable[[State, Any], None],
        pool: StructPool,
    ) -> None:
        self._step = step
        self._pool = pool
        self._compiled = compiled
        self._make_class = make_class
        self._merge = merge
        self._variants: OrderedDict[PermitKey, tuple[AnswerReader, NullObjects]] = OrderedDict()

    def prepare(
        self, state: State, decisions: Decisions, _irregular: Irregularities
    ) -> list[PreparedRequest]:
        """Return the request if anything may be asked."""
        permits, decided = decisions.permits_for(self._compiled.root_groups, nobody)
        key = self._compiled.key(permits)
        known = self._variants.get(key)
        if known is None:
            data, nulls = self._make_class(permits)
            known = self._variants[key] = (AnswerReader(self._pool, lambda _lenient: data), nulls)
            if len(self._variants) > MAX_PERMIT_VARIANTS:
                self._variants.popitem(last=False)
        reader, nulls = known
        template = self._compiled.request(key).template
        if template is None:
            missing, _ = nulls.make(None)
            self._merge(state, missing)
            return []
        prepared = PreparedRoot(
            self._step, self._compiled, template, reader, nulls, self._merge, tuple(decided)
        )
        return [prepared]
