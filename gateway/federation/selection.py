"""The selection sets that normalization, planner and executor share, as frozen values.

A selection set is a tuple, in the order of the client's document, of :class:`Field` and
:class:`InlineFragment`. Named fragments are gone (inlined), duplicate fields are merged, aliases
are resolved into ``response_name``. Arguments are kept as printed GraphQL text, which is all
that a subgraph request needs and makes equality and hashing cheap.

Source: GraphQL specification (October 2021), section 2.5 "Fields" to 2.8 "Fragments".
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a field.

    Attributes:
        name: The argument's name.
        text: Its value as GraphQL text (``"abc"``, ``$first``, ``{id: $id}``).
        variables: Names of the operation's variables that the text uses, sorted.
    """

    name: str
    text: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A ``@skip``/``@include`` whose variable is only known at run time.

    ``Condition("v", True)`` is ``@include(if: $v)``; ``Condition("v", False)`` is
    ``@skip(if: $v)``. Literal conditions are resolved during normalization and never get here.
    """

    variable: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class GroupRequirement:
    """A group that a guard must permit before this field may be requested.

    Attributes:
        guard: The number of the plan's guard (see ``plan.Guard``).
        group: The group's name; opaque to this library.
    """

    guard: int
    group: str


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a field is not answered: authorization refused it before planning.

    Attributes:
        message: Text for the client.
        code: Stable code, as ``UNAUTHORIZED_FIELD_OR_TYPE``.
    """

    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a selection set.

    After normalization a response name occurs twice in one selection set only where the two have
    different conditions or stand under different type conditions; what holds at run time is
    merged. A composite field whose sub-selection was removed by literal conditions has no
    selections.

    Attributes:
        response_name: The key under which the value stands in the answer (alias or name). In a
            fetch: the key under which the subgraph answers.
        name: The field's name in the schema, ``__typename`` included.
        arguments: Arguments in the order of the document.
        selections: The sub-selection; empty for leaves.
        conditions: All must hold for the field to be executed.
        requirements: Set by the planner on fields that stand behind guards; all must be permitted,
            else the field is not requested.
        output_name: Only in fetches, and only where the subgraph's types forbid the client's name
            (the same response name with types that cannot be merged): the name under which the
            value belongs in the merged data. ``None``: ``response_name``.
        denial: Only in the operation given to execution: the field was pruned from what is
        planned,
            keeps its place in the response and is null there with this error.
    """

    response_name: str
    name: str
    arguments: tuple[Argument, ...] = ()
    selections: tuple["Selection", ...] = ()
    conditions: tuple[Condition, ...] = ()
    requirements: tuple[GroupRequirement, ...] = ()
    output_name: str | None = None
    denial: Denial | None = None


@dataclass(frozen=True, slots=True)
class InlineFragment:
    """An inline fragment.

    Normalization moves conditions onto the fields and dissolves fragments without a narrowing type
    condition: in an operation and in a fetch ``type_condition`` is a type and ``conditions`` is
    empty, and a fragment holds fields only.

    Attributes:
        type_condition: The type's name, or ``None`` (only conditions; before normalization).
        selections: What is selected where the type applies.
        conditions: All must hold for the fragment to be executed (before normalization).
    """

    type_condition: str | None
    selections: tuple["Selection", ...]
    conditions: tuple[Condition, ...] = ()


Selection: TypeAlias = Field | InlineFragment
SelectionSet: TypeAlias = tuple[Selection, ...]


def count_fields(selections: SelectionSet) -> int:
    """Return the number of fields of a selection set, those inside others included."""
    return sum(count_fields(s.selections) + (1 if isinstance(s, Field) else 0) for s in selections)
