"""Resolvers of the monolith and of the subgraphs, from the same data and the same functions.

A subgraph's resolvers are strict: asked for a field that the subgraph does not resolve there, or
given a representation that is none of its keys, they take note of a violation.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    parse_value,
    print_ast,
    value_from_ast_untyped,
)

from tests.federation.oracle.declared import external_fields
from tests.federation.oracle.drafts import KEY_FIELDS
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph, Resolver
from tests.federation.oracle.model import (
    FieldModel,
    Key,
    Ref,
    TypeRef,
    Universe,
    known_members,
    subgraph_name,
)
from tests.federation.oracle.printing import print_monolith, print_subgraph

Hidden: TypeAlias = Callable[[dict[str, Any], str], bool]
"""Whether a field of an object is pruned by a guard: (object, field name) -> bool."""

OTHER = "of another type"

Observe: TypeAlias = Callable[[dict[str, Any], str, tuple[str | int, ...]], None]


class Refused(Exception):  # noqa: N818 - an outcome, not a fault
    """A resolver that the case lets fail."""


@dataclass(slots=True)
class State:
    """What mutations change, what was resolved, and what subgraphs were wrongly asked.

    Attributes:
        resolved: Objects and fields that were resolved or used as inputs.
        needed: If known: what may be resolved besides keys; all else is fetched in vain.
    """

    mutations: int = 0
    violations: list[str] = field(default_factory=list)
    resolved: set[tuple[str, str]] = field(default_factory=set)
    needed: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """An object as one server sees it.

    Attributes:
        typename: Its type there.
        data: The object.
        provided: External fields that came along (``@provides``), with slashes between steps.
        representation: What the gateway sent, for ``@requires``.
        context: The nearest object above that sets a context.
    """

    typename: str
    data: dict[str, Any]
    provided: frozenset[str] = frozenset()
    representation: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


def computed(required: dict[str, Any]) -> str:
    """The value of a field with ``@requires``: all that it was given."""
    return "from " + json.dumps(required, sort_keys=True, ensure_ascii=True)


def with_arguments(raw: Any, model: FieldModel, arguments: dict[str, Any]) -> Any:
    """What a stored value becomes when it is asked with arguments."""
    if model.kind != "stored" or not model.arguments or raw is None:
        return raw
    if isinstance(raw, list):
        size = arguments.get("n")
        return raw[: max(0, size)] if isinstance(size, int) else raw
    if model.type.name in {"String", "ID"}:
        return f"{raw}|{json.dumps(arguments, sort_keys=True)}"
    return raw


class Resolution:
    """Resolves fields of one universe, all of them (``subgraph`` is ``None``) or one part."""

    def __init__(
        self, universe: Universe, state: State, subgraph: int | None, hidden: Hidden | None = None
    ) -> None:
        self.universe = universe
        self.state = state
        self.subgraph = subgraph
        self.hidden = hidden
        self.fields = {o.name: {f.name: f for f in o.fields} for o in universe.objects}
        self.entities = {o.name for o in universe.objects if o.is_entity}
        self.external = external_fields(universe)
        computed_fields = (f for o in universe.objects for f in o.fields if f.kind == "computed")
        self.key_inputs = {s for f in computed_fields for r in f.requires for s in r.path}
        self.setters = {o for m in universe.objects for f in m.fields for o, _ in f.context}
        self.objects_here = {
            a.name: a for a in universe.abstracts if a.interface_object == subgraph is not None
        }

    def violate(self, text: str) -> None:
        where = "monolith" if self.subgraph is None else subgraph_name(self.subgraph)
        self.state.violations.append(f"{where}: {text}")

    def resolve(self, parent: View | None, type_name: str, name: str, args: dict[str, Any]) -> Any:
        if parent is None:
            root = self.universe.data["Query"] if type_name == "Query" else {}
            parent = View(type_name, {"__uid": type_name, **root})
        concrete = parent.data.get("__typename", type_name)
        model = self.fields[concrete][name]
        self.check_home(parent, type_name, model)
        self.note(parent.data, name)
        if self.hidden and self.hidden(parent.data, name):
            if self.subgraph is None:
                raise Refused("pruned")
            self.violate(f"asked for {type_name}.{name} of {parent.data['__uid']}: not permitted")
        if self.fails(parent.data, name):
            raise Refused("fails")
        raw = with_arguments(self.raw(parent, model, args), model, args)
        return self.wrap(raw, model.type.name, self.child(parent, model))

    def child(self, parent: View, model: FieldModel) -> View:
        """What an object takes over from the field that it is read through."""
        context = parent.data if parent.data.get("__typename") in self.setters else parent.context
        if self.subgraph is None:
            return View("", {}, context=context)
        inside = {p.split("/", 1)[1] for p in parent.provided if p.startswith(f"{model.name}/")}
        here = self.subgraph in model.homes_under(self.universe.labels)
        provided = {*inside, *(model.provided_by(self.subgraph) if here else ())}
        return View("", {}, frozenset(provided))

    def note(self, data: dict[str, Any], name: str) -> None:
        """Takes note that a field is resolved; in subgraphs, whether anybody needs it."""
        place = (data["__uid"], name)
        self.state.resolved.add(place)
        needed = self.state.needed
        if self.subgraph is None or needed is None or place in needed:
            return
        if name in KEY_FIELDS or name in self.key_inputs:
            return
        if data.get("__typename") not in {"Org", "Seal"}:
            self.violate(f"asked for {name} of {place[0]}, which nobody needs")

    def check_home(self, parent: View, type_name: str, model: FieldModel) -> None:
        here = self.subgraph
        value_type = parent.data.get("__typename") in self.fields and (
            parent.data["__typename"] not in self.entities
        )
        if here is None or here in model.homes_under(self.universe.labels):
            return
        if value_type and not model.homes and parent.data["__uid"] != "Query":
            return
        if any(p.split("/")[0] == model.name for p in parent.provided) or (
            type_name in self.objects_here and model.name == "id"
        ):
            return
        self.violate(f"asked for {type_name}.{model.name}, which it does not resolve")

    def raw(self, parent: View, model: FieldModel, args: dict[str, Any]) -> Any:
        if (parent.data["__uid"], model.name) in self.universe.void:
            return None
        match model.kind:
            case "contextual":
                return computed({"context": self.context_value(parent, model, args), **args})
            case "counter":
                return self.state.mutations
            case "required" | "computed":
                return self.computed_value(parent, model)
            case "lookup":
                found = self.universe.data.get(args["id"], {})
                return Ref(args["id"]) if found.get("__typename") == model.type.name else None
            case "all":
                return [
                    Ref(uid)
                    for uid, item in self.universe.data.items()
                    if item["__typename"] == model.type.name
                ]
            case "mutate":
                return self.mutate(model, args)
        if model.requires:
            self.required_values(parent, model)  # Stored, yet not told without what it requires.
        return parent.data[model.name]

    def context_value(self, parent: View, model: FieldModel, args: dict[str, Any]) -> Any:
        """What a field takes from the object above; subgraphs are given it as an argument."""
        if self.subgraph is not None:
            return args.pop("ctx", None)
        above = parent.context
        if above is None:
            self.violate(f"{model.name} without a context")
            return None
        name = dict(model.context)[above["__typename"]]
        return self.own_value(View(above["__typename"], above), (name,), "")

    def computed_value(self, parent: View, model: FieldModel) -> str:
        """What is made of other fields; a key only where it is computed, others have it ready."""
        if model.kind == "required":
            return computed(self.required_values(parent, model))
        if self.subgraph not in {None, model.computed_in}:
            return self.ready_key(parent.data, model)
        return computed({**self.required_values(parent, model), "of": parent.data["__uid"]})

    @cached_property
    def whole(self) -> "Resolution":
        return Resolution(self.universe, State(), None)

    def ready_key(self, data: dict[str, Any], model: FieldModel) -> str:
        return self.whole.computed_value(View(data["__typename"], data), model)

    def with_computed_keys(self, data: dict[str, Any]) -> dict[str, Any]:
        if not self.key_inputs:
            return data
        fields = self.fields[data["__typename"]].values()
        return data | {f.name: self.ready_key(data, f) for f in fields if f.kind == "computed"}

    def mutate(self, model: FieldModel, args: dict[str, Any]) -> Any:
        self.state.mutations += args["by"]
        if model.type.name == "Int":
            return self.state.mutations
        names = known_members(self.universe, model.type.name, model.homes)
        uids = [uid for uid, item in self.universe.data.items() if item["__typename"] in names]
        first, second = (Ref(uids[(self.state.mutations + n) % len(uids)]) for n in range(2))
        return (first, [first, second], [[first], [second, first]])[model.type.depth]

    def required_values(self, parent: View, model: FieldModel) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for required in model.requires:
            text = ".".join(required.path)
            if self.subgraph is None:
                values[text] = self.own_value(parent, required.path, required.arguments)
            else:
                values[text] = self.sent_value(parent, model, required.path)
        return values

    def own_value(self, parent: View, path: tuple[str, ...], arguments: str) -> Any:
        concrete = parent.data["__typename"]
        model = self.fields[concrete][path[0]]
        self.note(parent.data, path[0])
        if self.fails(parent.data, path[0]):
            return None
        args = self.default_arguments(model, arguments)
        raw = with_arguments(self.raw(parent, model, args), model, args)
        return self.inside(raw, path[1:])

    def default_arguments(self, model: FieldModel, text: str) -> dict[str, Any]:
        """The arguments of a requirement as a server coerces them, in the order of the schema."""
        given: dict[str, str | None] = {a.name: a.default for a in model.arguments}
        given |= _given(text)
        return {
            argument.name: self.coerced(argument.type, value_from_ast_untyped(parse_value(value)))
            for argument in model.arguments
            if (value := given[argument.name]) is not None
        }

    def coerced(self, ref: TypeRef, value: Any) -> Any:
        known = next((model for model in self.universe.inputs if model.name == ref.name), None)
        if value is None:
            return None
        if ref.is_list and not isinstance(value, list):
            return [value]
        if known is None:
            return value
        defaults = ((f.name, f.default) for f in known.fields)
        return {n: value_from_ast_untyped(parse_value(d)) for n, d in defaults if d} | value

    def inside(self, raw: Any, path: tuple[str, ...]) -> Any:
        if isinstance(raw, list):
            return [self.inside(item, path) for item in raw]
        if isinstance(raw, Ref):
            raw = self.universe.data[raw.uid]
        if raw is None or not path:
            return raw
        if path[0].startswith("..."):
            matches = path[0].removeprefix("...") == raw["__typename"]
            return self.inside(raw, path[1:]) if matches else OTHER
        return self.own_value(View(raw["__typename"], raw), path, "")

    def fails(self, data: dict[str, Any], name: str) -> bool:
        """Whether the case lets this resolver fail; as an input it is null then."""
        return (data["__uid"], name) in self.universe.failing

    def sent_value(self, parent: View, model: FieldModel, path: tuple[str, ...]) -> Any:
        value: Any = parent.representation
        if value is None:
            self.violate(f"{model.name} asked without a representation")
            return None
        return self.sent_inside(value, model, path)

    def sent_inside(self, value: Any, model: FieldModel, path: tuple[str, ...]) -> Any:
        if value is None or not path:
            return value
        if isinstance(value, list):
            return [self.sent_inside(item, model, path) for item in value]
        if path[0].startswith("..."):
            # Other fields of the same subgraph may require the like of other types.
            if value.get("__typename", path[0][3:]) != path[0][3:]:
                return OTHER
            return self.sent_inside(value, model, path[1:]) if path[1] in value else OTHER
        if path[0] not in value:
            self.violate(f"representation for {model.name} lacks {'.'.join(path)}")
            return None
        return self.sent_inside(value[path[0]], model, path[1:])

    def wrap(self, raw: Any, type_name: str, child: View) -> Any:
        if isinstance(raw, list):
            return [self.wrap(item, type_name, child) for item in raw]
        if isinstance(raw, Ref):
            raw = self.universe.data[raw.uid]
        if isinstance(raw, dict):
            name = type_name if type_name in self.objects_here else raw["__typename"]
            provided = frozenset(
                path.removeprefix(f"...{raw['__typename']}/")
                for path in child.provided
                if not path.startswith("...") or path.startswith(f"...{raw['__typename']}/")
            )
            return replace(child, typename=name, data=raw, provided=provided)
        return raw

    def reference(self, type_name: str, representation: dict[str, Any]) -> View | None:
        here = self.subgraph
        assert here is not None
        abstract = self.universe.find_abstract(type_name)
        if abstract is not None and here == abstract.interface_object and not abstract.added:
            self.violate(f"{type_name} cannot be entered there")
        given = {k: v for k, v in representation.items() if k != "__typename"}
        names = abstract.all_members if abstract else frozenset({type_name})
        keys: list[Key] = [("id",)]
        if abstract is None:
            model = self.universe.object_named(type_name)
            keys = [key for key, resolvable in model.keys_in(here) if resolvable]
        usable = [key for key in keys if all(_at(given, path) is not None for path in key)]
        if not usable:
            self.violate(f"representation of {type_name} has none of its keys: {representation}")
            return None
        for item in self.universe.data.values():
            if item["__typename"] not in names:
                continue
            known = self.with_computed_keys(item)
            if all(_at(given, path) == _at(known, path) for key in usable for path in key):
                shown = type_name if type_name in self.objects_here else item["__typename"]
                if (item["__uid"], here) in self.universe.absent:
                    return None
                return View(shown, item, frozenset(), given)
        self.violate(f"representation of {type_name} names no object: {representation}")
        return None


def _given(text: str) -> dict[str, str]:
    """The arguments of a text such as ``(n: 1)``, each with its own text."""
    for definition in parse(f"{{ field{text} }}").definitions:
        assert isinstance(definition, OperationDefinitionNode)
        for node in definition.selection_set.selections:
            assert isinstance(node, FieldNode)
            return {a.name.value: print_ast(a.value) for a in node.arguments or ()}
    return {}


def _at(value: dict[str, Any], path: str) -> Any:
    found: Any = value
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def make_subgraph(
    universe: Universe,
    state: State,
    index: int,
    known: InMemorySubgraph | None = None,
    hidden: Hidden | None = None,
) -> InMemorySubgraph:
    """One subgraph of a universe, in memory.

    Args:
        known: The same subgraph with other data, whose schema may be used again.
        hidden: What must never be asked for.
    """
    resolution = Resolution(universe, state, index, hidden)
    if known is None:
        subgraph = InMemorySubgraph(subgraph_name(index), print_subgraph(universe, index))
    else:
        subgraph = InMemorySubgraph(
            known.name, known.sdl, schema=known.schema, documents=known.documents
        )
    resolvers: dict[str, dict[str, Resolver]] = {}
    for name, type_ in subgraph.schema.type_map.items():
        fields = getattr(type_, "fields", None)
        if fields is None or name.startswith("__"):
            continue
        resolvers[name] = {
            field_name: _bound(resolution, name, field_name)
            for field_name in fields
            if not field_name.startswith("_")
        }
        resolvers[name][REFERENCE] = _reference(resolution, name)
    subgraph.resolvers = resolvers
    return subgraph


def _bound(resolution: Resolution, type_name: str, field_name: str) -> Resolver:
    def resolve(parent: View | None, **arguments: Any) -> Any:
        return resolution.resolve(parent, type_name, field_name, arguments)

    return resolve


def _reference(resolution: Resolution, type_name: str) -> Resolver:
    def resolve(representation: dict[str, Any]) -> View | None:
        return resolution.reference(type_name, representation)

    return resolve


def monolith_schema(universe: Universe) -> GraphQLSchema:
    """The schema of the server that has all data."""
    return build_schema(print_monolith(universe))


def answer_monolith(
    universe: Universe,
    document: str,
    variables: dict[str, Any],
    schema: GraphQLSchema,
    hidden: Hidden | None = None,
    observe: Observe | None = None,
    state: State | None = None,
) -> dict[str, Any]:
    """What one server that has all data answers.

    Args:
        hidden: Which fields are pruned.
        observe: Told of each field of an object before it is resolved, with its path.
        state: Takes note of what is resolved.
    """
    resolution = Resolution(universe, state or State(), None, hidden)

    def resolve(parent: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if observe is not None and parent is not None:
            observe(parent.data, info.field_name, tuple(info.path.as_list()))
        return resolution.resolve(parent, info.parent_type.name, info.field_name, arguments)

    result = execute_sync(
        schema,
        parse(document),
        variable_values=variables,
        field_resolver=resolve,
        type_resolver=lambda value, *_: value.typename,
    )
    assert isinstance(result, ExecutionResult)
    return dict(result.formatted)
