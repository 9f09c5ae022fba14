"""Routes of the organisation and its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.http import Page, id_in_path
from netpulse.http.fields import PageNumber, PerPage, Search
from netpulse.ids import UserId
from netpulse.permissions import Permission, Role

from functions.auth.models.requests import OrganizationChange, UserChange, UserIn
from functions.auth.models.views import InvitedUserView, OrganizationView, UserView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.auth.handlers.services import Services

UserKey = Annotated[str, Path(description="A user's id.", max_length=100)]
OfRole = Annotated[Role | None, Query(description="Only members of this role.")]


def _user_id(key: str) -> UserId:
    return UserId(id_in_path("user", key))


def add_member_routes(app: Application, services: Services) -> None:
    """Add the routes under /users and /organizations."""

    @app.get("/users", permission=Permission.USER_READ)
    def list_users(
        page: PageNumber = 1, per_page: PerPage = 50, search: Search = "", role: OfRole = None
    ) -> Page[UserView]:
        """List the organisation's members by address."""
        return services.members().page(
            app.principal.organization_id, search.strip(), role, page=page, per_page=per_page
        )

    @app.post("/users", permission=Permission.USER_WRITE, status=201, errors=(409,))
    def add_user(user: UserIn) -> InvitedUserView:
        """Let a person in, with a temporary password or an invitation to choose one."""
        made = services.members().add(app.principal, user)
        app.request.response_headers["Location"] = f"/api/v1/users/{made.id}"
        return made

    @app.get("/users/{user_id}", permission=Permission.USER_READ)
    def get_user(user_id: UserKey) -> UserView:
        """Get a member."""
        return services.members().view(app.principal.organization_id, _user_id(user_id))

    @app.patch("/users/{user_id}", permission=Permission.USER_WRITE, errors=(409,))
    def change_user(user_id: UserKey, change: UserChange) -> UserView:
        """Change a member's role, or let them rest; the last admin stays."""
        return services.members().change(app.principal, _user_id(user_id), change)

    @app.delete("/users/{user_id}", permission=Permission.USER_WRITE, errors=(409,))
    def remove_user(user_id: UserKey) -> None:
        """End a membership; the last admin's cannot be ended."""
        services.members().remove(app.principal, _user_id(user_id))

    @app.get("/organizations/current")
    def get_organization() -> OrganizationView:
        """Get the organisation."""
        return services.members().organization(app.principal.organization_id)

    @app.patch("/organizations/current", permission=Permission.ORGANIZATION_WRITE)
    def change_organization(change: OrganizationChange) -> OrganizationView:
        """Change the organisation's name or time zone."""
        return services.members().change_organization(app.principal.organization_id, change)
