"""The response names of what a plan asks for itself."""

from dataclasses import dataclass, field

from gateway.federation.plan import RESERVED_PREFIX
from gateway.federation.selection import Argument, Field


@dataclass(slots=True, eq=False)
class Aliases:
    """Reserved response names, the same for the same field and arguments everywhere in a plan."""

    _names: dict[tuple[str, tuple[Argument, ...]], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def of(self, asked: Field) -> str:
        """Returns the reserved response name of a field."""
        key = (asked.name, asked.arguments)
        if key not in self._names:
            count = self._counts.get(asked.name, 0)
            alias = f"{RESERVED_PREFIX}{asked.name}"
            if count:
                alias += f"_{count}"
            self._counts[asked.name] = count + 1
            self._names[key] = alias
        return self._names[key]
