"""Reads a span: rollups as far as they go, samples for the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from netpulse.timeseries.buckets import bucketed, rates
from netpulse.timeseries.model import COUNTER, ORIGIN, SECOND, Tier, micros

from functions.metrics.domain.buckets import coarser, joined, quantiles, values_of
from functions.metrics.domain.spans import Aggregate, Span, floor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.timeseries.model import Buckets

    from functions.metrics.domain.buckets import Floats
    from functions.metrics.domain.series import Series
    from functions.metrics.ports import Readings


def kind_of(series: Series, asked: Aggregate | None) -> Aggregate:
    """Return how a series' buckets are made: as asked, or as suits its kind."""
    if asked is None:
        return Aggregate.LAST if series.is_discrete else Aggregate.AVG
    # what is a rate already is averaged
    return Aggregate.AVG if asked is Aggregate.RATE and series.kind != COUNTER else asked


def settled(readings: Readings, span: Span) -> Span:
    """Return a span with the tier that answers it quickest.

    Packed samples of five minutes are read in less time than one rollup of them: those are only
    for what is older than the samples.
    """
    if span.tier is not Tier.FIVE_MINUTES or span.begin < readings.raw_since():
        return span
    return replace(span, tier=None)


def curves(
    readings: Readings, series: Sequence[Series], span: Span, asked: Aggregate | None
) -> Floats:
    """Return a row a series and a column a bucket of a span, NaN where nothing was measured."""
    answer = np.full((len(series), span.buckets), np.nan)
    by_kind: dict[tuple[Aggregate, bool], list[int]] = defaultdict(list)
    for place, each in enumerate(series):
        by_kind[kind_of(each, asked), each.kind == COUNTER].append(place)
    for (how, counts_up), places in by_kind.items():
        chosen = [series[place] for place in places]
        rated = how is Aggregate.RATE
        if how.share is not None:
            samples = readings.samples(chosen, begin=span.begin, end=span.end)
            answer[places] = [quantiles(each, span.edges, how.share) for each in samples]
        elif rated is counts_up:
            answer[places] = values_of(buckets(readings, chosen, span, rated=rated), how)
        else:
            # rollups know a counter's rate and no longer its count
            answer[places] = values_of(_of_samples(readings, chosen, span, rated=False), how)
    return answer


def buckets(
    readings: Readings, series: Sequence[Series], span: Span, *, rated: bool = False
) -> Buckets:
    """Return a span's buckets, of gauges or (`rated`) of counters' rates a second."""
    span = settled(readings, span)
    until = readings.rolled_until() if span.tier else None
    if until is None or span.tier is None:
        return _of_samples(readings, series, span, rated=rated)
    seam = span.end if until >= span.end else floor(until, span.step_s)
    if seam <= span.begin:
        return _of_samples(readings, series, span, rated=rated)
    rolled = readings.rollups(series, span.tier, begin=span.begin, end=seam)
    older = coarser(rolled, span.step_s * SECOND)
    if seam >= span.end:
        return older
    rest = Span(seam, span.end, span.step_s)
    return joined(older, _of_samples(readings, series, rest, rated=rated))


def _of_samples(
    readings: Readings, series: Sequence[Series], span: Span, *, rated: bool
) -> Buckets:
    step = timedelta(seconds=span.step_s)
    if not rated:
        return readings.buckets(series, begin=span.begin, end=span.end, step=step)
    # a rate at the first sample needs the one before
    samples = readings.samples(series, begin=span.begin - step, end=span.end)
    return bucketed(
        [rates(each) for each in samples],
        begin=micros(span.begin),
        end=micros(span.end),
        step=span.step_s * SECOND,
        origin=ORIGIN,
    )
