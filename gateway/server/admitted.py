"""The endpoint behind the queue of operations, for requests that the ASGI application serves."""

import asyncio

from gateway.endpoint.answer import HttpAnswer, refusal
from gateway.endpoint.head import RequestHead
from gateway.errors import ClientError, ErrorCode
from gateway.server.admission import Admission
from gateway.server.listener import Listener


class AdmittedEndpoint:
    """Answers requests in their turn, among those that the GraphQL protocol reads itself."""

    def __init__(self, listener: Listener) -> None:
        """Take what the worker shares."""
        self._listener = listener
        self.max_body_bytes = listener.endpoint.max_body_bytes

    async def answer(self, head: RequestHead, body: bytes) -> HttpAnswer:
        """Answer one request, when its turn has come and the answer may leave."""
        listener = self._listener
        turn = _Turn(listener.admission)
        if not listener.admission.submit(turn):
            return refusal(head, (ClientError(ErrorCode.OVERLOADED),))
        try:
            await turn.has_come
            answer = await listener.endpoint.execute(head, body)
        finally:
            turn.end()
        if isinstance(answer, HttpAnswer):
            return answer
        await answer.recorded()
        return listener.endpoint.leave(head, answer)


class _Turn:
    """The place of a request in the queue."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self.has_come: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def admitted(self) -> None:
        """Let the request go on, unless nobody waits for it any longer."""
        if self.has_come.done():
            self._admission.done()
        else:
            self.has_come.set_result(None)

    def end(self) -> None:
        """Let the next one have its turn, if this one has come."""
        if self.has_come.done() and not self.has_come.cancelled():
            self._admission.done()
        else:
            self.has_come.cancel()
