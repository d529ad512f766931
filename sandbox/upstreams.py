"""Every upstream of the sandbox, served in one event loop."""

import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

from starlette.types import ASGIApp

from sandbox.hospitals.app import HospitalSettings, create_hospital_app
from sandbox.identity_provider.app import IdentityProviderSettings, create_identity_provider_app
from sandbox.insurance_portal.app import PortalAccount, PortalSettings, create_portal_app
from sandbox.layout import HOST, DataFolder, Ports, Secrets
from sandbox.population.institutions import HOSPITALS
from sandbox.serving import bind, serving


@dataclass(frozen=True, slots=True)
class Upstreams:
    """Where the upstreams are reached.

    Args:
        hospitals: FHIR base URL by facility code.
        portal: Base URL of the insurance portal.
        issuer: URL of the identity provider.
    """

    hospitals: dict[str, str]
    portal: str
    issuer: str


def upstream_apps(
    data: DataFolder, secrets: Secrets, issuer: str | None, clock: Callable[[], datetime]
) -> dict[str, ASGIApp]:
    """Return the apps by name: facility codes, `portal`, `identity-provider`."""
    apps: dict[str, ASGIApp] = {
        facility.code: create_hospital_app(
            HospitalSettings(
                facility_code=facility.code,
                database=data.world.hospital(facility.code),
                bearer_token=secrets.hospital_token,
                admin_token=secrets.admin_token,
                clock=clock,
            )
        )
        for facility in HOSPITALS
    }
    account = PortalAccount(
        secrets.portal_username,
        secrets.portal_password,
        secrets.portal_staff_name,
        secrets.portal_staff_id,
    )
    apps["portal"] = create_portal_app(
        PortalSettings(data.world.portal, account, secrets.admin_token, clock)
    )
    apps["identity-provider"] = create_identity_provider_app(
        IdentityProviderSettings(
            issuer=issuer,
            key_file=data.signing_keys,
            directory=data.world.identities,
            client_secret=secrets.client_secret,
            admin_token=secrets.admin_token,
            clock=clock,
        )
    )
    return apps


@contextlib.asynccontextmanager
async def serve_upstreams(
    data: DataFolder, secrets: Secrets, ports: Ports | None, clock: Callable[[], datetime]
) -> AsyncIterator[Upstreams]:
    """Serve every upstream while the block runs.

    Args:
        data: Their files.
        secrets: What clients present.
        ports: Where they listen; None takes free ports (for tests).
        clock: Returns the current instant, with its offset.

    Raises:
        AddressInUseError: A port is taken.
    """
    apps = upstream_apps(data, secrets, ports.issuer if ports else None, clock)
    wanted = dict.fromkeys(apps, 0)
    if ports is not None:
        wanted = {
            **ports.hospitals,
            "portal": ports.portal,
            "identity-provider": ports.identity_provider,
        }
    async with AsyncExitStack() as stack:
        listeners: dict[str, socket.socket] = {}
        for name in apps:
            listeners[name] = bind(wanted[name], ports.host if ports else HOST)
            stack.callback(listeners[name].close)
        urls = {
            name: await stack.enter_async_context(serving(app, listeners[name]))
            for name, app in apps.items()
        }
        yield Upstreams(
            hospitals={one.code: f"{urls[one.code]}/fhir" for one in HOSPITALS},
            portal=urls["portal"],
            issuer=urls["identity-provider"],
        )
