from __future__ import annotations

from datetime import timedelta
from math import pi, sin

import pytest

from functions.alerts.domain.forecast import outlook
from functions.alerts.domain.hour import Hour
from functions.alerts.domain.rule import Comparison, Kind, Rule
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
    stage.work.samples.past[key] = [(each.begin, 20.0) for each in hours]
    stage.forecast.check(stage.organization_id)
    assert stage.facts()[-1] == "AlertResolved"
