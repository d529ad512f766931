"""Whether two GraphQL answers say the same."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_MISSING = object()


def differences(federated: dict[str, Any], monolith: dict[str, Any]) -> list[str]:
    """What differs between an answer and the one that it has to equal; empty if nothing.

    Data must be the same, keys in the same order. Errors are compared by the null that they
    explain: each null that an error made must be explained on both sides, and on the federated
    side by exactly one error where the error's own field is that null.
    """
    found = list(_data_differences(federated.get("data"), monolith.get("data"), ()))
    if found:
        return found
    data = monolith.get("data")
    ours = _explained(federated, data)
    theirs = _explained(monolith, data)
    for path, count in ours.items():
        if path is None:
            found.append("an error explains no null of the answer")
        elif count > 1:
            found.append(f"{count} errors for the null at {list(path)}")
    found += [f"no error for the null at {list(p or ())}" for p in theirs if p not in ours]
    found += [
        f"an error for {list(p)}, where the monolith has none"
        for p in ours
        if p is not None and p not in theirs
    ]
    return found


def _data_differences(ours: Any, theirs: Any, path: Path) -> Iterator[str]:
    where = ".".join(map(str, path)) or "the root"
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            yield f"at {where}: fields {list(ours)} instead of {list(theirs)}"
            return
        if list(ours) != list(theirs):
            yield f"at {where}: order {list(ours)} instead of {list(theirs)}"
        for key, value in theirs.items():
            yield from _data_differences(ours[key], value, (*path, key))
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"at {where}: {len(ours)} items instead of {len(theirs)}"
            return
        for index, value in enumerate(theirs):
            yield from _data_differences(ours[index], value, (*path, index))
    elif ours != theirs or (type(ours) is not type(theirs) and not _both_numbers(ours, theirs)):
        yield f"at {where}: {_short(ours)} instead of {_short(theirs)}"


def _both_numbers(ours: Any, theirs: Any) -> bool:
    numbers = (int, float)
    return (
        isinstance(ours, numbers)
        and isinstance(theirs, numbers)
        and not isinstance(ours, bool)
        and not isinstance(theirs, bool)
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 120 else text[:117] + "..."


def _explained(answer: dict[str, Any], data: Any) -> Counter[Path | None]:
    """How many errors explain each null; errors below a null count once for it."""
    direct: Counter[Path | None] = Counter()
    below: set[Path] = set()
    for error in answer.get("errors") or ():
        path = tuple(error.get("path") or ())
        position = null_on(data, path)
        if position is None or position == path:
            direct[position] += 1
        else:
            below.add(position)
    for position in below:
        direct[position] = max(1, direct[position])
    return direct


def null_on(data: Any, path: Path) -> Path | None:
    """The null that a path leads to or ends at; ``None`` if it leads to data."""
    value = data
    for depth, step in enumerate(path):
        if value is None:
            return path[:depth]
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return path if value is None else None
