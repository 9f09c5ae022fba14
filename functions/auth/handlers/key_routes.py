"""Routes of API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.http import Page, id_in_path
from netpulse.http.fields import PageNumber, PerPage
from netpulse.ids import ApiKeyId

from functions.auth.models.requests import ApiKeyIn
from functions.auth.models.views import ApiKeyView, NewApiKeyView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services

ApiKeyKey = Annotated[str, Path(description="An API key's id.", max_length=100)]


def add_key_routes(app: Application, services: Services) -> None:
    """Add the routes under /api-keys."""

    @app.get("/api-keys")
    def list_api_keys(page: PageNumber = 1, per_page: PerPage = 50) -> Page[ApiKeyView]:
        """List one's own API keys; admins see the organisation's."""
        return services.api_keys().page(app.principal, page=page, per_page=per_page)

    @app.post("/api-keys", status=201)
    def create_api_key(api_key: ApiKeyIn) -> NewApiKeyView:
        """Make an API key of at most one's own role; its secret is shown this once."""
        return services.api_keys().create(app.principal, api_key)

    @app.delete("/api-keys/{api_key_id}")
    def revoke_api_key(api_key_id: ApiKeyKey) -> None:
        """End an API key."""
        services.api_keys().revoke(app.principal, ApiKeyId(id_in_path("api_key", api_key_id)))
