"""Registering, changing and retiring devices."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.events import DeviceRegistered, DeviceRetired, DeviceUpdated
from netpulse.ids import DeviceId
from netpulse.observability import logger

from functions.devices.domain.errors import unacceptable, unknown

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.networks import AddressPolicy

    from functions.devices.domain.device import Device
    from functions.devices.models.device import DeviceIn, DevicePatch
    from functions.devices.models.views import DeviceView
    from functions.devices.ports import DevicesWork, Work
    from functions.devices.service.secrets import DeviceSecrets


class DeviceService:
    """The organisation's devices."""

    def __init__(
        self, work: Work, secrets: DeviceSecrets, policy: AddressPolicy, clock: Clock
    ) -> None:
        self._work = work
        self._secrets = secrets
        self._policy = policy
        self._clock = clock

    def register(self, organization_id: OrganizationId, given: DeviceIn) -> DeviceView:
        """Add a device to the inventory."""
        self.check_addresses(given)
        with self._work(organization_id) as work:
            device = self.add(work, given)
            view = work.inventory.view(device.id)
        logger.info("device registered", extra={"device_id": str(device.id)})
        return view

    def add(self, work: DevicesWork, given: DeviceIn) -> Device:
        """Add a device in a transaction that is open."""
        device_id = DeviceId(uuid4())
        credential_id = self._secrets.credential_for(work, device_id, given.snmp)
        device = given.device(device_id, credential_id=credential_id)
        self._check_links(work, device)
        device = work.devices.add(device, at=self._clock.now())
        work.outbox.add(DeviceRegistered(**_described(device)))
        return device

    def replace(
        self, organization_id: OrganizationId, device_id: DeviceId, given: DeviceIn
    ) -> DeviceView:
        """Describe a device anew."""
        self.check_addresses(given)
        with self._work(organization_id) as work:
            self.change(work, work.devices.get(device_id), given)
            return work.inventory.view(device_id)

    def amend(
        self, organization_id: OrganizationId, device_id: DeviceId, patch: DevicePatch
    ) -> DeviceView:
        """Change some of a device's description."""
        with self._work(organization_id) as work:
            device = work.devices.get(device_id)
            given = patch.over(device)
            self.check_addresses(given)
            self.change(work, device, given)
            return work.inventory.view(device_id)

    def change(self, work: DevicesWork, device: Device, given: DeviceIn) -> bool:
        """Describe a device anew in a transaction that is open; return whether it differs."""
        credential_id = self._secrets.credential_for(work, device.id, given.snmp, device=device)
        changed = given.device(device.id, number=device.number, credential_id=credential_id)
        names = device.changes_to(changed)
        if given.snmp.community is not None:
            names = sorted({*names, "snmp"})
        if not names:
            return False
        self._check_links(work, changed)
        work.devices.save(changed, at=self._clock.now())
        self._secrets.forget_unused(work, device, changed)
        work.outbox.add(
            DeviceUpdated(**_described(changed), is_active=changed.is_active, changed=tuple(names))
        )
        return True

    def retire(self, organization_id: OrganizationId, device_id: DeviceId) -> None:
        """Remove a device; its history stays, its address is free again."""
        with self._work(organization_id) as work:
            device = work.devices.get(device_id)
            work.devices.retire(device_id, at=self._clock.now())
            self._secrets.forget_unused(work, device, None)
            work.outbox.add(DeviceRetired(**_described(device)))
        logger.info("device retired", extra={"device_id": str(device_id)})

    def check_addresses(self, given: DeviceIn) -> None:
        """Raise InvalidError if we must not be sent where this device is said to be."""
        if refusal := self._policy.refusal_of_text(given.ip_address):
            raise unacceptable("ip_address", f"This is {refusal}", code="INVALID_IP_ADDRESS")
        if given.http and (refused := self._policy.refusal_of_url(given.http.url)):
            raise unacceptable("http.url", f"This is {refused}")

    def _check_links(self, work: DevicesWork, device: Device) -> None:
        if missing := device.group_ids - work.groups.existing(device.group_ids):
            raise unknown("group_ids", "device group", missing)
        if not device.parent_ids:
            return
        if missing_parents := device.parent_ids - work.devices.existing(device.parent_ids).keys():
            raise unknown("parent_ids", "device", missing_parents)
        work.devices.lock_topology()
        if device.id in device.parent_ids | work.devices.ancestors(device.parent_ids):
            raise unacceptable("parent_ids", "A device cannot be above itself", code="PARENT_CYCLE")


def _described(device: Device) -> dict[str, object]:
    return {
        "device_id": device.id,
        "number": device.number,
        "name": device.name,
        "ip_address": device.ip_address,
        "device_type": device.device_type,
    }
