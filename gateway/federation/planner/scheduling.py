"""Gives units their level and puts those together that go to one subgraph at the same moment."""

from dataclasses import dataclass, field

from gateway.federation.plan import KeyField, KeySelection
from gateway.federation.planner.conditions import conditions_of
from gateway.federation.planner.sources import join_sources
from gateway.federation.planner.units import Output, Unit


@dataclass(slots=True, eq=False)
class Batch:
    """The units of one fetch.

    Attributes:
        level: Hops after the root fetches.
        subgraph: The subgraph.
        units: The units; several for entities of several types and places.
        all_units: The units as they were before those for the same objects were joined.
        needs: Batches that must have answered before, transitive ones removed.
    """

    level: int
    subgraph: str
    units: list[Unit] = field(default_factory=list)
    all_units: list[Unit] = field(default_factory=list)
    needs: list["Batch"] = field(default_factory=list)


def schedule(units: list[Unit], order: dict[str, int]) -> list[Batch]:
    """Puts units into as few fetches as their dependencies allow without more levels.

    Args:
        units: The units of an operation, in order of creation.
        order: Position of each subgraph.

    Returns:
        The batches by level and subgraph.
    """
    _set_levels(units)
    _sink(units)
    batches = _batches(units, order)
    _reduce(batches)
    return batches


def _set_levels(units: list[Unit]) -> None:
    changed = True
    while changed:  # units are nearly in order, so that this ends after few rounds
        changed = False
        for unit in units:
            level = 1 + max((need.level for need in unit.needs), default=-1)
            if level > unit.level:
                unit.level = level
                changed = True


def _sink(units: list[Unit]) -> None:
    """Moves fetches to a later one of the same subgraph where nobody waits for them before."""
    dependants: dict[Unit, list[Unit]] = {unit: [] for unit in units}
    for unit in units:
        for need in unit.needs:
            dependants[need].append(unit)
    groups: dict[tuple[int, str], list[Unit]] = {}
    for unit in units:
        if unit.is_of_entities and not unit.contexts:
            groups.setdefault((unit.level, unit.subgraph), []).append(unit)
    moved = True
    while moved:
        moved = False
        for level, subgraph in sorted(groups):
            latest = min(
                (d.level - 1 for unit in groups[level, subgraph] for d in dependants[unit]),
                default=max(unit.level for unit in units),
            )
            later = [
                other for other, name in groups if name == subgraph and level < other <= latest
            ]
            if later:
                target = min(later)
                sinking = groups.pop((level, subgraph))
                for unit in sinking:
                    unit.level = target
                groups[target, subgraph].extend(sinking)
                moved = True
                break


def _batches(units: list[Unit], order: dict[str, int]) -> list[Batch]:
    found: dict[tuple[int, int, int], Batch] = {}
    for unit in units:
        single = unit.number + 1 if unit.reentry or unit.contexts else 0
        key = (unit.level, order[unit.subgraph], single)
        batch = found.setdefault(key, Batch(unit.level, unit.subgraph))
        batch.all_units.append(unit)
    batches = [found[key] for key in sorted(found)]
    home = {unit: batch for batch in batches for unit in batch.all_units}
    for batch in batches:
        needs = {home[need] for unit in batch.all_units for need in unit.needs}
        batch.needs = [other for other in batches if other in needs]
    for batch in batches:
        batch.units = _without_joined(batch.all_units)
    return batches


def _without_joined(units: list[Unit]) -> list[Unit]:
    """Joins units for the same objects and the same type into one.

    Inputs of the same name from different sources (other arguments) keep units apart, and so do
    keys that one of them has fetched under conditions without which the other is needed too.
    """
    kept: dict[tuple[object, ...], list[Unit]] = {}
    for unit in sorted(units, key=lambda u: u.number):
        place = (unit.place.path, unit.place.conditions) if unit.place is not None else None
        alike = kept.setdefault((place, unit.target, unit.applies_to), [])
        for first in alike:
            joined = _joined_sources(first, unit)
            if joined is not None:
                join_outputs(first.output, unit.output)
                first.sources = joined
                first.required |= unit.required
                first.guards |= unit.guards
                break
        else:
            alike.append(unit)
    return [unit for alike in kept.values() for unit in alike]


def _joined_sources(first: Unit, other: Unit) -> list[KeySelection] | None:
    """Returns what both units are entered by; ``None`` where one may lack a key of the other."""
    some, others = _keys(first), _keys(other)
    conditions, more = conditions_of(first.output), conditions_of(other.output)
    if (others <= some or more <= conditions) and (some <= others or conditions <= more):
        return join_sources(first.sources, other.sources)
    return None


def _keys(unit: Unit) -> set[KeySelection]:
    """Returns what an object cannot be asked for without; inputs of ``@requires`` it can."""
    return {
        source
        for source in unit.sources
        if isinstance(source, KeyField) and source.name not in unit.required
    }


def join_outputs(into: Output, other: Output) -> None:
    """Adds the fields of an output to another of the same site and place."""
    into.typename = into.typename or other.typename
    for added in other.fields:
        for known in into.fields:
            if known.is_like(added):
                known.types |= added.types
                if known.child is not None and added.child is not None:
                    join_outputs(known.child, added.child)
                break
        else:
            into.fields.append(added)


def _reduce(batches: list[Batch]) -> None:
    """Removes dependencies that follow from others."""
    above: dict[int, set[int]] = {}
    for batch in batches:
        reached: set[int] = set()
        for need in batch.needs:
            reached |= above[id(need)]
        batch.needs = [need for need in batch.needs if id(need) not in reached]
        above[id(batch)] = reached | {id(need) for need in batch.needs}
