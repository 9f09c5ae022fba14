"""Devices in memory; tests/contract keeps them honest."""

from __future__ import annotations

from dataclasses import fields, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError

from functions.devices.domain.device import Device
from functions.devices.domain.listing import SortField
from functions.devices.models.snapshot import SnapshotView, Standing
from functions.devices.models.views import DeviceView
from functions.devices.repository.devices import already_exists
from functions.devices.repository.rows import device_view

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from netpulse.ids import DeviceId

    from functions.devices.domain.listing import DeviceFilter, Slice
    from functions.devices.models.views import PeriodView


from tests.unit.functions.devices.fakes.stored import Stored


class FakeDevices:
    """Devices in memory, as they are written."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, device: Device, *, at: datetime) -> Device:
        """Store a new device and return it with its number; raise DeviceAlreadyExistsError."""
        self._check(device)
        self._stored.last_number += 1
        device = device.numbered(self._stored.last_number)
        self._stored.devices[device.id] = device
        self._stored.times[device.id] = (at, at)
        return device

    def get(self, device_id: DeviceId) -> Device:
        """Return a device, locked for a change; raise NotFoundError."""
        if device_id not in self._stored.devices:
            raise NotFoundError.of("device", device_id)
        return self._stored.devices[device_id]

    def save(self, device: Device, *, at: datetime) -> None:
        """Store a changed device; raise DeviceAlreadyExistsError."""
        self._check(device)
        self._stored.devices[device.id] = device
        self._stored.times[device.id] = (self._stored.times[device.id][0], at)

    def retire(self, device_id: DeviceId, *, at: datetime) -> None:
        """Take a device out of the inventory, its groups and its parents' children."""
        del self._stored.devices[device_id]
        for other in list(self._stored.devices.values()):
            if device_id in other.parent_ids:
                parents = other.parent_ids - {device_id}
                self._stored.devices[other.id] = replace(other, parent_ids=parents)

    def lock_topology(self) -> None:
        """Let no one else change parents until this transaction is over."""

    def ancestors(self, device_ids: Collection[DeviceId]) -> set[DeviceId]:
        """Return the parents of these devices, their parents, and so on."""
        found: set[DeviceId] = set()
        waiting = list(device_ids)
        while waiting:
            device = self._stored.devices.get(waiting.pop())
            for parent in (device.parent_ids if device else frozenset()) - found:
                found.add(parent)
                waiting.append(parent)
        return found

    def existing(self, device_ids: Collection[DeviceId]) -> dict[DeviceId, Device]:
        """Return those of these devices that there are."""
        return {id_: self._stored.devices[id_] for id_ in device_ids if id_ in self._stored.devices}

    def by_external_ids(self, external_ids: Collection[str]) -> dict[str, Device]:
        """Return the devices that have these external ids, locked for a change."""
        devices = self._stored.devices.values()
        return {
            d.external_id: d for d in devices if d.external_id and d.external_id in external_ids
        }

    def _check(self, device: Device) -> None:
        for other in self._stored.devices.values():
            if other.id == device.id:
                continue
            if (other.ip_address, other.snmp_port) == (device.ip_address, device.snmp_port):
                raise already_exists(device, by="devices_address")
            if device.external_id is not None and other.external_id == device.external_id:
                raise already_exists(device, by="devices_external_id")


class FakeInventory:
    """Devices in memory, as they are read."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def view(self, device_id: DeviceId) -> DeviceView:
        """Return a device with what is known of it; raise NotFoundError."""
        device = self._stored.devices.get(device_id)
        if device is None:
            raise NotFoundError.of("device", device_id)
        unknown = dict.fromkeys(
            ("since", "last_seen_at", "response_time_ms", "loss_ratio", "vendor", "model", "os",
             "os_version", "serial_number", "sys_name", "sys_descr")
        )  # fmt: skip
        created_at, updated_at = self._stored.times[device.id]
        credential = self._stored.credentials.get(device.credential_id)  # type: ignore[arg-type]
        row = {
            **{each.name: getattr(device, each.name) for each in fields(device)},
            **unknown,
            "status": "unknown",
            "maintenance": False,
            "status_reason": "",
            "address": device.ip_address,
            "group_ids": sorted(device.group_ids),
            "parent_ids": sorted(device.parent_ids),
            "credential_kind": credential[0].kind if credential else None,
            "created_at": created_at,
            "updated_at": updated_at,
            **self._stored.known.get(device.id, {}),
        }
        return device_view(row)

    def page(self, wanted: DeviceFilter, part: Slice) -> tuple[list[DeviceView], int]:
        """Return one page of the wanted devices, and how many there are in all."""
        views = [self.view(device_id) for device_id in self._stored.devices]
        found = sorted((v for v in views if _wanted(v, wanted)), key=lambda v: v.number)
        for key in reversed(part.order):
            present = [v for v in found if _sorted_by(v, key.field) is not None]
            absent = [v for v in found if _sorted_by(v, key.field) is None]
            present.sort(key=lambda v: _sorted_by(v, key.field), reverse=key.descending)
            found = [*present, *absent]
        return found[part.offset : part.offset + part.per_page], len(found)

    def snapshot(self, at: datetime) -> SnapshotView:
        """Return every active device's name and status, in columns."""
        views = [self.view(id_) for id_, device in self._stored.devices.items() if device.is_active]
        devices = [Standing(v.number, v.name, v.status, v.maintenance) for v in views]
        return SnapshotView.of(devices, seq=len(self._stored.facts), at=at)

    def periods(self, device_id: DeviceId, *, begin: datetime, end: datetime) -> list[PeriodView]:
        """Return the status periods that touch a stretch of time, oldest first."""
        return [
            period
            for period in self._stored.periods.get(device_id, [])
            if period.began_at < end and (period.ended_at is None or period.ended_at > begin)
        ]

    def last_periods(self, device_id: DeviceId, *, limit: int) -> list[PeriodView]:
        """Return a device's newest status periods, newest first."""
        return self._stored.periods.get(device_id, [])[::-1][:limit]


def _wanted(view: DeviceView, wanted: DeviceFilter) -> bool:
    searched = (
        view.name, view.ip_address, view.location, view.external_id or "", view.sys_name, view.model
    )  # fmt: skip
    checks: list[bool] = [
        any(wanted.search.lower() in text.lower() for text in searched),
        wanted.is_active in {None, view.is_active},
        wanted.location.lower() in {"", view.location.lower()},
    ]
    choices: list[tuple[Sequence[Any], set[Any]]] = [
        (wanted.statuses, {view.status}),
        (wanted.device_types, {view.device_type}),
        (wanted.group_ids, set(view.group_ids)),
        (wanted.tags, set(view.tags)),
        (wanted.numbers, {view.number}),
        ([vendor.lower() for vendor in wanted.vendors], {view.vendor.lower()}),
    ]
    return all(checks) and all(not some or found & set(some) for some, found in choices)


def _sorted_by(view: DeviceView, key: SortField) -> Any:
    value = getattr(view, key)
    if key is SortField.IP_ADDRESS:
        address = ip_address(value)
        return (address.version, int(address))
    if key in {SortField.VENDOR, SortField.MODEL} and not value:
        return None
    return value.lower() if isinstance(value, str) else value
