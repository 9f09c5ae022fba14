"""Routes for people who forgot their password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.handlers.cookies import forget_cookie
from functions.auth.models.requests import ResetIn, ResetRequestIn

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services


def add_recovery_routes(app: Application, services: Services) -> None:
    """Add the routes under /auth/password-reset."""

    @app.post("/auth/password-reset", public=True, limit="auth")
    def ask_for_password_reset(reset: ResetRequestIn) -> None:
        """Have a link mailed that sets a new password; the answer is the same for any address."""
        services.recovery().ask(reset.email)

    @app.post("/auth/password-reset/confirm", public=True, limit="auth")
    def reset_password(reset: ResetIn) -> None:
        """Set a new password with a link's token; every session ends, and no new one begins."""
        services.recovery().confirm(reset, app.request.source_ip)
        forget_cookie(app.request, services.public_url())
