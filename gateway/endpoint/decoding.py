"""From a request's body or query string to the GraphQL request that it carries.

Source: GraphQL over HTTP (working draft), "Request Parameters".
"""

import zlib
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
import orjson

from gateway.endpoint.head import ContentEncoding, RequestHead
from gateway.errors import ClientError, ErrorCode
from gateway.request import GraphQLRequest

_GZIP = 31


class _Parameters(msgspec.Struct):
    """A well-formed body; whatever else a body holds is ignored."""

    query: str
    operation_name: str | None = msgspec.field(name="operationName", default=None)
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


_WELL_FORMED: Final = msgspec.json.Decoder(_Parameters)


def decode(head: RequestHead, body: bytes, max_bytes: int) -> GraphQLRequest:
    """Decode a request.

    Args:
        head: The request's head, without a refusal.
        body: The body as it was sent.
        max_bytes: Most bytes of the body after decompression, or of the query string.

    Raises:
        ClientError: If it is no well-formed GraphQL request.
    """
    if head.method == "GET":
        return _from_query_string(head.query_string, max_bytes)
    if head.encoding is ContentEncoding.GZIP:
        body = _decompress(body, max_bytes)
    if len(body) > max_bytes:
        raise ClientError(ErrorCode.REQUEST_TOO_LARGE)
    try:
        parameters = _WELL_FORMED.decode(body)
    except (ValueError, RecursionError):
        return _request(_parameters(body))
    return GraphQLRequest(
        parameters.query,
        parameters.operation_name or None,
        parameters.variables or {},
        parameters.extensions or {},
    )


def _parameters(body: bytes) -> dict[str, object]:
    """Decode a body that is not well-formed, to tell what is wrong with it."""
    try:
        parameters = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ClientError(ErrorCode.BAD_REQUEST, "The body is not JSON in UTF-8.") from error
    if not isinstance(parameters, dict):
        if isinstance(parameters, list):
            raise ClientError(ErrorCode.BATCHING_NOT_SUPPORTED)
        raise ClientError(ErrorCode.BAD_REQUEST, "The body must be a JSON object.")
    return parameters


def _request(parameters: dict[str, object]) -> GraphQLRequest:
    query = parameters.get("query")
    operation_name = parameters.get("operationName")
    variables = parameters.get("variables")
    extensions = parameters.get("extensions")
    if type(query) is not str:
        if query is None and isinstance(extensions, dict) and "persistedQuery" in extensions:
            raise ClientError(ErrorCode.PERSISTED_QUERY_NOT_SUPPORTED)
        raise ClientError(ErrorCode.BAD_REQUEST, "The parameter 'query' must be a string.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise ClientError(ErrorCode.BAD_REQUEST, "The parameter 'operationName' must be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise ClientError(ErrorCode.BAD_REQUEST, "The parameter 'variables' must be an object.")
    if extensions is not None and not isinstance(extensions, dict):
        raise ClientError(ErrorCode.BAD_REQUEST, "The parameter 'extensions' must be an object.")
    return GraphQLRequest(query, operation_name or None, variables or {}, extensions or {})


def _from_query_string(query_string: bytes, max_bytes: int) -> GraphQLRequest:
    if len(query_string) > max_bytes:
        raise ClientError(ErrorCode.REQUEST_TOO_LARGE)
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=16,
        )
    except ValueError as error:
        raise ClientError(ErrorCode.BAD_REQUEST, "The query string is malformed.") from error
    parameters: dict[str, object] = dict(pairs)
    if len(parameters) != len(pairs):
        raise ClientError(ErrorCode.BAD_REQUEST, "A parameter is given twice.")
    for name in ("variables", "extensions"):
        text = parameters.get(name)
        if isinstance(text, str):
            parameters[name] = _json_parameter(name, text)
    return _request(parameters)


def _json_parameter(name: str, text: str) -> object:
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError as error:
        raise ClientError(ErrorCode.BAD_REQUEST, f"The parameter '{name}' is not JSON.") from error


def _decompress(body: bytes, max_bytes: int) -> bytes:
    decompressor = zlib.decompressobj(_GZIP)
    try:
        plain = decompressor.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise ClientError(ErrorCode.BAD_REQUEST, "The body is not valid gzip.") from error
    if len(plain) > max_bytes:
        raise ClientError(ErrorCode.REQUEST_TOO_LARGE)
    if not decompressor.eof or decompressor.unused_data:
        raise ClientError(ErrorCode.BAD_REQUEST, "The body is not valid gzip.")
    return plain
