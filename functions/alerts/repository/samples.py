"""What was measured, in PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from netpulse import timeseries
from netpulse.ids import DeviceId
from netpulse.timeseries.model import instant

from functions.alerts.domain.hour import Hour
from functions.alerts.ports import History

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from netpulse.db import Transaction


class PostgresSamples:
    """The organisation's samples."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def checks(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, set[str]]:
        """Return the checks that are made of devices, by the names of their series."""
        rows = self._transaction.rows(
            "SELECT device_id, array_agg('check:' || name) AS entities FROM netpulse.device_checks "
            "WHERE enabled AND device_id = ANY(%s) GROUP BY device_id",
            (list(device_ids),),
        )
        return {DeviceId(row["device_id"]): set(row["entities"]) for row in rows}

    def series(self, metric: str, device_ids: Iterable[DeviceId]) -> list[History]:
        """Return the devices' series of a metric, a device's together."""
        rows = self._transaction.rows(
            "SELECT id, device_id, entity FROM netpulse.series "
            "WHERE metric = %s AND device_id = ANY(%s) ORDER BY device_id, entity",
            (metric, list(device_ids)),
        )
        return [
            History(series_id=row["id"], device_id=DeviceId(row["device_id"]), entity=row["entity"])
            for row in rows
        ]

    def read(
        self, series: Sequence[History], *, begin: datetime, end: datetime
    ) -> dict[DeviceId, dict[str, list[tuple[datetime, float]]]]:
        """Return the samples of series in time, by device and entity."""
        known = {each.series_id: each for each in series}
        places = timeseries.places(self._transaction, known)
        columns = timeseries.read(self._transaction, places, begin=begin, end=end)
        found: dict[DeviceId, dict[str, list[tuple[datetime, float]]]] = defaultdict(dict)
        for series_id, column in columns.items():
            each = known[series_id]
            found[each.device_id][each.entity] = [
                (instant(at), value)
                for at, value in zip(column.times.tolist(), column.values.tolist(), strict=True)
            ]
        return dict(found)

    def hours(
        self, series: Sequence[History], *, begin: datetime, end: datetime
    ) -> Iterator[tuple[History, list[Hour]]]:
        """Return what the hours of each series came to, in time."""
        known = {each.series_id: each for each in series}
        places = timeseries.places(self._transaction, known)
        rolled = timeseries.read_rollups(
            self._transaction, places, timeseries.Tier.HOUR, begin=begin, end=end
        )
        means = rolled.means
        for row, place in enumerate(places):
            yield (
                known[place.series_id],
                [
                    Hour(
                        instant(rolled.begin + k * rolled.step),
                        float(rolled.lows[row, k]),
                        float(means[row, k]),
                        float(rolled.highs[row, k]),
                    )
                    for k in range(rolled.counts.shape[1])
                    if rolled.counts[row, k] > 0
                ],
            )

    def last_seen(self, metric: str, *, since: datetime) -> list[tuple[DeviceId, str, datetime]]:
        """Return the polled series of a metric that had a value since an instant, and its slot."""
        rows = self._transaction.rows(
            "SELECT r.id, r.device_id, r.entity, last.slot_at FROM netpulse.series r "
            "JOIN netpulse.devices d ON d.id = r.device_id AND d.is_active "
            "AND d.retired_at IS NULL "
            "LEFT JOIN netpulse.interfaces i ON i.device_id = r.device_id "
            "AND r.entity = 'if:' || i.if_name AND i.removed_at IS NOT NULL "
            "LEFT JOIN LATERAL (SELECT s.slot_at FROM netpulse.samples s "
            "WHERE s.device_number = r.device_number AND s.block = r.block "
            "AND s.slot_at >= %s AND s.values[r.position] <> 'NaN' "
            "ORDER BY s.slot_at DESC LIMIT 1) last ON true "
            "WHERE r.metric = %s AND i.device_id IS NULL",
            (since, metric),
        )
        # what came last on a day that is packed since is in no hot row
        away = [row["id"] for row in rows if row["slot_at"] is None]
        places = timeseries.places(self._transaction, away)
        packed = timeseries.last_packed(self._transaction, places, since=since)
        last = [(row, row["slot_at"] or packed.get(row["id"])) for row in rows]
        return [(DeviceId(row["device_id"]), row["entity"], at) for row, at in last if at]
