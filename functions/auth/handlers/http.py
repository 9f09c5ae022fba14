"""The auth domain's Lambda entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.http import Application

from functions.auth.handlers.audit_routes import add_audit_routes
from functions.auth.handlers.discovery_routes import add_discovery_routes
from functions.auth.handlers.key_routes import add_key_routes
from functions.auth.handlers.me_routes import add_me_routes, add_own_session_routes
from functions.auth.handlers.member_routes import add_member_routes
from functions.auth.handlers.recovery_routes import add_recovery_routes
from functions.auth.handlers.role_routes import add_role_routes
from functions.auth.handlers.scim_routes import add_scim_routes
from functions.auth.handlers.second_factor_routes import add_second_factor_routes
from functions.auth.handlers.services import Services
from functions.auth.handlers.session_routes import add_session_routes
from functions.auth.handlers.sso_routes import add_provider_routes, add_sso_routes
from functions.auth.wiring import http as wiring
from functions.auth.wiring import sso

if TYPE_CHECKING:
    from netpulse.clock import Clock


def application(services: Services, *, clock: Clock = SYSTEM_CLOCK) -> Application:
    """Return the auth domain's HTTP interface over these services."""
    made = Application("auth", services.access, clock=clock)
    add_session_routes(made, services)
    add_recovery_routes(made, services)
    add_second_factor_routes(made, services)
    add_me_routes(made, services)
    add_own_session_routes(made, services)
    add_member_routes(made, services)
    add_sso_routes(made, services)
    add_provider_routes(made, services)
    add_scim_routes(made, services)
    add_role_routes(made, services)
    add_key_routes(made, services)
    add_audit_routes(made, services)
    add_discovery_routes(made, services)
    return made


app = application(
    Services(
        access=wiring.access,
        login=wiring.login_service,
        sessions=wiring.session_service,
        profile=wiring.profile_service,
        members=wiring.member_service,
        api_keys=wiring.api_key_service,
        audit=wiring.audit_service,
        recovery=wiring.recovery_desk,
        roles=wiring.role_service,
        directory_people=wiring.directory_people,
        directory_groups=wiring.directory_groups,
        sso=sso.sso_service,
        providers=sso.provider_service,
        second_factors=wiring.second_factor_service,
        signer=wiring.signer,
        public_url=wiring.public_url,
        issuer=wiring.issuer,
    )
)
handler = app
