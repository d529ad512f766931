"""Subgraphs whose answers are good ones with a few things changed at random."""

import asyncio
import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gateway.federation.executor.ports import FetchFailure, SubgraphRequest

Entity = Callable[[dict[str, Any]], Any]


@dataclass
class Subgraphs:
    """Answers each request by what it asks, changed by chance that depends on the request alone.

    Attributes:
        data: The root data of each subgraph.
        entities: Makes an entity of each subgraph from its representation.
        seed: Of the chance.
    """

    data: dict[str, Any]
    entities: dict[str, Entity]
    seed: int
    requests: list[SubgraphRequest] = field(default_factory=list)

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        self.requests.append(request)
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        chance = random.Random(f"{self.seed} {request.subgraph} {request.body!r}")
        future.set_result(self._answer(request, chance))
        return future

    def _answer(self, request: SubgraphRequest, chance: random.Random) -> bytes | FetchFailure:
        variables = json.loads(request.body)["variables"]
        lists = {name: value for name, value in variables.items() if isinstance(value, list)}
        if lists:
            names = list(lists)
            aliases = ["_entities"] if len(names) == 1 else [f"_entities_{i}" for i in range(9)]
            make = self.entities[request.subgraph]
            data = {
                alias: [make(item) for item in lists[name]]
                for alias, name in zip(aliases, names, strict=False)
            }
        else:
            data = copy.deepcopy(self.data[request.subgraph])
        answer: Any = {"data": data}
        for _ in range(chance.choice((0, 0, 0, 1, 1, 2, 3))):
            answer = changed(answer, chance)
        if isinstance(answer, dict) and chance.random() < 0.4:
            answer["errors"] = [failed(answer, chance) for _ in range(chance.randint(1, 3))]
        if chance.random() < 0.05:
            return FetchFailure("gone")
        return json.dumps(answer).encode()


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything inside a value."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (*at, key)
        yield from places(item, (*at, key))


def changed(answer: Any, chance: random.Random) -> Any:
    """An answer with one thing changed."""
    found = list(places(answer))
    if not found:
        return answer
    *above, key = chance.choice(found)
    holder = answer
    for step in above:
        holder = holder[step]
    if chance.random() < 0.15:
        del holder[key]
    elif chance.random() < 0.1:
        holder[key] = [holder[key]]
    elif isinstance(holder, list) and chance.random() < 0.3:
        holder.append(copy.deepcopy(holder[key]))
    else:
        holder[key] = chance.choice(ODD)()
    return answer


ODD: list[Callable[[], Any]] = [
    *[lambda: None] * 8,
    lambda: 5,
    lambda: 1.5,
    lambda: 2**70,
    lambda: True,
    lambda: "x",
    lambda: "User",
    list,
    dict,
    lambda: [None],
    lambda: [[]],
    lambda: {"name": "y", "id": "2"},
]


def failed(answer: dict[str, Any], chance: random.Random) -> Any:
    """An entry of ``errors``."""
    found = [place for place in places(answer.get("data")) if place]
    at = list(chance.choice(found)) if found else ["me"]
    kind = chance.random()
    if kind < 0.15:
        return {"message": "none"}
    if kind < 0.3:
        at.append(chance.choice(["name", 0, "x", -1]))
    elif kind < 0.4:
        at[chance.randrange(len(at))] = chance.choice(["name", 7, "x", -1, 1.5, None])
    return {"message": f"at {len(at)}", "path": at, "extensions": {"code": "BROKEN"}}
