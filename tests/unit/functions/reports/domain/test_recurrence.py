"""When schedules are due, across changes of the clock and ends of months."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reports.domain.recurrence import Cadence, Recurrence, next_run

D, W, M = Cadence.DAILY, Cadence.WEEKLY, Cadence.MONTHLY


def rule(cadence: Cadence, at: str, zone: str, weekday: int = 0, day: int = 1) -> Recurrence:
    return Recurrence(
        cadence=cadence,
        at=time.fromisoformat(at),
        time_zone=zone,
        weekday=weekday,
        day_of_month=day,
    )


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        # plain days
        (rule(D, "06:00", "Africa/Nairobi"), "2026-03-02T02:59", "2026-03-02T03:00"),
        (rule(D, "06:00", "Africa/Nairobi"), "2026-03-02T03:00", "2026-03-03T03:00"),
        (rule(D, "00:30", "Africa/Nairobi"), "2026-03-02T21:29", "2026-03-02T21:30"),
        (rule(D, "23:30", "America/New_York"), "2026-03-03T04:29", "2026-03-03T04:30"),
        # clocks go forward: the same time on the wall, another instant
        (rule(D, "06:00", "Europe/Berlin"), "2026-03-28T05:00", "2026-03-29T04:00"),
        # a time that is skipped comes as much later: 02:30 is 03:30
        (rule(D, "02:30", "Europe/Berlin"), "2026-03-28T12:00", "2026-03-29T01:30"),
        (rule(D, "02:30", "Europe/Berlin"), "2026-03-29T01:30", "2026-03-30T00:30"),
        # a time that comes twice is taken once, the first
        (rule(D, "02:30", "Europe/Berlin"), "2026-10-24T12:00", "2026-10-25T00:30"),
        (rule(D, "02:30", "Europe/Berlin"), "2026-10-25T00:30", "2026-10-26T01:30"),
        # midnight itself is skipped
        (rule(D, "00:00", "Africa/Cairo"), "2026-04-23T12:00", "2026-04-23T22:00"),
        # half an hour
        (rule(D, "02:15", "Australia/Lord_Howe"), "2026-10-03T12:00", "2026-10-03T15:45"),
        # a day that never was
        (rule(D, "09:00", "Pacific/Apia"), "2011-12-29T19:00", "2011-12-30T19:00"),
        (rule(D, "09:00", "Pacific/Apia"), "2011-12-30T19:00", "2011-12-31T19:00"),
        # weeks: 2 March 2026 is a Monday
        (rule(W, "06:00", "UTC", weekday=0), "2026-03-02T05:59", "2026-03-02T06:00"),
        (rule(W, "06:00", "UTC", weekday=0), "2026-03-02T06:00", "2026-03-09T06:00"),
        (rule(W, "06:00", "UTC", weekday=6), "2026-03-02T06:00", "2026-03-08T06:00"),
        (rule(W, "01:00", "Africa/Nairobi", weekday=0), "2026-03-01T21:59", "2026-03-01T22:00"),
        (rule(W, "02:30", "Europe/Berlin", weekday=6), "2026-03-23T00:00", "2026-03-29T01:30"),
        # months and their ends
        (rule(M, "06:00", "UTC", day=31), "2026-01-31T06:00", "2026-02-28T06:00"),
        (rule(M, "06:00", "UTC", day=31), "2026-02-28T06:00", "2026-03-31T06:00"),
        (rule(M, "06:00", "UTC", day=31), "2026-04-01T00:00", "2026-04-30T06:00"),
        (rule(M, "06:00", "UTC", day=29), "2028-02-01T00:00", "2028-02-29T06:00"),
        (rule(M, "06:00", "UTC", day=30), "2027-02-01T00:00", "2027-02-28T06:00"),
        (rule(M, "06:00", "UTC", day=1), "2026-12-01T06:00", "2027-01-01T06:00"),
        (rule(M, "00:30", "Africa/Nairobi", day=1), "2026-02-28T21:29", "2026-02-28T21:30"),
        (rule(M, "02:30", "Europe/Berlin", day=29), "2026-03-01T00:00", "2026-03-29T01:30"),
        (rule(M, "23:59", "Pacific/Kiritimati", day=31), "2026-01-31T09:59", "2026-02-28T09:59"),
    ],
)
def test_a_schedule_is_due_at_its_time_on_the_wall(
    schedule: Recurrence, after: str, expected: str
) -> None:
    found = next_run(schedule, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_is_taken_however_it_was_written() -> None:
    at = time(2, 30)
    after = datetime(2026, 10, 24, 12, tzinfo=UTC)
    runs = {
        next_run(Recurrence(cadence=D, at=each, time_zone="Europe/Berlin"), after)
        for each in (at, at.replace(fold=1))
    }
    assert runs == {datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}


rules = st.builds(
    Recurrence,
    cadence=st.sampled_from(list(Cadence)),
    at=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    time_zone=st.sampled_from(
        ["Africa/Nairobi", "Europe/Berlin", "Africa/Cairo", "America/St_Johns", "Asia/Kathmandu"]
    ),
    weekday=st.integers(0, 6),
    day_of_month=st.integers(1, 31),
)


@given(schedule=rules, since=st.timedeltas(timedelta(0), timedelta(days=3650)))
def test_runs_follow_each_other_once_a_day_week_or_month(
    schedule: Recurrence, since: timedelta
) -> None:
    after = datetime(2020, 1, 1, tzinfo=UTC) + since
    first = next_run(schedule, after)
    second = next_run(schedule, first)
    one, other = (each.astimezone(ZoneInfo(schedule.time_zone)) for each in (first, second))
    assert after < first < second
    # nothing lies between: asked from just before, the second is still the next
    assert next_run(schedule, second - timedelta(seconds=1)) == second
    if schedule.cadence is D:
        assert (other.date() - one.date()).days == 1
    elif schedule.cadence is W:
        assert one.weekday() == other.weekday() == schedule.weekday
        assert (other.date() - one.date()).days == 7
    else:
        months = [each.year * 12 + each.month for each in (one, other)]
        assert months[1] - months[0] == 1
