"""Measured values, from netpulse.timeseries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse import timeseries
from netpulse.timeseries.model import Place, instant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from netpulse.db import Transaction
    from netpulse.timeseries.model import Buckets, Column, Tier

    from functions.metrics.domain.series import Series

# What is being forgotten at this moment is an hour older than what is read.
_KEPT = """
    SELECT now() - make_interval(days => coalesce(p.raw_days, 90)) AS raw_since,
        netpulse.rolled_until() AS rolled_until,
        greatest(netpulse.compacted_until(),
            now() - make_interval(days => coalesce(p.five_minute_days, 90), hours => -1)
        ) AS hot_since
    FROM (SELECT 1) one LEFT JOIN netpulse.retention_policies p ON p.organization_id = %s
"""


class PostgresReadings:
    """What was measured in the organisation."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: Mapping[str, datetime] | None = None

    def samples(self, series: Sequence[Series], *, begin: datetime, end: datetime) -> list[Column]:
        """Return each series' samples in [begin, end)."""
        found = timeseries.read(self._transaction, _places(series), begin=begin, end=end)
        return [found[each.id] for each in series]

    def buckets(
        self, series: Sequence[Series], *, begin: datetime, end: datetime, step: timedelta
    ) -> Buckets:
        """Return the samples of [begin, end) in buckets."""
        return timeseries.read_buckets(
            self._transaction, _places(series), begin=begin, end=end, step=step
        )

    def rollups(
        self, series: Sequence[Series], tier: Tier, *, begin: datetime, end: datetime
    ) -> Buckets:
        """Return the rollups that begin in [begin, end)."""
        return timeseries.read_rollups(
            self._transaction, _places(series), tier, begin=begin, end=end
        )

    def raw_since(self) -> datetime:
        """Return since when the organisation keeps samples."""
        return self._kept()["raw_since"]

    def hot_since(self) -> datetime:
        """Return since when samples may not be packed yet; rollups of five minutes are kept."""
        return self._kept()["hot_since"]

    def rolled_until(self) -> datetime | None:
        """Return the instant before which everything is rolled up."""
        return self._kept()["rolled_until"]

    def _kept(self) -> Mapping[str, datetime]:
        # Once a transaction: what was rolled up by then stays rolled up.
        if self._known is None:
            [self._known] = self._transaction.rows(_KEPT, (self._transaction.organization_id,))
        return self._known

    def latest(
        self, series: Sequence[Series], *, since: datetime, until: datetime
    ) -> Mapping[int, tuple[datetime, float]]:
        """Return the newest values not older than `since`, by the series' id.

        What is missing in a block's newest slot is looked for in the slots before.
        """
        newest = dict(timeseries.latest(self._transaction, _places(series)))
        missing = [each for each in series if each.id not in newest]
        if missing:
            found = timeseries.read(self._transaction, _places(missing), begin=since, end=until)
            newest |= {
                number: (instant(column.times[-1]), float(column.values[-1]))
                for number, column in found.items()
                if len(column.times)
            }
        return newest


def _places(series: Sequence[Series]) -> list[Place]:
    return [
        Place(each.id, each.device_number, each.block, each.position, each.kind) for each in series
    ]
