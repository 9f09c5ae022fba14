"""Which series there are, in PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from netpulse.availability import StatusPeriod
from netpulse.errors import NotFoundError

from functions.metrics.domain.series import Series, like
from functions.metrics.ports import Device

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction
    from netpulse.ids import DeviceId

    from functions.metrics.domain.series import Wanted

_DEVICES = """
    d.retired_at IS NULL
    AND (%(any_device)s OR d.id = ANY(%(device_ids)s::uuid[]))
    AND (%(any_tag)s OR d.tags && %(tags)s::text[])
    AND (%(any_group)s OR EXISTS (
        SELECT FROM netpulse.device_group_members m
        WHERE m.device_id = d.id AND m.group_id = ANY(%(group_ids)s::uuid[])))
"""
# Each question is planned with its parameters: what they settle is gone before an index is chosen.
_SERIES = f"""
    FROM netpulse.series r JOIN netpulse.devices d ON d.id = r.device_id
    WHERE {_DEVICES}
      AND (%(any_device)s OR r.device_id = ANY(%(device_ids)s::uuid[]))
      AND (%(any_metric)s OR (NOT %(like_metric)s AND r.metric = ANY(%(metrics)s::text[]))
           OR (%(like_metric)s AND r.metric LIKE ANY(%(metric_patterns)s::text[])))
      AND (%(any_entity)s OR (NOT %(like_entity)s AND r.entity = ANY(%(entities)s::text[]))
           OR (%(like_entity)s AND r.entity LIKE ANY(%(entity_patterns)s::text[])))
      AND (%(any_word)s OR d.name ILIKE %(word)s OR r.metric ILIKE %(word)s
           OR r.entity ILIKE %(word)s)
"""
# A check is made in its own interval, everything else in the device's.
_COLUMNS = """
    r.id, r.device_id, r.device_number, d.name AS device_name, d.tags,
    coalesce(CASE WHEN r.entity LIKE 'check:%%' THEN (
        SELECT k.interval_seconds FROM netpulse.device_checks k
        WHERE k.device_id = d.id AND r.entity = 'check:' || k.name) END,
        d.interval_seconds) AS interval_s,
    r.entity, r.metric, r.unit, r.kind, r.block, r.position
"""
_DEVICE = "d.id, d.name, d.interval_seconds AS interval_s, d.created_at"
_DEVICES_FOUND = f"""
    FROM netpulse.devices d WHERE {_DEVICES} ORDER BY lower(d.name), d.id LIMIT %(limit)s
"""
_ORDER = "ORDER BY lower(d.name), d.id, r.entity, r.metric"


class PostgresCatalogue:
    """The organisation's devices and what is measured on them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def device(self, device_id: DeviceId) -> Device:
        """Return a device; raise NotFoundError."""
        row = self._transaction.row(
            "SELECT id, name, interval_seconds AS interval_s, created_at FROM netpulse.devices "
            "WHERE id = %s AND retired_at IS NULL",
            (device_id,),
        )
        if row is None:
            raise NotFoundError.of("device", device_id)
        return Device(**row)

    def devices(self, wanted: Wanted, *, limit: int) -> list[Device]:
        """Return the devices that are wanted, by name, at most so many."""
        rows = self._transaction.rows(
            f"SELECT {_DEVICE} {_DEVICES_FOUND}",
            {**_parameters(wanted), "limit": limit},
        )
        return [Device(**row) for row in rows]

    def missing(self, wanted: Wanted) -> tuple[set[UUID], set[UUID]]:
        """Return the ids of devices and of groups that are wanted and name nothing."""
        devices, groups = set(wanted.device_ids), set(wanted.group_ids)
        if devices:
            rows = self._transaction.rows(
                "SELECT id FROM netpulse.devices WHERE retired_at IS NULL AND id = ANY(%s)",
                (list(devices),),
            )
            devices -= {row["id"] for row in rows}
        if groups:
            rows = self._transaction.rows(
                "SELECT id FROM netpulse.device_groups WHERE id = ANY(%s)", (list(groups),)
            )
            groups -= {row["id"] for row in rows}
        return devices, groups

    def series(self, wanted: Wanted, *, limit: int) -> list[Series]:
        """Return the wanted series by device, entity and metric, at most so many."""
        rows = self._transaction.rows(
            f"SELECT {_COLUMNS} {_SERIES} {_ORDER} LIMIT %(limit)s",
            {**_parameters(wanted), "limit": limit},
        )
        return [_series(row) for row in rows]

    def page(self, wanted: Wanted, *, page: int, per_page: int) -> tuple[list[Series], int]:
        """Return one page of the wanted series, and how many there are in all."""
        parameters = _parameters(wanted)
        rows = self._transaction.rows(
            f"SELECT {_COLUMNS} {_SERIES} {_ORDER} LIMIT %(limit)s OFFSET %(offset)s",
            {**parameters, "limit": per_page, "offset": (page - 1) * per_page},
        )
        total = self._transaction.value(f"SELECT count(*) {_SERIES}", parameters)
        return [_series(row) for row in rows], total

    def groups(self, device_ids: Sequence[UUID]) -> Mapping[UUID, list[str]]:
        """Return the names of the groups that devices are in."""
        found: dict[UUID, list[str]] = defaultdict(list)
        for row in self._transaction.rows(
            "SELECT m.device_id, g.name FROM netpulse.device_group_members m "
            "JOIN netpulse.device_groups g ON g.id = m.group_id "
            "WHERE m.device_id = ANY(%s) ORDER BY g.name",
            (list(set(device_ids)),),
        ):
            found[row["device_id"]].append(row["name"])
        return found

    def time_zone(self) -> str:
        """Return the organisation's time zone."""
        found = self._transaction.value(
            "SELECT time_zone FROM netpulse.organizations WHERE id = %s",
            (self._transaction.organization_id,),
        )
        return str(found or "UTC")

    def periods(
        self, device_ids: Sequence[UUID], *, begin: datetime, end: datetime
    ) -> Mapping[UUID, list[StatusPeriod]]:
        """Return each device's status periods that touch a stretch of time, oldest first."""
        found: dict[UUID, list[StatusPeriod]] = defaultdict(list)
        for row in self._transaction.rows(
            "SELECT device_id, status, began_at, ended_at, maintenance "
            "FROM netpulse.status_periods WHERE device_id = ANY(%s) AND began_at < %s "
            "AND (ended_at IS NULL OR ended_at > %s) ORDER BY device_id, began_at",
            (list(device_ids), end, begin),
        ):
            found[row.pop("device_id")].append(StatusPeriod(**row))
        return found


def _series(row: Row) -> Series:
    return Series(**{**row, "tags": tuple(row["tags"])})


def _parameters(wanted: Wanted) -> dict[str, Any]:
    return {
        "any_device": not wanted.device_ids,
        "device_ids": list(wanted.device_ids),
        "any_group": not wanted.group_ids,
        "group_ids": list(wanted.group_ids),
        "any_tag": not wanted.tags,
        "tags": list(wanted.tags),
        **_patterns("metric", "metrics", wanted.metrics),
        **_patterns("entity", "entities", wanted.entities),
        "any_word": not wanted.search,
        "word": f"%{like(wanted.search)}%",
    }


def _patterns(one: str, many: str, given: Sequence[str]) -> dict[str, Any]:
    return {
        f"any_{one}": not given,
        f"like_{one}": any("*" in each or "?" in each for each in given),
        many: list(given),
        # a name is a pattern of itself
        f"{one}_patterns": [like(each) for each in given],
    }
