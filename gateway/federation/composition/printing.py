"""Printing schemas in the layout that the field's composers use.

Definitions are sorted, fields are not. Source: GraphQL specification, section 3 "Type System".
"""

from collections.abc import Iterable, Mapping

from gateway.federation.composition.supergraph import Supergraph
from gateway.federation.subgraph.model import (
    Argument,
    Directive,
    DirectiveDefinition,
    Directives,
    Field,
    TypeDefinition,
    TypeKind,
)
from gateway.federation.subgraph.values import value_text

_KEYWORDS = {
    TypeKind.OBJECT: "type",
    TypeKind.INTERFACE: "interface",
    TypeKind.UNION: "union",
    TypeKind.ENUM: "enum",
    TypeKind.SCALAR: "scalar",
    TypeKind.INPUT: "input",
}
_INDENT = "  "


def print_supergraph(supergraph: Supergraph) -> str:
    """The supergraph's SDL."""
    applied = (*supergraph.links, *supergraph.schema_directives)
    roots = [f"{_INDENT}{k.value}: {v}" for k, v in supergraph.roots.items()]
    schema = "\n".join(
        [
            *_description(supergraph.schema_description, ""),
            "schema",
            *(f"{_INDENT}{_directive(d)}" for d in applied),
            "{",
            *roots,
            "}",
        ]
    )
    definitions = sorted(supergraph.directive_definitions.values(), key=lambda d: _key(d.name))
    types = sorted(supergraph.types.values(), key=lambda t: _key(t.name))
    blocks = [schema, *map(print_directive_definition, definitions), *map(print_type, types)]
    return "\n\n".join(blocks) + "\n"


def _key(name: str) -> tuple[str, str]:
    return name.lower(), name


def print_directive_definition(definition: DirectiveDefinition) -> str:
    """A directive definition."""
    repeatable = " repeatable" if definition.repeatable else ""
    text = (
        f"directive @{definition.name}{_arguments(definition.arguments, '')}{repeatable}"
        f" on {' | '.join(definition.locations)}"
    )
    return "\n".join([*_description(definition.description, ""), text])


def print_type(definition: TypeDefinition) -> str:
    """A type definition."""
    implemented = (
        f" implements {' & '.join(definition.interfaces)}" if definition.interfaces else ""
    )
    head = f"{_KEYWORDS[definition.kind]} {definition.name}{implemented}"
    lines = [*_description(definition.description, ""), head]
    lines += [f"{_INDENT}{_directive(d)}" for d in definition.directives]
    if definition.kind is TypeKind.UNION:
        return "\n".join([*lines, f" = {' | '.join(definition.members)}"])
    body = _body(definition)
    if not body:
        return "\n".join(lines)
    if definition.directives:
        return "\n".join([*lines, "{", *body, "}"])
    lines[-1] += " {"
    return "\n".join([*lines, *body, "}"])


def _body(definition: TypeDefinition) -> list[str]:
    entries: list[tuple[str | None, str]] = [
        (f.description, _field(f)) for f in definition.fields.values()
    ]
    entries += [
        (v.description, v.name + _applied(v.directives)) for v in definition.values.values()
    ]
    lines: list[str] = []
    for position, (description, text) in enumerate(entries):
        if description is not None:
            lines += [""] if position else []
            lines += _description(description, _INDENT)
        lines.append(f"{_INDENT}{text}")
    return lines


def _field(field: Field) -> str:
    default = "" if field.default is None else f" = {value_text(field.default)}"
    return (
        f"{field.name}{_arguments(field.arguments, _INDENT)}: {field.type}{default}"
        f"{_applied(field.directives)}"
    )


def _arguments(arguments: Mapping[str, Argument], indent: str) -> str:
    if not arguments:
        return ""
    if all(a.description is None for a in arguments.values()):
        return f"({', '.join(_argument(a) for a in arguments.values())})"
    lines: list[str] = []
    inner = indent + _INDENT
    for position, argument in enumerate(arguments.values()):
        if argument.description is not None:
            lines += [""] if position else []
            lines += _description(argument.description, inner)
        lines.append(f"{inner}{_argument(argument)}")
    return "(\n" + "\n".join(lines) + f"\n{indent})"


def _argument(argument: Argument) -> str:
    default = "" if argument.default is None else f" = {value_text(argument.default)}"
    return f"{argument.name}: {argument.type}{default}{_applied(argument.directives)}"


def _applied(directives: Directives) -> str:
    return "".join(f" {_directive(d)}" for d in directives)


def _directive(directive: Directive) -> str:
    arguments = ", ".join(f"{k}: {value_text(v)}" for k, v in directive.arguments.items())
    return f"@{directive.name}" + (f"({arguments})" if arguments else "")


def _description(text: str | None, indent: str) -> Iterable[str]:
    if text is None:
        return
    escaped = text.replace('"""', '\\"""')
    if "\n" not in escaped and len(escaped) <= 70 and not escaped.endswith(('"', "\\")):
        yield f'{indent}"""{escaped}"""'
        return
    yield f'{indent}"""'
    for line in escaped.split("\n"):
        yield f"{indent}{line}" if line else ""
    yield f'{indent}"""'
