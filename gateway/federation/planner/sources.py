"""Where the fields of representations stand in the merged data."""

from dataclasses import replace

from gateway.federation.plan import KeyField, KeyFragment, KeySelection


def join_sources(known: list[KeySelection], more: list[KeySelection]) -> list[KeySelection] | None:
    """Joins the fields of two representations of the same objects.

    Returns:
        The joined fields; ``None`` where a field of the same name comes from different sources, so
        that one representation cannot hold both.
    """
    joined = list(known)
    for source in more:
        if source in joined:
            continue
        if isinstance(source, KeyFragment):
            if not _fits_fragment(joined, source):
                return None
            joined.append(source)
        elif not _add_field(joined, source):
            return None
    return joined


def _add_field(joined: list[KeySelection], source: KeyField) -> bool:
    for index, other in enumerate(joined):
        if isinstance(other, KeyFragment):
            if any(_clashes(field, source) for field in other.selections):
                return False
        elif other.name == source.name:
            if other.source != source.source:
                return False
            nested = join_sources(list(other.selections or ()), list(source.selections or ()))
            if nested is None:
                return False
            joined[index] = replace(other, selections=tuple(nested) if nested else None)
            return True
    joined.append(source)
    return True


def _fits_fragment(joined: list[KeySelection], fragment: KeyFragment) -> bool:
    for other in joined:
        fields = other.selections if isinstance(other, KeyFragment) else (other,)
        if isinstance(other, KeyFragment) and not other.types & fragment.types:
            continue
        if any(_clashes(a, b) for a in fields for b in fragment.selections):
            return False
    return True


def _clashes(one: KeySelection, other: KeySelection) -> bool:
    return (
        isinstance(one, KeyField)
        and isinstance(other, KeyField)
        and one.name == other.name
        and one != other
    )
