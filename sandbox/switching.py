"""`python -m sandbox fault UPSTREAM KIND`: switch a fault of a running upstream on or off."""

import argparse

import aiohttp

from sandbox.faults import ADMIN_PATH, FaultKind
from sandbox.layout import HOST, BrokenDataError, DataFolder, Ports


class UnreachableError(Exception):
    """The upstream does not answer; the text says so in one line."""


class FaultRefusedError(Exception):
    """The upstream does not take the fault; the text says why in one line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("upstream", choices=tuple(_ports(Ports(4000))), help="which upstream")
    parser.add_argument(
        "kind", choices=[*(kind.value for kind in FaultKind), "off", "show"], help="what happens"
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="how slow")
    parser.add_argument("--status", type=int, default=503, help="which error")
    parser.add_argument("--times", type=int, help="how many requests it hits")


def _ports(ports: Ports) -> dict[str, int]:
    return {
        **ports.hospitals,
        "portal": ports.portal,
        "identity-provider": ports.identity_provider,
    }


async def switch(data: DataFolder, options: argparse.Namespace) -> str:
    """Switch the fault and return what is in force now, as JSON.

    Raises:
        UnreachableError: The sandbox does not run.
        FaultRefusedError: The upstream does not take the fault.
        BrokenDataError: There is no sandbox yet.
    """
    ports = data.last_ports()
    if ports is None:
        message = f"there is no sandbox in {data.root} yet: start it with `make run`"
        raise BrokenDataError(message)
    url = f"http://{HOST}:{_ports(ports)[options.upstream]}{ADMIN_PATH}"
    headers = {"authorization": f"Bearer {data.secrets().admin_token}"}
    method = {"off": "DELETE", "show": "GET"}.get(options.kind, "POST")
    fault = {
        "kind": options.kind,
        "seconds": options.seconds,
        "status": options.status,
        "remaining": options.times,
    }
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                method, url, headers=headers, json=fault if method == "POST" else None
            ) as answer,
        ):
            text = await answer.text()
    except aiohttp.ClientConnectionError as problem:
        message = f"{options.upstream} does not answer on {url}"
        raise UnreachableError(message) from problem
    if answer.status != 200:
        message = f"{options.upstream} refuses the fault: {text}"
        raise FaultRefusedError(message)
    return text
