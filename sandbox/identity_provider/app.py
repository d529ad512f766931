"""The HTTP face of the identity provider.

Discovery: OpenID Connect Discovery 1.0; errors of the token endpoint: RFC 6749 section 5.2.
There is no log-in page: a client with the sandbox's secret gets a token for whomever it names.
"""

import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.faults import FaultSwitch
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.identity_provider.keys import ALGORITHMS, KeyRing, load_or_create_ring, save_ring
from sandbox.identity_provider.tokens import (
    ASSURANCE_LEVELS,
    DEFAULT_SECONDS,
    ROLES,
    TokenRequest,
    claims_of,
    sign,
)

_MAX_BODY_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class IdentityProviderSettings:
    """What the identity provider needs to be served.

    Args:
        issuer: Its public URL, which tokens carry as `iss`; None takes the address that a request
            came to (for a server on a free port).
        key_file: Where signing keys are kept.
        directory: SQLite file of the identities.
        client_secret: What the token endpoint wants.
        admin_token: What rotation and faults want.
        clock: Returns the current instant, with its offset.
    """

    issuer: str | None
    key_file: Path
    directory: Path
    client_secret: str
    admin_token: str
    clock: Callable[[], datetime]


def create_identity_provider_app(settings: IdentityProviderSettings) -> ASGIApp:
    """Return the ASGI app of the identity provider; files are opened at start-up."""
    provider = _Provider(settings)
    routes = [
        Route("/.well-known/openid-configuration", provider.discovery),
        Route("/jwks", provider.key_set),
        Route("/token", provider.token, methods=["POST"]),
        Route("/_admin/rotate", provider.rotate, methods=["POST"]),
    ]
    app = Starlette(routes=routes, lifespan=provider.lifespan)
    return FaultSwitch(app, admin_token=settings.admin_token)


class _Provider:
    def __init__(self, settings: IdentityProviderSettings) -> None:
        self._settings = settings
        self._ring = KeyRing(())
        self._directory: IdentityDirectory | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._ring = load_or_create_ring(self._settings.key_file)
        self._directory = IdentityDirectory.open(self._settings.directory)
        try:
            yield
        finally:
            self._directory.close()

    def _issuer(self, request: Request) -> str:
        return self._settings.issuer or f"{request.url.scheme}://{request.url.netloc}"

    async def discovery(self, request: Request) -> Response:
        issuer = self._issuer(request)
        return JSONResponse(
            {
                "issuer": issuer,
                "jwks_uri": f"{issuer}/jwks",
                "token_endpoint": f"{issuer}/token",
                "grant_types_supported": ["client_credentials"],
                "response_types_supported": ["token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": list(ALGORITHMS),
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "scopes_supported": sorted(
                    {scope for terms in ROLES.values() for scope in terms.scope.split()}
                ),
                "acr_values_supported": list(ASSURANCE_LEVELS),
                "claims_supported": [
                    "sub", "role", "patient", "practitioner", "organization", "purpose", "acr",
                ],
            }
        )  # fmt: skip

    async def key_set(self, _: Request) -> Response:
        return JSONResponse(self._ring.key_set(), headers={"cache-control": "max-age=300"})

    async def token(self, request: Request) -> Response:
        body = await request.body()
        if len(body) > _MAX_BODY_BYTES:
            return _oauth_error("invalid_request", "the request is too long")
        form = dict(parse_qsl(body.decode(errors="replace")))
        given = form.get("client_secret", "").encode()
        if not hmac.compare_digest(given, self._settings.client_secret.encode()):
            return _oauth_error("invalid_client", "the client secret is missing or wrong", 401)
        if form.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type", "only client_credentials is served")
        return self._issue(request, form)

    def _issue(self, request: Request, form: dict[str, str]) -> Response:
        role, person = form.get("role", ""), form.get("person", "")
        directory = self._directory
        identity = directory.find(role, person) if directory is not None else None
        if role not in ROLES or identity is None:
            return _oauth_error("invalid_grant", "nobody with this id has this role")
        try:
            asked = TokenRequest(
                purpose=form.get("purpose"),
                assurance=form.get("acr", "vneid-2"),
                client_id=form.get("client_id"),
                seconds=int(form.get("expires_in", DEFAULT_SECONDS)),
            )
            key = self._ring.current(form.get("alg", ALGORITHMS[0]))
            claims = claims_of(identity, asked, self._issuer(request), self._settings.clock())
        except (ValueError, LookupError) as problem:
            return _oauth_error("invalid_request", str(problem))
        return JSONResponse(
            {
                "access_token": sign(claims, key),
                "token_type": "Bearer",
                "expires_in": asked.seconds,
                "scope": claims["scope"],
            },
            headers={"cache-control": "no-store"},
        )

    async def rotate(self, request: Request) -> Response:
        """Make a new key of an algorithm (`alg`), or drop the ones before it (`retire=true`)."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._settings.admin_token}".encode()):
            return JSONResponse({"problem": "the admin token is missing or wrong"}, 401)
        algorithm = request.query_params.get("alg", ALGORITHMS[0])
        if algorithm not in ALGORITHMS:
            return JSONResponse({"problem": f"algorithm is one of {ALGORITHMS}"}, 400)
        retire = request.query_params.get("retire") == "true"
        self._ring = self._ring.retired(algorithm) if retire else self._ring.rotated(algorithm)
        save_ring(self._ring, self._settings.key_file)
        return JSONResponse({"keys": [key.kid for key in self._ring.keys]})


def _oauth_error(code: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": code, "error_description": description}, status)
