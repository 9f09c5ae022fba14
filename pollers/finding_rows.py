"""The rows that a finding makes: identity, interfaces, sensors, storages and neighbours."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from pollers.database import Connection
from pollers.domain.device import Identity, Interface
from pollers.domain.finding import Finding
from pollers.domain.neighbour import Neighbour
from pollers.domain.point import Point

_IDENTITY = """
    INSERT INTO netpulse.device_identities AS i
        (device_id, organization_id, vendor, model, os, os_version, serial_number, sys_name,
         sys_descr, sys_object_id, sys_location, sys_contact, chassis_id, identified_at)
    SELECT d.id, d.organization_id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now()
    FROM netpulse.devices d WHERE d.id = %s
    ON CONFLICT (device_id) DO UPDATE SET
        vendor = EXCLUDED.vendor, model = EXCLUDED.model, os = EXCLUDED.os,
        os_version = EXCLUDED.os_version, serial_number = EXCLUDED.serial_number,
        sys_name = EXCLUDED.sys_name, sys_descr = EXCLUDED.sys_descr,
        sys_object_id = EXCLUDED.sys_object_id, sys_location = EXCLUDED.sys_location,
        sys_contact = EXCLUDED.sys_contact, chassis_id = EXCLUDED.chassis_id,
        identified_at = EXCLUDED.identified_at
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
_SENSORS = """
    INSERT INTO netpulse.sensors AS s
        (device_id, organization_id, entity, metric, class, unit, descr, source_oid, states,
         low_critical, low_warning, high_warning, high_critical, value, seen_at, removed_at)
    SELECT d.id, d.organization_id, n.*, now(), NULL
    FROM netpulse.devices d,
         unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::jsonb[], %s::float8[], %s::float8[], %s::float8[], %s::float8[],
                %s::float8[]) AS n
    WHERE d.id = %s
    ON CONFLICT (device_id, entity, metric) DO UPDATE SET
        class = EXCLUDED.class, unit = EXCLUDED.unit, descr = EXCLUDED.descr,
        source_oid = EXCLUDED.source_oid, states = EXCLUDED.states,
        low_critical = EXCLUDED.low_critical, low_warning = EXCLUDED.low_warning,
        high_warning = EXCLUDED.high_warning, high_critical = EXCLUDED.high_critical,
        value = EXCLUDED.value, seen_at = EXCLUDED.seen_at, removed_at = NULL
"""
_SENSORS_REMOVED = """
    UPDATE netpulse.sensors SET removed_at = now()
    WHERE device_id = %s AND removed_at IS NULL
      AND NOT EXISTS (SELECT FROM unnest(%s::text[], %s::text[]) AS n(entity, metric)
                      WHERE n.entity = sensors.entity AND n.metric = sensors.metric)
"""
_STORAGES = """
    INSERT INTO netpulse.storages AS s
        (device_id, organization_id, entity, kind, type, descr, source_oid, size_bytes, used_bytes,
         used_percent, seen_at, removed_at)
    SELECT d.id, d.organization_id, n.*, now(), NULL
    FROM netpulse.devices d,
         unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                %s::bigint[], %s::float8[]) AS n
    WHERE d.id = %s
    ON CONFLICT (device_id, entity) DO UPDATE SET
        kind = EXCLUDED.kind, type = EXCLUDED.type, descr = EXCLUDED.descr,
        source_oid = EXCLUDED.source_oid, size_bytes = EXCLUDED.size_bytes,
        used_bytes = EXCLUDED.used_bytes, used_percent = EXCLUDED.used_percent,
        seen_at = EXCLUDED.seen_at, removed_at = NULL
"""
_STORAGES_REMOVED = """
    UPDATE netpulse.storages SET removed_at = now()
    WHERE device_id = %s AND removed_at IS NULL AND entity <> ALL(%s)
"""
_NEIGHBOURS = """
    INSERT INTO netpulse.neighbours AS s
        (device_id, organization_id, protocol, local_if_name, remote_chassis_id, remote_port_id,
         remote_port_descr, remote_sys_name, remote_sys_descr, remote_platform,
         management_address, capabilities, seen_at, removed_at)
    SELECT d.id, d.organization_id, n.protocol, n.local, n.chassis, n.port, n.port_descr, n.name,
           n.descr, n.platform, nullif(n.address, '')::inet,
           coalesce(string_to_array(nullif(n.capabilities, ''), ','), '{}'), now(), NULL
    FROM netpulse.devices d,
         unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::text[], %s::text[], %s::text[], %s::text[])
         AS n(protocol, local, chassis, port, port_descr, name, descr, platform, address,
              capabilities)
    WHERE d.id = %s
    ON CONFLICT (device_id, protocol, local_if_name, remote_chassis_id, remote_port_id)
    DO UPDATE SET
        remote_port_descr = EXCLUDED.remote_port_descr,
        remote_sys_name = EXCLUDED.remote_sys_name, remote_sys_descr = EXCLUDED.remote_sys_descr,
        remote_platform = EXCLUDED.remote_platform,
        management_address = EXCLUDED.management_address, capabilities = EXCLUDED.capabilities,
        seen_at = EXCLUDED.seen_at, removed_at = NULL
"""
_NEIGHBOURS_REMOVED = """
    UPDATE netpulse.neighbours SET removed_at = now()
    WHERE device_id = %s AND removed_at IS NULL
      AND NOT EXISTS (SELECT FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
                          AS n(protocol, local, chassis, port)
                      WHERE n.protocol = neighbours.protocol
                        AND n.local = neighbours.local_if_name
                        AND n.chassis = neighbours.remote_chassis_id
                        AND n.port = neighbours.remote_port_id)
"""
_LIMITS = ("low_critical", "low_warning", "high_warning", "high_critical")
Columns = list[list[Any]]


async def write_finding(connection: Connection, device_id: UUID, finding: Finding) -> None:
    """Write a device's rows; what it no longer has is marked as removed."""
    await connection.execute(_IDENTITY, (*_identity(finding.identity), device_id))
    ports = _ports(finding.interfaces)
    await connection.execute(_INTERFACES, (*ports, device_id))
    await connection.execute(_REMOVED, (device_id, ports[0]))
    sensors = _sensors(p for p in finding.points if not p.is_resource or p.kind == "processor")
    await connection.execute(_SENSORS, (*sensors, device_id))
    await connection.execute(_SENSORS_REMOVED, (device_id, *sensors[:2]))
    storages = _storages(p for p in finding.points if p.kind in ("memory", "disk"))
    await connection.execute(_STORAGES, (*storages, device_id))
    await connection.execute(_STORAGES_REMOVED, (device_id, storages[0]))
    neighbours = _neighbours(finding.neighbours)
    await connection.execute(_NEIGHBOURS, (*neighbours, device_id))
    await connection.execute(_NEIGHBOURS_REMOVED, (device_id, *neighbours[:4]))


def _identity(identity: Identity) -> tuple[str, ...]:
    return (
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
        identity.chassis_id,
    )


def _columns(rows: Iterable[Sequence[Any]], width: int) -> Columns:
    made = [list(column) for column in zip(*rows, strict=True)]
    return made or [[] for _ in range(width)]


def _ports(ports: Iterable[Interface]) -> Columns:
    return _columns(
        [
            (
                port.name,
                port.index,
                port.descr,
                port.alias,
                port.type,
                port.speed_bps,
                port.mtu,
                port.phys_address,
                port.admin_status,
                port.oper_status,
            )
            for port in ports
        ],
        10,
    )


def _sensors(points: Iterable[Point]) -> Columns:
    return _columns(
        [
            (
                point.entity,
                point.metric,
                point.kind,
                point.unit,
                point.descr,
                point.formula.oids[0],
                json.dumps(dict(point.states)),
                *(point.limits.get(limit) for limit in _LIMITS),
                point.reading.value if point.reading else None,
            )
            for point in points
        ],
        12,
    )


def _storages(points: Iterable[Point]) -> Columns:
    return _columns(
        [
            (
                point.entity,
                point.kind,
                point.type,
                point.descr,
                point.formula.oids[0],
                point.reading.size_bytes if point.reading else None,
                point.reading.used_bytes if point.reading else None,
                point.reading.value if point.reading else None,
            )
            for point in points
        ],
        8,
    )


def _neighbours(neighbours: Iterable[Neighbour]) -> Columns:
    return _columns(
        [
            (
                neighbour.protocol,
                neighbour.local_name,
                neighbour.chassis_id,
                neighbour.port_id,
                neighbour.port_descr,
                neighbour.sys_name,
                neighbour.sys_descr,
                neighbour.platform,
                neighbour.management_address,
                ",".join(neighbour.capabilities),
            )
            for neighbour in neighbours
        ],
        10,
    )
