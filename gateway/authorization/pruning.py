"""An operation without what the caller's token does not allow.

The planner gets the pruned selection set; execution gets the whole one, in which every denied
field is marked, so that it comes out as null at its place with one error.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from gateway.authorization.requirements import NOTHING_REQUIRED, RequirementTable
from gateway.errors import CATALOGUE, ErrorCode, Language
from gateway.federation.selection import Denial, Field, InlineFragment, Selection, SelectionSet


@dataclass(frozen=True, slots=True)
class StaticAuthorization:
    """What stage 1 decided for an operation.

    Attributes:
        planned: The selection set without the denied fields.
        shaped: The whole selection set with the denied fields marked.
        denied: Coordinates of the denied fields (``Type.field``), sorted, each once; for the log.
        denied_types: Object types that the caller may not see at all: an object that turns out to
            be of one of them, where an interface or union was selected, becomes null.
    """

    planned: SelectionSet
    shaped: SelectionSet
    denied: tuple[str, ...] = ()
    denied_types: frozenset[str] = frozenset()


def requirement_mask(table: RequirementTable, root_type: str, selections: SelectionSet) -> int:
    """The requirements that an operation meets anywhere, as a bit set over the table's numbers.

    Two callers for whom ``held & mask`` is equal get the same pruned operation: that number, and
    never the person, belongs into the key of a plan.
    """
    numbers = {requirement: number for number, requirement in enumerate(table.numbered)}
    mask = 0
    for type_name, field in _fields(table, root_type, selections):
        needed = [table.of_selection(type_name, field.name)]
        if field.selections:
            result = _result_type(table, type_name, field)
            needed.extend(
                table.types.get(name, NOTHING_REQUIRED) for name in table.members(result)
            )
        for requirement in needed:
            if requirement != NOTHING_REQUIRED:
                mask |= 1 << numbers[requirement]
    return mask


def authorize(
    table: RequirementTable,
    root_type: str,
    selections: SelectionSet,
    held: int,
    language: Language = Language.ENGLISH,
) -> StaticAuthorization:
    """Removes what the caller may not ask for.

    Args:
        table: The supergraph's requirements.
        root_type: The operation's root type.
        selections: Its normalized selection set.
        held: The requirements that the caller meets, as ``HeldRequirements.of`` gives them.
        language: Of the errors' message.
    """
    pruner = _Pruner(table, held, language)
    planned, shaped = pruner.prune(root_type, selections)
    return StaticAuthorization(
        planned, shaped, tuple(sorted(pruner.denied)), pruner.denied_types(root_type, selections)
    )


class _Pruner:
    def __init__(self, table: RequirementTable, held: int, language: Language) -> None:
        self._table = table
        self._allowed = {
            requirement for number, requirement in enumerate(table.numbered) if held >> number & 1
        } | {NOTHING_REQUIRED}
        code = ErrorCode.UNAUTHORIZED_FIELD_OR_TYPE
        self._denial = Denial(CATALOGUE[code].message(language), str(code))
        self.denied: set[str] = set()

    def prune(self, type_name: str, selections: SelectionSet) -> tuple[SelectionSet, SelectionSet]:
        """The selection set as it is planned and as it is shaped."""
        planned: list[Selection] = []
        shaped: list[Selection] = []
        for selection in selections:
            if isinstance(selection, InlineFragment):
                self._fragment(type_name, selection, planned, shaped)
            else:
                self._field(type_name, selection, planned, shaped)
        return tuple(planned), tuple(shaped)

    def denied_types(self, root_type: str, selections: SelectionSet) -> frozenset[str]:
        """The denied members of the interfaces and unions that are selected."""
        return frozenset(
            member
            for type_name, field in _fields(self._table, root_type, selections)
            if field.selections
            for member in self._table.members(_result_type(self._table, type_name, field))
            if self._table.types.get(member, NOTHING_REQUIRED) not in self._allowed
        )

    def _fragment(
        self,
        type_name: str,
        fragment: InlineFragment,
        planned: list[Selection],
        shaped: list[Selection],
    ) -> None:
        inner_planned, inner_shaped = self.prune(
            fragment.type_condition or type_name, fragment.selections
        )
        shaped.append(replace(fragment, selections=inner_shaped))
        if inner_planned:
            planned.append(replace(fragment, selections=inner_planned))

    def _field(
        self, type_name: str, field: Field, planned: list[Selection], shaped: list[Selection]
    ) -> None:
        if self._table.of_selection(type_name, field.name) not in self._allowed:
            self.denied.add(f"{type_name}.{field.name}")
            shaped.append(replace(field, denial=self._denial))
            return
        if not field.selections:
            planned.append(field)
            shaped.append(field)
            return
        inner_planned, inner_shaped = self.prune(
            _result_type(self._table, type_name, field), field.selections
        )
        planned.append(replace(field, selections=inner_planned))
        shaped.append(replace(field, selections=inner_shaped))


def _fields(
    table: RequirementTable, type_name: str, selections: SelectionSet
) -> Iterable[tuple[str, Field]]:
    for selection in selections:
        if isinstance(selection, InlineFragment):
            yield from _fields(table, selection.type_condition or type_name, selection.selections)
            continue
        yield type_name, selection
        if selection.selections:
            result = _result_type(table, type_name, selection)
            yield from _fields(table, result, selection.selections)


def _result_type(table: RequirementTable, type_name: str, field: Field) -> str:
    if field.name == "__schema":
        return "__Schema"
    if field.name == "__type":
        return "__Type"
    parent = table.schema.type_map[type_name]
    assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)  # noqa: S101 - validated
    return str(get_named_type(parent.fields[field.name].type).name)
