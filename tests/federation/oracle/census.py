"""Counts how often each construct is generated and how many operations reach it.

``python -m tests.federation.oracle.census --count 2000`` prints the table.
"""

import argparse
import asyncio
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.federation.oracle.cases import Case, cases_of
from tests.federation.oracle.constructs import Construct, Seen, by_field, by_text
from tests.federation.oracle.context_constructs import CONTEXTS
from tests.federation.oracle.engine import Prepared, compose_in_memory
from tests.federation.oracle.in_memory import Request
from tests.federation.oracle.interface_constructs import INTERFACES
from tests.federation.oracle.interface_object_constructs import INTERFACE_OBJECTS
from tests.federation.oracle.model import FieldModel, ObjectModel, Universe, subgraph_name
from tests.federation.oracle.resolving import State, answer_monolith
from tests.federation.oracle.running import Split


def _keys(model: ObjectModel) -> set[tuple[str, ...]]:
    return {key for _, keys in model.keys for key, _ in keys}


def _is_abstract(universe: Universe, name: str) -> bool:
    return universe.find_abstract(name) is not None


def _several_keys(universe: Universe) -> bool:
    return any(len(_keys(m)) > 1 for m in universe.objects)


def _asked_by_one_of_several_keys(seen: Seen) -> bool:
    several = {m.name for m in seen.universe.objects if len(_keys(m)) > 1}
    return any(given["__typename"] in several for given in seen.representations)


def _has_key(matches: Callable[[tuple[str, ...]], bool]) -> Callable[[Universe], bool]:
    return lambda universe: any(matches(k) for m in universe.objects for k in _keys(m))


def _given(*names: str) -> Callable[[Seen], bool]:
    return lambda seen: any(all(n in g for n in names) for g in seen.representations)


def _gathered_key(*names: str) -> Callable[[Universe], bool]:
    """Whether a subgraph is entered by a gathered key with such fields."""
    return lambda universe: any(set(names) <= set(m.gathered_key) for m in universe.objects)


def _entered_by_gathered(*names: str) -> Callable[[Seen], bool]:
    """Whether it was entered by what the subgraphs were asked for that have its fields."""

    def entered(seen: Seen) -> bool:
        for model in seen.universe.objects:
            if model.gathered is None or not set(names) <= set(model.gathered_key):
                continue
            fields = {name.split(".")[0] for name in names}
            asked = [
                {r.subgraph for r in seen.requests if re.search(rf"__fed_{last}\b", r.query)}
                - {subgraph_name(model.gathered)}
                for last in (name.split(".")[-1] for name in names)
            ]
            given = any(
                g["__typename"] == model.name and fields <= set(g) for g in seen.representations
            )
            if given and len(set().union(*asked)) >= len(names):
                return True
        return False

    return entered


def _hop(seen: Seen) -> bool:
    """Whether an entity was asked for a key that the client did not ask for."""
    return any(
        "_entities" in request.query
        and re.search(r"__fed_(id|sku|region|org|nick|kind|serial)", request.query)
        for request in seen.requests
    )


def _stub(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    target = universe.find_object(field.type.name)
    if target is None or not target.is_entity:
        return False
    return any(
        target.keys_in(home) and not any(resolvable for _, resolvable in target.keys_in(home))
        for home in field.homes
    )


def _inputs(universe: Universe, model: ObjectModel, field: FieldModel) -> Iterator[FieldModel]:
    for required in field.requires:
        found = next((f for f in model.fields if f.name == required.path[0]), None)
        if found is not None:
            yield found


def _deep_entities(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    names = universe.concrete(field.type.name)
    found = [universe.find_object(name) for name in names]
    return field.type.depth > 1 and any(o is not None and o.is_entity for o in found)


def _chain(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    return any(f.requires for f in _inputs(universe, model, field))


def _through(field: FieldModel, step: str) -> bool:
    return any(r.path[1:] and r.path[1].startswith(step) for r in field.requires)


def _back_and_forth(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    """A field here requires one there, which requires one here."""
    return any(
        model.field_named(inner.path[0]).homes & field.homes
        for f in _inputs(universe, model, field)
        for inner in f.requires
    )


def _asked_with(pattern: str, _: Universe, __: ObjectModel, field: FieldModel) -> bool:
    return any(re.search(pattern, required.arguments) for required in field.requires)


def _mixed_arguments(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    def asked(one: FieldModel) -> set[tuple[str, str]]:
        return {(r.path[0], r.arguments) for r in one.requires}

    return any(
        name == other and text != differs
        for name, text in asked(field)
        for sibling in model.fields
        for other, differs in asked(sibling)
    )


def _differs(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    abstract = universe.find_abstract(field.type.name)
    return abstract is not None and any(
        names != abstract.all_members for _, names in abstract.members
    )


def _value_differs(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    """A field of a value type that not every subgraph with the type knows."""
    return model.name.startswith("W") and bool(field.homes)


def _deep_provides(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    return any("." in name for _, names in field.provides for name in names)


def _abstract_provides(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    return bool(field.provides) and _is_abstract(universe, field.type.name)


def _provides_of_interface(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    return _is_abstract(universe, field.type.name) and any(
        not name.startswith("...") for _, names in field.provides for name in names
    )


def _adds_argument(field: FieldModel) -> bool:
    return any(argument.name == "more" for argument in field.arguments)


def _extra_value(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    return field.type.name == "Shade" and any(
        field.homes == {home} for e in universe.enums if e.name == "Shade" for home, _ in e.extra
    )


def _fewer_inputs(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    """A field in the one subgraph that knows more input fields or enum values for its argument."""
    places = {(leaf.name, home) for leaf in universe.inputs for home, _ in leaf.extra}
    places |= {(leaf.name, home) for leaf in universe.enums for home, _ in leaf.extra}
    return any((a.type.name, home) in places for a in field.arguments for home in field.homes)


def _far_override(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    """No key that the overridden subgraph has enters the one that overrides it."""
    return any(
        not {key for key, _ in model.keys_in(source)}
        & {key for key, resolvable in model.keys_in(home) if resolvable}
        for source in field.overridden
        for home in field.homes
    )


def _foreign_members(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    """Some members are known to other subgraphs alone."""
    abstract = universe.find_abstract(field.type.name)
    return abstract is not None and any(
        home != abstract.interface_object and abstract.members_in(home) != abstract.all_members
        for home in field.homes
    )


def _lost(seen: Seen) -> bool:
    lost = {uid for uid, _ in seen.universe.absent}
    return any(uid in lost and (uid, name) in seen.universe.void for uid, name in seen.places)


def _without_key(seen: Seen) -> bool:
    lost = {uid for uid, name in seen.universe.void if name == "nick"}
    return any(uid in lost and name != "nick" for uid, name in seen.places)


def _label(*, on: bool) -> Callable[[Seen], bool]:
    return lambda seen: any(
        f.label is not None and (f.label in seen.universe.labels) is on for _, f in seen.fields
    )


def _colliding(seen: Seen) -> bool:
    """One response name stands for different fields or arguments."""
    named: dict[str, set[str]] = {}
    for name, what in re.findall(r"(\w+): (\w+(?:\([^)]*\))?)", seen.document):
        named.setdefault(name, set()).add(what)
    return any(len(found) > 1 for found in named.values())


def _mutations(seen: Seen) -> bool:
    return len([1 for owner, _ in seen.resolved if owner == "Mutation"]) > 1


def _follow_ups(seen: Seen) -> bool:
    return _mutations(seen) and any("_entities" in r.query for r in seen.requests)


def _abstract_mutation(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    return model.name == "Mutation" and _is_abstract(universe, field.type.name)


def _followed(seen: Seen) -> bool:
    """An object of an abstract type that a mutation returned is entered elsewhere."""
    mutated = any(_abstract_mutation(seen.universe, m, f) for m, f in seen.fields)
    return mutated and bool(seen.representations)


def _counted_between(seen: Seen) -> bool:
    return _follow_ups(seen) and any(f.kind == "counter" for _, f in seen.fields)


def _parallel_roots(seen: Seen) -> bool:
    return len([1 for owner, _ in seen.resolved if owner == "Query"]) > 1


CONSTRUCTS: tuple[Construct, ...] = (
    Construct("several keys", _several_keys, _asked_by_one_of_several_keys),
    Construct("compound key", _has_key(lambda k: len(k) > 1), _given("region")),
    Construct("nested key", _has_key(lambda k: any("." in p for p in k)), _given("org")),
    Construct("key with an enum and a scalar", _has_key(lambda k: "kind" in k), _given("kind")),
    Construct("key hop through a third subgraph", None, _hop),
    *(
        Construct(name, _gathered_key(*fields), _entered_by_gathered(*fields))
        for name, fields in (
            ("computed key", ("mark",)),
            ("key whose fields two subgraphs have", ("east", "west")),
            ("key whose fields two subgraphs have, one computed", ("mark", "east")),
            ("key whose object two subgraphs have parts of", ("seal.left", "seal.right")),
        )
    ),
    by_field("reference with resolvable: false", _stub),
    by_field("@requires", lambda u, m, f: bool(f.requires)),
    by_field("@requires: chain", _chain),
    by_field("@requires: back and forth", _back_and_forth),
    by_field("@requires: arguments", lambda u, m, f: any(r.arguments for r in f.requires)),
    by_field("@requires: conflicting arguments", _mixed_arguments),
    *(
        by_field(f"@requires: argument of {what}", partial(_asked_with, pattern))
        for what, pattern in (
            ("an enum", r"(order|both): [A-Z]"),
            ("a text", r'text: "'),
            ("a list", r"ids: "),
            ("an input object", r"filter: \{"),
            ("null", r": null"),
        )
    ),
    by_field("@requires: inside an object", lambda u, m, f: any(r.path[1:] for r in f.requires)),
    by_field("@requires: through a fragment", lambda u, m, f: _through(f, "...")),
    by_field("@requires: of an interface's field", lambda u, m, f: _through(f, "id")),
    by_field("@provides", lambda u, m, f: bool(f.provides)),
    by_field("@provides: nested", _deep_provides),
    by_field("@provides: interface or union", _abstract_provides),
    by_field("@provides: an interface's own field", _provides_of_interface),
    by_field(
        "argument that only one of a field's subgraphs has",
        lambda u, m, f: f.strict_in is not None,
    ),
    by_field("argument that a type adds to its interface's", lambda u, m, f: _adds_argument(f)),
    by_text("argument that a type adds to its interface's, given", r"\bmore: "),
    by_field("shared root field", lambda u, m, f: m.name == "Query" and len(f.homes) > 1),
    by_field("shared entity field", lambda u, m, f: m.is_entity and len(f.homes) > 1),
    by_field("list of lists", lambda u, m, f: f.type.depth > 1),
    by_field("list of lists of entities", _deep_entities),
    by_field("value type", lambda u, m, f: m.name.startswith("V")),
    by_field("value type that differs by subgraph", _value_differs),
    by_field("abstract type that differs by subgraph", _differs),
    by_field("members that a subgraph does not know", _foreign_members),
    *INTERFACES,
    *INTERFACE_OBJECTS,
    Construct("mutations in series", None, _mutations),
    by_field("mutation that returns an abstract type", _abstract_mutation),
    Construct("mutation that returns an abstract type, with follow-up fetches", None, _followed),
    Construct("mutations with follow-up fetches", None, _follow_ups),
    Construct("mutations whose follow-ups see the order", None, _counted_between),
    Construct("several root fields", None, _parallel_roots),
    by_text("condition with a variable on a field", r"[\w)] @(skip|include)\(if: \$"),
    by_text("condition with a variable on a fragment", r"\.\.\.[ \w]*@(skip|include)\(if: \$"),
    by_text("alias of __typename", r": __typename"),
    by_text("__typename of the root", r"^\w+ Op[^{]*\{[^{]*__typename"),
    by_text("named fragment", r"\nfragment "),
    by_text("argument by a variable", r": \$v"),
    Construct("one alias for several fields", None, _colliding),
    by_field("enum value of one subgraph", _extra_value),
    by_field("argument whose type one subgraph knows more of", _fewer_inputs),
    by_field("@override", lambda u, m, f: bool(f.overridden)),
    by_field("@override to where no key leads directly", _far_override),
    Construct("@override with a label that is on", None, _label(on=True)),
    Construct("@override with a label that is off", None, _label(on=False)),
    *CONTEXTS,
    Construct("entity that a subgraph does not know", None, _lost),
    Construct("null key", None, _without_key),
    Construct("errors", None, lambda seen: seen.errors),
)


def see(case: Case, split: Split) -> Seen:
    """Runs a case and tells what it did."""
    operation, state = case.operation, State()
    answer = answer_monolith(
        case.universe, operation.document, operation.variables, split.monolith, state=state
    )
    prepared = split.federation.prepare(operation.document, operation.variables)
    federation = split.with_data(case.universe, State(), None)
    requests: list[Request] = []
    if isinstance(prepared, Prepared):
        asyncio.run(federation.run(prepared, fast_path=False))
        requests = [r for s in federation.subgraphs.values() for r in s.requests]
    types = {item["__uid"]: item["__typename"] for item in _objects(case.universe.data)}
    types["Mutation"] = "Mutation"
    return Seen(
        case.universe,
        operation.document,
        frozenset((types.get(uid, uid), name) for uid, name in state.resolved),
        tuple(requests),
        frozenset(state.resolved),
        bool(answer.get("errors")),
        split.monolith,
    )


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "__uid" in value:
            yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)


@dataclass(frozen=True, slots=True)
class Census:
    """How many schemas and operations there were, and how many had each construct."""

    schemas: int
    operations: int
    existing: Counter[str]
    reached: Counter[str]

    def lines(self) -> Iterator[str]:
        yield f"{'construct':56} {'schemas':>8} {'operations':>11}"
        for construct in CONSTRUCTS:
            name = construct.name
            exists = f"{self.existing[name] / self.schemas:8.1%}" if construct.exists else " " * 8
            yield f"{name:56} {exists} {self.reached[name] / self.operations:11.1%}"


def take(seeds: Sequence[int], per_split: int) -> Census:
    """Counts over the splits of some seeds."""
    existing, reached = Counter[str](), Counter[str]()
    for number in seeds:
        split: Split | None = None
        for case in cases_of(number, per_split):
            if split is None:
                split = Split.of(case.universe, compose_in_memory)
                existing.update(c.name for c in CONSTRUCTS if c.exists and c.exists(case.universe))
            seen = see(case, split)
            reached.update(c.name for c in CONSTRUCTS if c.reached(seen))
    return Census(len(seeds), len(seeds) * per_split, existing, reached)


def cover(seeds: Iterable[int], per_split: int) -> Iterator[int]:
    """The seeds that reach a construct that those before them do not, until all are reached."""
    left = {construct.name for construct in CONSTRUCTS}
    for seed in seeds:
        reached = {name for name, times in take([seed], per_split).reached.items() if times}
        if reached & left:
            left -= reached
            yield seed
        if not left:
            return


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.federation.oracle.census")
    parser.add_argument("--seed", type=int, default=0, help="first seed; each split has its own")
    parser.add_argument("--count", type=int, default=2_000, help="operations")
    parser.add_argument("--per-split", type=int, default=20, help="operations on each split")
    parser.add_argument(
        "--cover", action="store_true", help="print seeds that reach every construct instead"
    )
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.count // options.per_split)
    if options.cover:
        for seed in cover(seeds, options.per_split):
            sys.stdout.write(f"{seed}\n")
            sys.stdout.flush()
        return 0
    census = take(seeds, options.per_split)
    sys.stdout.write("\n".join(census.lines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
