"""Schemas of running subgraphs: had where they are, and every reason told where they are not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.commands.reading import CommandError
from gateway.commands.schema_sources import read_sources
from gateway.commands.supergraph_config import SchemaSource

SDL = "type Query { a: Int }"


@asynccontextmanager
async def _subgraph(answer: str, status: str = "200 OK") -> AsyncIterator[tuple[str, list[bytes]]]:
    """A subgraph that answers everything alike: its URL and the heads of what it was asked."""
    heads: list[bytes] = []

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n"
        body = answer.encode()
        writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answered, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql", heads


def _at(url: str, **headers: str) -> SchemaSource:
    return SchemaSource(url, url, headers=headers)


async def test_a_running_subgraph_tells_its_schema() -> None:
    answer = json.dumps({"data": {"_service": {"sdl": SDL}}})
    async with _subgraph(answer) as (url, heads):
        found = await read_sources({"a": _at(url, authorization="Bearer x")})

    assert {"a": SDL} == found
    assert b"\r\nauthorization: Bearer x\r\n" in heads[0]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("<html>", "subgraph a: does not answer _service { sdl }"),
        ("[]", "subgraph a: does not answer _service { sdl }"),
        ('{"data": {"_service": {"sdl": null}}}', "subgraph a: does not answer _service { sdl }"),
        (
            '{"data": null, "errors": [{"message": "No schema for you"}, {"message": "Never"}]}',
            "subgraph a: does not answer _service { sdl }: No schema for you; Never",
        ),
        (
            '{"errors": [{"message": "two\\nlines \\u001b[31m"}]}',
            "subgraph a: does not answer _service { sdl }: two lines  [31m",
        ),
    ],
)
async def test_an_answer_without_a_schema_is_told_with_the_subgraphs_own_words(
    answer: str, message: str
) -> None:
    async with _subgraph(answer) as (url, _):
        with pytest.raises(CommandError) as caught:
            await read_sources({"a": _at(url)})

    assert message == str(caught.value)


async def test_the_status_of_a_refusal_is_told() -> None:
    async with _subgraph("no", "403 Forbidden") as (url, _):
        with pytest.raises(CommandError, match=r"HTTP error \(status 403\)"):
            await read_sources({"a": _at(url)})


async def test_every_schema_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    async with _subgraph("<html>") as (url, _):
        sources = {
            "a": SchemaSource("", str(tmp_path / "a.graphql")),
            "b": _at(url),
            "c": SchemaSource("", sdl=SDL),
            "d": _at("http://127.0.0.1:99999"),
        }
        with pytest.raises(CommandError) as caught:
            await read_sources(sources)

    assert [
        f"{tmp_path / 'a.graphql'}: No such file or directory",
        "subgraph b: does not answer _service { sdl }",
        "subgraph d: the URL's port is none",
    ] == str(caught.value).splitlines()
