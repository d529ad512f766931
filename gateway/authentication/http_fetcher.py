"""Gets key sets over HTTP."""

import json
from typing import Any

import aiohttp

MAX_BYTES = 1_000_000
"""A larger document is refused while it is read."""


class HttpJsonFetcher:
    """Gets JSON documents with a deadline, a size cap and no redirects."""

    def __init__(self, session: aiohttp.ClientSession, timeout: float = 5.0) -> None:
        """Args: session: used, not owned; timeout: seconds for a whole fetch."""
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def fetch_json(self, url: str) -> Any:  # noqa: ANN401 - any JSON
        """The decoded document.

        Raises:
            OSError: if it cannot be had: no connection, no answer in time, another status than
                200, or too large.
            ValueError: if it is not JSON.
        """
        try:
            async with self._session.get(
                url, timeout=self._timeout, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise OSError(f"the answer has status {response.status}")
                body = await response.content.read(MAX_BYTES + 1)
                while len(body) <= MAX_BYTES and (more := await response.content.readany()):
                    body += more
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OSError("the document cannot be had") from error
        if len(body) > MAX_BYTES:
            raise OSError("the document is too large")
        return json.loads(body)
