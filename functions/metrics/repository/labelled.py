"""All series of an organisation by their labels: its devices' and those a Prometheus writes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from netpulse import timeseries
from netpulse.timeseries.model import Place, Tier, instant

from functions.metrics.domain.promql import rolled
from functions.metrics.domain.promql.plan import NAME, Match
from functions.metrics.domain.promql.vectors import Samples
from functions.metrics.ports import Labelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netpulse.db import Row, Transaction

    from functions.metrics.domain.promql.plan import Matcher

_OWN = """
    SELECT r.id, r.device_number, r.block, r.position, r.kind, r.metric AS name, r.entity,
        d.name AS device, d.id AS device_id, d.device_type, host(d.ip_address) AS address, d.tags,
        d.interval_seconds
    FROM netpulse.series r JOIN netpulse.devices d ON d.id = r.device_id
    WHERE d.retired_at IS NULL AND (%(any)s OR r.metric = ANY(%(names)s::text[]))
    ORDER BY r.id LIMIT %(limit)s
"""
_FOREIGN = """
    SELECT f.id, f.source_number AS device_number, f.block, f.position, f.name, f.labels
    FROM netpulse.foreign_series f
    WHERE %(any)s OR f.name = ANY(%(names)s::text[])
    ORDER BY f.id LIMIT %(limit)s
"""
# Since when there are samples, and before them rollups, the coarsest last; from midnights on.
_SINCE = """
    SELECT date_trunc('day', now() - make_interval(days => d), 'UTC') AS since
    FROM (SELECT p.* FROM (SELECT 1) one LEFT JOIN netpulse.retention_policies p
          ON p.organization_id = netpulse.current_organization()) p,
        unnest(ARRAY[coalesce(p.raw_days, 90), coalesce(p.five_minute_days, 90),
                     coalesce(p.hourly_days, 365), coalesce(p.daily_days, 1825)])
        WITH ORDINALITY AS k (d, place)
    ORDER BY place
"""
# NetPulse's own series are told from what others write by this label.
JOB = "netpulse"
_PORT = "if:"
_LAST_MS = 7_258_118_400_000


class PostgresLabelled:
    """An organisation's series, as Prometheus' API sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def series(self, matchers: Sequence[Matcher], *, limit: int) -> list[Labelled]:
        """Return at most so many series that may fit; the name alone is looked at here."""
        names = [m.value for m in matchers if m.name == NAME and m.match is Match.EQUAL]
        parameters = {"any": not names, "names": names[:1], "limit": limit}
        own = self._transaction.rows(_OWN, parameters)
        foreign = self._transaction.rows(_FOREIGN, parameters)
        return [*map(_own, own), *map(_foreign, foreign)]

    def metadata(self) -> Mapping[str, tuple[str, str, str]]:
        """Return type, help and unit of every metric there is."""
        own = self._transaction.rows(
            "SELECT metric AS name, min(kind) AS kind, min(unit) AS unit "
            "FROM netpulse.series GROUP BY metric"
        )
        foreign = self._transaction.rows(
            "SELECT name, type, help, unit FROM netpulse.foreign_metrics"
        )
        found = {row["name"]: (row["type"], row["help"], row["unit"]) for row in foreign}
        return found | {
            row["name"]: ("counter" if row["kind"] == "counter" else "gauge", "", row["unit"])
            for row in own
        }

    def samples(self, series: Sequence[Labelled], *, begin_ms: int, end_ms: int) -> list[Samples]:
        """Return each series' samples from an instant to another, both included."""
        # the two catalogues count their ids apart
        places = [
            Place(number, each.source, each.block, each.position, each.kind)
            for number, each in enumerate(series)
        ]
        # beyond what timestamptz holds nothing was measured
        begin, end = (instant(min(max(at, 0), _LAST_MS) * 1000) for at in (begin_ms, end_ms + 1))
        raw_since, *tiers_since = self.since()
        found = timeseries.read(self._transaction, places, begin=max(begin, raw_since), end=end)
        # oldest first: a stretch is told by the finest rollups that reach so far back
        stretches: list[tuple[datetime, datetime, Tier]] = []
        until = min(end, raw_since)
        for tier, since in zip(Tier, tiers_since, strict=True):
            if max(begin, since) < until:
                stretches.insert(0, (max(begin - tier.width, since), until, tier))
                until = since
        older = [
            timeseries.read_rollups(self._transaction, places, tier, begin=first, end=last)
            for first, last, tier in stretches
        ]
        made = []
        for number, each in enumerate(series):
            column = found[number]
            manner = rolled.manner_of(each.kind, each.labels[NAME], foreign=each.is_foreign)
            times, values = rolled.joined(
                [rolled.samples(buckets, number, manner) for buckets in older],
                (np.floor_divide(column.times, 1000), column.values),
                manner,
            )
            made.append(Samples(each.labels, times, values, each.lookback_ms))
        return made

    def since(self) -> list[datetime]:
        """Return since when there are samples, and rollups of each tier."""
        return [row["since"] for row in self._transaction.rows(_SINCE)]


def _own(row: Row) -> Labelled:
    labels = {
        NAME: row["name"],
        "job": JOB,
        "instance": row["address"],
        "device": row["device"],
        "device_id": str(row["device_id"]),
        "device_type": row["device_type"],
    }
    if row["entity"]:
        labels["entity"] = row["entity"]
    if row["entity"].startswith(_PORT):
        labels["interface"] = row["entity"].removeprefix(_PORT)
    if row["tags"]:
        # between commas, so that `tags=~".*,core,.*"` finds a whole tag
        labels["tags"] = f",{','.join(sorted(row['tags']))},"
    return Labelled(
        labels=labels,
        source=row["device_number"],
        block=row["block"],
        position=row["position"],
        kind=row["kind"],
        interval_s=row["interval_seconds"],
    )


def _foreign(row: Row) -> Labelled:
    return Labelled(
        labels={NAME: row["name"], **row["labels"]},
        source=row["device_number"],
        block=row["block"],
        position=row["position"],
        is_foreign=True,
    )
