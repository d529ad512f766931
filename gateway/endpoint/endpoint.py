"""The GraphQL endpoint: decodes, runs the pipeline, masks what must not be told."""

import logging
import secrets
from typing import Protocol

from access.faults import described_fault
from gateway.endpoint.answer import HttpAnswer, refusal
from gateway.endpoint.decoding import decode
from gateway.endpoint.head import RequestHead
from gateway.errors import ClientError, ClientErrors, ErrorCode
from gateway.request import Caller, GraphQLRequest

DEFAULT_MAX_BODY_BYTES = 1024 * 1024

_logger = logging.getLogger("gateway.endpoint")


class Pipeline(Protocol):
    """What executes a decoded request."""

    async def run(self, request: GraphQLRequest, caller: Caller) -> bytes:
        """Return the body of an answer that has data.

        Raises:
            ClientError: If the request ended before execution; ``ClientErrors`` for several.
        """


class GraphQLEndpoint:
    """Answers GraphQL requests whose head and body were read by some server."""

    def __init__(
        self, pipeline: Pipeline, *, max_body_bytes: int = DEFAULT_MAX_BODY_BYTES
    ) -> None:
        """Take the pipeline and the most bytes of a body after decompression."""
        self._pipeline = pipeline
        self.max_body_bytes = max_body_bytes

    async def answer(self, head: RequestHead, body: bytes) -> HttpAnswer:
        """Answer one request; never raises but for cancellation."""
        try:
            if head.refusal is not None:
                return refusal(head, (head.refusal,))
            request = decode(head, body, self.max_body_bytes)
            data = await self._pipeline.run(request, head.caller)
        except ClientError as error:
            return refusal(head, (error,))
        except ClientErrors as error:
            return refusal(head, error.errors)
        except Exception as error:  # noqa: BLE001 - the boundary where internals are masked
            return self._masked(head, error)
        return HttpAnswer(200, head.media_type, data)

    def _masked(self, head: RequestHead, error: Exception) -> HttpAnswer:
        request_id = secrets.token_hex(8)
        _logger.error("request %s failed: %s", request_id, described_fault(error))
        return refusal(head, (ClientError(ErrorCode.INTERNAL_SERVER_ERROR),), request_id)
