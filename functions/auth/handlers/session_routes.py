"""Routes by which people come in and go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.errors import UnauthenticatedError
from netpulse.http import requests

from functions.auth.domain.errors import SessionOverError
from functions.auth.handlers.cookies import client_of, forget_cookie, handed_over, shown_token
from functions.auth.models.requests import AcceptInvitationIn, LoginIn, RefreshIn, RegisterIn
from functions.auth.models.views import TokensView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.domain.session import Session
    from functions.auth.handlers.services import Services

Everywhere = Annotated[bool, Query(description="End every session of the person.")]


def add_session_routes(app: Application, services: Services) -> None:
    """Add the routes under /auth."""

    @app.post("/auth/register", public=True, limit="auth", status=201, errors=(409,))
    def register(organization: RegisterIn) -> TokensView:
        """Register an organisation with its first admin, who is logged in at once."""
        client = client_of(app.request, cookie=organization.cookie)
        tokens = services.login().register(organization, client)
        return handed_over(app.request, tokens, client, services.public_url())

    @app.post("/auth/login", public=True, limit="auth", errors=(401,))
    def log_in(login: LoginIn) -> TokensView:
        """Log in with email and password."""
        client = client_of(app.request, cookie=login.cookie)
        tokens = services.login().log_in(login, client, app.request.source_ip)
        return handed_over(app.request, tokens, client, services.public_url())

    # Not limited as logins are: nobody guesses 256 bits, and each load of the page refreshes, for
    # everybody behind one office's address.
    @app.post("/auth/refresh", public=True, errors=(401, 403))
    def refresh(refresh: RefreshIn | None = None) -> TokensView:
        """Exchange the refresh token, of the body or of the cookie, for new tokens."""
        given = refresh.refresh_token if refresh else None
        shown, client = shown_token(app.request, given, services.public_url())
        try:
            tokens = services.login().refresh(shown, client)
        except SessionOverError:
            forget_cookie(app.request, services.public_url())
            raise
        return handed_over(app.request, tokens, client, services.public_url())

    @app.post("/auth/logout", public=True, errors=(401, 403))
    def log_out(logout: RefreshIn | None = None, everywhere: Everywhere = False) -> None:
        """End the session of the access token or, without a good one, of the refresh token."""
        given = logout.refresh_token if logout else None
        session = _session(app, services, given)
        if everywhere:
            services.sessions().end_beside(session)
        else:
            services.sessions().end(session)
        forget_cookie(app.request, services.public_url())

    @app.post("/auth/accept-invitation", public=True, limit="auth")
    def accept_invitation(invitation: AcceptInvitationIn) -> TokensView:
        """Choose a password with an invitation's token, and log in."""
        client = client_of(app.request, cookie=invitation.cookie)
        tokens = services.login().accept(invitation, client)
        return handed_over(app.request, tokens, client, services.public_url())


def _session(app: Application, services: Services, given: str | None) -> Session:
    state = app.request
    try:
        principal = services.access().principal(requests.authorizer_of(state.event), state.headers)
    except UnauthenticatedError:
        principal = None
    found = None
    if principal is not None and principal.user_id and principal.session_id:
        found = services.sessions().find(principal.user_id, principal.session_id)
    if found is None:
        shown, _ = shown_token(state, given, services.public_url())
        found = services.sessions().of_refresh_token(shown)
    if found is None:
        forget_cookie(state, services.public_url())
        raise SessionOverError
    return found
