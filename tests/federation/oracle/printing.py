"""The SDL of each subgraph and of the monolith."""

from collections.abc import Iterable, Sequence

from tests.federation.oracle.declared import (
    along,
    external_fields,
    interface_fields_in,
    provided_paths,
)
from tests.federation.oracle.model import (
    AbstractModel,
    Argument,
    FieldModel,
    Key,
    ObjectModel,
    Universe,
    subgraph_name,
)

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", '
    '"@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", '
    '"@context", "@fromContext"])'
)


def print_key(key: Key) -> str:
    """A key as a field set: ``region org { code }``."""
    return print_paths(tuple(path.split(".")) for path in key)


def print_paths(paths: Iterable[tuple[str, ...]]) -> str:
    """Paths as a field set; those that begin alike share their beginning."""
    inside: dict[str, list[tuple[str, ...]]] = {}
    for head, *rest in paths:
        below = inside.setdefault(head, [])
        if rest:
            below.append(tuple(rest))
    return " ".join(
        head.replace("...", "... on ") + (f" {{ {print_paths(below)} }}" if below else "")
        for head, below in inside.items()
    )


def print_requires(field: FieldModel) -> str:
    """A ``@requires`` as a field set."""
    return print_paths((r.path[0] + r.arguments, *r.path[1:]) for r in field.requires)


def print_context(field: FieldModel) -> str:
    """The selection of a ``@fromContext``."""
    if field.context_is_plain:
        return f"$c0 {{ {field.context[0][1]} }}"
    return "$c0 " + " ".join(f"... on {owner} {{ {name} }}" for owner, name in field.context)


def print_arguments(arguments: tuple[Argument, ...]) -> str:
    """An argument definition list, or nothing."""
    if not arguments:
        return ""
    return f"({', '.join(_print_input_value(a) for a in arguments)})"


def _print_input_value(argument: Argument) -> str:
    default = "" if argument.default is None else f" = {argument.default}"
    return f"{argument.name}: {argument.type}{default}"


def print_implements(names: Sequence[str]) -> str:
    """The interfaces that a type implements, or nothing."""
    return f" implements {' & '.join(names)}" if names else ""


class _Printer:
    """Prints one subgraph."""

    def __init__(self, universe: Universe, subgraph: int) -> None:
        self.universe = universe
        self.subgraph = subgraph
        self.external = external_fields(universe)
        self.provided = {
            (model.name, field.name)
            for owner, home, path in provided_paths(universe)
            for model, field in along(universe, owner, path)
            if home not in field.homes
        }
        self.contexts = {
            f.context_set_on or setter
            for o in universe.objects
            for f in o.fields
            for setter, _ in f.context
            if subgraph in f.homes
        }
        self.blocks: list[str] = [LINK]
        self.pending: list[str] = []
        self.seen: set[str] = set()

    def print(self) -> str:
        for model in self.universe.objects:
            if model.name in {"Query", "Mutation"}:
                if any(self.subgraph in f.homes for f in model.fields):
                    self.need(model.name)
            elif model.keys_in(self.subgraph):
                self.need(model.name)
        for abstract in self.universe.abstracts:
            known = abstract.is_union and abstract.members_in(self.subgraph)
            if known or self.subgraph == abstract.interface_object:
                self.need(abstract.name)
        while self.pending:
            self.block(self.pending.pop(0))
        return "\n\n".join(self.blocks) + "\n"

    def need(self, name: str) -> None:
        if name not in self.seen:
            self.seen.add(name)
            self.pending.append(name)

    def block(self, name: str) -> None:
        model = self.universe.find_object(name)
        abstract = self.universe.find_abstract(name)
        if model:
            self.blocks.append(self.object_block(model))
        elif abstract and abstract.is_union:
            members = sorted(abstract.members_in(self.subgraph))
            for member in members:
                self.need(member)
            self.blocks.append(f"union {name}{self.context(name)} = {' | '.join(members)}")
        elif abstract:
            self.blocks.append(self.interface_block(abstract))
        elif name == "Long":
            self.blocks.append("scalar Long")
        else:
            self.leaf_block(name)

    def leaf_block(self, name: str) -> None:
        for enum in self.universe.enums:
            if enum.name == name:
                extra = [v for s, v in enum.extra if s == self.subgraph]
                self.blocks.append(f"enum {name} {{ {' '.join([*enum.values, *extra])} }}")
        for model in self.universe.inputs:
            if model.name == name:
                extras = [a for s, a in model.extra if s == self.subgraph]
                lines = [f"  {_print_input_value(a)}" for a in (*model.fields, *extras)]
                for argument in model.fields:
                    self.need(argument.type.name)
                self.blocks.append(f"input {name} {{\n" + "\n".join(lines) + "\n}")

    def object_block(self, model: ObjectModel) -> str:
        keys = "".join(
            f' @key(fields: "{print_key(key)}"{"" if resolvable else ", resolvable: false"})'
            for key, resolvable in model.keys_in(self.subgraph)
        )
        value = not model.is_entity and model.name not in {"Query", "Mutation"}
        implemented = [name for name, homes in model.interfaces if self.subgraph in homes]
        for name in implemented:
            self.need(name)
        implements = print_implements(implemented)
        shareable = " @shareable" if value else ""
        keys += self.context(model.name)
        lines = [self.field_line(model, f, value=value) for f in model.fields]
        body = "\n".join(line for line in lines if line)
        return f"type {model.name}{implements}{keys}{shareable} {{\n{body}\n}}"

    def context(self, name: str) -> str:
        return ' @context(name: "c0")' if name in self.contexts else ""

    def field_line(self, model: ObjectModel, field: FieldModel, *, value: bool) -> str:
        here = self.subgraph
        external = field.name in self.external.get((model.name, here), frozenset())
        if value and field.homes and here not in field.homes:
            return ""
        if not (value or here in field.homes or here in field.overridden or external):
            return ""
        self.need_field(field)
        directives = ""
        if not value and here in field.homes:
            directives = self.directives(model, field)
        elif external:
            directives = " @external"
        return f"  {field.name}{self.arguments(field)}: {field.type_in(here)}{directives}"

    def arguments(self, field: FieldModel) -> str:
        text = print_arguments(field.arguments_in(self.subgraph))
        if not field.context:
            return text
        owner, name = field.context[0]
        source = self.universe.object_named(owner).field_named(name)
        given = f'ctx: {source.type.name} @fromContext(field: "{print_context(field)}")'
        return f"{text[:-1]}, {given})" if text else f"({given})"

    def directives(self, model: ObjectModel, field: FieldModel) -> str:
        text = ""
        keys = {p.split(".")[0] for k, _ in model.keys_in(self.subgraph) for p in k}
        shared = len(field.homes) > 1 or (model.name, field.name) in self.provided
        if shared and field.name not in keys:
            text += " @shareable"
        text += self.dependencies(field)
        label = f', label: "{field.label}"' if field.label else ""
        for source in sorted(field.overridden):
            text += f' @override(from: "{subgraph_name(source)}"{label})'
        return text

    def dependencies(self, field: FieldModel) -> str:
        text = ""
        if field.requires_in(self.subgraph):
            fields = print_requires(field).replace('"', r"\"")
            text += f' @requires(fields: "{fields}")'
        names = field.provided_by(self.subgraph)
        if names:
            text += f' @provides(fields: "{print_paths(tuple(n.split("/")) for n in names)}")'
        return text

    def directives_of_interface_object(self, abstract: AbstractModel, field: FieldModel) -> str:
        shared = any(
            f.name == field.name and len(f.homes) > 1
            for name in abstract.all_members
            for f in self.universe.object_named(name).fields
        )
        sharing = " @shareable" if shared and field.name in abstract.added else ""
        return sharing + self.dependencies(field)

    def need_field(self, field: FieldModel) -> None:
        arguments = field.arguments_in(self.subgraph)
        for ref in (field.type_in(self.subgraph), *(a.type for a in arguments)):
            self.need(ref.name)

    def interface_block(self, abstract: AbstractModel) -> str:
        here = self.subgraph
        is_object = here == abstract.interface_object
        external = self.external.get((abstract.name, here), frozenset())
        lines = []
        for field in interface_fields_in(self.universe, abstract, here):
            self.need_field(field)
            directives = ""
            if is_object and field.name in external:
                directives = " @external"
            elif is_object:
                directives = self.directives_of_interface_object(abstract, field)
            lines.append(
                f"  {field.name}{print_arguments(field.arguments)}: {field.type}{directives}"
            )
        for member in sorted(abstract.members_in(here)):
            self.need(member)
        stub = ", resolvable: false" if is_object and not abstract.added else ""
        keyed = f' @key(fields: "id"{stub})' if is_object or here in abstract.keyed else ""
        keyed += self.context(abstract.name)
        head = (
            f"type {abstract.name}{keyed} @interfaceObject"
            if is_object
            else f"interface {abstract.name}{self.implements(abstract)}{keyed}"
        )
        return head + " {\n" + "\n".join(lines) + "\n}"

    def implements(self, abstract: AbstractModel) -> str:
        names = abstract.interfaces_in(self.subgraph)
        for name in names:
            self.need(name)
        return print_implements(names)


def print_subgraph(universe: Universe, subgraph: int) -> str:
    """The SDL of one subgraph."""
    return _Printer(universe, subgraph).print()


def _types_in(universe: Universe, subgraph: int) -> set[str]:
    printer = _Printer(universe, subgraph)
    printer.print()
    return printer.seen


def print_monolith(universe: Universe) -> str:
    """The SDL of the schema that knows everything: what the subgraphs say together."""
    printed = [_types_in(universe, index) for index in range(universe.count)]
    blocks = ["scalar Long"]
    for enum in universe.enums:
        extra = [value for _, value in enum.extra] if enum.name == "Shade" else []
        blocks.append(f"enum {enum.name} {{ {' '.join([*enum.values, *extra])} }}")
    for model in universe.inputs:
        lines = [f"  {_print_input_value(a)}" for a in model.fields]
        blocks.append(f"input {model.name} {{\n" + "\n".join(lines) + "\n}")
    for abstract in universe.abstracts:
        places = [s for s, names in enumerate(printed) if abstract.name in names]
        if not places:
            continue
        if abstract.is_union:
            members = sorted(frozenset().union(*(abstract.members_in(s) for s in places)))
            blocks.append(f"union {abstract.name} = {' | '.join(members)}")
            continue
        declared = {
            f.name
            for s in range(universe.count)
            if abstract.members_in(s) or s == abstract.interface_object
            for f in interface_fields_in(universe, abstract, s)
        }
        fields = [f for f in abstract.fields if f.name in declared]
        head = f"interface {abstract.name}{print_implements(abstract.interfaces)}"
        blocks.append(_monolith_block(head, tuple(fields)))
    for item in universe.objects:
        if not any(item.name in names for names in printed):
            continue
        implemented = [name for name, homes in item.interfaces if homes]
        head = f"type {item.name}{print_implements(implemented)}"
        blocks.append(_monolith_block(head, item.fields))
    return "\n\n".join(blocks) + "\n"


def _monolith_block(head: str, fields: tuple[FieldModel, ...]) -> str:
    lines = [f"  {f.name}{print_arguments(f.arguments_in(None))}: {f.type}" for f in fields]
    return head + " {\n" + "\n".join(lines) + "\n}"
