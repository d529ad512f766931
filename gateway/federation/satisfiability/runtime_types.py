"""Shared fields that return abstract types: their concrete types must agree between subgraphs.

Whichever subgraph is asked, a shared field is taken to give the same. Where no concrete type is
possible in all the subgraphs asked, that cannot be. A subgraph may narrow the field to a concrete
type: it is compared with the others where several of them leave the type open, as others do it.
Source: federation specification, ``@shareable`` and abstract types.
"""

from dataclasses import dataclass, field

from gateway.federation.errors import (
    CompositionError,
    CompositionHint,
    ErrorCode,
    HintCode,
)
from gateway.federation.satisfiability.explanation import Step, witness
from gateway.federation.satisfiability.graph import Node, SubgraphIndex, is_abstract
from gateway.federation.subgraph.model import Field


@dataclass(slots=True)
class RuntimeTypes:
    """What the comparisons found; each field is compared once."""

    errors: list[CompositionError] = field(default_factory=list)
    hints: list[CompositionHint] = field(default_factory=list)
    compared: set[tuple[str, frozenset[int]]] = field(default_factory=set)


def compare_runtime_types(
    found: RuntimeTypes,
    index: SubgraphIndex,
    parent: str,
    merged: Field,
    nodes: frozenset[Node],
    step: Step,
) -> None:
    """Compare the concrete types that the subgraphs know for a field's value."""
    ordered = sorted(nodes, key=lambda n: (n.subgraph, n.type_name))
    abstract = [n for n in ordered if is_abstract(index.definition(n)) or index.abstracts(n)]
    coordinate = f"{parent}.{merged.name}"
    key = (coordinate, frozenset(n.subgraph for n in ordered))
    if len({n.subgraph for n in abstract}) < 2 or key in found.compared:
        return
    found.compared.add(key)
    types = {index.names[n.subgraph]: index.runtime_types(n) for n in ordered}
    if not any(types.values()):
        return
    said = "; ".join(f"{', '.join(sorted(t)) or 'none'} in {s}" for s, t in types.items())
    if not frozenset.intersection(*types.values()):
        found.errors.append(
            CompositionError(
                ErrorCode.SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES,
                f'Shared field "{coordinate}" has no possible runtime type in common: {said}. A'
                f" query that meets it is:\n{witness(index.view, step)}",
                (coordinate,),
                tuple(types),
            )
        )
    elif len(set(types.values())) > 1:
        found.hints.append(
            CompositionHint(
                HintCode.INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN,
                f'Shared field "{coordinate}" has different possible runtime types: {said}',
                coordinate,
            )
        )
