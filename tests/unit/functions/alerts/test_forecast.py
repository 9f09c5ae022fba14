from __future__ import annotations

from datetime import timedelta
from math import pi, sin

import pytest

from functions.alerts.domain.forecast import outlook
from functions.alerts.domain.hour import Hour
from functions.alerts.domain.rule import Comparison, Kind, Rule
from functions.alerts.service.dry_run import DryRun
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_threshold
from tests.unit.functions.alerts.stage import Stage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def a_rule(**given: object) -> Rule:
    plain = {"kind": Kind.FORECAST, "metric": "http_response_ms", "window": 3 * DAY}
    return a_threshold(**{**plain, **given})


def past(days: float, value: object) -> list[Hour]:
    """Return the hours until noon; `value` tells each by the days since the first."""
    assert callable(value)
    count = int(days * 24)
    found = [value(n / 24) for n in range(count)]
    return [Hour(NOON - (count - n) * HOUR, v, v, v) for n, v in enumerate(found)]


def test_a_disk_that_fills_steadily_is_full_when_the_line_says() -> None:
    found = outlook(a_rule(threshold=100.0), past(10, lambda day: 50 + 4 * day), now=NOON)
    assert found is not None
    assert found.left.total_seconds() / 86_400 == pytest.approx(2.5, abs=0.05)
    assert found.is_breach(a_rule())
    assert not found.is_clear(a_rule())


def test_what_is_busy_by_day_is_judged_by_its_peaks() -> None:
    def busy(day: float) -> float:
        return 40 + 3 * day + 20 * sin(2 * pi * day)

    found = outlook(a_rule(threshold=100.0, window=7 * DAY), past(12, busy), now=NOON)
    assert found is not None
    assert 0 < found.left / DAY < 3


def test_what_falls_reaches_a_threshold_below() -> None:
    rule = a_rule(comparison=Comparison.BELOW, threshold=10.0)
    found = outlook(rule, past(2, lambda day: 30 - 5 * day), now=NOON)
    assert found is not None
    assert found.left / DAY == pytest.approx(2.0, abs=0.05)


def test_noise_other_ways_and_too_little_past_say_nothing() -> None:
    rule = a_rule(threshold=100.0)
    assert outlook(rule, past(10, lambda day: 50 + (day * 7919) % 13), now=NOON) is None
    assert outlook(rule, past(10, lambda day: 80 - day), now=NOON) is None
    assert outlook(rule, past(10, lambda _: 50), now=NOON) is None
    assert outlook(rule, past(0.5, lambda day: 50 + day), now=NOON) is None
    assert outlook(rule, [], now=NOON) is None


def test_what_is_there_already_has_no_time_left() -> None:
    found = outlook(a_rule(threshold=90.0), past(10, lambda day: 85 + day), now=NOON)
    assert found is not None
    assert found.left == timedelta(0)


def test_an_alert_of_what_is_to_come_opens_and_ends_when_it_comes_later() -> None:
    stage = Stage()
    core = stage.device("core")
    stage.work.rules.save(a_rule(name="Fills", threshold=100.0), at=NOON)
    hours = past(10, lambda day: 50 + 4 * day)
    key = ("http_response_ms", core.id, "")
    stage.work.samples.past[key] = [(each.begin, each.mean) for each in hours]
    stage.forecast.check(stage.organization_id)
    stage.forecast.check(stage.organization_id)
    (alert,) = stage.work.alerts.rows.values()
    assert alert.message.endswith("will be above 100 ms in 2.5 d")
    assert stage.facts().count("AlertOpened") == 1
    # a day later it is nearer by a day, and the alert says so
    stage.clock.advance(DAY)
    stage.forecast.check(stage.organization_id)
    (alert,) = stage.work.alerts.rows.values()
    assert alert.message.endswith("will be above 100 ms in 1.5 d")
    assert alert.value == pytest.approx(1.5 * 86_400, rel=0.05)
    stage.work.samples.past[key] = [(each.begin, 20.0) for each in hours]
    stage.forecast.check(stage.organization_id)
    assert stage.facts()[-1] == "AlertResolved"


def test_one_odd_day_moves_the_line_hardly() -> None:
    def filling(day: float) -> float:
        return 99.0 if 4 <= day < 5 else 50 + 2 * day

    found = outlook(a_rule(threshold=100.0), past(10, filling), now=NOON)
    assert found is not None
    assert found.left / DAY == pytest.approx(15, abs=1)


def test_a_disk_that_was_cleaned_up_is_judged_by_what_came_since() -> None:
    def cleaned(day: float) -> float:
        return 70 + 4 * day if day < 7 else 40 + (day - 7)

    found = outlook(a_rule(threshold=100.0), past(14, cleaned), now=NOON)
    assert found is not None
    assert found.left / DAY == pytest.approx(53, abs=3)
    # the same the other way round
    rule = a_rule(comparison=Comparison.BELOW, threshold=0.0)
    mirrored = outlook(rule, past(14, lambda day: 100 - cleaned(day)), now=NOON)
    assert mirrored is not None
    assert mirrored.left == pytest.approx(found.left, abs=HOUR)


def test_soon_after_a_clean_up_the_hours_since_tell() -> None:
    def cleaned(day: float) -> float:
        return 70 + 2 * day if day < 11 else 40 + 6 * (day - 11)

    found = outlook(a_rule(threshold=100.0), past(14, cleaned), now=NOON)
    assert found is not None
    assert found.left / DAY == pytest.approx(7, abs=0.5)
    fresh = past(14, lambda day: 70 + 2 * day if day < 13.2 else 40.0)
    assert outlook(a_rule(threshold=100.0), fresh, now=NOON) is None


def test_too_soon_after_a_clean_up_nothing_is_said() -> None:
    tonight = NOON + 10 * HOUR
    hours = [
        Hour(at, value, value, value)
        for n in range(8 * 24, 0, -1)
        for at in [tonight - n * HOUR]
        for value in [40.0 if at.date() == tonight.date() else 20 + 10 * (8 - n / 24)]
    ]
    assert outlook(a_rule(threshold=100.0), hours, now=tonight) is None
    assert outlook(a_rule(threshold=100.0), hours[:-22], now=tonight - DAY) is not None


def test_a_forecast_that_must_last_is_told_when_it_did() -> None:
    stage = Stage()
    core = stage.device("core")
    rule = a_rule(name="Fills", threshold=100.0, hold=2 * HOUR)
    stage.work.rules.save(rule, at=NOON)
    key = ("http_response_ms", core.id, "")
    hours = past(10, lambda day: 50 + 4 * day)
    stage.work.samples.past[key] = [(each.begin, each.mean) for each in hours]
    for state in ("pending", "pending", "firing"):
        stage.forecast.check(stage.organization_id)
        assert stage.states() == [state]
        stage.clock.advance(HOUR)


def test_a_pending_forecast_ends_as_soon_as_it_is_no_trouble() -> None:
    stage = Stage()
    core = stage.device("core")
    rule = a_rule(name="Fills", threshold=100.0, hold=2 * HOUR)
    stage.work.rules.save(rule, at=NOON)
    key = ("http_response_ms", core.id, "")

    def fill(rate: float) -> None:
        hours = past(10, lambda day: 90 - rate * (10 - day))
        stage.work.samples.past[key] = [(each.begin, each.mean) for each in hours]

    fill(4.0)
    stage.forecast.check(stage.organization_id)
    assert stage.states() == ["pending"]
    # within a fifth of the window beyond it
    fill(3.1)
    stage.forecast.check(stage.organization_id)
    assert stage.states() == []


def test_a_dry_run_of_a_forecast_looks_ahead_from_each_hour_that_was() -> None:
    stage = Stage()
    core = stage.device("core")
    rule = a_rule(name="Fills", threshold=100.0, window=3 * DAY)
    stage.work.rules.save(rule, at=NOON)
    key = ("http_response_ms", core.id, "")
    hours = past(16, lambda day: 40 + 4 * day if day < 14 else 30.0)
    stage.work.samples.past[key] = [(each.begin, each.mean) for each in hours]
    found = DryRun(stage.work, stage.clock).try_known(stage.organization_id, rule.id, days=7)
    (alert,) = found.alerts
    # 100 would be reached on the fifteenth day, and the clean-up came a day before
    assert (NOON - alert.fired_at) / DAY == pytest.approx(4, abs=0.3)
    assert alert.resolved_at is not None
    assert NOON - 2 * DAY < alert.resolved_at <= NOON
    assert (found.devices, found.series) == (1, 1)
    assert stage.work.alerts.rows == {}
