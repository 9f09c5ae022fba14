"""Routes of shared credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search
from netpulse.permissions import Permission

from functions.devices.domain.listing import Slice
from functions.devices.handlers.parameters import CredentialKey, credential_id_of
from functions.devices.models.credentials import (
    CredentialIn,
    CredentialPatch,
    CredentialView,
    RotationsIn,
    RotationsView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.devices.handlers.services import Services


def add_credential_routes(app: Application, services: Services) -> None:
    """Add the routes of credentials: secrets go in and never come out."""

    @app.get("/credentials", permission=Permission.DEVICE_READ)
    def list_credentials(
        page: PageNumber = 1, per_page: PerPage = 50, search: Search = ""
    ) -> Page[CredentialView]:
        """List credentials by name, without their secrets."""
        return services.credentials().page(
            app.principal.organization_id, search.strip(), Slice(page, per_page)
        )

    @app.post("/credentials", permission=Permission.DEVICE_WRITE, status=201, errors=(409,))
    def create_credential(credential: CredentialIn) -> CredentialView:
        """Store a credential, encrypted."""
        made = services.credentials().create(app.principal.organization_id, credential)
        app.request.response_headers["Location"] = f"/api/v1/credentials/{made.id}"
        return made

    @app.post("/credentials/rotate", permission=Permission.DEVICE_WRITE, limit="bulk")
    def rotate_credentials(rotations: RotationsIn) -> RotationsView:
        """Give many credentials other secrets in one step: all of them, or none."""
        return services.credentials().rotate(app.principal.organization_id, rotations)

    @app.get("/credentials/{credential_id}", permission=Permission.DEVICE_READ)
    def get_credential(credential_id: CredentialKey) -> CredentialView:
        """Get a credential without its secret."""
        return services.credentials().view(
            app.principal.organization_id, credential_id_of(credential_id)
        )

    @app.patch("/credentials/{credential_id}", permission=Permission.DEVICE_WRITE, errors=(409,))
    def amend_credential(
        credential_id: CredentialKey, credential: CredentialPatch
    ) -> CredentialView:
        """Rename a credential or give it another secret."""
        return services.credentials().amend(
            app.principal.organization_id, credential_id_of(credential_id), credential
        )

    @app.delete("/credentials/{credential_id}", permission=Permission.DEVICE_WRITE, errors=(409,))
    def delete_credential(credential_id: CredentialKey) -> None:
        """Delete a credential that no device uses."""
        services.credentials().remove(
            app.principal.organization_id, credential_id_of(credential_id)
        )
