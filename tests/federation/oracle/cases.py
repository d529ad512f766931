"""Cases of the oracle: made from a seed, run on both sides, shrunk when they fail."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    build_schema,
    parse,
    print_ast,
    validate,
)

from tests.federation.oracle.data import fill
from tests.federation.oracle.generate import make_universe
from tests.federation.oracle.model import AbstractModel, FieldModel, Universe, subgraph_name
from tests.federation.oracle.operations import Operation, Pool, make_operation
from tests.federation.oracle.printing import print_monolith, print_subgraph


@dataclass(frozen=True, slots=True)
class Case:
    """A universe and an operation on it."""

    seed: int
    universe: Universe
    operation: Operation

    def report(self) -> str:
        """The case as text, with all that is needed to run it again."""
        parts = [f"seed {self.seed}"]
        for index in range(self.universe.count):
            parts += [f"# --- {subgraph_name(index)}", print_subgraph(self.universe, index)]
        parts += ["# --- operation", self.operation.document]
        parts += ["# --- variables", json.dumps(self.operation.variables)]
        parts += ["# --- failing", repr(sorted(self.universe.failing))]
        parts += ["# --- labels that are on", repr(sorted(self.universe.labels))]
        parts += [
            "# --- objects that a subgraph does not know",
            repr(sorted(self.universe.absent)),
        ]
        parts += ["# --- fields that are null for that", repr(sorted(self.universe.void))]
        data = {uid: self._shown(item) for uid, item in self.universe.data.items()}
        parts += ["# --- data", *(f"{uid}: {item}" for uid, item in data.items())]
        return "\n".join(parts)

    def _shown(self, item: dict[str, object]) -> dict[str, object]:
        model = self.universe.find_object(str(item["__typename"]))
        known = {f.name for f in model.fields if f.kind == "stored"} if model else set()
        return {k: v for k, v in item.items() if k in known - {"id", "sku", "region", "org"}}


def universe_of(seed: int) -> Universe:
    """The universe of a seed, with data."""
    rng = random.Random(seed)
    return fill(make_universe(rng), rng)


def cases_of(seed: int, count: int) -> Iterator[Case]:
    """So many operations on the universe of a seed, each with data of its own."""
    rng = random.Random(seed)
    shape = make_universe(rng)
    schema = build_schema(print_monolith(shape))
    rare = rare_fields(shape)
    for number in range(count):
        own = random.Random(f"{seed}/{number}")
        universe = fill(shape, own)
        uids = tuple(uid for uid in universe.data if uid != "Query")
        yield Case(seed, universe, make_operation(schema, own, Pool(uids, rare)))


def rare_fields(universe: Universe) -> dict[str, int]:
    """How much more often to ask for fields that few schemas have, or that lead to such fields."""
    found = {}
    added = {name for a in universe.abstracts for name in a.added}
    composite = {o.name for o in universe.objects} | {a.name for a in universe.abstracts}
    for model in universe.objects:
        for field in model.fields:
            odd_input = any(r.arguments or r.path[1:] == ("id",) for r in field.requires)
            far = any(
                not {key for key, _ in model.keys_in(source)}
                & {key for key, resolvable in model.keys_in(home) if resolvable}
                for source in field.overridden
                for home in field.homes
            )
            taking = bool(field.context) or field.type.name in {"C0", "C1", "M0", "J0", "K0"}
            leads = field.type.name == "W0" or (
                field.name in added and field.type.name in composite
            )
            if _is_narrowed(universe, field):
                found[field.name] = 3
            if taking:
                found[field.name] = 12
            elif field.requires or field.overridden or leads:
                few = odd_input or far or (field.name in added and leads)
                found[field.name] = 9 if few else 3
            elif model.gathered is not None and field.homes == {model.gathered}:
                found[field.name] = 3
            elif field.type.name == "Shade":
                found[field.name] = 1
    return found


def _is_narrowed(universe: Universe, field: FieldModel) -> bool:
    """Whether a type says of a field that it leads to less than its interface says."""
    return any(
        declared.name == field.name and declared.type.name != field.type.name
        for abstract in universe.abstracts
        for declared in abstract.fields
    )


def shrink(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Greedily takes parts of the operation, the failures and the schema away while it fails."""
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(case):
            if fails(smaller):
                case, changed = smaller, True
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:
    schema = build_schema(print_monolith(case.universe))
    yield from _smaller_operations(case, schema)
    for failure in sorted(case.universe.failing):
        fewer = replace(case.universe, failing=case.universe.failing - {failure})
        yield replace(case, universe=fewer)
    for smaller in _smaller_universes(case):
        smaller_schema = build_schema(print_monolith(smaller.universe))
        if not validate(smaller_schema, parse(smaller.operation.document)):
            yield smaller


def _smaller_operations(case: Case, schema: GraphQLSchema) -> Iterator[Case]:
    document = parse(case.operation.document, no_location=True)
    for candidate in _without_one(document):
        text = print_ast(candidate)
        variables = {k: v for k, v in case.operation.variables.items() if f"${k}" in text}
        if not validate(schema, parse(text)):
            yield replace(case, operation=Operation(text, variables))


def _without_one(document: DocumentNode) -> Iterator[DocumentNode]:
    definitions = list(document.definitions)
    for index, definition in enumerate(definitions):
        if isinstance(definition, FragmentDefinitionNode):
            yield DocumentNode(definitions=tuple(definitions[:index] + definitions[index + 1 :]))
    for index, definition in enumerate(definitions):
        if isinstance(definition, OperationDefinitionNode):
            kept = definition.variable_definitions or ()
            for position in range(len(kept)):
                smaller = replace(
                    definition,
                    variable_definitions=(*kept[:position], *kept[position + 1 :]),
                )
                yield _with_definition(definitions, index, smaller)
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            for selections in _smaller_sets(definition.selection_set):
                smaller_set = replace(definition, selection_set=selections)
                yield _with_definition(definitions, index, smaller_set)


def _with_definition(definitions: list[Any], index: int, changed: DefinitionNode) -> DocumentNode:
    return DocumentNode(definitions=(*definitions[:index], changed, *definitions[index + 1 :]))


def _smaller_sets(selection_set: SelectionSetNode) -> Iterator[SelectionSetNode]:
    items = selection_set.selections
    for index, item in enumerate(items):
        before, after = items[:index], items[index + 1 :]
        if len(items) > 1:
            yield replace(selection_set, selections=(*before, *after))
        node: Any = item
        inner = node.selection_set if hasattr(node, "selection_set") else None
        if inner is not None:
            if not isinstance(item, FieldNode):
                yield replace(selection_set, selections=(*before, *inner.selections, *after))
            for smaller in _smaller_sets(inner):
                changed = replace(node, selection_set=smaller)
                yield replace(selection_set, selections=(*before, changed, *after))
        for simpler in _simpler(item):
            yield replace(selection_set, selections=(*before, simpler, *after))


def _simpler(item: Any) -> Iterator[SelectionNode]:
    if getattr(item, "directives", None):
        yield replace(item, directives=())
    if getattr(item, "alias", None):
        yield replace(item, alias=None)
    if getattr(item, "arguments", None):
        yield replace(item, arguments=())


def _smaller_universes(case: Case) -> Iterator[Case]:
    universe = case.universe
    for model in universe.objects:
        keys = {p.split(".")[0] for _, ks in model.keys for k, _ in ks for p in k} | {"id"}
        for field in model.fields:
            if field.name in keys or len(model.fields) == 1:
                continue
            smaller = _without_field(universe, model.name, field.name, field.group)
            if smaller is not None:
                yield replace(case, universe=smaller)
    for model in universe.objects:
        for position, field in enumerate(model.fields):
            if (field.provides and not field.group) or field.overridden:
                plain = replace(field, provides=(), overridden=frozenset())
                fields = (*model.fields[:position], plain, *model.fields[position + 1 :])
                yield replace(case, universe=_with_fields(universe, model.name, fields))


def _with_fields(universe: Universe, name: str, fields: tuple[FieldModel, ...]) -> Universe:
    objects = tuple(replace(o, fields=fields) if o.name == name else o for o in universe.objects)
    return replace(universe, objects=objects)


def _without_field(
    universe: Universe, type_name: str, field_name: str, group: str | None
) -> Universe | None:
    """One field less, if nothing else needs it; fields of an interface go everywhere at once."""
    owners = {type_name}
    if group is not None:
        owners = {o.name for o in universe.objects if any(f.group == group for f in o.fields)}
    for model in universe.objects:
        for field in model.fields:
            provided = any(
                field_name in name.split("/") for _, names in field.provides for name in names
            )
            context = any(field_name == name for _, name in field.context)
            required = any(
                (r.path[0] == field_name and model.name in owners) or field_name in r.path[1:]
                for r in field.requires
            )
            if provided or required or context:
                return None
    for owner in sorted(owners):
        universe = universe.without_field(owner, field_name)
    if group is not None:
        abstracts = tuple(_without_interface_field(a, field_name) for a in universe.abstracts)
        universe = replace(universe, abstracts=abstracts)
    return universe


def _without_interface_field(abstract: AbstractModel, name: str) -> AbstractModel:
    kept = tuple(f for f in abstract.fields if f.name != name)
    return replace(abstract, fields=kept, added=abstract.added - {name})
