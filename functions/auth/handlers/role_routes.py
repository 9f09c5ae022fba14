"""Routes of roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.http import id_in_path
from netpulse.permissions import Permission

from functions.auth.models.requests import RoleChange, RoleIn
from functions.auth.models.views import RoleView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services

RoleKey = Annotated[str, Path(description="A role's id.", max_length=100)]


def add_role_routes(app: Application, services: Services) -> None:
    """Add the routes under /roles."""

    @app.get("/roles", permission=Permission.USER_READ)
    def list_roles() -> list[RoleView]:
        """List the four roles that everybody has, then one's own, each with its permissions."""
        return services.roles().all(app.principal)

    @app.post("/roles", permission=Permission.USER_WRITE, status=201, errors=(409,))
    def add_role(role: RoleIn) -> RoleView:
        """Make a role of permissions that one has oneself."""
        return services.roles().add(app.principal, role)

    @app.patch("/roles/{role_id}", permission=Permission.USER_WRITE, errors=(409,))
    def change_role(role_id: RoleKey, change: RoleChange) -> RoleView:
        """Change a role; whoever has it feels it within five seconds."""
        return services.roles().change(app.principal, id_in_path("role", role_id), change)

    @app.delete("/roles/{role_id}", permission=Permission.USER_WRITE, errors=(409,))
    def remove_role(role_id: RoleKey) -> None:
        """Forget a role that nobody has."""
        services.roles().remove(app.principal, id_in_path("role", role_id))
