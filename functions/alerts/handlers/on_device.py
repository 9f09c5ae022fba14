"""DeviceUpdated, DeviceRetired -> alerts of devices that are watched no more are resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import consume_by_organization
from netpulse.events.catalog import DeviceFact
from netpulse.ids import DeviceId
from netpulse.observability import logger

from functions.alerts import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.consumer import Heard, PartialFailure
    from netpulse.ids import OrganizationId


def _hear(organization_id: OrganizationId, heard: Sequence[Heard]) -> None:
    device_ids = {DeviceId(each.read(DeviceFact).device_id) for each in heard}
    wiring.watch().device_changed(organization_id, device_ids)
    logger.info("devices looked at", extra={"devices": len(device_ids)})


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Follow changes of the inventory."""
    return consume_by_organization(event, _hear)
