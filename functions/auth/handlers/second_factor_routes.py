"""Routes of second factors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.http import id_in_path

from functions.auth.handlers.cookies import client_of, handed_over
from functions.auth.models.second_factors import (
    CodeIn,
    NewTotpView,
    PasskeyIn,
    PasskeyOptionsView,
    ProofIn,
    RecoveryCodesView,
    SecondFactorsView,
    SecondStepIn,
    TotpIn,
)
from functions.auth.models.views import TokensView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services

FactorKey = Annotated[str, Path(description="A second factor's id.", max_length=100)]


def add_second_factor_routes(app: Application, services: Services) -> None:
    """Add the second step of a login, and the routes under /me/second-factors."""

    @app.post("/auth/login/second-factor", public=True, limit="auth", errors=(401,))
    def prove_second_factor(proof: SecondStepIn) -> TokensView:
        """Finish a login that answered SECOND_FACTOR_NEEDED."""
        client = client_of(app.request, cookie=proof.cookie)
        tokens = services.login().finish(proof, client, app.request.source_ip)
        return handed_over(app.request, tokens, client, services.public_url())

    @app.get("/me/second-factors", before_enrollment=True)
    def list_second_factors() -> SecondFactorsView:
        """List one's own second factors."""
        return services.second_factors().view(app.principal)

    @app.post(
        "/me/second-factors/totp", before_enrollment=True, limit="auth", status=201, errors=(409,)
    )
    def begin_totp(totp: TotpIn) -> NewTotpView:
        """Begin to set up an authenticator app; it counts once a code confirmed it."""
        return services.second_factors().begin_totp(app.principal, totp)

    @app.post("/me/second-factors/totp/{factor_id}/confirm", before_enrollment=True, limit="auth")
    def confirm_totp(factor_id: FactorKey, proof: CodeIn) -> RecoveryCodesView:
        """Let an authenticator app count from now on; with the first factor come recovery codes."""
        return services.second_factors().confirm_totp(
            app.principal, id_in_path("second_factor", factor_id), proof.code
        )

    _add_passkey_routes(app, services)

    @app.post("/me/second-factors/{factor_id}/remove", before_enrollment=True, limit="auth")
    def remove_second_factor(factor_id: FactorKey, proof: ProofIn) -> None:
        """Take a second factor away."""
        services.second_factors().remove(
            app.principal, id_in_path("second_factor", factor_id), proof.password.get_secret_value()
        )

    @app.post(
        "/me/second-factors/recovery-codes", before_enrollment=True, limit="auth", errors=(409,)
    )
    def renew_recovery_codes(proof: ProofIn) -> RecoveryCodesView:
        """Replace the recovery codes; the old ones are void."""
        return services.second_factors().new_codes(app.principal, proof.password.get_secret_value())


def _add_passkey_routes(app: Application, services: Services) -> None:
    @app.post(
        "/me/second-factors/passkeys/options", before_enrollment=True, limit="auth", errors=(409,)
    )
    def begin_passkey(proof: ProofIn) -> PasskeyOptionsView:
        """Get what the browser makes a key or passkey from."""
        return services.second_factors().begin_passkey(
            app.principal, proof.password.get_secret_value()
        )

    @app.post("/me/second-factors/passkeys", before_enrollment=True, limit="auth", status=201)
    def add_passkey(passkey: PasskeyIn) -> RecoveryCodesView:
        """Add a key or passkey that the browser made."""
        return services.second_factors().add_passkey(app.principal, passkey)
