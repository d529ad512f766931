"""The ASGI application: health, the development pages, and the GraphQL path itself."""

from collections.abc import Callable
from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.endpoint.asgi import AsgiEndpoint

_GRAPHIQL_HOST = "https://unpkg.com"


def build_application(
    endpoint: AsgiEndpoint,
    path: str,
    is_ready: Callable[[], bool],
    *,
    has_page: bool,
) -> Starlette:
    """Assemble the application.

    Args:
        endpoint: The GraphQL endpoint.
        path: Its path.
        is_ready: Whether this worker may be sent requests.
        has_page: Whether browsers that open the path get the development page, which needs no
            network, and GraphiQL below it; those that open the root are led to the page.
    """
    routes: list[BaseRoute] = [
        Route("/health/live", _live, methods=["GET"]),
        Route("/health/ready", _ready(is_ready), methods=["GET"]),
        Route(path, _Negotiating(endpoint, _page("page.html") if has_page else None)),
    ]
    if has_page:
        graphiql = _page("graphiql.html", _GRAPHIQL_HOST)
        routes.append(Route(f"{path.rstrip('/')}/graphiql", lambda _request: graphiql))
    if has_page and path != "/":
        routes.append(Route("/", _redirect(path), methods=["GET"]))
    return Starlette(routes=routes)


class _Negotiating:
    """Browsers that navigate get the page, everybody else GraphQL."""

    def __init__(self, endpoint: ASGIApp, page: Response | None) -> None:
        self._endpoint = endpoint
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        page = self._page
        if page is not None and scope["method"] == "GET" and _wants_html(scope):
            await page(scope, receive, send)
        else:
            await self._endpoint(scope, receive, send)


def _wants_html(scope: Scope) -> bool:
    return any(
        name == b"accept" and b"text/html" in value.lower() for name, value in scope["headers"]
    )


def _page(name: str, host: str = "") -> Response:
    """A page that talks to this server alone, with what it is made of from here or one host."""
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline' {host}; "
        f"script-src 'unsafe-inline' {host}; img-src data:; font-src data:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    headers = {
        "content-security-policy": policy,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    return HTMLResponse(files("gateway.server").joinpath(name).read_text("utf-8"), headers=headers)


def _redirect(path: str) -> Callable[[Request], Response]:
    def redirect(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
        return RedirectResponse(path, headers={"cache-control": "no-store"})

    return redirect


async def _live(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
    return JSONResponse({"status": "live"}, headers={"cache-control": "no-store"})


def _ready(is_ready: Callable[[], bool]) -> Callable[[Request], "Response"]:
    def ready(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
        good = is_ready()
        return JSONResponse(
            {"status": "ready" if good else "draining"},
            status_code=200 if good else 503,
            headers={"cache-control": "no-store"},
        )

    return ready
