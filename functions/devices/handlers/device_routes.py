"""Routes that list, register, change and retire devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Page
from netpulse.http.fields import Line, PageNumber, PerPage, Search, Words
from netpulse.permissions import Permission

from functions.devices.domain.listing import DeviceFilter
from functions.devices.handlers.parameters import (
    DeviceKey,
    DeviceTypes,
    GroupIds,
    Numbers,
    Statuses,
    device_id_of,
    slice_of,
)
from functions.devices.models.device import DeviceIn, DevicePatch
from functions.devices.models.imports import ImportIn, ImportView
from functions.devices.models.views import DeviceView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.devices.handlers.services import Services


_MAX_IMPORT_BYTES = 4 * 1024 * 1024


def add_device_routes(app: Application, services: Services) -> None:
    """Add the routes of devices themselves."""

    @app.get("/devices", permission=Permission.DEVICE_READ)
    def list_devices(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        search: Search = "",
        status: Statuses = None,
        device_type: DeviceTypes = None,
        group_id: GroupIds = None,
        tag: Words = None,
        number: Numbers = None,
        vendor: Words = None,
        location: Annotated[Line, Query(description="Whatever its case.")] = "",
        is_active: bool | None = None,
        sort: Words = None,
    ) -> Page[DeviceView]:
        """List devices.

        Of a filter given several times any value will do; every filter must be met. `search` looks
        in name, address, location, external id, sysName and model. `sort` takes up to three
        fields, `-` before one for descending.
        """
        wanted = DeviceFilter(
            search=search.strip(),
            statuses=status or (),
            device_types=device_type or (),
            group_ids=group_id or (),
            tags=tag or (),
            numbers=number or (),
            vendors=vendor or (),
            location=location.strip(),
            is_active=is_active,
        )
        part = slice_of(page, per_page, sort)
        return services.monitoring().page(app.principal.organization_id, wanted, part)

    @app.post("/devices", permission=Permission.DEVICE_WRITE, status=201, errors=(409,))
    def create_device(device: DeviceIn) -> DeviceView:
        """Add a device; it is polled within seconds."""
        made = services.devices().register(app.principal.organization_id, device)
        app.request.response_headers["Location"] = f"/api/v1/devices/{made.id}"
        return made

    @app.post(
        "/devices/import",
        permission=Permission.DEVICE_WRITE,
        limit="bulk",
        max_body_bytes=_MAX_IMPORT_BYTES,
    )
    def import_devices(devices: ImportIn) -> ImportView:
        """Add or describe anew up to 1,000 devices; each row's fate is told.

        A row whose `external_id` is known describes that device anew, as PUT does. Rows that fail
        leave no trace and do not hold the others up. With `dry_run` nothing is kept.
        """
        return services.imports().take(app.principal.organization_id, devices)

    @app.get("/devices/{device_id}", permission=Permission.DEVICE_READ)
    def get_device(device_id: DeviceKey) -> DeviceView:
        """Get a device with what monitoring knows of it."""
        return services.monitoring().view(app.principal.organization_id, device_id_of(device_id))

    @app.put("/devices/{device_id}", permission=Permission.DEVICE_WRITE, errors=(409,))
    def replace_device(device_id: DeviceKey, device: DeviceIn) -> DeviceView:
        """Describe a device anew: what the body leaves out goes back to its default."""
        return services.devices().replace(
            app.principal.organization_id, device_id_of(device_id), device
        )

    @app.patch("/devices/{device_id}", permission=Permission.DEVICE_WRITE, errors=(409,))
    def amend_device(device_id: DeviceKey, device: DevicePatch) -> DeviceView:
        """Change some of a device; what the body leaves out stays."""
        return services.devices().amend(
            app.principal.organization_id, device_id_of(device_id), device
        )

    @app.delete("/devices/{device_id}", permission=Permission.DEVICE_WRITE)
    def delete_device(device_id: DeviceKey) -> None:
        """Retire a device: it is gone and its address free, its history stays."""
        services.devices().retire(app.principal.organization_id, device_id_of(device_id))
