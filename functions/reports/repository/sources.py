"""What other domains wrote, read as reports need it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from netpulse import timeseries
from netpulse.timeseries.model import instant

from functions.reports.domain.curves import Statistics
from functions.reports.domain.figures import Device, Period
from functions.reports.domain.report import AlertLine
from functions.reports.ports import Organization, SeriesPlace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.timeseries.model import Floats

    from functions.reports.domain.definition import DeviceScope

_P95 = 95
_DEVICES = """
    SELECT d.id, d.name, host(d.ip_address) AS ip_address, d.device_type, d.location, d.created_at
    FROM netpulse.devices d
    WHERE d.retired_at IS NULL
      AND (%(any_device)s OR d.id = ANY(%(device_ids)s))
      AND (%(any_tag)s OR d.tags && %(tags)s::text[])
      AND (%(any_group)s OR EXISTS (
          SELECT FROM netpulse.device_group_members m
          WHERE m.device_id = d.id AND m.group_id = ANY(%(group_ids)s)))
    ORDER BY lower(d.name), d.id
"""


class PostgresSources:
    """What other domains know of the organisation."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def organization(self) -> Organization:
        """Return the organisation of the transaction."""
        row = self._transaction.row(
            "SELECT name, time_zone FROM netpulse.organizations WHERE id = %s",
            (self._transaction.organization_id,),
        )
        return Organization(row["name"], row["time_zone"]) if row else Organization("", "UTC")

    def missing(self, scope: DeviceScope) -> tuple[set[UUID], set[UUID]]:
        """Return the ids of devices and of groups in a scope that name nothing."""
        devices = self._transaction.rows(
            "SELECT id FROM netpulse.devices WHERE retired_at IS NULL AND id = ANY(%s)",
            (list(scope.device_ids),),
        )
        groups = self._transaction.rows(
            "SELECT id FROM netpulse.device_groups WHERE id = ANY(%s)", (list(scope.group_ids),)
        )
        return (
            set(scope.device_ids) - {row["id"] for row in devices},
            set(scope.group_ids) - {row["id"] for row in groups},
        )

    def strangers(self, emails: Sequence[str]) -> set[str]:
        """Return those addresses that are nobody's who may log in to the organisation."""
        known = self._transaction.rows(
            "SELECT u.email FROM netpulse.users u "
            "JOIN netpulse.memberships m ON m.user_id = u.id "
            "WHERE m.is_active AND u.is_active AND u.email = ANY(%s)",
            (list(emails),),
        )
        return set(emails) - {row["email"] for row in known}

    def no_mail_channels(self, channel_ids: Sequence[UUID]) -> set[UUID]:
        """Return those ids that name no email channel."""
        known = self._transaction.rows(
            "SELECT id FROM netpulse.notification_channels WHERE kind = 'email' AND id = ANY(%s)",
            (list(channel_ids),),
        )
        return set(channel_ids) - {row["id"] for row in known}

    def devices(self, scope: DeviceScope) -> list[Device]:
        """Return the devices of a scope by name."""
        rows = self._transaction.rows(
            _DEVICES,
            {
                "any_device": not scope.device_ids,
                "device_ids": list(scope.device_ids),
                "any_group": not scope.group_ids,
                "group_ids": list(scope.group_ids),
                "any_tag": not scope.tags,
                "tags": list(scope.tags),
            },
        )
        return [Device(**row) for row in rows]

    def periods(
        self, device_ids: Sequence[UUID], *, begin: datetime, end: datetime
    ) -> Mapping[UUID, list[Period]]:
        """Return each device's status periods that touch a stretch of time, oldest first."""
        found: dict[UUID, list[Period]] = defaultdict(list)
        for row in self._transaction.rows(
            "SELECT device_id, status, began_at, ended_at, maintenance, reason "
            "FROM netpulse.status_periods WHERE device_id = ANY(%s) AND began_at < %s "
            "AND (ended_at IS NULL OR ended_at > %s) ORDER BY device_id, began_at",
            (list(device_ids), end, begin),
        ):
            found[row.pop("device_id")].append(Period(**row))
        return found

    def series(self, device_id: UUID, metrics: Sequence[str]) -> list[SeriesPlace]:
        """Return a device's series of these metrics whose values can be averaged."""
        rows = self._transaction.rows(
            "SELECT id, device_number, entity, metric, unit, block, position "
            "FROM netpulse.series WHERE device_id = %s AND metric = ANY(%s::text[]) "
            "AND kind IN ('gauge', 'rate') ORDER BY entity, metric",
            (device_id, list(metrics)),
        )
        return [SeriesPlace(**row) for row in rows]

    def statistics(
        self, series: Sequence[SeriesPlace], *, begin: datetime, end: datetime
    ) -> list[Statistics]:
        """Return the statistics of each series that has values; series of one device."""
        found = timeseries.read(self._transaction, _places(series), begin=begin, end=end)
        return [
            _statistics(each, values) for each in series if len(values := found[each.id].values)
        ]

    def averages(
        self, series: Sequence[SeriesPlace], *, begin: datetime, end: datetime, step_s: int
    ) -> Mapping[int, dict[datetime, float]]:
        """Return each series' average a bucket, by the series' id; series of one device."""
        buckets = timeseries.read_buckets(
            self._transaction,
            _places(series),
            begin=begin,
            end=end,
            step=timedelta(seconds=step_s),
        )
        means = buckets.means
        found: dict[int, dict[datetime, float]] = defaultdict(dict)
        for row, number in np.argwhere(buckets.counts > 0).tolist():
            at = instant(buckets.begin + number * buckets.step)
            found[series[row].id][at] = float(means[row, number])
        return found

    def alerts(
        self, devices: Sequence[Device], *, begin: datetime, end: datetime, everything: bool
    ) -> list[AlertLine]:
        """Return the alerts of devices that began in a stretch of time, oldest first.

        With `everything`, those of no (or a retired) device too.
        """
        by_id = {device.id: device for device in devices}
        # one that never fired troubled nobody
        rows = self._transaction.rows(
            "SELECT id, device_id, severity, state, alert_type, message, began_at, "
            "acknowledged_at, resolved_at FROM netpulse.alerts "
            "WHERE began_at >= %s AND began_at < %s AND fired_at IS NOT NULL "
            "AND (%s OR device_id = ANY(%s)) ORDER BY began_at, id",
            (begin, end, everything, list(by_id)),
        )
        return [AlertLine(device=by_id.get(row.pop("device_id")), **row) for row in rows]


def _places(series: Sequence[SeriesPlace]) -> list[timeseries.Place]:
    return [
        timeseries.Place(each.id, each.device_number, each.block, each.position) for each in series
    ]


def _statistics(place: SeriesPlace, values: Floats) -> Statistics:
    return Statistics(
        entity=place.entity,
        metric=place.metric,
        unit=place.unit,
        samples=len(values),
        minimum=float(values.min()),
        average=float(values.mean()),
        p95=float(np.percentile(values, _P95)),
        maximum=float(values.max()),
    )
