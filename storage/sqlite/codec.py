"""Documents as JSON text: datetimes become tagged strings that sort as the moments do."""

from datetime import UTC, datetime

import orjson

from storage.documents import Document
from storage.values import TAG, Scalar, Value, to_milliseconds

DATETIME_TAG = TAG + "D"
AFTER_DATETIMES = TAG + "E"
"""Greater than every datetime's string, smaller than every other string."""

_ESCAPED_TAG = "\\u0001D"


def encode(document: Document) -> str:
    """Answer the JSON text of a document without its `_id`, which is a column."""
    body = {key: value for key, value in document.items() if key != "_id"}
    return orjson.dumps(
        body, default=_encode_datetime, option=orjson.OPT_PASSTHROUGH_DATETIME
    ).decode()


def decode(id: str, text: str) -> Document:  # noqa: A002
    """Answer the document of a row."""
    document: Document = {"_id": id}
    document.update(orjson.loads(text))
    return _restore(document) if _ESCAPED_TAG in text else document


def encode_scalar(value: Scalar) -> str | int | float | None:
    """Answer the SQL parameter that equals what `json_extract` gives for the value."""
    if isinstance(value, datetime):
        return _encode_datetime(value)
    return int(value) if isinstance(value, bool) else value


def decode_scalar(value: Value, json_type: str | None) -> Value:
    """Answer the scalar that `json_extract` and `json_type` describe."""
    if json_type in {"true", "false"}:
        return json_type == "true"
    return _restore(value)


def _encode_datetime(moment: datetime) -> str:
    text = to_milliseconds(moment).isoformat(timespec="milliseconds")
    return f"{DATETIME_TAG}{text.removesuffix('+00:00')}Z"


def _restore(value: Value) -> Value:
    if isinstance(value, str):
        if value.startswith(DATETIME_TAG):
            return datetime.fromisoformat(value[len(DATETIME_TAG) : -1]).replace(tzinfo=UTC)
        return value
    if isinstance(value, dict):
        return {key: _restore(member) for key, member in value.items()}
    return [_restore(member) for member in value] if isinstance(value, list) else value
