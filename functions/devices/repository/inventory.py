"""Devices in PostgreSQL, as they are read: one statement a question, whatever the number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError

from functions.devices.domain.listing import SortField
from functions.devices.models.snapshot import SnapshotView, Standing
from functions.devices.models.views import PeriodView
from functions.devices.repository.rows import device_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.db import Row, Transaction
    from netpulse.ids import DeviceId

    from functions.devices.domain.listing import DeviceFilter, Slice, SortKey
    from functions.devices.models.views import DeviceView

_FROM = """
    FROM netpulse.devices d
    LEFT JOIN netpulse.device_status s ON s.device_id = d.id
    LEFT JOIN netpulse.device_identities i ON i.device_id = d.id
    WHERE d.retired_at IS NULL
"""
_VIEW = f"""
    SELECT d.*, host(d.ip_address) AS address,
        (SELECT c.kind FROM netpulse.credentials c WHERE c.id = d.credential_id) AS credential_kind,
        ARRAY(SELECT m.group_id FROM netpulse.device_group_members m
              WHERE m.device_id = d.id ORDER BY 1) AS group_ids,
        ARRAY(SELECT p.parent_id FROM netpulse.device_parents p
              WHERE p.device_id = d.id ORDER BY 1) AS parent_ids,
        coalesce(s.status, 'unknown') AS status, coalesce(s.maintenance, false) AS maintenance,
        coalesce(s.reason, '') AS status_reason, s.since, s.last_seen_at, s.response_time_ms,
        s.loss_ratio, i.vendor, i.model, i.os, i.os_version, i.serial_number, i.sys_name,
        i.sys_descr
    {_FROM}
"""  # noqa: S608 - constants
_ORDER = {
    SortField.NAME: "lower(d.name)",
    SortField.NUMBER: "d.number",
    SortField.IP_ADDRESS: "d.ip_address",
    SortField.DEVICE_TYPE: "d.device_type",
    SortField.STATUS: "coalesce(s.status, 'unknown')",
    SortField.LOCATION: "lower(d.location)",
    SortField.VENDOR: "lower(i.vendor)",
    SortField.MODEL: "lower(i.model)",
    SortField.RESPONSE_TIME_MS: "s.response_time_ms",
    SortField.LAST_SEEN_AT: "s.last_seen_at",
    SortField.CREATED_AT: "d.created_at",
    SortField.UPDATED_AT: "d.updated_at",
}
_SEARCHED = ("d.name", "host(d.ip_address)", "d.location", "d.external_id", "i.sys_name", "i.model")
_LIST_FILTERS = {
    "statuses": "coalesce(s.status, 'unknown') = ANY(%(statuses)s)",
    "device_types": "d.device_type = ANY(%(device_types)s)",
    "group_ids": "EXISTS (SELECT FROM netpulse.device_group_members m "
    "WHERE m.device_id = d.id AND m.group_id = ANY(%(group_ids)s))",
    "tags": "d.tags && %(tags)s::text[]",
    "numbers": "d.number = ANY(%(numbers)s)",
    "vendors": "lower(i.vendor) = ANY(SELECT lower(v) FROM unnest(%(vendors)s::text[]) v)",
}


class PostgresInventory:
    """The organisation's devices, as they are read."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def view(self, device_id: DeviceId) -> DeviceView:
        """Return a device with what is known of it; raise NotFoundError."""
        row = self._transaction.row(_VIEW + " AND d.id = %s", (device_id,))
        if row is None:
            raise NotFoundError.of("device", device_id)
        return device_view(row)

    def page(self, wanted: DeviceFilter, part: Slice) -> tuple[list[DeviceView], int]:
        """Return one page of the wanted devices, and how many there are in all."""
        conditions, parameters = _conditions(wanted)
        total = self._transaction.value(f"SELECT count(*) {_FROM} {conditions}", parameters)
        rows = self._transaction.rows(
            f"{_VIEW} {conditions} {_order(part.order)} LIMIT %(limit)s OFFSET %(offset)s",
            {**parameters, "limit": part.per_page, "offset": part.offset},
        )
        return [device_view(row) for row in rows], total

    def snapshot(self, at: datetime) -> SnapshotView:
        """Return every active device's name and status, in columns."""
        # before the devices: a change that commits in between is told again, never missed
        seq = self._transaction.value(
            "SELECT last_seq FROM netpulse.fact_counters WHERE organization_id = %s",
            (self._transaction.organization_id,),
        )
        rows = self._transaction.rows(
            "SELECT d.number, d.name, coalesce(s.status, 'unknown') AS status, "
            f"coalesce(s.maintenance, false) AS maintenance {_FROM} AND d.is_active"
        )
        return SnapshotView.of((Standing(**row) for row in rows), seq=seq or 0, at=at)

    def periods(self, device_id: DeviceId, *, begin: datetime, end: datetime) -> list[PeriodView]:
        """Return the status periods that touch a stretch of time, oldest first."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.status_periods WHERE device_id = %s AND began_at < %s "
            "AND (ended_at IS NULL OR ended_at > %s) ORDER BY began_at",
            (device_id, end, begin),
        )
        return [_period(row) for row in rows]

    def last_periods(self, device_id: DeviceId, *, limit: int) -> list[PeriodView]:
        """Return a device's newest status periods, newest first."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.status_periods WHERE device_id = %s "
            "ORDER BY began_at DESC LIMIT %s",
            (device_id, limit),
        )
        return [_period(row) for row in rows]


def _conditions(wanted: DeviceFilter) -> tuple[str, dict[str, Any]]:
    parameters: dict[str, Any] = {}
    conditions = []
    for name, condition in _LIST_FILTERS.items():
        if values := list(getattr(wanted, name)):
            parameters[name] = values
            conditions.append(condition)
    if wanted.is_active is not None:
        parameters["is_active"] = wanted.is_active
        conditions.append("d.is_active = %(is_active)s")
    if wanted.location:
        parameters["location"] = wanted.location
        conditions.append("lower(d.location) = lower(%(location)s)")
    if wanted.search:
        parameters["search"] = like(wanted.search)
        alternatives = " OR ".join(f"{column} ILIKE %(search)s" for column in _SEARCHED)
        conditions.append(f"({alternatives})")
    return "".join(f" AND {condition}" for condition in conditions), parameters


def like(words: str) -> str:
    """Return the LIKE pattern of what holds these words anywhere."""
    escaped = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _order(keys: Sequence[SortKey]) -> str:
    parts = [
        f"{_ORDER[key.field]} {'DESC' if key.descending else 'ASC'} NULLS LAST" for key in keys
    ]
    return "ORDER BY " + ", ".join([*parts, "d.number"])


def _period(row: Row) -> PeriodView:
    return PeriodView(**{name: row[name] for name in PeriodView.model_fields})
