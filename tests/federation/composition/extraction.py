"""Taking a supergraph apart into subgraph documents again, for the round trip.

What each subgraph knows is read by the product's own supergraph reader; what only the merged
schema still knows (arguments, default values, other directives) is given to every subgraph
concerned.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    SchemaDefinitionNode,
    StringValueNode,
    TypeDefinitionNode,
    parse,
    print_ast,
)

from gateway.federation.supergraph.model import (
    Subgraph,
    SubgraphField,
    SubgraphType,
    Supergraph,
    TypeKind,
)
from gateway.federation.supergraph.reader import read_supergraph

_IMPORTS = (
    "@key @requires @provides @external @shareable @override @interfaceObject @tag "
    "@inaccessible @composeDirective @extends"
)
_LATER = {"v2.6": "@authenticated @requiresScopes @policy"}
_LATER["v2.9"] = _LATER["v2.6"] + " @context @fromContext @cost @listSize"
_ACCESS = {"authenticated", "requiresScopes", "policy"}
_OWN = ("join__", "link__", "context__", "policy__", "requiresScopes__")
_BUILT_IN = {"deprecated", "specifiedBy", "oneOf"}


def extract(sdl: str) -> dict[str, str]:
    """The subgraphs of a supergraph: name to document."""
    supergraph = read_supergraph(sdl)
    document = parse(sdl, no_location=True)
    return {
        name: _Extraction(supergraph, document, subgraph).text()
        for name, subgraph in supergraph.subgraphs.items()
    }


class _Extraction:
    def __init__(self, supergraph: Supergraph, document: DocumentNode, subgraph: Subgraph) -> None:
        self.supergraph = supergraph
        self.subgraph = subgraph
        self.nodes = {
            n.name.value: n for n in document.definitions if isinstance(n, TypeDefinitionNode)
        }
        self.definitions = {
            n.name.value: n for n in document.definitions if isinstance(n, DirectiveDefinitionNode)
        }
        self.schema = next(n for n in document.definitions if isinstance(n, SchemaDefinitionNode))

    def text(self) -> str:
        parts = [self._schema()]
        parts += [
            self._type(self.nodes[name], known)
            for name, known in self.subgraph.types.items()
            if name in self.nodes and (known.kind is not TypeKind.OBJECT or known.fields)
        ]
        return "\n\n".join(parts)

    def _links(self) -> Iterator[tuple[str, str]]:
        for directive in self.schema.directives or ():
            arguments = {a.name.value: a.value for a in directive.arguments or ()}
            url = arguments.get("url")
            if directive.name.value == "link" and isinstance(url, StringValueNode):
                yield url.value, print_ast(directive)

    def _schema(self) -> str:
        links = list(self._links())
        version = "v2.9" if any(u.endswith("join/v0.5") for u, _ in links) else "v2.6"
        if any(u.endswith("join/v0.4") for u, _ in links):
            version = "v2.7"
        names = f"{_IMPORTS} {_LATER.get(version, _LATER['v2.6'])}"
        imports = ", ".join(self._import(n.removeprefix("@")) for n in names.split())
        others = [(u, t) for u, t in links if not u.startswith("https://specs.apollo.dev/")]
        lines = [
            f'extend schema @link(url: "https://specs.apollo.dev/federation/{version}",'
            f" import: [{imports}])",
            *(t for _, t in others),
            *(print_ast(d) for d in self.schema.directives or () if d.name.value == "tag"),
        ]
        composed = [n for n in self.definitions if n in self._composed(others)]
        lines += [f'@composeDirective(name: "@{n}")' for n in composed]
        definitions = [print_ast(self.definitions[n]) for n in composed]
        definitions += [print_ast(d) for d in self._executable()]
        return "\n  ".join(lines) + "\n\n" + "\n\n".join(definitions)

    def _import(self, name: str) -> str:
        """An import under the name that the supergraph uses."""
        used = {n: local for (f, n), local in self.supergraph.features.items() if "/" not in f}
        local = used.get(name, name)
        return f'"@{name}"' if local == name else f'{{name: "@{name}", as: "@{local}"}}'

    def _composed(self, others: list[tuple[str, str]]) -> set[str]:
        return {n for n in self.definitions if any(f'"@{n}"' in t for _, t in others)}

    def _executable(self) -> list[DirectiveDefinitionNode]:
        executable = {"QUERY", "MUTATION", "FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"}
        return [
            d for d in self.definitions.values() if {x.value for x in d.locations} & executable
        ]

    def _type(self, node: TypeDefinitionNode, known: SubgraphType) -> str:
        keyword = {
            TypeKind.INPUT_OBJECT: "input",
            TypeKind.OBJECT: "type",
        }.get(known.kind, known.kind.value)
        implemented = f" implements {' & '.join(sorted(known.interfaces))}"
        head = f"{keyword} {known.name}{implemented if known.interfaces else ''}"
        head = f"{_description(node)}{head} {' '.join(self._type_directives(node, known))}"
        if known.kind is TypeKind.UNION:
            order = [m.name.value for m in getattr(node, "types", ()) if m.name.value]
            return f"{head} = {' | '.join(m for m in order if m in known.members)}"
        if known.kind is TypeKind.SCALAR:
            return head
        body = list(self._enum_values(node, known) if known.values else self._fields(node, known))
        return head + " {\n  " + "\n  ".join(body) + "\n}"

    def _type_directives(self, node: TypeDefinitionNode, known: SubgraphType) -> Iterator[str]:
        for key in known.keys:
            resolvable = "" if key.resolvable else ", resolvable: false"
            yield f'@key(fields: "{key.text}"{resolvable})'
        if known.extension:
            yield "@extends"
        if known.is_interface_object:
            yield "@interfaceObject"
        abstract = known.kind is TypeKind.INTERFACE or known.is_interface_object
        yield from self._others(node.directives, access=not abstract)

    def _others(
        self, directives: tuple[ConstDirectiveNode, ...] | None, *, access: bool = True
    ) -> Iterator[str]:
        """Directives that are no joins; contexts only those of this subgraph."""
        for directive in directives or ():
            name = directive.name.value
            if name.startswith("join__") or (self._local(_ACCESS, name) and not access):
                continue
            if self._local({"context"}, name):
                value = (directive.arguments or ())[0].value
                qualified = value.value if isinstance(value, StringValueNode) else ""
                prefix = f"{self.subgraph.name}__"
                if qualified.startswith(prefix):
                    yield f'@context(name: "{qualified.removeprefix(prefix)}")'
                continue
            yield print_ast(directive)

    def _local(self, names: set[str], local: str) -> bool:
        """Whether a directive of the supergraph is one of those specified."""
        return any(
            n in names and x == local
            for (f, n), x in self.supergraph.features.items()
            if "/" not in f  # those of others go by their URL
        )

    def _enum_values(self, node: TypeDefinitionNode, known: SubgraphType) -> Iterator[str]:
        assert isinstance(node, EnumTypeDefinitionNode)
        for value in node.values or ():
            if value.name.value in known.values:
                others = " ".join(self._others(value.directives))
                yield f"{_description(value)}{value.name.value} {others}"

    def _fields(self, node: TypeDefinitionNode, known: SubgraphType) -> Iterator[str]:
        merged: Mapping[str, FieldDefinitionNode | InputValueDefinitionNode] = {
            f.name.value: f for f in getattr(node, "fields", ())
        }
        for name, field in known.fields.items():
            if name in merged:
                yield self._field(merged[name], known, field)

    def _field(
        self,
        node: FieldDefinitionNode | InputValueDefinitionNode,
        known: SubgraphType,
        field: SubgraphField,
    ) -> str:
        arguments = [print_ast(a) for a in getattr(node, "arguments", None) or ()]
        for contextual in field.context_arguments:
            context = contextual.context.removeprefix(f"{self.subgraph.name}__")
            text = contextual.selection_text.replace('"', '\\"')
            arguments.append(
                f"{contextual.name}: {contextual.type_text} "
                f'@fromContext(field: "${context}{text}")'
            )
        taken = f"({', '.join(arguments)})" if arguments else ""
        default = getattr(node, "default_value", None)
        given = f" = {print_ast(default)}" if default is not None else ""
        marks = list(self._marks(known, field))
        if not field.external:
            marks += self._others(node.directives, access=self._bears_access(known, field.name))
        description = "" if field.external else _description(node)
        return f"{description}{field.name}{taken}: {field.type_text}{given} {' '.join(marks)}"

    def _bears_access(self, known: SubgraphType, field: str) -> bool:
        """Whether requirements stand here, or only reach here from implementations."""
        if known.kind is TypeKind.INTERFACE:
            return False
        return not known.is_interface_object or not any(
            field in t.fields and not t.fields[field].external and known.name in t.interfaces
            for s in self.supergraph.subgraphs.values()
            for t in s.types.values()
        )

    def _marks(self, known: SubgraphType, field: SubgraphField) -> Iterator[str]:
        if known.kind is TypeKind.INPUT_OBJECT:
            return
        if field.external:
            yield "@external"
        if field.requires_text is not None:
            yield f'@requires(fields: "{field.requires_text}")'
        if field.provides_text is not None:
            yield f'@provides(fields: "{field.provides_text}")'
        if field.overrides is not None:
            label = f', label: "{field.override_label}"' if field.override_label else ""
            yield f'@override(from: "{field.overrides}"{label})'
        object_field = known.kind is TypeKind.OBJECT
        if object_field and not field.external and known.name != "Subscription":
            yield "@shareable"


def _description(node: object) -> str:
    text = getattr(node, "description", None)
    return f"{print_ast(text)} " if text is not None else ""
