"""A search carried out against the store: narrowed by look-up keys, then matched and sorted."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.hospitals.elements import reference_key, walk
from sandbox.hospitals.outcome import invalid
from sandbox.hospitals.parameters import PARAMETERS, Kind
from sandbox.hospitals.search import Criterion, Inclusion, Search, in_order, matches
from sandbox.hospitals.store import HUBS, ResourceStore, lookup_key


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a result.

    Args:
        matches: The resources of this page, in order.
        included: Resources that `_include` and `_revinclude` add.
        total: How many match on all pages together.
        next: Cursor of the page after; None on the last.
    """

    matches: list[dict[str, Any]]
    included: list[dict[str, Any]]
    total: int
    next: str | None


def find(store: ResourceStore, search: Search) -> list[dict[str, Any]]:
    """Return every resource that matches, in the order asked for."""
    keys, ids = narrowed(search)
    found = []
    for body in store.candidates(search.type, keys, ids):
        resource: dict[str, Any] = orjson.loads(body)
        if matches(resource, search.criteria):
            found.append(resource)
    return in_order(found, search.sort)


def narrowed(search: Search) -> tuple[list[list[int]], list[str] | None]:
    """Return the look-up keys (all groups, any of each) and ids that a match must have."""
    groups: list[list[int]] = []
    ids: list[str] | None = None
    for criterion in search.criteria:
        if criterion.modifier is not None:
            continue
        if criterion.parameter.name == "_id":
            wanted = [value.rpartition("|")[2] for value in criterion.values]
            ids = wanted if ids is None else [one for one in ids if one in wanted]
            continue
        group = _lookup_group(search.type, criterion)
        if group:
            groups.append(group)
    return groups, ids


def _lookup_group(type_name: str, criterion: Criterion) -> list[int] | None:
    parameter = criterion.parameter
    if parameter.name == "identifier":
        values = [value.rpartition("|")[2] for value in criterion.values]
        return [lookup_key(type_name, value) for value in values] if all(values) else None
    if parameter.kind is not Kind.REFERENCE:
        return None
    targets = []
    for value in criterion.values:
        key = reference_key(value)
        if "/" not in key and parameter.target is not None:
            key = f"{parameter.target}/{key}"
        kind, slash, _ = key.partition("/")
        if not slash or kind in HUBS:
            return None
        targets.append(lookup_key(type_name, key))
    return targets


def find_page(store: ResourceStore, search: Search) -> Page:
    """Return one page of a search."""
    after = None if search.after is None else _read_cursor(search.after)
    if not search.criteria and not search.sort:
        return _plain_page(store, search, after)
    found = find(store, search)
    start = _position(found, after)
    page = [] if search.count_only else found[start : start + search.count]
    more = bool(page) and start + len(page) < len(found)
    following = _write_cursor(start + len(page), page[-1]["id"]) if more else None
    return Page(page, _included(store, search, page), len(found), following)


def _plain_page(store: ResourceStore, search: Search, after: tuple[int, str] | None) -> Page:
    last_id = None if after is None else after[1]
    limit = 0 if search.count_only else search.count
    bodies, total = store.page_of_type(search.type, last_id, limit + 1)
    page = [orjson.loads(body) for body in bodies[:limit]]
    more = bool(page) and len(bodies) > limit
    following = _write_cursor(0, page[-1]["id"]) if more else None
    return Page(page, _included(store, search, page), total, following)


def _position(found: Sequence[dict[str, Any]], after: tuple[int, str] | None) -> int:
    """Return where a page starts: after the last resource of the page before.

    Rows that were added or removed meanwhile shift positions, so the id leads; the position only
    helps when that resource itself is gone.
    """
    if after is None:
        return 0
    position, last_id = after
    if 0 < position <= len(found) and found[position - 1]["id"] == last_id:
        return position
    for at, resource in enumerate(found):
        if resource["id"] == last_id:
            return at + 1
    return min(position, len(found))


def _write_cursor(position: int, last_id: str) -> str:
    return base64.urlsafe_b64encode(f"{position}:{last_id}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[int, str]:
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        position, colon, last_id = plain.partition(":")
        if not colon:
            raise invalid("the page link is damaged")
        return int(position), last_id
    except (ValueError, binascii.Error) as problem:
        raise invalid("the page link is damaged") from problem


def _included(
    store: ResourceStore, search: Search, page: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    seen = {(search.type, resource["id"]) for resource in page}
    added: list[dict[str, Any]] = []
    for inclusion in search.inclusions:
        more = (
            _referring(store, inclusion, search.type, page)
            if inclusion.reverse
            else _referred(store, inclusion, page)
        )
        for resource in more:
            key = (resource["resourceType"], resource["id"])
            if key not in seen:
                seen.add(key)
                added.append(resource)
    return added


def _referred(
    store: ResourceStore, inclusion: Inclusion, page: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    found = []
    for resource in page:
        for path in inclusion.parameter.paths:
            for value in walk(resource, path):
                reference = value.get("reference") if isinstance(value, dict) else None
                kind, _, identifier = reference_key(str(reference)).partition("/")
                if kind not in PARAMETERS or inclusion.target not in {None, kind}:
                    continue
                stored = store.read(kind, identifier)
                if stored is not None and stored.body is not None:
                    found.append(orjson.loads(stored.body))
    return found


def _referring(
    store: ResourceStore,
    inclusion: Inclusion,
    type_name: str,
    page: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    if not page:
        return []
    wanted = tuple(f"{type_name}/{resource['id']}" for resource in page)
    criterion = Criterion(inclusion.parameter, None, wanted)
    return find(store, Search(inclusion.source, (criterion,)))
