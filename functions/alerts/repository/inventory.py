"""What devices there are, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import DeviceId

from functions.alerts.domain.device import Device

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from netpulse.db import Row, Transaction

DEVICE = (
    "d.id, d.number, d.name, host(d.ip_address) AS ip_address, d.device_type, d.tags, "
    "d.interval_seconds, d.down_after, (d.is_active AND d.retired_at IS NULL) AS is_polled, "
    "d.retired_at IS NOT NULL AS is_retired, "
    "ARRAY(SELECT m.group_id FROM netpulse.device_group_members m WHERE m.device_id = d.id)"
    " AS group_ids"
)


class Inventory:
    """The organisation's devices as they are, whatever was last heard of them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def polled(self) -> list[Device]:
        """Return every device that is polled, by name."""
        rows = self._transaction.rows(
            f"SELECT {DEVICE} FROM netpulse.devices d "  # noqa: S608 - constant columns
            "WHERE d.is_active AND d.retired_at IS NULL ORDER BY d.name, d.id"
        )
        return [device_of(row) for row in rows]

    def hanging(self, device_ids: Iterable[DeviceId]) -> set[DeviceId]:
        """Return those of the devices that have parents."""
        rows = self._transaction.rows(
            "SELECT DISTINCT device_id FROM netpulse.device_parents WHERE device_id = ANY(%s)",
            (list(device_ids),),
        )
        return {DeviceId(row["device_id"]) for row in rows}

    def called(self, names: Iterable[str]) -> dict[str, Device]:
        """Return the devices that have these names or addresses, by what they were called."""
        rows = self._transaction.rows(
            f"SELECT {DEVICE}, g.name AS called FROM unnest(%s::text[]) AS g (name) "  # noqa: S608
            "JOIN netpulse.devices d ON d.name = g.name OR host(d.ip_address) = g.name "
            "WHERE d.retired_at IS NULL ORDER BY d.created_at DESC",
            (list(names),),
        )
        return {row["called"]: device_of(row) for row in rows}

    def in_maintenance(self) -> set[DeviceId]:
        """Return the devices that are marked as in maintenance."""
        rows = self._transaction.rows(
            "SELECT device_id FROM netpulse.device_status WHERE maintenance"
        )
        return {DeviceId(row["device_id"]) for row in rows}

    def outages(
        self, device_ids: Iterable[DeviceId], *, since: datetime
    ) -> list[tuple[DeviceId, datetime, datetime | None]]:
        """Return when devices were offline, not in maintenance, since an instant; oldest first."""
        rows = self._transaction.rows(
            "SELECT device_id, began_at, ended_at FROM netpulse.status_periods "
            "WHERE device_id = ANY(%s) AND status = 'offline' AND NOT maintenance "
            "AND began_at >= %s ORDER BY began_at",
            (list(device_ids), since),
        )
        return [(DeviceId(r["device_id"]), r["began_at"], r["ended_at"]) for r in rows]


def device_of(row: Row) -> Device:
    """Return a row as a device."""
    return Device(
        id=DeviceId(row["id"]),
        number=row["number"],
        name=row["name"],
        ip_address=row["ip_address"],
        device_type=row["device_type"],
        tags=frozenset(row["tags"]),
        group_ids=frozenset(row["group_ids"]),
        interval_seconds=row["interval_seconds"],
        down_after=row["down_after"],
        is_polled=row["is_polled"],
        is_retired=row["is_retired"],
    )
