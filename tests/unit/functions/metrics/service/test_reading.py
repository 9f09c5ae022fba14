"""A span read in stretches of samples and rollups: the same as of samples alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.timeseries.buckets import bucketed
from netpulse.timeseries.model import ORIGIN, SECOND, Column, Tier, micros

from functions.metrics.domain.series import Series
from functions.metrics.domain.spans import Span, ceiling, cut
from functions.metrics.service.reading import buckets, source_of
from tests.support.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from netpulse.timeseries import Buckets

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ONE = Series(
    id=1, device_id=UUID(int=1), device_number=1, device_name="core", tags=(), interval_s=60,
    entity="", metric="cpu_usage", unit="%", kind="gauge", block=0, position=1,
)  # fmt: skip


@dataclass
class Kept:
    """Readings that have rollups only where a store surely does, and note what was read."""

    column: Column
    raw: datetime
    hot: datetime
    until: datetime | None
    read: list[tuple[str, datetime, datetime]] = field(default_factory=list)

    def samples(self, series: Sequence[Series], *, begin: datetime, end: datetime) -> list[Column]:
        raise NotImplementedError

    def buckets(
        self, series: Sequence[Series], *, begin: datetime, end: datetime, step: timedelta
    ) -> Buckets:
        self.read.append(("samples", begin, end))
        return self._cut(max(begin, self.raw), begin, end, step)

    def rollups(
        self, series: Sequence[Series], tier: Tier, *, begin: datetime, end: datetime
    ) -> Buckets:
        assert self.until is not None
        assert end <= self.until, "what is not rolled up yet is asked for"
        self.read.append((tier.table, begin, end))
        # a rollup is of a whole bucket
        return self._cut(begin, begin, ceiling(end, tier.width.seconds), tier.width)

    def _cut(self, since: datetime, begin: datetime, end: datetime, step: timedelta) -> Buckets:
        there = self.column.times >= micros(since)
        kept = Column(self.column.times[there], self.column.values[there])
        width = step.seconds * SECOND
        return bucketed([kept], begin=micros(begin), end=micros(end), step=width, origin=ORIGIN)

    def raw_since(self) -> datetime:
        return self.raw

    def hot_since(self) -> datetime:
        return self.hot

    def rolled_until(self) -> datetime | None:
        return self.until

    def latest(
        self, series: Sequence[Series], *, since: datetime, until: datetime
    ) -> Mapping[int, tuple[datetime, float]]:
        raise NotImplementedError


def a_day(*, hot: datetime, until: datetime | None, raw: datetime = NOON - 90 * 24 * HOUR) -> Kept:
    """A value a minute, its number, for a day and a half before noon and an hour after it."""
    times = micros(NOON - 36 * HOUR) + 60 * SECOND * np.arange(37 * 60, dtype=np.int64)
    return Kept(Column(times, np.arange(37.0 * 60)), raw, hot, until)


def the_span(step_s: int, *, begin: datetime = NOON - 24 * HOUR, end: datetime = NOON) -> Span:
    return cut(begin, end, step_s=step_s, interval_s=60, series=1)


def test_packed_days_are_read_as_samples_and_hot_ones_by_their_rollups() -> None:
    midnight = NOON - 12 * HOUR
    kept = a_day(hot=midnight, until=NOON - 7 * MINUTE)
    buckets(kept, [ONE], the_span(300))
    assert kept.read == [
        ("samples", NOON - 24 * HOUR, midnight),
        ("rollups_5m", midnight, NOON - 10 * MINUTE),
        ("samples", NOON - 10 * MINUTE, NOON),
    ]


def test_a_bucket_across_the_seam_is_of_samples_wholly() -> None:
    midnight = NOON - 12 * HOUR
    kept = a_day(hot=midnight, until=NOON)
    # buckets of 55 minutes do not begin at midnight, nor end at noon
    span = the_span(3300)
    found = buckets(kept, [ONE], span)
    (_, _, first), (name, _, last), _ = kept.read
    assert name == "rollups_5m"
    assert midnight < first < midnight + 55 * MINUTE
    assert NOON - 55 * MINUTE < last < NOON
    assert found.counts.shape == (1, span.buckets)


@pytest.mark.parametrize(
    ("hot", "until"),
    [
        # nothing was ever rolled up; what was is packed since; the range is younger than either
        (NOON - 12 * HOUR, None),
        (NOON - 12 * HOUR, NOON - 12 * HOUR),
        (NOON + HOUR, NOON + HOUR),
        (NOON - 48 * HOUR, NOON - 24 * HOUR),
    ],
)
def test_without_rollups_that_help_all_is_one_reading_of_samples(
    hot: datetime, until: datetime | None
) -> None:
    kept = a_day(hot=hot, until=until)
    buckets(kept, [ONE], the_span(300))
    assert [name for name, _, _ in kept.read] == ["samples"]


def test_what_is_older_than_the_samples_is_read_by_rollups_packed_or_not() -> None:
    kept = a_day(hot=NOON - HOUR, until=NOON, raw=NOON - 23 * HOUR)
    span = the_span(300)
    found = buckets(kept, [ONE], span)
    assert (found.counts == 5).all()
    assert source_of(kept, span) == "rollups_5m"


def test_an_hour_is_told_by_its_own_rollups_and_a_part_of_five_minutes_by_samples() -> None:
    kept = a_day(hot=NOON - 48 * HOUR, until=NOON)
    assert source_of(kept, the_span(7200)) == "rollups_1h"
    buckets(kept, [ONE], the_span(7200))
    assert [name for name, _, _ in kept.read] == ["rollups_1h"]
    kept.read.clear()
    assert source_of(kept, the_span(120)) == source_of(kept, the_span(300)) == "samples"
    buckets(kept, [ONE], the_span(120))
    assert [name for name, _, _ in kept.read] == ["samples"]


@given(
    hot=st.integers(-30 * 60, 60),
    until=st.one_of(st.none(), st.integers(-30 * 12, 12)),
    begin=st.integers(-30 * 60, -1),
    length=st.integers(1, 30 * 60),
    step=st.sampled_from([60, 300, 600, 900, 1500, 3300, 5400]),
)
def test_wherever_the_seams_lie_the_answer_is_that_of_the_samples(
    hot: int, until: int | None, begin: int, length: int, step: int
) -> None:
    rolled = None if until is None else NOON + 5 * until * MINUTE
    first = NOON + begin * MINUTE
    span = the_span(step, begin=first, end=min(NOON, first + length * MINUTE))
    found = buckets(a_day(hot=NOON + hot * MINUTE, until=rolled), [ONE], span)
    plain = buckets(a_day(hot=NOON, until=None), [ONE], span)
    assert (found.begin, found.step) == (plain.begin, plain.step)
    for name in ("counts", "sums", "lows", "highs", "lasts"):
        np.testing.assert_allclose(getattr(found, name), getattr(plain, name), rtol=1e-12)
