"""Identities and interfaces into PostgreSQL, when they changed."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from netpulse.observability import logger

from pollers.database import REFUSALS, Connection, DatabaseAwayError, PollerDatabase
from pollers.domain.device import Device, Identity, Interface
from pollers.domain.finding import fitting_identity, fitting_ports
from pollers.metrics import Metrics
from pollers.pace import every

Finding = tuple[Identity, tuple[Interface, ...]]

_IDENTITY = """
    INSERT INTO netpulse.device_identities AS i
        (device_id, organization_id, vendor, model, os, os_version, serial_number, sys_name,
         sys_descr, sys_object_id, sys_location, sys_contact, identified_at)
    SELECT d.id, d.organization_id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now()
    FROM netpulse.devices d WHERE d.id = %s
    ON CONFLICT (device_id) DO UPDATE SET
        vendor = EXCLUDED.vendor, model = EXCLUDED.model, os = EXCLUDED.os,
        os_version = EXCLUDED.os_version, serial_number = EXCLUDED.serial_number,
        sys_name = EXCLUDED.sys_name, sys_descr = EXCLUDED.sys_descr,
        sys_object_id = EXCLUDED.sys_object_id, sys_location = EXCLUDED.sys_location,
        sys_contact = EXCLUDED.sys_contact, identified_at = EXCLUDED.identified_at
"""
# An interface is its name: one that comes back under another index is the same one.
_INTERFACES = """
    INSERT INTO netpulse.interfaces AS i
        (device_id, organization_id, if_name, if_index, if_descr, if_alias, if_type, if_speed_bps,
         if_mtu, if_phys_address, if_admin_status, if_oper_status, updated_at, removed_at)
    SELECT d.id, d.organization_id, n.*, now(), NULL
    FROM netpulse.devices d,
         unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::bigint[],
                %s::int[], %s::text[], %s::smallint[], %s::smallint[]) AS n
    WHERE d.id = %s
    ON CONFLICT (device_id, if_name) DO UPDATE SET
        if_index = EXCLUDED.if_index, if_descr = EXCLUDED.if_descr, if_alias = EXCLUDED.if_alias,
        if_type = EXCLUDED.if_type, if_speed_bps = EXCLUDED.if_speed_bps, if_mtu = EXCLUDED.if_mtu,
        if_phys_address = EXCLUDED.if_phys_address, if_admin_status = EXCLUDED.if_admin_status,
        if_oper_status = EXCLUDED.if_oper_status, updated_at = now(), removed_at = NULL
"""
_REMOVED = """
    UPDATE netpulse.interfaces SET removed_at = now(), updated_at = now()
    WHERE device_id = %s AND removed_at IS NULL AND if_name <> ALL(%s)
"""


class FindingsWriter:
    """Keeps what was last written of each device, and writes what differs."""

    def __init__(
        self,
        database: PollerDatabase,
        metrics: Metrics | None = None,
        *,
        flush_every_s: float = 1.0,
    ) -> None:
        self._database = database
        self._metrics = metrics or Metrics()
        self._flush_every_s = flush_every_s
        self._written: dict[UUID, Finding] = {}
        self._waiting: dict[UUID, Finding] = {}

    def found(self, device: Device, identity: Identity, ports: Sequence[Interface]) -> None:
        """Take a device's identity and interfaces, to be written where they changed."""
        kept, mended = fitting_ports(ports)
        finding = (fitting_identity(identity), kept)
        if mended:
            self._metrics.add("netpulse_poller_findings_mended_total", value=mended)
        if self._written.get(device.id) != finding:
            self._waiting[device.id] = finding

    async def run(self, stop: asyncio.Event) -> None:
        """Write until told to stop, and once more then."""
        await every(self._flush_every_s, self.flush, stop)

    async def flush(self) -> None:
        """Write what waits; what the database does not take waits on."""
        while self._waiting:
            device_id, finding = next(iter(self._waiting.items()))
            try:
                async with self._database.transaction() as connection:
                    await _write(connection, device_id, finding)
            except DatabaseAwayError:
                return
            except REFUSALS as error:
                # What one device says must not keep the others' from being written.
                logger.error("finding refused", device_id=str(device_id), reason=str(error))
                self._metrics.add("netpulse_poller_errors_total", where="findings")
            self._written[device_id] = finding
            if self._waiting.get(device_id) is finding:
                del self._waiting[device_id]


async def _write(connection: Connection, device_id: UUID, finding: Finding) -> None:
    identity, ports = finding
    await connection.execute(
        _IDENTITY,
        (
            identity.vendor,
            identity.model,
            identity.os,
            identity.os_version,
            identity.serial_number,
            identity.sys_name,
            identity.sys_descr,
            identity.sys_object_id,
            identity.sys_location,
            identity.sys_contact,
            device_id,
        ),
    )
    columns: list[list[object]] = [
        [port.name for port in ports],
        [port.index for port in ports],
        [port.descr for port in ports],
        [port.alias for port in ports],
        [port.type for port in ports],
        [port.speed_bps for port in ports],
        [port.mtu for port in ports],
        [port.phys_address for port in ports],
        [port.admin_status for port in ports],
        [port.oper_status for port in ports],
    ]
    await connection.execute(_INTERFACES, (*columns, device_id))
    await connection.execute(_REMOVED, (device_id, columns[0]))
