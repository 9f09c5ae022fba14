"""Routes of device groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search
from netpulse.permissions import Permission

from functions.devices.domain.listing import Slice
from functions.devices.handlers.parameters import GroupKey, group_id_of
from functions.devices.models.groups import GroupIn, GroupView, MembersIn

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.devices.handlers.services import Services

# 10,000 UUIDs in JSON
_MAX_MEMBERS_BYTES = 512 * 1024


def add_group_routes(app: Application, services: Services) -> None:
    """Add the routes of device groups."""

    @app.get("/device-groups", permission=Permission.DEVICE_READ)
    def list_device_groups(
        page: PageNumber = 1, per_page: PerPage = 50, search: Search = ""
    ) -> Page[GroupView]:
        """List device groups by name."""
        return services.groups().page(
            app.principal.organization_id, search.strip(), Slice(page, per_page)
        )

    @app.post("/device-groups", permission=Permission.DEVICE_WRITE, status=201, errors=(409,))
    def create_device_group(group: GroupIn) -> GroupView:
        """Make an empty group."""
        made = services.groups().create(app.principal.organization_id, group)
        app.request.response_headers["Location"] = f"/api/v1/device-groups/{made.id}"
        return made

    @app.get("/device-groups/{group_id}", permission=Permission.DEVICE_READ)
    def get_device_group(group_id: GroupKey) -> GroupView:
        """Get a group; its devices are `GET /devices?group_id=`."""
        return services.groups().view(app.principal.organization_id, group_id_of(group_id))

    @app.put("/device-groups/{group_id}", permission=Permission.DEVICE_WRITE, errors=(409,))
    def replace_device_group(group_id: GroupKey, group: GroupIn) -> GroupView:
        """Name and describe a group anew."""
        return services.groups().replace(
            app.principal.organization_id, group_id_of(group_id), group
        )

    @app.put(
        "/device-groups/{group_id}/devices",
        permission=Permission.DEVICE_WRITE,
        max_body_bytes=_MAX_MEMBERS_BYTES,
    )
    def set_device_group_members(group_id: GroupKey, members: MembersIn) -> GroupView:
        """Give a group exactly these devices."""
        return services.groups().set_members(
            app.principal.organization_id, group_id_of(group_id), members.device_ids
        )

    @app.delete("/device-groups/{group_id}", permission=Permission.DEVICE_WRITE)
    def delete_device_group(group_id: GroupKey) -> None:
        """Delete a group; its devices stay."""
        services.groups().remove(app.principal.organization_id, group_id_of(group_id))
