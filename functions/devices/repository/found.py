"""What the poller found on devices, with its newest values, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.devices.domain.interfaces import status_word
from functions.devices.models.found import InterfaceView, NeighbourView, SensorView, StorageView
from functions.devices.repository.inventory import like

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Row, Transaction
    from netpulse.ids import DeviceId

    from functions.devices.domain.found import FoundFilter, FoundSort
    from functions.devices.domain.listing import Slice

_RATES = (
    "in_bps", "out_bps", "in_utilization", "out_utilization", "in_errors_per_s",
    "out_errors_per_s", "in_discards_per_s", "out_discards_per_s",
)  # fmt: skip
_PORT_METRICS = [*(f"if_{name}" for name in _RATES), "ifOperStatus", "ifAdminStatus"]
# The newest values of a device's series, an object an entity: {"if_in_bps": 1.5, …}
_LATEST = """
    WITH latest AS (
        SELECT r.entity, jsonb_object_agg(r.metric, l.values[r.position]) AS found,
               max(l.slot_at) AS measured_at
        FROM netpulse.series r
        JOIN netpulse.latest_samples l
            ON l.device_number = r.device_number AND l.block = r.block
        WHERE r.device_id = %(device_id)s AND r.metric = ANY(%(metrics)s)
          AND l.values[r.position] <> 'NaN'::double precision AND l.slot_at >= %(since)s
        GROUP BY r.entity)
"""
_PORTS = """
    FROM netpulse.interfaces i LEFT JOIN latest x ON x.entity = 'if:' || i.if_name
    WHERE i.device_id = %(device_id)s AND (i.removed_at IS NULL OR %(removed)s)
"""
_OPER = "coalesce((x.found ->> 'ifOperStatus')::float8::int, i.if_oper_status)"
_PORT_ORDER = {
    "index": "i.if_index",
    "name": "lower(i.if_name)",
    "alias": "lower(i.if_alias)",
    "oper_status": _OPER,
    "speed_bps": "i.if_speed_bps",
    **{name: f"(x.found ->> 'if_{name}')::float8" for name in _RATES},
}
_SENSORS = """
    FROM netpulse.sensors s
    LEFT JOIN latest x ON x.entity = s.entity AND x.found ? s.metric
    WHERE s.device_id = %(device_id)s AND (s.removed_at IS NULL OR %(removed)s)
"""
_STORAGES = """
    FROM netpulse.storages s LEFT JOIN latest x ON x.entity = s.entity
    WHERE s.device_id = %(device_id)s AND (s.removed_at IS NULL OR %(removed)s)
"""


class PostgresFound:
    """What the poller found on the organisation's devices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def ports(
        self,
        device_id: DeviceId,
        wanted: FoundFilter,
        part: Slice,
        order: tuple[FoundSort, ...],
        *,
        since: datetime,
    ) -> tuple[list[InterfaceView], int]:
        """Return one page of a device's ports with what went through them since."""
        where, given = _PORTS, self._given(device_id, wanted, part, since, _PORT_METRICS)
        if wanted.statuses:
            where += f" AND {_OPER} = ANY(%(statuses)s)"
            given["statuses"] = list(wanted.statuses)
        if wanted.search:
            where += (
                " AND (i.if_name ILIKE %(search)s OR i.if_alias ILIKE %(search)s "
                "OR i.if_descr ILIKE %(search)s OR i.if_phys_address ILIKE %(search)s)"
            )
        keys = [
            f"{_PORT_ORDER[each.field]} {'DESC' if each.descending else 'ASC'} NULLS LAST"
            for each in order
        ]
        ordering = ", ".join([*keys, "i.if_index", "i.if_name"])
        rows, total = self._page("i.*, x.found, x.measured_at", where, ordering, given)
        return [_port(row) for row in rows], total

    def sensors(
        self, device_id: DeviceId, wanted: FoundFilter, part: Slice, *, since: datetime
    ) -> tuple[list[SensorView], int]:
        """Return one page of a device's sensors with what they told since."""
        metrics = self._transaction.rows(
            "SELECT DISTINCT metric FROM netpulse.sensors WHERE device_id = %s", (device_id,)
        )
        names = [row["metric"] for row in metrics]
        where, given = _SENSORS, self._given(device_id, wanted, part, since, names)
        if wanted.classes:
            where += " AND s.class = ANY(%(classes)s)"
            given["classes"] = list(wanted.classes)
        if wanted.search:
            where += " AND (s.entity ILIKE %(search)s OR s.descr ILIKE %(search)s)"
        ordering = "s.class, s.entity, s.metric"
        rows, total = self._page("s.*, x.found, x.measured_at", where, ordering, given)
        return [_sensor(row) for row in rows], total

    def storages(
        self, device_id: DeviceId, wanted: FoundFilter, part: Slice, *, since: datetime
    ) -> tuple[list[StorageView], int]:
        """Return one page of a device's disks and memory pools with how full they are."""
        metrics = list(_USAGE.values())
        where, given = _STORAGES, self._given(device_id, wanted, part, since, metrics)
        if wanted.classes:
            where += " AND s.kind = ANY(%(classes)s)"
            given["classes"] = list(wanted.classes)
        if wanted.search:
            where += " AND (s.entity ILIKE %(search)s OR s.descr ILIKE %(search)s)"
        rows, total = self._page("s.*, x.found, x.measured_at", where, "s.kind, s.entity", given)
        return [_storage(row) for row in rows], total

    def neighbours(
        self, device_id: DeviceId, part: Slice, *, known: bool | None
    ) -> tuple[list[NeighbourView], int]:
        """Return one page of a device's neighbours, each with the device it is."""
        given = {
            "device_id": device_id,
            "known": known,
            "limit": part.per_page,
            "offset": part.offset,
        }
        where = (
            "FROM netpulse.neighbour_matches n WHERE n.device_id = %(device_id)s AND "
            "(%(known)s::boolean IS NULL OR (n.remote_device_id IS NOT NULL) = %(known)s)"
        )
        total = self._transaction.value(f"SELECT count(*) {where}", given)
        rows = self._transaction.rows(
            f"SELECT n.*, host(n.management_address) AS address {where} "
            "ORDER BY n.local_if_name, n.protocol, n.remote_chassis_id, n.remote_port_id "
            "LIMIT %(limit)s OFFSET %(offset)s",
            given,
        )
        return [_neighbour(row) for row in rows], total

    def _given(
        self,
        device_id: DeviceId,
        wanted: FoundFilter,
        part: Slice,
        since: datetime,
        metrics: list[str],
    ) -> dict[str, Any]:
        return {
            "device_id": device_id,
            "removed": wanted.removed,
            "search": like(wanted.search),
            "since": since,
            "metrics": metrics,
            "limit": part.per_page,
            "offset": part.offset,
        }

    def _page(
        self, columns: str, where: str, ordering: str, given: dict[str, Any]
    ) -> tuple[list[Row], int]:
        total = self._transaction.value(f"{_LATEST} SELECT count(*) {where}", given)
        rows = self._transaction.rows(
            f"{_LATEST} SELECT {columns} {where} ORDER BY {ordering} "
            "LIMIT %(limit)s OFFSET %(offset)s",
            given,
        )
        return rows, total


_USAGE = {"disk": "disk_usage", "memory": "memory_usage"}


def _port(row: Row) -> InterfaceView:
    found = row["found"] or {}
    return InterfaceView(
        name=row["if_name"],
        index=row["if_index"],
        entity=f"if:{row['if_name']}",
        description=row["if_descr"],
        alias=row["if_alias"],
        type=row["if_type"],
        speed_bps=row["if_speed_bps"],
        mtu=row["if_mtu"],
        mac_address=row["if_phys_address"],
        admin_status=status_word(int(found.get("ifAdminStatus") or row["if_admin_status"] or 0)),
        oper_status=status_word(int(found.get("ifOperStatus") or row["if_oper_status"] or 0)),
        **{name: found.get(f"if_{name}") for name in _RATES},
        measured_at=row["measured_at"],
        updated_at=row["updated_at"],
        removed_at=row["removed_at"],
    )


def _sensor(row: Row) -> SensorView:
    latest = (row["found"] or {}).get(row["metric"])
    value = row["value"] if latest is None else latest
    word = None
    if row["states"] and value is not None:
        word = row["states"].get(str(int(value)))
    return SensorView(
        name=row["entity"].partition(":")[2] or row["entity"],
        **{name: row[name] for name in _COPIED},
        sensor_class=row["class"],
        description=row["descr"],
        value=value,
        state=word,
        measured_at=row["seen_at"] if latest is None else row["measured_at"],
    )


_COPIED = (
    "entity", "metric", "unit", "low_critical", "low_warning", "high_warning", "high_critical",
    "source_oid", "seen_at", "removed_at",
)  # fmt: skip


def _storage(row: Row) -> StorageView:
    metric = _USAGE[row["kind"]]
    latest = (row["found"] or {}).get(metric)
    used = row["used_bytes"]
    if latest is not None and row["size_bytes"]:
        used = round(row["size_bytes"] * latest / 100)
    return StorageView(
        name=row["entity"].partition(":")[2] or row["entity"],
        entity=row["entity"],
        metric=metric,
        kind=row["kind"],
        type=row["type"],
        description=row["descr"],
        size_bytes=row["size_bytes"],
        used_bytes=used,
        used_percent=row["used_percent"] if latest is None else latest,
        measured_at=row["seen_at"] if latest is None else row["measured_at"],
        seen_at=row["seen_at"],
        removed_at=row["removed_at"],
    )


def _neighbour(row: Row) -> NeighbourView:
    return NeighbourView(
        local_if_name=row["local_if_name"],
        protocol=row["protocol"],
        chassis_id=row["remote_chassis_id"],
        port_id=row["remote_port_id"],
        port_description=row["remote_port_descr"],
        sys_name=row["remote_sys_name"],
        sys_descr=row["remote_sys_descr"],
        platform=row["remote_platform"],
        management_address=row["address"],
        capabilities=row["capabilities"],
        device_id=row["remote_device_id"],
        device_name=row["remote_device_name"],
        matched_by=row["matched_by"],
        first_seen_at=row["first_seen_at"],
        seen_at=row["seen_at"],
    )
