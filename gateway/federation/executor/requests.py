"""The bodies of subgraph requests: everything constant is bytes made once.

Source: Apollo Federation subgraph specification, ``Query._entities``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from gateway.federation.executor.conditions import (
    Permits,
    permitted_representation,
    permitted_selections,
)
from gateway.federation.plan import TYPENAME_KEY, Fetch
from gateway.federation.selection_text import selection_text, used_variables

encode_json = msgspec.json.Encoder().encode
decode_json = msgspec.json.decode


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A request of which only variables and representations are missing.

    Attributes:
        prefix: The body up to and including the brace that opens ``variables``.
        variables: Names of the client's variables that the request sends, with their JSON keys.
        calls: Alias of each ``_entities`` call in the answer, with the JSON key of its
            representations; empty for root fetches.
    """

    prefix: bytes
    variables: tuple[tuple[str, bytes], ...]
    calls: tuple[tuple[str, bytes], ...]

    def body(self, variables: Mapping[str, Any], representations: list[bytes]) -> bytes:
        """Return the whole body.

        Args:
            variables: The client's coerced variables.
            representations: For each call the JSON list of its representations.
        """
        if not self.variables:
            if not self.calls:
                return self.prefix + b"}}"
            if len(self.calls) == 1:
                return b"".join((self.prefix, self.calls[0][1], representations[0], b"}}"))
        parts = [
            key + encode_json(variables[name]) for name, key in self.variables if name in variables
        ]
        parts += [
            key + listed for (_, key), listed in zip(self.calls, representations, strict=True)
        ]
        return self.prefix + b",".join(parts) + b"}}"


def permitted_fetch(fetch: Fetch, permits: Permits) -> Fetch | None:
    """Return the part of ``fetch`` that may be requested; ``None`` if nothing is left."""
    if not fetch.guards:
        return fetch
    selections = permitted_selections(fetch.selections, permits)
    representations = tuple(
        kept
        for representation in fetch.representations
        if (kept := permitted_representation(representation, permits)) is not None
    )
    if not selections and not representations:
        return None
    return replace(fetch, selections=selections, representations=representations)


def compile_request(fetch: Fetch) -> RequestTemplate:
    """Make the template of a fetch whose conditions and permissions are resolved."""
    used = set(used_variables(fetch.selections))
    for representation in fetch.representations:
        used.update(used_variables(representation.selections))
    definitions = [
        definition
        for name, definition in zip(fetch.variables, fetch.variable_definitions, strict=True)
        if name in used
    ]
    text = selection_text(fetch.selections)
    calls: tuple[tuple[str, bytes], ...] = ()
    if fetch.representations:
        text, names, calls = _entity_calls(fetch)
        definitions = [f"${name}:[_Any!]!" for name in names] + definitions
    parameters = f"({','.join(definitions)})" if definitions else ""
    query = f"{fetch.kind}{_name(fetch)}{parameters}{{{text}}}"
    if query.startswith("query{"):
        query = query.removeprefix("query")
    prefix = b'{"query":' + encode_json(query)
    if fetch.operation_name is not None:
        prefix += b',"operationName":' + encode_json(fetch.operation_name)
    prefix += b',"variables":{'
    variables = tuple((name, encode_json(name) + b":") for name in fetch.variables if name in used)
    return RequestTemplate(prefix, variables, calls)


def _name(fetch: Fetch) -> str:
    return f" {fetch.operation_name}" if fetch.operation_name is not None else ""


def _entity_calls(fetch: Fetch) -> tuple[str, list[str], tuple[tuple[str, bytes], ...]]:
    """Return the text of the ``_entities`` calls, their variables, their aliases with keys."""
    numbers = sorted({representation.call for representation in fetch.representations})
    texts, names, calls = [], [], []
    for position, number in enumerate(numbers):
        alias, variable = "_entities", "representations"
        if len(numbers) > 1:
            alias, variable = f"_entities_{position}", f"representations_{position}"
        while variable in fetch.variables:
            variable += "_"
        # Representations of one type share their selections in a call.
        group = {item.type_name: item for item in fetch.representations if item.call == number}
        fragments = " ".join(
            f"...on {name}{{{selection_text(item.selections)}}}" for name, item in group.items()
        )
        if len(group) > 1:
            fragments = f"{TYPENAME_KEY}:__typename {fragments}"
        field = "_entities" if alias == "_entities" else f"{alias}:_entities"
        texts.append(f"{field}(representations:${variable}){{{fragments}}}")
        names.append(variable)
        calls.append((alias, encode_json(variable) + b":"))
    return " ".join(texts), names, tuple(calls)
