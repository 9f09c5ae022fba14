"""Routes of the caller themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.errors import NotFoundError
from netpulse.ids import OrganizationId

from functions.auth.domain.errors import SessionOverError
from functions.auth.models.requests import PasswordIn, ProfileIn, SwitchIn
from functions.auth.models.views import MeView, SessionView, TokensView
from functions.auth.service.profile import person

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services

SessionKey = Annotated[str, Path(description="A session's id.", max_length=100)]


def add_me_routes(app: Application, services: Services) -> None:
    """Add the routes under /me."""

    @app.get("/me", before_enrollment=True)
    def get_me() -> MeView:
        """Get who is asking, where, and what they may do."""
        return services.profile().view(app.principal)

    @app.patch("/me", before_enrollment=True)
    def change_me(profile: ProfileIn) -> MeView:
        """Change one's own name."""
        return services.profile().change(app.principal, profile)

    @app.post("/me/password", before_enrollment=True, limit="auth")
    def change_password(password: PasswordIn) -> None:
        """Set a new password; every other session ends."""
        services.profile().change_password(app.principal, password)


def add_own_session_routes(app: Application, services: Services) -> None:
    """Add the routes of the caller's sessions."""

    @app.post("/me/organization", before_enrollment=True, errors=(404,))
    def switch_organization(switch: SwitchIn) -> TokensView:
        """Go on in another organisation: a new access token; the refresh token follows."""
        session = services.sessions().find(person(app.principal), app.principal.session_id or "")
        if session is None:
            raise SessionOverError
        return services.login().switch(session, OrganizationId(switch.organization_id))

    @app.get("/me/sessions", before_enrollment=True)
    def list_sessions() -> list[SessionView]:
        """List one's own open sessions, the newest first."""
        return services.profile().sessions(app.principal)

    @app.delete("/me/sessions/{session_id}", before_enrollment=True)
    def end_session(session_id: SessionKey) -> None:
        """End one of one's own sessions."""
        own = services.sessions().find(person(app.principal), app.principal.session_id or "")
        seen = services.sessions().beside(own) if own else []
        session = next((one for one in seen if one.id == session_id), None)
        if session is None:
            raise NotFoundError.of("session", session_id)
        services.sessions().end(session)
