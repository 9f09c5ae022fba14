"""Reads a span: rollups as far as they go, samples for the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from netpulse.timeseries.buckets import bucketed, rates
from netpulse.timeseries.model import COUNTER, ORIGIN, SECOND, Tier, micros

from functions.metrics.domain.buckets import coarser, joined, quantiles, values_of
from functions.metrics.domain.spans import Aggregate, Span, ceiling, floor

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


def source_of(readings: Readings, span: Span) -> str:
    """Return what a span is read of, by name: `samples`, or a tier of rollups."""
    if span.tier is Tier.FIVE_MINUTES and span.begin >= readings.raw_since():
        return "samples"
    return span.source


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
    parts = [
        _of_rollups(readings, series, each, each.tier)
        if each.tier
        else _of_samples(readings, series, each, rated=rated)
        for each in _stretches(readings, span)
    ]
    return reduce(joined, parts)


def _stretches(readings: Readings, span: Span) -> list[Span]:
    """Cut a span where another tier answers quicker: samples, rollups, samples.

    Rollups of five minutes are read in less time than the hot rows they are of, which lie on a
    page each, and in more than the packed samples of a closed day. What is not rolled up yet, and
    what is older than the samples, has one source alone.
    """
    whole = replace(span, tier=None)
    until = readings.rolled_until() if span.tier else None
    if until is None:
        return [whole]
    first, last = span.begin, span.end if until >= span.end else floor(until, span.step_s)
    if span.tier is Tier.FIVE_MINUTES and first >= readings.raw_since():
        first = max(first, ceiling(readings.hot_since(), span.step_s))
        # as of samples: the last bucket tells of nothing after the end
        last = floor(min(until, span.end), span.step_s)
    if first >= last:
        return [whole]
    cuts = ((span.begin, first, None), (first, last, span.tier), (last, span.end, None))
    return [replace(span, begin=a, end=b, tier=tier) for a, b, tier in cuts if a < b]


def _of_rollups(readings: Readings, series: Sequence[Series], span: Span, tier: Tier) -> Buckets:
    found = readings.rollups(series, tier, begin=span.begin, end=span.end)
    return coarser(found, span.step_s * SECOND)


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
