"""Arguments in ``@requires`` exist in the supergraph, and none that it needs is missing.

Source: federation specification 2.1.1, "Arguments in ``@requires``".
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import MergedView
from gateway.federation.subgraph.field_sets import parse_field_set, problems
from gateway.federation.subgraph.model import specified


def check_requires_in_supergraph(view: MergedView) -> Iterator[CompositionError]:
    """Check every ``@requires`` against the merged types."""
    for subgraph in (v.subgraph for v in view.subgraphs):
        for definition in subgraph.composite_types():
            for field in definition.fields.values():
                for requires in specified(field.directives, "requires"):
                    text = requires.text("fields") or ""
                    selections = parse_field_set(text).selections
                    if selections is None:
                        continue
                    problem = next(problems(view.types, definition.name, selections), None)
                    if problem is not None:
                        where = f"{definition.name}.{field.name}"
                        yield CompositionError(
                            ErrorCode.REQUIRES_INVALID_FIELDS,
                            f'[{subgraph.name}] On "{where}", in @requires, merged: {problem}',
                            (where,),
                            (subgraph.name,),
                        )
