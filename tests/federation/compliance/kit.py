"""What the compliance cases are written with: subgraphs in memory, composed and served by us."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

Row = dict[str, Any]


def link(*imports: str, version: str = "2.5") -> str:
    """The ``@link`` of a federation 2 subgraph."""
    names = ", ".join(f'"@{name}"' for name in imports)
    url = f"https://specs.apollo.dev/federation/v{version}"
    return f'extend schema @link(url: "{url}", import: [{names}])\n'


def subgraph(
    name: str, sdl: str, **resolvers: Mapping[str, Callable[..., Any]]
) -> InMemorySubgraph:
    """A subgraph; resolvers by type and field name."""
    return InMemorySubgraph(name, sdl, resolvers)


def find(rows: Iterable[Row], **values: Any) -> Row | None:
    """The first row with these values."""
    return next((r for r in rows if all(r.get(k) == v for k, v in values.items())), None)


def by(rows: Iterable[Row], *keys: str) -> dict[str, Callable[..., Any]]:
    """A reference resolver that finds the row by those of the keys that the representation has."""

    def resolve(representation: Row) -> Row | None:
        sent = {key: representation[key] for key in keys if key in representation}
        assert sent, f"none of {keys} was sent"
        return find(rows, **sent)

    return {REFERENCE: resolve}


def echo() -> dict[str, Callable[..., Any]]:
    """A reference resolver that knows no more than the representation says."""
    return {REFERENCE: lambda representation: representation}


def never(reason: str) -> Callable[..., Any]:
    """A resolver that must not be called."""

    def resolve(*_: Any, **__: Any) -> Any:
        raise AssertionError(reason)

    return resolve


def only(row: Row | None, *names: str) -> Row:
    """Some fields of a row."""
    assert row is not None
    return {name: row[name] for name in names}


async def ask(
    subgraphs: list[InMemorySubgraph], query: str, variables: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The answer to an operation; the same with the fast path and without."""
    federation = Federation.composed(subgraphs)
    for part in subgraphs:
        part.requests.clear()
    fast = await federation.answer(query, variables)
    requests = [request for part in subgraphs for request in part.requests]
    general = await federation.answer(query, variables, fast_path=False)
    assert fast == general
    for part in subgraphs:
        part.requests[:] = [r for r in requests if r.subgraph == part.name]
    return fast


async def data(
    subgraphs: list[InMemorySubgraph], query: str, variables: dict[str, Any] | None = None
) -> Any:
    """The data of an answer that must have no errors."""
    answer = await ask(subgraphs, query, variables)
    assert [] == answer.get("errors", [])
    return answer["data"]
