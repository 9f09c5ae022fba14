"""When buckets and days are over."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from functions.metrics.domain import closing


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T12:05:00", "2026-03-02T12:00:00"),
        ("2026-03-02T12:05:20", "2026-03-02T12:05:00"),
        ("2026-03-02T12:09:59", "2026-03-02T12:05:00"),
        ("2026-03-02T00:00:10", "2026-03-01T23:55:00"),
    ],
)
def test_a_bucket_is_rolled_up_twenty_seconds_after_its_end(now: str, until: str) -> None:
    assert closing.rolled_until(at(now)) == at(until)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2026-03-02T01:59:59", date(2026, 3, 1)),
        ("2026-03-02T02:00:00", date(2026, 3, 2)),
    ],
)
def test_a_day_is_closed_two_hours_after_its_end(now: str, before: date) -> None:
    assert closing.compacted_before(at(now)) == before


def test_partitions_reach_from_the_day_before_yesterday_a_week_ahead() -> None:
    assert closing.partition_days(at("2026-03-02T12:00:00")) == (
        date(2026, 2, 28),
        date(2026, 3, 9),
    )
