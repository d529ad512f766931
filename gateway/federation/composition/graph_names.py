"""Names of subgraphs in ``join__Graph``.

Source: join specification, "join__Graph": names are sanitized to be enum values and made unique.
"""

import re
from collections.abc import Sequence

_ODD = re.compile(r"\W", re.ASCII)


def graph_names(names: Sequence[str]) -> dict[str, str]:
    """The enum value of each subgraph name; those that become equal are numbered."""
    sanitized: dict[str, list[str]] = {}
    for name in names:
        sanitized.setdefault(_sanitized(name), []).append(name)
    return {
        name: value if len(alike) == 1 else f"{value}_{number}"
        for value, alike in sanitized.items()
        for number, name in enumerate(alike, 1)
    }


def _sanitized(name: str) -> str:
    value = _ODD.sub("_", name)
    if re.match(r"\d", value):
        value = f"_{value}"
    if re.search(r"_\d+$", value):
        value += "_"
    return value.upper()
