"""Devices in PostgreSQL, as they are written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.ids import CredentialId, DeviceId, GroupId
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from functions.devices.domain.device import Check, Device, DeviceType
from functions.devices.domain.errors import DeviceAlreadyExistsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from typing import Any

    from netpulse.db import Row, Transaction

_FIELDS = (
    "external_id", "name", "ip_address", "device_type", "description", "location", "tags",
    "metadata", "is_active", "availability_check", "interval_seconds", "down_after",
    "down_window", "snmp_port", "credential_id", "configuration",
)  # fmt: skip
_SELECT_LIVE = """
    SELECT d.*, host(d.ip_address) AS address,
        ARRAY(SELECT m.group_id FROM netpulse.device_group_members m
              WHERE m.device_id = d.id) AS group_ids,
        ARRAY(SELECT p.parent_id FROM netpulse.device_parents p
              WHERE p.device_id = d.id) AS parent_ids
    FROM netpulse.devices d
    WHERE d.retired_at IS NULL
"""
_SELECT = _SELECT_LIVE + " AND d.id = ANY(%s)"


# NO KEY: whoever makes this device a parent at the same time need not wait, which could be for us
_LOCKED = " FOR NO KEY UPDATE OF d"


class PostgresDevices:
    """The organisation's devices, as they are written."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, device: Device, *, at: datetime) -> Device:
        """Store a new device and return it with its number; raise DeviceAlreadyExistsError."""
        columns = ", ".join(("id", "organization_id", "created_at", "updated_at", *_FIELDS))
        places = ", ".join(
            f"%({name})s" for name in ("id", "organization_id", "at", "at", *_FIELDS)
        )
        with _unique(device):
            number = self._transaction.value(
                f"INSERT INTO netpulse.devices ({columns}) VALUES ({places}) "  # noqa: S608
                "RETURNING number",
                {
                    **_values(device),
                    "organization_id": self._transaction.organization_id,
                    "at": at,
                },
            )
        self._set_links(device)
        return device.numbered(number)

    def get(self, device_id: DeviceId) -> Device:
        """Return a device, locked for a change; raise NotFoundError."""
        row = self._transaction.row(_SELECT + _LOCKED, ([device_id],))
        if row is None:
            raise NotFoundError.of("device", device_id)
        return _device(row)

    def save(self, device: Device, *, at: datetime) -> None:
        """Store a changed device; raise DeviceAlreadyExistsError."""
        changes = ", ".join(f"{name} = %({name})s" for name in _FIELDS)
        with _unique(device):
            self._transaction.run(
                f"UPDATE netpulse.devices SET {changes}, updated_at = %(at)s "  # noqa: S608
                "WHERE id = %(id)s",
                {**_values(device), "at": at},
            )
        self._unlink(device.id)
        self._set_links(device)

    def retire(self, device_id: DeviceId, *, at: datetime) -> None:
        """Take a device out of the inventory, its groups and its parents' children."""
        self._unlink(device_id)
        self._transaction.run(
            "DELETE FROM netpulse.device_parents WHERE parent_id = %s", (device_id,)
        )
        # Its checks go with it, and free their credentials; their history stays.
        self._transaction.run(
            "DELETE FROM netpulse.device_checks WHERE device_id = %s", (device_id,)
        )
        self._transaction.run(
            "UPDATE netpulse.devices SET retired_at = %(at)s, updated_at = %(at)s, "
            "is_active = false, credential_id = NULL WHERE id = %(id)s",
            {"at": at, "id": device_id},
        )

    def lock_topology(self) -> None:
        """Let no one else change parents until this transaction is over."""
        self._transaction.run(
            "SELECT pg_advisory_xact_lock(hashtextextended('netpulse.topology:' || %s, 0))",
            (str(self._transaction.organization_id),),
        )

    def ancestors(self, device_ids: Collection[DeviceId]) -> set[DeviceId]:
        """Return the parents of these devices, their parents, and so on."""
        rows = self._transaction.rows(
            "WITH RECURSIVE above (id) AS ("
            " SELECT parent_id FROM netpulse.device_parents WHERE device_id = ANY(%s)"
            " UNION SELECT p.parent_id FROM netpulse.device_parents p"
            " JOIN above ON p.device_id = above.id) SELECT id FROM above",
            (list(device_ids),),
        )
        return {DeviceId(row["id"]) for row in rows}

    def existing(self, device_ids: Collection[DeviceId]) -> dict[DeviceId, Device]:
        """Return those of these devices that there are."""
        if not device_ids:
            return {}
        rows = self._transaction.rows(_SELECT, (list(device_ids),))
        return {DeviceId(row["id"]): _device(row) for row in rows}

    def by_external_ids(self, external_ids: Collection[str]) -> dict[str, Device]:
        """Return the devices that have these external ids, locked for a change."""
        if not external_ids:
            return {}
        rows = self._transaction.rows(
            _SELECT_LIVE + " AND d.external_id = ANY(%s)" + _LOCKED, (list(external_ids),)
        )
        return {row["external_id"]: _device(row) for row in rows}

    def _unlink(self, device_id: DeviceId) -> None:
        for statement in (
            "DELETE FROM netpulse.device_group_members WHERE device_id = %s",
            "DELETE FROM netpulse.device_parents WHERE device_id = %s",
        ):
            self._transaction.run(statement, (device_id,))

    def _set_links(self, device: Device) -> None:
        organization_id = self._transaction.organization_id
        if device.group_ids:
            self._transaction.run(
                "INSERT INTO netpulse.device_group_members (organization_id, group_id, device_id) "
                "SELECT %s, unnest(%s::uuid[]), %s",
                (organization_id, list(device.group_ids), device.id),
            )
        if device.parent_ids:
            self._transaction.run(
                "INSERT INTO netpulse.device_parents (organization_id, device_id, parent_id) "
                "SELECT %s, %s, unnest(%s::uuid[])",
                (organization_id, device.id, list(device.parent_ids)),
            )


@contextmanager
def _unique(device: Device) -> Iterator[None]:
    try:
        yield
    except UniqueViolation as error:
        raise already_exists(device, by=error.diag.constraint_name or "") from error


def already_exists(device: Device, *, by: str) -> DeviceAlreadyExistsError:
    """Return the error for a device that the named unique index refused."""
    if by == "devices_external_id":
        return DeviceAlreadyExistsError(
            f"A device with the external id {device.external_id} already exists",
            details={"external_id": device.external_id},
        )
    return DeviceAlreadyExistsError(
        f"Device with IP {device.ip_address} already exists",
        details={"ip_address": device.ip_address, "snmp_port": device.snmp_port},
    )


def _values(device: Device) -> dict[str, Any]:
    return {
        **{name: getattr(device, name) for name in ("id", *_FIELDS)},
        "tags": list(device.tags),
        "metadata": Jsonb(device.metadata),
        "configuration": Jsonb(device.configuration),
    }


def _device(row: Row) -> Device:
    return Device(
        **{name: row[name] for name in _FIELDS if name not in _CONVERTED},
        id=DeviceId(row["id"]),
        number=row["number"],
        ip_address=row["address"],
        device_type=DeviceType(row["device_type"]),
        availability_check=Check(row["availability_check"]),
        tags=tuple(row["tags"]),
        credential_id=CredentialId(row["credential_id"]) if row["credential_id"] else None,
        group_ids=frozenset(map(GroupId, row["group_ids"])),
        parent_ids=frozenset(map(DeviceId, row["parent_ids"])),
    )


_CONVERTED = frozenset({"ip_address", "device_type", "availability_check", "tags", "credential_id"})
