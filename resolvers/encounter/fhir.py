"""Client of one hospital's FHIR R4 server: read, search, paging, OperationOutcome.

Source: FHIR R4 RESTful API (https://hl7.org/fhir/R4/http.html, search.html).
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from resolvers.upstream import UpstreamClient, UpstreamError, UpstreamFault, UpstreamRequest

Resource: TypeAlias = Mapping[str, Any]
"""A FHIR resource as JSON; decimals are texts, so that no digit is lost."""

Parameters: TypeAlias = Sequence[tuple[str, str]]

MOST_PAGES = 100
"""Pages of one search that are followed at most; more means a server that runs in circles."""

_GONE = frozenset({404, 410})
_RESOURCE_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}", re.ASCII)


def is_resource_id(value: object) -> bool:
    """Whether a value has the form of a FHIR ``id``: it may stand in an address or a search."""
    return (
        isinstance(value, str)
        and _RESOURCE_ID.fullmatch(value) is not None
        and value.strip(".") != ""  # "." and ".." mean something else in an address
    )


def search_token(code: str, system: str = "") -> str:
    """A code as the value of a token search parameter, with its separators escaped.

    Args:
        code: The code.
        system: URI of its system; empty for any.
    """
    escaped = re.sub(r"([\\$,|])", r"\\\1", code)
    return f"{system}|{escaped}" if system else escaped


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class FhirClient:
    """Reads and searches one server."""

    def __init__(self, client: UpstreamClient, base_url: str, token: str) -> None:
        """Prepares a client.

        Args:
            client: Reaches the server.
            base_url: The server's base address: links to further pages must be below it.
            token: Bearer token of a system client.
        """
        self._client = client
        self._base = base_url.rstrip("/")
        self._headers = {
            "Accept": "application/fhir+json",
            "Authorization": f"Bearer {token}",
        }

    async def read(self, type_name: str, resource_id: str) -> Resource | None:
        """One resource, or ``None`` if the server has it not.

        Raises:
            UpstreamError: if the server does not answer, or not in FHIR.
        """
        status, content = await self._get(f"{type_name}/{resource_id}", ())
        if status in _GONE:
            return None
        if status != 200 or content.get("resourceType") != type_name:
            raise self._malformed(status)
        return content

    async def search(
        self, type_name: str, parameters: Parameters
    ) -> AsyncIterator[Sequence[Resource]]:
        """The matches of a search and what was included with them, page by page.

        Args:
            type_name: The resource type.
            parameters: Search parameters, in order.

        Raises:
            UpstreamError: if the server does not answer, not in FHIR, or in circles.
        """
        path, query = type_name, parameters
        for _ in range(MOST_PAGES):
            status, bundle = await self._get(path, query)
            if status != 200 or bundle.get("resourceType") != "Bundle":
                raise self._malformed(status)
            yield self._resources(bundle)
            following = self._next(bundle)
            if following is None:
                return
            path, query = following, ()
        raise UpstreamError(self._client.name, UpstreamFault.MALFORMED, "too many pages")

    async def _get(self, path: str, query: Parameters) -> tuple[int, dict[str, Any]]:
        request = UpstreamRequest("GET", path, tuple(query), self._headers)
        answer = await self._client.send(request)
        try:
            content = json.loads(answer.body, parse_float=str, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise self._malformed(answer.status)
        return answer.status, content

    def _resources(self, bundle: Mapping[str, Any]) -> list[Resource]:
        entries = bundle.get("entry", [])
        if not isinstance(entries, list):
            raise self._malformed(200)
        resources = [entry.get("resource") for entry in entries if isinstance(entry, dict)]
        return [
            resource
            for resource in resources
            if isinstance(resource, dict) and is_resource_id(resource.get("id"))
        ]

    def _next(self, bundle: Mapping[str, Any]) -> str | None:
        """The path of the next page. A link that leaves the server is not followed."""
        links = bundle.get("link", [])
        for link in links if isinstance(links, list) else ():
            if isinstance(link, dict) and link.get("relation") == "next":
                return self._below_base(str(link.get("url", "")))
        return None

    def _below_base(self, url: str) -> str:
        foreign = UpstreamError(self._client.name, UpstreamFault.MALFORMED, "a foreign link")
        try:
            split, base = urlsplit(url), urlsplit(self._base)
        except ValueError:
            raise foreign from None
        if (split.scheme or split.netloc) and split[:2] != base[:2]:
            raise foreign
        prefix = base.path.rstrip("/") + "/"
        path = split.path if split.path.startswith("/") else prefix + split.path
        if not path.startswith(prefix) or ".." in unquote(path):
            raise foreign
        relative = path.removeprefix(prefix)
        return f"{relative}?{split.query}" if split.query else relative

    def _malformed(self, status: int) -> UpstreamError:
        return UpstreamError(self._client.name, UpstreamFault.MALFORMED, f"status {status}")
