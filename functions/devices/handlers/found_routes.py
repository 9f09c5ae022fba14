"""Routes of what was found on devices, and of how they hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search, Words, split_items
from netpulse.permissions import Permission

from functions.devices.domain.errors import unacceptable
from functions.devices.domain.found import FoundFilter, FoundSort, port_order
from functions.devices.domain.interfaces import status_number
from functions.devices.domain.listing import Slice
from functions.devices.handlers.parameters import DeviceKey, device_id_of
from functions.devices.models.found import (
    InterfaceView,
    LinkIn,
    LinkView,
    NeighbourView,
    PortStatus,
    ProposalView,
    SensorView,
    StorageView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.devices.handlers.services import Services

Removed = Annotated[bool, Query(description="Gone ones too.")]
Statuses = Annotated[list[PortStatus] | None, split_items, Query(description="Any of these.")]
Kinds = Annotated[
    list[Literal["disk", "memory"]] | None, split_items, Query(description="Any of these.")
]


def add_found_routes(app: Application, services: Services) -> None:
    """Add the routes of ports, sensors, storages, neighbours and topology."""
    _add_part_routes(app, services)
    _add_neighbour_routes(app, services)


def _add_part_routes(app: Application, services: Services) -> None:
    @app.get(
        "/devices/{device_id}/interfaces", permission=Permission.DEVICE_READ, limit="monitoring"
    )
    def get_device_interfaces(
        device_id: DeviceKey,
        *,
        page: PageNumber = 1,
        per_page: PerPage = 200,
        search: Search = "",
        oper_status: Statuses = None,
        removed: Removed = False,
        sort: Words = None,
    ) -> Page[InterfaceView]:
        """List a device's ports with their current rates.

        By index unless `sort` names up to three fields, `-in_bps` for the busiest first.
        """
        wanted = FoundFilter(
            search=search.strip(),
            statuses=[status_number(each) for each in oper_status or ()],
            removed=removed,
        )
        return services.found().ports(
            app.principal.organization_id,
            device_id_of(device_id),
            wanted,
            Slice(page, per_page),
            _order(sort or []),
        )

    @app.get("/devices/{device_id}/sensors", permission=Permission.DEVICE_READ, limit="monitoring")
    def get_device_sensors(
        device_id: DeviceKey,
        *,
        page: PageNumber = 1,
        per_page: PerPage = 200,
        search: Search = "",
        sensor_class: Words = None,
        removed: Removed = False,
    ) -> Page[SensorView]:
        """List a device's sensors and processors with their newest values and limits."""
        wanted = FoundFilter(search=search.strip(), classes=sensor_class or (), removed=removed)
        return services.found().sensors(
            app.principal.organization_id, device_id_of(device_id), wanted, Slice(page, per_page)
        )

    @app.get("/devices/{device_id}/storages", permission=Permission.DEVICE_READ, limit="monitoring")
    def get_device_storages(
        device_id: DeviceKey,
        *,
        page: PageNumber = 1,
        per_page: PerPage = 200,
        search: Search = "",
        kind: Kinds = None,
        removed: Removed = False,
    ) -> Page[StorageView]:
        """List a device's disks and memory pools and how full they are."""
        wanted = FoundFilter(search=search.strip(), classes=kind or (), removed=removed)
        return services.found().storages(
            app.principal.organization_id, device_id_of(device_id), wanted, Slice(page, per_page)
        )


def _add_neighbour_routes(app: Application, services: Services) -> None:
    @app.get("/devices/{device_id}/neighbours", permission=Permission.DEVICE_READ)
    def get_device_neighbours(
        device_id: DeviceKey,
        *,
        page: PageNumber = 1,
        per_page: PerPage = 200,
        known: Annotated[bool | None, Query(description="Those that are devices here.")] = None,
    ) -> Page[NeighbourView]:
        """List who a device's ports lead to by LLDP and CDP, and which devices they are."""
        return services.found().neighbours(
            app.principal.organization_id,
            device_id_of(device_id),
            Slice(page, per_page),
            known=known,
        )

    @app.get("/topology/proposals", permission=Permission.DEVICE_READ, errors=(404,))
    def list_proposals(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        device_id: Annotated[str | None, Query(max_length=100)] = None,
    ) -> Page[ProposalView]:
        """List the parent links that neighbours suggest and nobody has decided on."""
        return services.topology().proposals(
            app.principal.organization_id,
            Slice(page, per_page),
            device_id=None if device_id is None else device_id_of(device_id),
        )

    @app.post("/topology/proposals/confirm", permission=Permission.DEVICE_WRITE, errors=(404, 409))
    def confirm_proposal(link: LinkIn) -> LinkView:
        """Make a device the parent of another: alerts below it wait for it from now on."""
        return services.topology().confirm(app.principal.organization_id, link)

    @app.post("/topology/proposals/dismiss", permission=Permission.DEVICE_WRITE, errors=(404,))
    def dismiss_proposal(link: LinkIn) -> LinkView:
        """Propose a link between two devices no more; confirming one brings it back."""
        return services.topology().dismiss(
            app.principal.organization_id, link, by=app.principal.user_id
        )


def _order(words: list[str]) -> tuple[FoundSort, ...]:
    try:
        return port_order(words)
    except ValueError as error:
        raise unacceptable("sort", str(error)) from error
