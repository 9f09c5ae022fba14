"""Our keys and endpoints, for whoever verifies our tokens; not in the envelope."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

from functions.auth.domain.claims import REQUIRED

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services

# Verifiers refetch on an unknown key id; five minutes spare us the rest.
_CACHED = "public, max-age=300"


def add_discovery_routes(app: Application, services: Services) -> None:
    """Add the routes under /.well-known."""

    @app.get("/.well-known/jwks.json", public=True, limit=None, enveloped=False)
    def get_jwks() -> Response[str]:
        """Get the keys that verify our tokens (RFC 7517)."""
        return _document(app, {"keys": services.signer().public_keys()})

    @app.get("/.well-known/openid-configuration", public=True, limit=None, enveloped=False)
    def get_openid_configuration() -> Response[str]:
        """Get where our keys are and what our tokens hold (OpenID Connect Discovery)."""
        issuer, api = services.issuer(), f"{services.public_url()}/api/v1"
        return _document(
            app,
            {
                "issuer": issuer,
                "jwks_uri": f"{services.public_url()}/.well-known/jwks.json",
                "token_endpoint": f"{api}/auth/refresh",
                "userinfo_endpoint": f"{api}/me",
                "end_session_endpoint": f"{api}/auth/logout",
                "response_types_supported": ["token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "claims_supported": [
                    *REQUIRED,
                    *("client_id", "scope", "username", "cognito:groups", "origin_jti"),
                    *("auth_time", "org", "permissions", "scopes"),
                ],
            },
        )


def _document(app: Application, content: dict[str, Any]) -> Response[str]:
    app.request.response_headers["Cache-Control"] = _CACHED
    return Response(status_code=200, content_type="application/json", body=json.dumps(content))
