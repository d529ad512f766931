"""Gets JSON documents by URL: key sets, discovery documents."""

from typing import Any

import aiohttp
import orjson

_MAX_BYTES = 1024 * 1024
_SECONDS = 5.0


class HttpJsonFetcher:
    """Gets JSON over HTTP: no redirects, no cookies, capped in time and size."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def fetch_json(self, url: str) -> Any:  # noqa: ANN401 - any JSON
        """Return the decoded document.

        Raises:
            OSError: If it cannot be had, whatever the reason.
            ValueError: If it is not JSON, or larger than a megabyte.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
            )
        try:
            async with self._session.get(url, allow_redirects=False) as answer:
                if answer.status != 200:
                    msg = f"status {answer.status}"
                    raise OSError(msg)
                body = await answer.content.read(_MAX_BYTES + 1)
                while len(body) <= _MAX_BYTES and not answer.content.at_eof():
                    body += await answer.content.read(_MAX_BYTES + 1 - len(body))
        except (TimeoutError, aiohttp.ClientError) as error:
            raise OSError(type(error).__name__) from error
        if len(body) > _MAX_BYTES:
            raise ValueError("the document is too large")
        return orjson.loads(body)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
