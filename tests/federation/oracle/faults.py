"""The oracle with a subgraph that misbehaves: what it breaks is bounded from both sides.

Some or all answers of one subgraph are spoilt: it cannot be reached, answers HTML, breaks off, or
returns too few entities. What the client gets lies between two answers of the monolith: it tells
nothing that the monolith would not tell, and it tells everything that the monolith tells when all
fields fail that the subgraph could have had a part in. What is lost bears an error, and no
subgraph is asked for what it does not resolve.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, TypeAlias

from gateway.federation.executor.compiled import CompiledPlan
from gateway.federation.executor.ports import FetchFailure
from tests.federation.oracle.cases import Case
from tests.federation.oracle.compare import Path, null_on
from tests.federation.oracle.declared import along
from tests.federation.oracle.engine import Answer, Prepared
from tests.federation.oracle.model import FieldModel, ObjectModel, Universe, subgraph_name
from tests.federation.oracle.resolving import Hidden, State, answer_monolith
from tests.federation.oracle.running import DEADLINE_S, Runner, Split

Steps: TypeAlias = tuple[str, ...]

_FAILED = {"message": "broken", "extensions": {"code": "BROKEN"}}


def _changed_entities(change: Callable[[list[Any]], Any]) -> Callable[[Answer], bytes]:
    """Spoils ``_entities``; an answer without them is lost."""

    def spoil(answer: Answer) -> bytes:
        data = answer.get("data") or {}
        known = [name for name in data if name.startswith("_")]
        if not known:
            return b'{"data":null,"errors":[{"message":"broken"}]}'
        entities = {name: change(data[name]) for name in known}
        return json.dumps({**answer, "data": {**data, **entities}}).encode()

    return spoil


def _without_typenames(answer: Answer) -> bytes:
    def without(value: Any) -> Any:
        if isinstance(value, list):
            return [without(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {k: without(v) for k, v in value.items() if not k.endswith("_typename")}

    return json.dumps(without(answer)).encode()


def _text(value: Any) -> Callable[[Answer], bytes]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return lambda _: body


def _broken_off(answer: Answer) -> bytes:
    body = json.dumps(answer).encode()
    return body[: len(body) // 2]


def _unreachable(_: Answer) -> FetchFailure:
    return FetchFailure("took too long", "GATEWAY_TIMEOUT")


FAULTS: dict[str, Callable[[Answer], bytes | FetchFailure]] = {
    "unreachable": _unreachable,
    "HTML": _text(b"<html><body>Bad gateway</body></html>"),
    "nothing": _text(b""),
    "broken off": _broken_off,
    "no data": _text({"data": None, "errors": [_FAILED]}),
    "errors only": _text({"errors": [_FAILED]}),
    "neither data nor errors": _text({}),
    "a list": _text([1, 2]),
    "data that is no object": _text({"data": 7}),
    "one entity too few": _changed_entities(lambda entities: entities[:-1]),
    "one entity too many": _changed_entities(lambda entities: [*entities, None]),
    "entities that are null": _changed_entities(lambda _: None),
    "entities that are no list": _changed_entities(lambda _: {"id": 1}),
    "objects without typenames": _without_typenames,
    "an entity that is no object": _changed_entities(lambda entities: [3, *entities[1:]]),
}


@dataclass(frozen=True, slots=True)
class Faults:
    """Which answers are spoilt, and how; follows from the case and the request alone.

    Attributes:
        subgraph: The one that misbehaves.
        always: Whether all its answers are spoilt, or about half of them.
    """

    seed: str
    subgraph: str
    always: bool

    @classmethod
    def of(cls, case: Case) -> "Faults":
        seed = f"{case.seed}/{case.operation.document}"
        index = _number(seed) % case.universe.count
        return cls(seed, subgraph_name(index), always=_number(seed, "always") % 2 == 0)

    @property
    def index(self) -> int:
        return int(self.subgraph.removeprefix("s"))

    def __call__(self, subgraph: str, request: bytes, answer: Answer) -> bytes | FetchFailure:
        asked = _whatever_the_order(request)
        kept = not self.always and _number(self.seed, asked) % 2
        if subgraph != self.subgraph or kept:
            return json.dumps(answer).encode()
        kind = sorted(FAULTS)[_number(self.seed, asked, "kind") % len(FAULTS)]
        return FAULTS[kind](answer)


def _whatever_the_order(request: bytes) -> str:
    """A request as text; both paths ask for the same entities, not always in the same order."""
    body = json.loads(request)
    variables = {
        name: sorted(map(json.dumps, value)) if isinstance(value, list) else value
        for name, value in (body.get("variables") or {}).items()
    }
    return json.dumps({**body, "variables": variables})


def _number(*parts: object) -> int:
    text = "/".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=6).digest())


def depends_on(universe: Universe, place: int) -> Hidden:
    """Which fields a subgraph may have a part in, however they are planned."""
    lost = {
        (model.name, field.name)
        for model in universe.objects
        for field in model.fields
        if _has_part(universe, model, field, place)
    }
    size = -1
    while size != len(lost):
        size = len(lost)
        for model, field, owner, path in _inputs(universe):
            if any((m.name, f.name) in lost for m, f in along(universe, owner, path)):
                lost.add((model.name, field.name))
    return lambda data, name: (str(data.get("__typename", data["__uid"])), name) in lost


def _inputs(universe: Universe) -> Iterator[tuple[ObjectModel, FieldModel, str, Steps]]:
    """Each field with inputs: the type that a path to an input starts from, and the path."""
    for model in universe.objects:
        for field in model.fields:
            for required in field.requires:
                yield model, field, model.name, required.path
            for setter, name in field.context:
                yield model, field, setter, (name,)
            for key in model.fields:
                if key.kind == "computed":
                    for required in key.requires:
                        yield model, field, model.name, required.path


def _has_part(universe: Universe, model: ObjectModel, field: FieldModel, place: int) -> bool:
    if place in field.homes | field.overridden:
        return True
    several = len({key for _, keys in model.keys for key, _ in keys}) > 1
    if several and model.keys_in(place):
        return True
    abstract = universe.find_abstract(field.type.name)
    return abstract is not None and place in {*abstract.keyed, abstract.interface_object}


class FaultRunner(Runner):
    """Runs cases in which one subgraph misbehaves."""

    def problems(self, case: Case) -> list[str]:
        faults = Faults.of(case)
        operation = case.operation
        try:
            split = self.prepare_split(self._split_of(case.universe), case)
            federation = replace(split.federation, labels=case.universe.labels, faults=faults)
            prepared = federation.prepare(operation.document, operation.variables)
            sharing = federation.compiled(prepared, fast_path=True)
            self._answer(case, split, (prepared, sharing), None, State())
            ways = {"fast": None, "shared objects": sharing}
            ways["general"] = federation.compiled(prepared, fast_path=False)
            states = {name: State() for name in ways}
            answers = {
                name: self._answer(case, split, (prepared, compiled), faults, states[name])
                for name, compiled in ways.items()
            }
        except Exception as error:  # noqa: BLE001 - whatever happens is the finding
            return [f"{type(error).__name__}: {error}"]
        general = answers["general"]
        found = [text for state in states.values() for text in state.violations]
        found += [
            f"{name}: {text}"
            for name, answer in answers.items()
            for text in _unlike(answer, general)
        ]
        found += self._out_of_bounds(case, split, general, faults)
        return [f"{found[0]} ({faults.subgraph} misbehaves)", *found[1:5]] if found else []

    def _answer(
        self,
        case: Case,
        split: Split,
        plan: tuple[Prepared | Answer, CompiledPlan | None],
        faults: Faults | None,
        state: State,
    ) -> Answer:
        federation = replace(split.with_data(case.universe, state, None), faults=faults)
        running = federation.run(*plan)
        return asyncio.run(asyncio.wait_for(running, DEADLINE_S))

    def _out_of_bounds(
        self, case: Case, split: Split, answer: Answer, faults: Faults
    ) -> Iterator[str]:
        def monolith(hidden: Hidden | None) -> Answer:
            operation = case.operation
            return answer_monolith(
                case.universe, operation.document, operation.variables, split.monolith, hidden
            )

        most = monolith(None)
        yield from _more_than(answer.get("data"), most.get("data"), ())
        # What a mutation changes depends on which mutations ran.
        if not case.operation.document.startswith("mutation"):
            least = monolith(depends_on(case.universe, faults.index))
            yield from _less_than(answer.get("data"), least.get("data"), ())
        yield from _unexplained(answer, most)


def _unlike(fast: Answer, general: Answer) -> Iterator[str]:
    """How the answers of both paths differ."""
    if json.dumps(fast.get("data")) != json.dumps(general.get("data")):
        yield f"fast path: {fast.get('data')}; general path: {general.get('data')}"
    ours, theirs = (sorted(map(json.dumps, a.get("errors", ()))) for a in (fast, general))
    if ours != theirs:
        yield f"fast path's errors: {ours}; general path's: {theirs}"


def _more_than(ours: Any, most: Any, path: Path) -> Iterator[str]:
    """Where an answer tells what the monolith does not."""
    if ours is None:
        return
    if isinstance(ours, dict) and isinstance(most, dict) and list(ours) == list(most):
        for key, value in ours.items():
            yield from _more_than(value, most[key], (*path, key))
    elif isinstance(ours, list) and isinstance(most, list) and len(ours) == len(most):
        for index, value in enumerate(ours):
            yield from _more_than(value, most[index], (*path, index))
    elif ours != most and not _of_lost_inputs(ours):
        yield f"more than the monolith at {list(path)}: {str(ours)[:80]}, not {str(most)[:80]}"


def _of_lost_inputs(value: Any) -> bool:
    """A value made of inputs of which some are lost: as with failing resolvers, they are null."""
    return isinstance(value, str) and value.startswith("from ") and "null" in value


def _less_than(ours: Any, least: Any, path: Path) -> Iterator[str]:
    """Where an answer lacks what the misbehaving subgraph has no part in."""
    if least is None:
        return
    if ours is None:
        yield f"lost without need at {list(path)}"
    elif isinstance(ours, dict) and isinstance(least, dict):
        for key, value in least.items():
            yield from _less_than(ours[key], value, (*path, key))
    elif isinstance(ours, list) and isinstance(least, list):
        for index, value in enumerate(least):
            yield from _less_than(ours[index], value, (*path, index))


def _unexplained(answer: Answer, most: Answer) -> Iterator[str]:
    """Nulls that were made by the fault and have no error, and errors without a null."""
    data = answer.get("data")
    explained: list[Path] = []
    for error in answer.get("errors", ()):
        path = tuple(error.get("path") or ())
        position = null_on(data, path)
        if position is None:
            yield f"an error for {list(path)}, which is no null"
        else:
            explained.append(position)
    for path in _nulls(data, most.get("data"), ()):
        if path not in explained:
            yield f"no error for the null at {list(path)}"


def _nulls(ours: Any, most: Any, path: Path) -> Iterator[Path]:
    if ours is None:
        if most is not None:
            yield path
    elif isinstance(ours, dict) and isinstance(most, dict):
        for key, value in ours.items():
            yield from _nulls(value, most.get(key), (*path, key))
    elif isinstance(ours, list) and isinstance(most, list):
        for index, value in enumerate(ours[: len(most)]):
            yield from _nulls(value, most[index], (*path, index))
