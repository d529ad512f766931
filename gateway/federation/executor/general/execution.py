"""The general path of execution: right in every case, on plain dictionaries.

Every place in the answer has its own objects, so that places with different nullability, aliases
or later fetches never disturb each other. Errors stand in the data as marks where a value is
missing (:class:`Fault`) until completion gives them their path.
"""

from collections.abc import Callable
from typing import Any

from gateway.federation.entities import BuiltRepresentation, build_representation
from gateway.federation.executor.answers import (
    MALFORMED,
    TOO_DEEP,
    Answer,
    ErrorMasking,
    Unexplained,
    UnexplainedEntities,
    errors_by_index,
    read_answer,
)
from gateway.federation.executor.general.lost_parts import LostParts
from gateway.federation.executor.general.prepared import Call, PreparedFetch, Target
from gateway.federation.executor.general.unasked import without_unasked
from gateway.federation.executor.general.unplaced import UnplacedErrors
from gateway.federation.executor.grouping import PermitGroup, PermitGrouping
from gateway.federation.executor.guards import Decisions, decision_key
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.executor.projection import (
    MergedObject,
    Merger,
    Projection,
    client_path,
    place_error,
)
from gateway.federation.executor.requests import encode_json
from gateway.federation.executor.variant import CompiledFetch, Variant, lost_effects
from gateway.federation.executor.walking import Chain, chains_at, plain_value_at
from gateway.federation.plan import Path, Representation
from gateway.federation.response.completion import TYPE_SLOT
from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    Fault,
    MergedValue,
    ResponsePath,
    fault,
)


class GeneralExecution:
    """The merged data of one execution and how fetches read and write them."""

    def __init__(
        self,
        variant: Variant,
        decisions: Decisions,
        refusal: Callable[[str], ErrorValue],
        masking: ErrorMasking,
    ) -> None:
        self.data: MergedObject = {}
        self._variant = variant
        self._decisions = decisions
        self._refusal = refusal
        self._masking = masking
        self._loose: list[ExecutionError] = []
        self._unplaced = UnplacedErrors()
        self._lost = LostParts()

    def prepare(self, index: int) -> list[PreparedFetch]:
        """Return the requests of a step: one per set of permitted groups, if any is due."""
        self._lost.explain()
        step, compiled = self._variant.steps[index], self._variant.fetches[index]
        assert compiled is not None  # noqa: S101 # callers look at the kind of step
        grouping = PermitGrouping(compiled)
        if not compiled.fetch.representations:
            for path in step.paths if step.paths is not None else ((),):
                for chain in chains_at(self.data, path):
                    self._group(grouping, None, path, chain)
        for number, representation in enumerate(compiled.fetch.representations):
            for path in representation.paths or step.paths or ():
                for chain in chains_at(self.data, path):
                    if _applies(representation, chain[-1]):
                        self._group(grouping, number, path, chain)
        requests = [self._prepare(compiled, group) for group in grouping.groups]
        return [prepared for prepared in requests if prepared.is_due]

    def _group(
        self, grouping: PermitGrouping, number: int | None, path: Path, chain: Chain
    ) -> None:
        if grouping.is_simple:
            grouping.only.members.append((number, chain[-1]))
            return
        asked = grouping.asked(number)
        permits, decisions = self._decisions.for_object(asked, path, chain)
        context = {
            value.variable: plain_value_at(chain[value.depth], value.source)
            for value in grouping.compiled.fetch.contexts
        }
        group = grouping.group(number, permits, context)
        group.members.append((number, chain[-1]))
        for decision in decisions:
            group.decisions.setdefault(decision_key(decision), decision)

    def _prepare(self, compiled: CompiledFetch, group: PermitGroup[MergedObject]) -> PreparedFetch:
        key = compiled.key(group.permits)
        request = compiled.request(key)
        prepared = PreparedFetch(
            compiled, key, request.template, decisions=group.decisions, context=group.context
        )
        if request.fetch is not None:
            asked = request.fetch.representations
            prepared.calls = {item.call: Call() for item in asked}
            prepared.asked = frozenset((item.call, item.type_name) for item in asked)
        for number, entity in group.members:
            if number is None:
                prepared.roots.append(entity)
            else:
                self._add_entity(prepared, number, entity)
        self._leave_out(prepared)
        return prepared

    def _add_entity(self, prepared: PreparedFetch, number: int, entity: MergedObject) -> None:
        compiled = prepared.compiled
        representation = compiled.fetch.representations[number]
        built = build_representation(representation, entity, compiled.is_object_type)
        lost = lost_effects(built.lost, compiled.needs[number]) if built.lost else {}
        keys = compiled.computed_keys[number]
        target = Target(entity, compiled.projections[number], _first(built), lost, keys)
        is_asked = (representation.call, representation.type_name) in prepared.asked
        if built.value is None or not is_asked:
            prepared.left_out.append(target)
        else:
            prepared.calls[representation.call].add(encode_json(built.value), target)

    def _merger(self, prepared: PreparedFetch) -> Merger:
        permits = prepared.compiled.permits(prepared.permit_key)
        return Merger(prepared.compiled.is_object_type, permits, self._refusal)

    def _leave_out(self, prepared: PreparedFetch) -> None:
        """Make null what cannot be asked: keys are missing, or nothing is permitted."""
        merger = self._merger(prepared)
        for target in prepared.left_out:
            self._lost.take_away(merger, target.projection, target.entity, target.cause)
        if prepared.template is None:
            for root in prepared.roots:
                self._lost.take_away(merger, prepared.compiled.root_projection, root, None)

    def absorb(self, prepared: PreparedFetch, result: bytes | FetchFailure) -> FetchFailure | None:
        """Merge the answer to a request; return the failure if it brought nothing usable."""
        try:
            return self._absorb(prepared, result)
        except RecursionError:
            return self._fail(prepared, FetchFailure(TOO_DEEP, MALFORMED))

    def _absorb(
        self, prepared: PreparedFetch, result: bytes | FetchFailure
    ) -> FetchFailure | None:
        answer = self._read(prepared, result) if isinstance(result, bytes) else result
        if isinstance(answer, Answer):
            answer = prepared.checked(answer)
        if isinstance(answer, FetchFailure):
            return self._fail(prepared, answer)
        self._lost.note_answer()
        if prepared.calls:
            self._absorb_entities(prepared, answer)
        else:
            self._absorb_roots(prepared, answer)
        return None

    def _read(self, prepared: PreparedFetch, body: bytes) -> Answer | FetchFailure:
        subgraph = prepared.compiled.fetch.subgraph
        answer = read_answer(body, subgraph, self._masking)
        if isinstance(answer, FetchFailure):
            asked = without_unasked(body, prepared)
            read = answer if asked is None else read_answer(asked, subgraph, self._masking)
            answer = answer if isinstance(read, FetchFailure) else read
        return answer

    def _fail(self, prepared: PreparedFetch, failure: FetchFailure) -> FetchFailure:
        subgraph = prepared.compiled.fetch.subgraph
        cause = fault(self._masking.failure(failure, subgraph))
        merger = self._merger(prepared)
        for root in prepared.roots:
            self._lost.take_away(merger, prepared.compiled.root_projection, root, cause)
        for target in prepared.targets():
            self._lost.take_away(merger, target.projection, target.entity, cause)
        return failure

    def _absorb_roots(self, prepared: PreparedFetch, answer: Answer) -> None:
        merger, projection = self._merger(prepared), prepared.compiled.root_projection
        rest = Unexplained.of_root(answer.errors)
        for root in prepared.roots:
            if answer.data is not None:
                merger.merge_object(projection, answer.data, root)
            for raw in answer.errors:
                if raw.path and not place_error(projection, root, raw.path, raw.error):
                    self._keep_unplaced(projection, root, raw.path, raw.error)
            if answer.data is None:
                self._lost.take_away(
                    merger, projection, root, rest.take() or fault(answer.errors[0].error)
                )
            elif rest.cause is not None:
                self._explain(projection, root, rest)
        self._loose += rest.left()

    def _absorb_entities(self, prepared: PreparedFetch, answer: Answer) -> None:
        merger = self._merger(prepared)
        calls = prepared.template.calls if prepared.template is not None else ()
        aliases = [alias for alias, _ in calls]
        lengths = {
            alias: len(prepared.calls[number].targets)
            for alias, number in zip(aliases, sorted(prepared.calls), strict=True)
        }
        unexplained = UnexplainedEntities(answer.errors, lengths)
        for alias, number in zip(aliases, sorted(prepared.calls), strict=True):
            call = prepared.calls[number]
            listed = answer.data.get(alias) if answer.data is not None else None
            entities = listed if listed is not None else [None] * len(call.targets)
            rest = unexplained.of_call(alias, listed is not None)
            by_index = errors_by_index(answer.errors, alias)
            for index, (value, targets) in enumerate(zip(entities, call.targets, strict=True)):
                for target in targets:
                    self._absorb_entity(merger, target, value, by_index.get(index, []), rest)
        self._loose += unexplained.left()

    def _absorb_entity(
        self,
        merger: Merger,
        target: Target,
        value: MergedValue,
        errors: list[tuple[ResponsePath, ErrorValue]],
        rest: Unexplained,
    ) -> None:
        projection, entity = target.projection, target.entity
        if value is not None:
            merger.merge_object(projection, value, entity)
        for path, error in errors:
            if not place_error(projection, entity, path, error) and value is not None:
                self._keep_unplaced(projection, entity, path, error)
        if value is None:
            cause = fault(errors[0][1]) if errors else rest.take()
            self._lost.take_away(merger, projection, entity, cause)
        for name, lost in target.lost.items():
            if entity.get(name) is None or name in target.keys:
                entity[name] = lost
        if value is not None and rest.cause is not None:
            self._explain(projection, entity, rest)

    def _explain(self, projection: Projection, entity: MergedObject, rest: Unexplained) -> None:
        assert rest.cause is not None  # noqa: S101 # callers look
        if _explain_nulls(projection, entity, rest.cause):
            rest.used()

    def _keep_unplaced(
        self,
        projection: Projection,
        entity: MergedObject,
        path: ResponsePath,
        error: ErrorValue,
    ) -> None:
        """Keep an error whose field has a value all the same."""
        shown = client_path((projection,), path)
        if not path or (shown and isinstance(shown[0], str)):
            self._unplaced.keep(entity, shown, error)
        else:
            self._loose.append(ExecutionError(error, None))

    def complete(self) -> tuple[dict[str, Any] | None, list[ExecutionError]]:
        """Return the response's ``data`` and ``errors``."""
        self._lost.explain()
        data, errors = self._variant.shape.complete(self.data)
        return data, errors + self._loose + self._unplaced.listed(self.data)


def _applies(representation: Representation, entity: MergedObject) -> bool:
    return (
        representation.applies_to is None
        or entity.get(TYPE_SLOT) is None
        or entity[TYPE_SLOT] in representation.applies_to
    )


def _first(built: BuiltRepresentation) -> Fault | None:
    """Return an error that took a key away, if the representation has no key."""
    return next(iter(built.lost.values()), None) if built.value is None else None


def _explain_nulls(projection: Projection, entity: MergedObject, cause: Fault) -> bool:
    """Give fields that are null for no known reason a cause; return whether there were any."""
    explained = False
    for entry in projection.fields:
        if entry.output_name in entity and entity[entry.output_name] is None:
            entity[entry.output_name] = cause
            explained = True
    return explained
