"""Which documents and paths every adapter can hold alike."""

import math
import re
from datetime import UTC, datetime
from typing import Any, TypeAlias

from storage.documents import Document, Filter, UnsupportedQueryError

Scalar: TypeAlias = bool | int | float | str | datetime | None
Value: TypeAlias = Any
"""Whatever a document may hold: scalars, lists and dicts of these."""

TAG = "\x01"
"""First character of the strings that an adapter writes in place of other types."""

_PATH = re.compile(r"[A-Za-z0-9_:-]+(\.[A-Za-z0-9_:-]+)*", re.ASCII)
_COLLECTION = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
_INT64 = 1 << 63


def parse_path(path: str) -> tuple[str, ...]:
    """Split a dotted path into its parts.

    Raises:
        UnsupportedQueryError: It is not made of letters, digits, `_`, `-` and `:`.
    """
    if not _PATH.fullmatch(path):
        raise UnsupportedQueryError("a path has a part that no index can name")
    return tuple(path.split("."))


def check_collection_name(name: str) -> None:
    """Refuse a name that is not of lower-case letters, digits and single `_`.

    Raises:
        UnsupportedQueryError: It is not.
    """
    if len(name) > 60 or not _COLLECTION.fullmatch(name):
        raise UnsupportedQueryError("a collection name is of lower-case letters, digits and _")


def check_document(document: Document) -> None:
    """Refuse a document that an adapter could not give back as it was.

    Raises:
        UnsupportedQueryError: A key or value is outside the port's values.
    """
    if not isinstance(document.get("_id"), str) or not document["_id"]:
        raise UnsupportedQueryError("a document needs a non-empty string as _id")
    check_value(document)


def check_replacement(filter: Filter, document: Document) -> None:  # noqa: A002
    """Refuse a replacement whose filter could mean another document.

    Raises:
        UnsupportedQueryError: The filter names another `_id`; or as `check_document`.
    """
    check_document(document)
    if filter.get("_id", document["_id"]) != document["_id"]:
        raise UnsupportedQueryError("a replacement has the _id that its filter names")


def check_value(value: Value) -> None:
    """Refuse a value outside those that the port names.

    Raises:
        UnsupportedQueryError: As `check_document`.
    """
    if isinstance(value, dict):
        for key, member in value.items():
            _check_key(key)
            check_value(member)
    elif isinstance(value, list | tuple):
        for member in value:
            check_value(member)
    else:
        check_scalar(value)


def check_scalar(value: Value) -> None:
    """Refuse what is not a scalar of the port.

    Raises:
        UnsupportedQueryError: As `check_document`.
    """
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        if "\0" in value or value.startswith(TAG):
            raise UnsupportedQueryError("a string holds NUL or begins with U+0001")
    elif isinstance(value, int):
        if not -_INT64 <= value < _INT64:
            raise UnsupportedQueryError("an integer exceeds 64 bits")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise UnsupportedQueryError("a number is not finite")
    elif isinstance(value, datetime):
        if value.tzinfo is None:
            raise UnsupportedQueryError("a datetime has no zone")
    else:
        raise UnsupportedQueryError(f"a value is of type {type(value).__name__}")


def kind_of(value: Value) -> str:
    """Answer the kind within which range operators compare."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, datetime):
        return "datetime"
    return "null" if value is None else "compound"


def to_milliseconds(moment: datetime) -> datetime:
    """Answer the moment in UTC, cut to whole milliseconds as both databases keep it."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def normalize(value: Value) -> Value:
    """Answer a copy as the store would give it back: lists for tuples, moments in UTC."""
    if isinstance(value, dict):
        return {key: normalize(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [normalize(member) for member in value]
    return to_milliseconds(value) if isinstance(value, datetime) else value


def _check_key(key: Value) -> None:
    if not isinstance(key, str) or not key or key[0] == "$" or "." in key or "\0" in key:
        raise UnsupportedQueryError("a key is empty, begins with $ or holds a dot")
    if key.isdigit():
        raise UnsupportedQueryError("a key is all digits, which a path reads as a position")
