from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.device import Device, Result, Value, Verdict
from functions.alerts.domain.memory import NOTHING
from functions.alerts.domain.rule import Comparison, Kind, Override, Rule
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import Network, a_device, a_threshold, seconds

CORE = a_device("core")
MINUTE = timedelta(minutes=1)


class Watched:
    """One series that a rule hears, a value a minute."""

    def __init__(self, rule: Rule, *, device: Device = CORE, entity: str = "") -> None:
        self.network = Network(device, rules=(rule,))
        self.device, self.entity, self.metric = device, entity, rule.metric or ""
        self.minutes = 0

    def see(self, *values: float) -> list[str]:
        """Return the state after each value: clear, pending, or the severity that fires."""
        return [self._see(value) for value in values]

    def _see(self, value: float) -> str:
        at = NOON + self.minutes * MINUTE
        self.minutes += 1
        seen = Value(self.metric, self.entity, value)
        self.network.assess(
            at, Result(device_id=self.device.id, slot_at=at, verdict=Verdict.UP, values=(seen,))
        )
        found = [each for each in self.network.alerts.values() if each.is_open]
        if not found:
            return "clear"
        return "pending" if found[0].state == "pending" else found[0].severity.value


def a_rule(kind: Kind, **given: Any) -> Rule:
    return a_threshold(kind=kind, **given)


def test_trouble_may_need_some_of_the_last_values() -> None:
    series = Watched(a_threshold(breaches=3, of_last=5))
    assert series.see(95, 10, 95, 10) == ["clear"] * 4
    assert series.see(95) == ["warning"]
    # four good ones leave two bad ones in five, and the newest is good
    assert series.see(10, 10, 10) == ["clear"] * 3


def test_nothing_is_remembered_of_a_series_that_is_well() -> None:
    series = Watched(a_threshold(breaches=2, of_last=3, critical_threshold=95.0))
    series.see(99, 10, 10, 10)
    assert series.network.memories == {}


def test_trouble_may_need_several_good_values_to_be_over() -> None:
    series = Watched(a_threshold(clears=3))
    assert series.see(95, 10, 10, 95, 10, 10) == ["warning"] * 6
    assert series.see(10) == ["clear"]
    assert series.see(95) == ["warning"]


def test_an_alert_fires_on_for_a_while_after_its_trouble_was_last_seen() -> None:
    series = Watched(a_threshold(keep_firing=3 * MINUTE))
    assert series.see(95, 10, 10) == ["warning"] * 3
    assert series.see(95, 10, 10) == ["warning"] * 3
    assert series.see(10) == ["clear"]


def test_a_critical_level_is_another_severity_of_the_same_alert() -> None:
    series = Watched(a_threshold(threshold=80.0, clear_threshold=70.0, critical_threshold=90.0))
    assert series.see(85, 95) == ["warning", "critical"]
    # the critical level is over as far below it as the rule is
    assert series.see(85, 81) == ["critical", "critical"]
    assert series.see(79, 75) == ["warning", "warning"]
    assert series.see(69) == ["clear"]
    assert len(series.network.opened) == 1


def test_a_critical_level_must_hold_as_long_as_the_rule_says() -> None:
    series = Watched(a_threshold(threshold=80.0, critical_threshold=90.0, hold=2 * MINUTE))
    assert series.see(85, 85, 85) == ["pending", "pending", "warning"]
    assert series.see(95, 95, 95) == ["warning", "warning", "critical"]


def test_a_level_that_was_critical_all_along_fires_as_critical() -> None:
    series = Watched(a_threshold(threshold=80.0, critical_threshold=90.0, hold=MINUTE))
    assert series.see(95, 95) == ["pending", "critical"]
    (alert,) = series.network.alerts.values()
    assert alert.severity is Severity.CRITICAL
    assert alert.message.endswith("above 90 %")


def test_a_delta_is_the_change_from_one_value_to_the_next() -> None:
    series = Watched(a_rule(Kind.DELTA, comparison=Comparison.BELOW, threshold=0.0))
    assert series.see(100, 160, 20, 80) == ["clear", "clear", "warning", "clear"]


def test_a_delta_may_span_a_window() -> None:
    series = Watched(a_rule(Kind.DELTA, threshold=5.0, window=5 * MINUTE))
    assert series.see(20, 21, 22, 23, 24) == ["clear"] * 5
    assert series.see(25.5) == ["warning"]
    assert series.see(25.5, 25.5) == ["clear", "clear"]


def test_a_rate_is_the_change_a_second() -> None:
    series = Watched(a_rule(Kind.RATE, threshold=1.0))
    assert series.see(0, 59, 120, 120) == ["clear", "clear", "warning", "clear"]


def test_a_change_is_not_measured_across_a_long_gap() -> None:
    series = Watched(a_rule(Kind.DELTA, threshold=5.0))
    series.see(10)
    series.minutes += 120
    assert series.see(100) == ["clear"]


def test_a_long_window_is_remembered_by_few_of_its_values() -> None:
    rule = a_rule(Kind.DELTA, threshold=1e9, window=timedelta(hours=1))
    series = Watched(rule)
    series.see(*range(200))
    (memory,) = series.network.memories.values()
    assert len(memory.points) < 16


def test_traffic_is_held_against_the_speed_that_was_agreed() -> None:
    rule = a_rule(Kind.PERCENT_OF_SPEED, metric="if_in_bps", speed_bps=10e6, threshold=90.0)
    series = Watched(rule, entity="if:wan")
    assert series.see(8.9e6, 9.1e6, 8e6) == ["clear", "warning", "clear"]


def test_a_status_that_changes_is_trouble_until_it_is_what_it_was() -> None:
    rule = a_rule(Kind.STATUS_CHANGE, metric="ifOperStatus", comparison=None, threshold=None)
    series = Watched(rule, entity="if:1")
    assert series.see(1, 1, 2, 7, 1) == ["clear", "clear", "warning", "warning", "clear"]


def test_a_status_change_may_be_of_one_kind_only() -> None:
    rule = a_rule(
        Kind.STATUS_CHANGE,
        metric="ifOperStatus",
        comparison=None,
        threshold=None,
        from_value=1.0,
        to_value=2.0,
    )
    series = Watched(rule, entity="if:1")
    assert series.see(7, 2, 1, 7, 1) == ["clear"] * 5
    assert series.see(2, 2, 3) == ["warning", "warning", "clear"]


def test_a_change_for_good_is_shown_for_as_long_as_the_rule_says() -> None:
    rule = a_rule(
        Kind.STATUS_CHANGE,
        metric="ifOperStatus",
        comparison=None,
        threshold=None,
        keep_firing=2 * MINUTE,
    )
    series = Watched(rule, entity="if:1")
    assert series.see(1, 2, 2, 2, 2) == ["clear", "warning", "warning", "clear", "clear"]


def test_a_status_is_written_down_only_when_it_changes() -> None:
    rule = a_rule(Kind.STATUS_CHANGE, metric="ifOperStatus", comparison=None, threshold=None)
    series = Watched(rule, entity="if:1")
    series.see(1)
    before = dict(series.network.memories)
    series.see(1, 1)
    assert series.network.memories == before != {}
    assert NOTHING not in before.values()


def test_a_device_may_have_a_threshold_of_its_own_or_none() -> None:
    other = a_device("edge")
    rule = a_threshold(
        overrides=(
            Override(device_id=CORE.id, threshold=50.0, hold=seconds(60)),
            Override(device_id=other.id, is_enabled=False),
        )
    )
    assert Watched(rule).see(60, 60) == ["pending", "warning"]
    assert Watched(rule, device=other).see(99) == ["clear"]
    assert Watched(rule, device=a_device("third")).see(60, 95) == ["clear", "warning"]
