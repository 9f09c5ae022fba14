"""What a month's traffic is charged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from netpulse.timeseries.model import Tier

from functions.metrics.domain.billing import (
    SAMPLE_S,
    Bill,
    Usage,
    month_of,
    over_commit,
    usage,
    whole_samples,
)
from functions.metrics.domain.errors import unacceptable
from functions.metrics.domain.series import Wanted
from functions.metrics.domain.spans import Span
from functions.metrics.models.rankings import (
    BillingView,
    DirectionView,
    PortUsageView,
    UsageView,
)
from functions.metrics.service.reading import buckets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.metrics.domain.buckets import Floats
    from functions.metrics.domain.series import Series
    from functions.metrics.models.rankings import BillingIn
    from functions.metrics.ports import MetricsWork, Readings, Work

_MAX_SERIES = 100_000
_ByPort = dict[tuple["UUID", str], "Series"]


class BillingService:
    """Bills ports by the 95th percentile."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def bill(self, organization_id: OrganizationId, asked: BillingIn) -> BillingView:
        """Return what a month's traffic of ports is charged by, each and all together."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            time_zone = asked.time_zone or work.catalogue.time_zone()
            begin, end = month_of(asked.month, time_zone)
            if begin >= now:
                raise unacceptable("month", "The month has not begun")
            into, out = (
                _ports(work, asked, metric) for metric in (asked.in_metric, asked.out_metric)
            )
            _check_ports(asked, into, out)
            span = Span(*whole_samples(begin, min(end, now)), SAMPLE_S, tier=Tier.FIVE_MINUTES)
            bits_in = _table(work.readings, asked, into, span)
            bits_out = _table(work.readings, asked, out, span)
        ports = [
            PortUsageView(
                **_view(usage(bits_in[[row]], bits_out[[row]], span.buckets), commit=None),
                device_id=port.device_id,
                device_name=(into.get(key) or out[key]).device_name,
                entity=port.entity,
            )
            for row, port in enumerate(asked.ports)
            for key in [(port.device_id, port.entity)]
        ]
        return BillingView(
            month=asked.month,
            time_zone=time_zone,
            begin=begin,
            end=end,
            complete=end <= now,
            sample_seconds=SAMPLE_S,
            total=UsageView(
                **_view(usage(bits_in, bits_out, span.buckets), commit=asked.commit_bps)
            ),
            ports=ports,
        )


def _ports(work: MetricsWork, asked: BillingIn, metric: str) -> _ByPort:
    wanted = Wanted(
        metrics=(metric,),
        device_ids=tuple({port.device_id for port in asked.ports}),
    )
    found = work.catalogue.series(wanted, limit=_MAX_SERIES)
    return {(each.device_id, each.entity): each for each in found}


def _check_ports(asked: BillingIn, into: _ByPort, out: _ByPort) -> None:
    for place, port in enumerate(asked.ports):
        key = (port.device_id, port.entity)
        if key not in into and key not in out:
            raise unacceptable(
                f"ports.{place}", f"Nothing is measured at {port.entity} of {port.device_id}"
            )
    named = [(port.device_id, port.entity) for port in asked.ports]
    if len(set(named)) != len(named):
        raise unacceptable("ports", "A port is named twice")


def _table(readings: Readings, asked: BillingIn, found: _ByPort, span: Span) -> Floats:
    """Return a row a port, in the order they are named; NaN where nothing is measured."""
    table = np.full((len(asked.ports), span.buckets), np.nan)
    rows = [row for row, port in enumerate(asked.ports) if (port.device_id, port.entity) in found]
    series: Sequence[Series] = [
        found[asked.ports[row].device_id, asked.ports[row].entity] for row in rows
    ]
    if rows:
        table[rows] = buckets(readings, series, span).means
    return table


def _direction(found: Bill) -> DirectionView:
    return DirectionView(
        p95_bps=found.p95,
        average_bps=found.average,
        maximum_bps=found.highest,
        octets=found.octets,
    )


def _view(found: Usage, *, commit: float | None) -> dict[str, Any]:
    billed, burst = (None, None) if commit is None else over_commit(found.max_of_p95, commit)
    return {
        "into": _direction(found.into),
        "out": _direction(found.out),
        "max_of_p95_bps": found.max_of_p95,
        "p95_of_max_bps": found.p95_of_max,
        "commit_bps": commit,
        "billed_bps": billed,
        "burst_bps": burst,
        "samples_expected": found.expected,
        "samples_measured": found.measured,
        "samples_missing": found.expected - found.measured,
        "samples_partial": found.partial,
    }
