"""The ``join`` directives of a supergraph element as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    BooleanValueNode,
    ConstDirectiveNode,
    EnumValueNode,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)


@dataclass(frozen=True, slots=True)
class JoinType:
    """``@join__type``: the subgraph ``graph`` knows the type."""

    graph: str
    key: str | None
    extension: bool
    resolvable: bool
    is_interface_object: bool


@dataclass(frozen=True, slots=True)
class JoinContext:
    """One entry of ``contextArguments`` of ``@join__field``."""

    context: str
    name: str
    type_text: str
    selection: str


@dataclass(frozen=True, slots=True)
class JoinField:
    """``@join__field``: the subgraph ``graph`` knows the field (``None``: no subgraph does)."""

    graph: str | None
    requires: str | None
    provides: str | None
    type_text: str | None
    external: bool
    override: str | None
    override_label: str | None
    used_overridden: bool
    context_arguments: tuple[JoinContext, ...]


def arguments_of(node: ConstDirectiveNode) -> dict[str, ValueNode]:
    """Returns the arguments of a directive by name."""
    return {argument.name.value: argument.value for argument in node.arguments or ()}


def text_of(value: ValueNode | None) -> str | None:
    """Returns the text of a string or enum value, ``None`` for anything else."""
    return value.value if isinstance(value, StringValueNode | EnumValueNode) else None


def _flag(value: ValueNode | None, *, default: bool) -> bool:
    return value.value if isinstance(value, BooleanValueNode) else default


def named(
    directives: Iterable[ConstDirectiveNode] | None, name: str
) -> list[dict[str, ValueNode]]:
    """Returns the arguments of every application of the directive ``name``."""
    return [arguments_of(node) for node in directives or () if node.name.value == name]


def join_types(directives: Iterable[ConstDirectiveNode] | None, prefix: str) -> list[JoinType]:
    """Reads all ``@join__type`` of a type."""
    return [
        JoinType(
            graph=text_of(given.get("graph")) or "",
            key=text_of(given.get("key")),
            extension=_flag(given.get("extension"), default=False),
            resolvable=_flag(given.get("resolvable"), default=True),
            is_interface_object=_flag(given.get("isInterfaceObject"), default=False),
        )
        for given in named(directives, f"{prefix}__type")
    ]


def join_fields(directives: Iterable[ConstDirectiveNode] | None, prefix: str) -> list[JoinField]:
    """Reads all ``@join__field`` of a field."""
    return [
        JoinField(
            graph=text_of(given.get("graph")),
            requires=text_of(given.get("requires")),
            provides=text_of(given.get("provides")),
            type_text=text_of(given.get("type")),
            external=_flag(given.get("external"), default=False),
            override=text_of(given.get("override")),
            override_label=text_of(given.get("overrideLabel")),
            used_overridden=_flag(given.get("usedOverridden"), default=False),
            context_arguments=_contexts(given.get("contextArguments")),
        )
        for given in named(directives, f"{prefix}__field")
    ]


def _contexts(value: ValueNode | None) -> tuple[JoinContext, ...]:
    if not isinstance(value, ListValueNode):
        return ()
    found: list[JoinContext] = []
    for item in value.values:
        if isinstance(item, ObjectValueNode):
            given = {part.name.value: text_of(part.value) or "" for part in item.fields}
            found.append(
                JoinContext(
                    context=given.get("context", ""),
                    name=given.get("name", ""),
                    type_text=given.get("type", ""),
                    selection=given.get("selection", ""),
                )
            )
    return tuple(found)
