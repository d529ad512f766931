"""Ids that a subgraph writes as numbers: the careful path reads them too.

What is asked about an object names it as its subgraph did, by a number. The client gets a string.

Source: GraphQL specification (October 2021), section 3.5.5 "ID": it is serialized as a String.
"""

from collections.abc import Iterable
from typing import Final

from graphql import (
    GraphQLID,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from gateway.federation.executor.conditions import Permits
from gateway.federation.executor.fast.outline import Outline, Position, Slot
from gateway.federation.executor.fast.structs import Annotation, StructBuilder
from gateway.federation.executor.fast.walks import WalkWriter
from gateway.federation.response.errors import MergedValue

FUNCTION: Final = "write_ids"
"""Name of the function that :func:`write_id_texts` writes."""


class CarefulStructs(StructBuilder):
    """Makes the structs of the careful path: those of the fast one, but ids may be numbers."""

    def permitting(self, permits: Permits) -> StructBuilder:
        """Return the builder of the classes of answers under a set of permits."""
        return CarefulStructs(self.pool, permits, self.refused, self._base or self)

    def _inner(self, output_type: GraphQLOutputType, position: Position | None) -> Annotation:
        if _is_id(output_type):
            return str | int
        return super()._inner(output_type, position)


def write_id_texts(walks: WalkWriter, outlines: Iterable[Outline], has_own: bool) -> None:
    """Write a function of the state that turns ids that are numbers into strings.

    It returns whether there were any.

    Args:
        walks: Writes into the source of the plan.
        outlines: The objects of the response.
        has_own: Numbers in the plan's own fields count too: the fast path does not read them.
    """
    source = walks.source
    places: list[tuple[str, list[Slot]]] = []
    for outline in outlines:
        slots = [
            slot
            for slot in outline.slots.values()
            if (slot.client or (has_own and slot.is_used))
            and slot.origin is not None
            and _is_id(get_named_type(slot.type))
        ]
        if slots:
            places.append((walks.gather(outline), slots))
    texts = source.value(_write_texts)
    with source.block(f"def {FUNCTION}(S):"):
        source.line("found = False")
        for gathered, slots in places:
            entity, value = source.name(), source.name()
            with source.block(f"for {entity} in {gathered}:"):
                for slot in slots:
                    source.line(f"{value} = {entity}.{slot.attribute}")
                    if is_list_type(get_nullable_type(slot.type)):
                        source.line(f"if {value}.__class__ is list and {texts}({value}):")
                        source.line("    found = True")
                    else:
                        source.line(f"if {value}.__class__ is int:")
                        source.line(f"    {entity}.{slot.attribute} = str({value})")
                        source.line("    found = True")
        source.line("return found")


def _is_id(output_type: GraphQLType | None) -> bool:
    return isinstance(output_type, GraphQLScalarType) and output_type.name == GraphQLID.name


def _write_texts(values: list[MergedValue]) -> bool:
    """Turn the numbers of a list of ids, which may stand in several places, into strings."""
    found = False
    for index, value in enumerate(values):
        if value.__class__ is int:
            values[index] = str(value)
            found = True
        elif value.__class__ is list and _write_texts(value):
            found = True
    return found
