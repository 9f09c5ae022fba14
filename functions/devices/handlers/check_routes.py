"""Routes of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search, split_items
from netpulse.permissions import Permission

from functions.devices.domain.check import CheckFilter, CheckKind, CheckState
from functions.devices.domain.listing import Slice
from functions.devices.handlers.parameters import (
    CheckKey,
    DeviceKey,
    check_id_of,
    device_id_of,
)
from functions.devices.models.checks import CheckIn, CheckPatch, CheckView, PolicyIn, PolicyView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.devices.handlers.services import Services

Kinds = Annotated[list[CheckKind] | None, split_items, Query(description="Any of these.")]
States = Annotated[list[CheckState] | None, split_items, Query(description="Any of these.")]


def add_check_routes(app: Application, services: Services) -> None:
    """Add the routes of checks."""
    _add_overview_routes(app, services)
    _add_device_routes(app, services)


def _add_overview_routes(app: Application, services: Services) -> None:
    @app.get("/checks", permission=Permission.DEVICE_READ, limit="monitoring")
    def list_checks(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        search: Search = "",
        kind: Kinds = None,
        state: States = None,
    ) -> Page[CheckView]:
        """List the checks of all devices, by device and name, with what each said last."""
        wanted = CheckFilter(kinds=kind or (), states=state or (), search=search.strip())
        return services.checks().page(app.principal.organization_id, wanted, Slice(page, per_page))

    @app.get("/checks/policy", permission=Permission.DEVICE_READ)
    def get_check_policy() -> PolicyView:
        """Get whether checks may be sent beyond the device they belong to."""
        return services.checks().policy(app.principal.organization_id)

    @app.put("/checks/policy", permission=Permission.ORGANIZATION_WRITE)
    def set_check_policy(policy: PolicyIn) -> PolicyView:
        """Say whether checks may be sent beyond the device they belong to.

        Checks that are stop being sent there at once when that is no longer allowed.
        """
        return services.checks().set_policy(
            app.principal.organization_id, beyond_device=policy.beyond_device
        )


def _add_device_routes(app: Application, services: Services) -> None:
    @app.get("/devices/{device_id}/checks", permission=Permission.DEVICE_READ, limit="monitoring")
    def list_device_checks(
        device_id: DeviceKey,
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        kind: Kinds = None,
        state: States = None,
    ) -> Page[CheckView]:
        """List a device's checks with what each said last."""
        wanted = CheckFilter(
            device_id=device_id_of(device_id), kinds=kind or (), states=state or ()
        )
        return services.checks().page(app.principal.organization_id, wanted, Slice(page, per_page))

    @app.post(
        "/devices/{device_id}/checks",
        permission=Permission.DEVICE_WRITE,
        status=201,
        errors=(409,),
    )
    def create_check(device_id: DeviceKey, check: CheckIn) -> CheckView:
        """Add a check to a device; it is made within seconds, then in its interval."""
        made = services.checks().add(app.principal.organization_id, device_id_of(device_id), check)
        app.request.response_headers["Location"] = (
            f"/api/v1/devices/{made.device_id}/checks/{made.id}"
        )
        return made

    @app.get("/devices/{device_id}/checks/{check_id}", permission=Permission.DEVICE_READ)
    def get_check(device_id: DeviceKey, check_id: CheckKey) -> CheckView:
        """Get a check with what it said last."""
        return services.checks().view(
            app.principal.organization_id, device_id_of(device_id), check_id_of(check_id)
        )

    @app.patch("/devices/{device_id}/checks/{check_id}", permission=Permission.DEVICE_WRITE)
    def amend_check(device_id: DeviceKey, check_id: CheckKey, check: CheckPatch) -> CheckView:
        """Change some of a check; a section that is given replaces the one there is."""
        return services.checks().amend(
            app.principal.organization_id, device_id_of(device_id), check_id_of(check_id), check
        )

    @app.delete(
        "/devices/{device_id}/checks/{check_id}/host-key", permission=Permission.DEVICE_WRITE
    )
    def forget_host_key(device_id: DeviceKey, check_id: CheckKey) -> CheckView:
        """Forget the SSH host key that was pinned: the next one that is seen is."""
        return services.checks().unpin(
            app.principal.organization_id, device_id_of(device_id), check_id_of(check_id)
        )

    @app.delete("/devices/{device_id}/checks/{check_id}", permission=Permission.DEVICE_WRITE)
    def delete_check(device_id: DeviceKey, check_id: CheckKey) -> None:
        """Delete a check; the history of its values stays."""
        services.checks().remove(
            app.principal.organization_id, device_id_of(device_id), check_id_of(check_id)
        )
