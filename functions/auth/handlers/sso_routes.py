"""Routes of single sign-on: for people, and for admins who set it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.errors import NetPulseError
from netpulse.http import id_in_path
from netpulse.permissions import Permission

from functions.auth.domain import browser
from functions.auth.domain.session import Client
from functions.auth.handlers.cookies import cookies_of, handed_over
from functions.auth.models.providers import (
    ProviderChange,
    ProviderIn,
    ProviderView,
    SsoStartIn,
    SsoStartView,
)

if TYPE_CHECKING:
    from uuid import UUID

    from netpulse.http import Application

    from functions.auth.handlers.services import Services

CALLBACK = "/api/v1/auth/sso/callback"
Code = Annotated[str, Query(max_length=2000, description="What the provider gave.")]
State = Annotated[str, Query(max_length=200, description="What it was given.")]
Denial = Annotated[str, Query(max_length=200, description="Why there is no code.")]
ProviderKey = Annotated[str, Path(description="An identity provider's id.", max_length=100)]


def _provider_id(key: str) -> UUID:
    return id_in_path("identity_provider", key)


def add_sso_routes(app: Application, services: Services) -> None:
    """Add the routes under /auth/sso."""

    @app.post("/auth/sso/start", public=True, limit="auth", errors=(404, 502))
    def start_sso(start: SsoStartIn) -> SsoStartView:
        """Get where to log in: at the provider of an address's domain, or at a chosen one."""
        begun = services.sso().start(start)
        if begun.state:
            app.request.cookies.append(browser.state_cookie(begun.state, services.public_url()))
        return begun.view

    @app.get(CALLBACK, public=True, limit="auth", enveloped=False)
    def finish_sso(code: Code = "", state: State = "", error: Denial = "") -> Response[str]:
        """Come back from a provider: logged in, or with the reason why not."""
        home = services.public_url().rstrip("/")
        try:
            kept = browser.state_in(cookies_of(app.request))
            tokens = services.sso().finish(code, state, kept)
            handed_over(app.request, tokens, Client.BROWSER, services.public_url())
            place = f"{home}/"
        except NetPulseError as refusal:
            reason = "denied" if error else refusal.details.get("reason", "unavailable")
            place = f"{home}/login#sso={reason}"
        app.request.cookies.append(browser.state_cookie("", services.public_url()))
        return Response(status_code=302, headers={"Location": place}, body="")


def add_provider_routes(app: Application, services: Services) -> None:
    """Add the routes under /identity-providers."""

    @app.get("/identity-providers", permission=Permission.ORGANIZATION_WRITE)
    def list_identity_providers() -> list[ProviderView]:
        """List the organisation's identity providers by name."""
        return services.providers().all(app.principal)

    @app.post(
        "/identity-providers",
        permission=Permission.ORGANIZATION_WRITE,
        status=201,
        errors=(409,),
    )
    def add_identity_provider(provider: ProviderIn) -> ProviderView:
        """Set up an OpenID Connect provider."""
        return services.providers().add(app.principal, provider)

    @app.get("/identity-providers/{provider_id}", permission=Permission.ORGANIZATION_WRITE)
    def get_identity_provider(provider_id: ProviderKey) -> ProviderView:
        """Get an identity provider."""
        return services.providers().get(app.principal, _provider_id(provider_id))

    @app.patch(
        "/identity-providers/{provider_id}",
        permission=Permission.ORGANIZATION_WRITE,
        errors=(409,),
    )
    def change_identity_provider(provider_id: ProviderKey, change: ProviderChange) -> ProviderView:
        """Change an identity provider."""
        return services.providers().change(app.principal, _provider_id(provider_id), change)

    @app.delete("/identity-providers/{provider_id}", permission=Permission.ORGANIZATION_WRITE)
    def remove_identity_provider(provider_id: ProviderKey) -> None:
        """Forget an identity provider; sessions begun by it end at their next refresh."""
        services.providers().remove(app.principal, _provider_id(provider_id))

    @app.post(
        "/identity-providers/{provider_id}/test",
        permission=Permission.ORGANIZATION_WRITE,
        errors=(502,),
    )
    def check_identity_provider(provider_id: ProviderKey) -> None:
        """Ask the provider for its configuration, to see that it can be reached."""
        services.providers().test(app.principal, _provider_id(provider_id))
