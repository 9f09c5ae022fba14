"""Baselines in PostgreSQL."""

from __future__ import annotations

from itertools import accumulate, chain
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from netpulse import timeseries
from netpulse.ids import DeviceId
from netpulse.timeseries import wire

from functions.alerts.domain.baseline import packed, unpacked, usual_of
from functions.alerts.domain.hour import whole_hour
from functions.alerts.ports.baselines import Learnt
from functions.alerts.ports.samples import History

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from netpulse.db import Row, Transaction

    from functions.alerts.ports.baselines import Usuals

_SAVE = """
    INSERT INTO netpulse.baselines AS b (series_id, organization_id, device_id, time_zone,
        learnt_until, hours, expected, above, below, state)
    SELECT n.series_id, %(organization_id)s, n.device_id, %(time_zone)s, n.learnt_until, n.hours,
        (%(weeks)b)[n.ends - n.length + 1 : n.ends]::real[], n.above, n.below,
        (%(states)b)[(n.i - 1) * %(width)s + 1 : n.i * %(width)s]::real[]
    FROM unnest(%(series)s::int[], %(devices)s::uuid[], %(untils)s::timestamptz[], %(hours)s::int[],
        %(aboves)s::float8[], %(belows)s::float8[], %(ends)s::int[], %(lengths)s::int[])
        WITH ORDINALITY
        AS n (series_id, device_id, learnt_until, hours, above, below, ends, length, i)
    ON CONFLICT (series_id) DO UPDATE SET time_zone = excluded.time_zone,
        learnt_until = excluded.learnt_until, hours = excluded.hours,
        expected = excluded.expected, above = excluded.above, below = excluded.below,
        state = excluded.state
    WHERE b.learnt_until < excluded.learnt_until OR b.time_zone <> excluded.time_zone
"""


class PostgresBaselines:
    """What is usual for the organisation's series."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def time_zone(self) -> ZoneInfo:
        """Return by whose clock the organisation lives."""
        name = self._transaction.value(
            "SELECT time_zone FROM netpulse.organizations WHERE id = %s",
            (self._transaction.organization_id,),
        )
        return ZoneInfo(name)

    def learnable_until(self, until: datetime) -> datetime:
        """Return before which instant hours are rolled up: `until`, or earlier."""
        rolled = timeseries.rolled_until(self._transaction)
        return until if rolled is None else min(until, whole_hour(rolled))

    def behind(
        self, metric: str, device_ids: Collection[DeviceId], *, until: datetime, zone: ZoneInfo
    ) -> list[History]:
        """Return the devices' series of a metric that lack hours, those never learnt first."""
        # statuses have no usual values, and counters are rolled up as another thing: their rates
        rows = self._transaction.rows(
            "SELECT s.id, s.device_id, s.entity FROM netpulse.series s "
            "LEFT JOIN netpulse.baselines b ON b.series_id = s.id AND b.time_zone = %s "
            "WHERE s.metric = %s AND s.device_id = ANY(%s) AND s.kind IN ('gauge', 'rate') "
            "AND coalesce(b.learnt_until < %s, true) ORDER BY b.learnt_until NULLS FIRST, s.id",
            (zone.key, metric, list(device_ids), until),
        )
        return [_history(row) for row in rows]

    def learnt(self, series: Iterable[History], *, zone: ZoneInfo) -> list[Learnt]:
        """Return the baselines of those of the series that have one by this clock."""
        rows = self._transaction.rows(
            "SELECT s.id, s.device_id, s.entity, b.learnt_until, b.state "
            "FROM netpulse.baselines b JOIN netpulse.series s ON s.id = b.series_id "
            "WHERE b.series_id = ANY(%s) AND b.time_zone = %s",
            ([each.series_id for each in series], zone.key),
        )
        return [
            Learnt(series=_history(row), baseline=unpacked(row["state"]), until=row["learnt_until"])
            for row in rows
        ]

    def save(self, learnt: Sequence[Learnt], *, zone: ZoneInfo) -> None:
        """Keep baselines; one that has learnt more meanwhile stays."""
        if not learnt:
            return
        # numbers go as arrays of their own kind: as text they would cost more than the learning
        weeks = [each.baseline.week if each.baseline.hours else () for each in learnt]
        states = [packed(each.baseline) for each in learnt]
        with wire.tuples(self._transaction.connection.cursor()) as cursor:
            cursor.execute(
                _SAVE,
                {
                    "organization_id": self._transaction.organization_id,
                    "time_zone": zone.key,
                    "series": [each.series.series_id for each in learnt],
                    "devices": [each.series.device_id for each in learnt],
                    "untils": [each.until for each in learnt],
                    "hours": [each.baseline.hours for each in learnt],
                    "aboves": [each.baseline.above for each in learnt],
                    "belows": [each.baseline.below for each in learnt],
                    "ends": list(accumulate(map(len, weeks))),
                    "lengths": list(map(len, weeks)),
                    "weeks": wire.Array.of(list(chain(*weeks)), "float8"),
                    "width": len(states[0]),
                    "states": wire.Array.of(list(chain(*states)), "float8"),
                },
            )

    def forget(self, before: datetime) -> None:
        """Delete what learnt nothing since an instant: rollups tell better."""
        self._transaction.run(
            "DELETE FROM netpulse.baselines WHERE organization_id = %s AND learnt_until < %s",
            (self._transaction.organization_id, before),
        )

    def usual(
        self, devices: Mapping[DeviceId, Collection[str]], cells: Sequence[int], *, zone: ZoneInfo
    ) -> Usuals:
        """Return what is usual for metrics of devices in some hours of the week."""
        pairs = [(device_id, metric) for device_id, names in devices.items() for metric in names]
        rows = self._transaction.rows(
            "SELECT s.device_id, s.metric, s.entity, b.hours, b.above, b.below, "
            "(SELECT array_agg(b.expected[c + 1] ORDER BY n) "
            "FROM unnest(%s::int[]) WITH ORDINALITY AS w (c, n)) AS expected "
            "FROM unnest(%s::uuid[], %s::text[]) AS p (device_id, metric) "
            "JOIN netpulse.series s ON s.device_id = p.device_id AND s.metric = p.metric "
            "JOIN netpulse.baselines b ON b.series_id = s.id "
            "WHERE b.time_zone = %s AND b.hours > 0",
            (list(cells), [d for d, _ in pairs], [m for _, m in pairs], zone.key),
        )
        return {
            (DeviceId(row["device_id"]), row["metric"], row["entity"]): tuple(
                usual_of(expected, row["above"], row["below"], row["hours"])
                for expected in row["expected"]
            )
            for row in rows
        }


def _history(row: Row) -> History:
    return History(series_id=row["id"], device_id=DeviceId(row["device_id"]), entity=row["entity"])
