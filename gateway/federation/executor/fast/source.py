"""Writes the Python source of a plan's walks.

The source holds neutral names only: attributes are ``f0``, classes and other values are looked up
in the namespace as ``k0``. No text of a client or a subgraph ever becomes part of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType
from typing import Any

from graphql import GraphQLList, GraphQLNullableType, GraphQLOutputType, get_nullable_type

from gateway.federation.executor.fast.marks import NO_VALUE
from gateway.federation.executor.fast.outline import UnsupportedPlanError


class Source:
    """Lines of Python with their indentation, and the values that they refer to."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = 0
        self._names = 0
        self.namespace: dict[str, Any] = {}

    def line(self, text: str) -> None:
        """Add a line."""
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Indent what is added inside under ``head``."""
        self.line(head)
        self._indent += 1
        yield
        self._indent -= 1

    @contextmanager
    def optional_block(self, head: str, wanted: bool) -> Iterator[None]:
        """Like ``block``, where ``wanted``."""
        if not wanted:
            yield
            return
        with self.block(head):
            yield

    def name(self) -> str:
        """Return a local name that is not used yet."""
        self._names += 1
        return f"v{self._names}"

    def value(self, value: object) -> str:
        """Return the name under which the source finds ``value``."""
        name = f"k{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def compile(self) -> dict[str, Any]:
        """Return the namespace with the functions defined in it.

        Raises:
            UnsupportedPlanError: Blocks stand in each other more deeply than Python takes.
        """
        try:
            code: CodeType = compile("\n".join(self._lines), "<plan>", "exec")
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise UnsupportedPlanError("too deep") from error
        exec(code, self.namespace)  # noqa: S102 # neutral names only, see the module's docstring
        return self.namespace

    def each(
        self,
        expression: str,
        output_type: GraphQLOutputType,
        body: Callable[[str, str], None],
        exchanges: bool = False,
        careful: bool = False,
    ) -> None:
        """Visit every object in a field's value, skipping nulls.

        Args:
            expression: The field's value.
            output_type: Its type.
            body: Writes what is done with an object, given its name and where it stands (something
                that can be assigned to; in lists only if ``exchanges``).
            exchanges: Objects may be exchanged for others.
            careful: Marks and faults may stand there too.
        """
        name = self.name()
        self.line(f"{name} = {expression}")
        present = f".__class__ not in {self.value(NO_VALUE)}" if careful else " is not None"
        visit = _Visit(body, exchanges, present)
        inner = get_nullable_type(output_type)
        # A whole field may lack a value whatever its type: its fetch may have failed.
        with self.optional_block(f"if {name}{present}:", careful or inner is output_type):
            self._each_inner(name, expression, inner, visit)

    def _each(
        self, name: str, place: str, output_type: GraphQLOutputType, visit: "_Visit"
    ) -> None:
        inner = get_nullable_type(output_type)
        with self.optional_block(f"if {name}{visit.present}:", inner is output_type):
            self._each_inner(name, place, inner, visit)

    def _each_inner(
        self, name: str, place: str, inner: GraphQLNullableType, visit: "_Visit"
    ) -> None:
        if not isinstance(inner, GraphQLList):
            visit.body(name, place)
        elif visit.exchanges:
            index, item = self.name(), self.name()
            with self.block(f"for {index}, {item} in enumerate({name}):"):
                self._each(item, f"{name}[{index}]", inner.of_type, visit)
        else:
            item = self.name()
            with self.block(f"for {item} in {name}:"):
                self._each(item, "", inner.of_type, visit)


@dataclass(frozen=True, slots=True)
class _Visit:
    """How the objects of a value are visited.

    Attributes:
        body: See ``Source.each``.
        exchanges: See ``Source.each``.
        present: The condition, after a name, that there is a value.
    """

    body: Callable[[str, str], None]
    exchanges: bool
    present: str
