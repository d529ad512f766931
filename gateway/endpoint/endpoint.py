"""The GraphQL endpoint: decodes, runs the pipeline, masks what must not be told."""

import logging
import secrets
from typing import Protocol

from access.faults import described_fault
from gateway.endpoint.answer import HttpAnswer, refusal
from gateway.endpoint.decoding import decode
from gateway.endpoint.head import RequestHead
from gateway.errors import ClientError, ClientErrors, ErrorCode
from gateway.pipeline.answer import Answer
from gateway.request import Caller, GraphQLRequest

DEFAULT_MAX_BODY_BYTES = 1024 * 1024

_logger = logging.getLogger("gateway.endpoint")


class Pipeline(Protocol):
    """What executes a decoded request."""

    async def execute(self, request: GraphQLRequest, caller: Caller) -> Answer:
        """Return an answer that has data.

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
        """Answer one request, when the answer may leave; never raises but for cancellation."""
        answer = await self.execute(head, body)
        if isinstance(answer, HttpAnswer):
            return answer
        await answer.recorded()
        return self.leave(head, answer)

    async def execute(self, head: RequestHead, body: bytes) -> Answer | HttpAnswer:
        """Execute one request; never raises but for cancellation.

        Returns:
            What may :meth:`leave` when it is on record, or what goes back as it is.
        """
        try:
            if head.refusal is not None:
                return refusal(head, (head.refusal,))
            request = decode(head, body, self.max_body_bytes)
            return await self._pipeline.execute(request, head.caller)
        except ClientError as error:
            return refusal(head, (error,))
        except ClientErrors as error:
            return refusal(head, error.errors)
        except Exception as error:  # noqa: BLE001 - the boundary where internals are masked
            return self._masked(head, error)

    @staticmethod
    def leave(head: RequestHead, answer: Answer) -> HttpAnswer:
        """Return what goes back, now that nothing of the answer's records is pending."""
        try:
            return HttpAnswer(200, head.media_type, answer.leave())
        except ClientError as error:
            return refusal(head, (error,))

    def _masked(self, head: RequestHead, error: Exception) -> HttpAnswer:
        request_id = secrets.token_hex(8)
        _logger.error("request %s failed: %s", request_id, described_fault(error))
        return refusal(head, (ClientError(ErrorCode.INTERNAL_SERVER_ERROR),), request_id)
