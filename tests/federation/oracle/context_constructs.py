"""What the census counts of contexts: what sets them, and how what takes from them is reached."""

from collections.abc import Iterator

from tests.federation.oracle.constructs import Construct, OfField, Seen, by_field
from tests.federation.oracle.model import FieldModel, ObjectModel, Universe


def _set_on(*, is_union: bool) -> OfField:
    def matches(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
        abstract = universe.find_abstract(field.context_set_on or "")
        return abstract is not None and abstract.is_union is is_union

    return matches


def _differs_by_type(_: Universe, __: ObjectModel, field: FieldModel) -> bool:
    return len({name for _, name in field.context}) > 1


def _several_fields(_: Universe, model: ObjectModel, field: FieldModel) -> bool:
    """Another field of the type takes something else from the context."""
    others = {f.context for f in model.fields if f.context}
    return bool(field.context) and len(others) > 1


def _leading(seen: Seen) -> Iterator[tuple[ObjectModel, FieldModel]]:
    """The fields that lead to what takes from a context, where a value was taken."""
    if not any(field.context for _, field in seen.fields):
        return
    below = {model.name for model, field in seen.fields if field.context}
    for model, field in seen.fields:
        if below & seen.universe.concrete(field.type.name):
            yield model, field


def _through(*, is_union: bool) -> Construct:
    def matches(universe: Universe, field: FieldModel) -> bool:
        abstract = universe.find_abstract(field.type.name)
        return abstract is not None and abstract.is_union is is_union

    kind = "a union" if is_union else "an interface"
    return Construct(
        f"@fromContext: reached through {kind}",
        None,
        lambda seen: any(matches(seen.universe, field) for _, field in _leading(seen)),
    )


def _far_setter(seen: Seen) -> bool:
    """The object that sets the context leads on in another subgraph than the one that takes."""
    homes = {home for _, field in seen.fields if field.context for home in field.homes}
    return any(not homes & field.homes for _, field in _leading(seen))


CONTEXTS: tuple[Construct, ...] = (
    by_field("@fromContext", lambda u, m, f: bool(f.context)),
    by_field("@fromContext: set on an interface", _set_on(is_union=False)),
    by_field("@fromContext: set on a union", _set_on(is_union=True)),
    by_field("@fromContext: one selection for several types", lambda u, m, f: f.context_is_plain),
    by_field("@fromContext: differs by type", _differs_by_type),
    by_field("@fromContext: of a key", lambda u, m, f: any(name == "id" for _, name in f.context)),
    by_field("@fromContext: of several fields", _several_fields),
    _through(is_union=False),
    _through(is_union=True),
    Construct(
        "@fromContext: reached through lists",
        None,
        lambda seen: any(field.type.is_list for _, field in _leading(seen)),
    ),
    Construct(
        "@fromContext: reached through another entity",
        None,
        lambda seen: any(model.name == "M0" for model, _ in _leading(seen)),
    ),
    Construct("@fromContext: reached through another subgraph", None, _far_setter),
)
