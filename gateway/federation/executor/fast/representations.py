"""Writes how entities are named: the making of their representations."""

from typing import Any

import msgspec

from gateway.federation.entities import build_value
from gateway.federation.executor.fast.deviation import DeviationError
from gateway.federation.executor.fast.fetches import EntityTarget, KeyValue
from gateway.federation.executor.fast.source import Source
from gateway.federation.executor.fast.structs import StructPool, StructType
from gateway.federation.executor.requests import decode_json, encode_json
from gateway.federation.response.errors import MergedValue


def write_representation(
    source: Source, pool: StructPool, target: EntityTarget, values: list[str]
) -> tuple[str, str]:
    """Return the expressions for a dictionary key and for the representation itself.

    Equal keys stand for equal representations.

    Args:
        source: Where a line may be written that the expressions need.
        pool: The struct classes that plans share.
        target: What the representation is made for.
        values: The names of the values of the target's keys.
    """
    arguments = ", ".join(values)
    if target.is_flat:
        made = source.value(_flat_representation(pool, target))
        return (f"({arguments})" if len(values) > 1 else arguments), f"{made}({arguments})"
    build = source.value(_Composer(target.typename, target.keys).compose)
    raw = source.value(msgspec.Raw)
    encoded = source.name()
    source.line(f"{encoded} = {build}({arguments})")
    return encoded, f"{raw}({encoded})"


def _flat_representation(pool: StructPool, target: EntityTarget) -> StructType:
    """Return a class whose instances encode to representations, and tell them apart."""
    fields: list[Any] = [(f"f{number}", Any) for number in range(len(target.keys))]
    names = {f"f{number}": key.name for number, key in enumerate(target.keys)}
    return pool.define(fields, names, ("__typename", target.typename), is_key=True)


class _Composer:
    """Composes representations with objects in them."""

    def __init__(self, typename: str, keys: tuple[KeyValue, ...]) -> None:
        self._typename = typename
        self._keys = keys

    def compose(self, *values: MergedValue) -> bytes:
        """Return the encoded representation.

        Raises:
            DeviationError: A key inside is missing.
        """
        built: dict[str, Any] = {"__typename": self._typename}
        for key, value in zip(self._keys, values, strict=True):
            if key.selections is None or value is None:
                built[key.name] = value
                continue
            plain = value
            if key.slot.position is not None:
                plain = decode_json(encode_json(value))
            found = build_value(key.selections, plain, key.may_be_null)
            if found is None:
                raise DeviationError
            built[key.name] = found
        return encode_json(built)
