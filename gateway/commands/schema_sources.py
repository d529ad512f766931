"""Having the schemas of subgraphs: from files, the standard input and running subgraphs.

Source: Apollo Federation subgraph specification, ``Query._service``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from gateway.commands.reading import CommandError, read_text
from gateway.commands.supergraph_config import SchemaSource, is_url
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.transport.endpoint import SubgraphEndpoint, parse_endpoint
from gateway.transport.http import HttpTransport

_SDL_QUERY = b'{"query":"{ _service { sdl } }"}'


async def read_sources(sources: Mapping[str, SchemaSource]) -> dict[str, str]:
    """Return the SDL of each subgraph by its name.

    Raises:
        CommandError: If some cannot be had: each of them, a line each.
    """
    found: dict[str, str | CommandError] = {}
    endpoints: list[SubgraphEndpoint] = []
    for name, source in sources.items():
        if source.sdl is None and is_url(source.place):
            try:
                endpoints.append(parse_endpoint(name, source.place, headers=source.headers))
            except ValueError as error:
                found[name] = CommandError(str(error))
        else:
            found[name] = _read(source)
    found |= await _asked(endpoints)
    problems = [str(found[name]) for name in sources if isinstance(found[name], CommandError)]
    if problems:
        raise CommandError("\n".join(problems))
    return {name: str(found[name]) for name in sources}


def _read(source: SchemaSource) -> str | CommandError:
    if source.sdl is not None:
        return source.sdl
    try:
        return read_text(Path(source.place))
    except CommandError as error:
        return error


async def _asked(endpoints: list[SubgraphEndpoint]) -> dict[str, str | CommandError]:
    transport = HttpTransport(endpoints)
    try:
        futures = {
            each.name: transport.send(SubgraphRequest(each.name, _SDL_QUERY, False, None))
            for each in endpoints
        }
        return {name: _sdl(name, await future) for name, future in futures.items()}
    finally:
        await transport.close()


def _sdl(name: str, answer: bytes | FetchFailure) -> str | CommandError:
    if isinstance(answer, FetchFailure):
        status = dict(answer.extensions).get("http", {}).get("status")
        told = f" (status {status})" if status is not None else ""
        return CommandError(f"subgraph {name}: {answer.message}{told}")
    try:
        response = orjson.loads(answer)
    except orjson.JSONDecodeError:
        response = None
    try:
        sdl = response["data"]["_service"]["sdl"]
    except (LookupError, TypeError):
        sdl = None
    if isinstance(sdl, str):
        return sdl
    reasons = "; ".join(_messages(response))
    told = f": {reasons}" if reasons else ""
    return CommandError(f"subgraph {name}: does not answer _service {{ sdl }}{told}")


def _messages(response: object) -> Iterator[str]:
    errors = response.get("errors") if isinstance(response, dict) else None
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict) and isinstance(error.get("message"), str):
            # A stranger's text: neither lines of its own nor commands to the terminal.
            yield "".join(each if each.isprintable() else " " for each in error["message"])
