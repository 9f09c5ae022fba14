from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from netpulse.ids import RuleId

from functions.alerts.models.dry_run import DryRunView
from functions.alerts.models.rules import OverrideIn, RuleIn
from functions.alerts.service import dry_run
from functions.alerts.service.dry_run import DryRun
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import down, up
from tests.unit.functions.alerts.stage import Stage

MINUTE = timedelta(minutes=1)
BUSY: dict[str, Any] = {
    "name": "Busy",
    "metric": "cpu_usage",
    "comparison": ">",
    "threshold": 90,
    "severity": "warning",
}


class Past(Stage):
    """An hour of one reading a minute before now."""

    def __init__(self, *values: float, minutes: int = 60) -> None:
        super().__init__()
        self.core = self.device("core")
        self.remember(self.core.id, values, minutes=minutes)

    def remember(self, device_id: Any, values: Any, *, minutes: int = 60) -> None:
        begin = self.clock.now() - minutes * MINUTE
        samples = [(begin + n * MINUTE, value) for n, value in enumerate(values)]
        self.work.samples.past["cpu_usage", device_id, ""] = samples

    def try_it(self, **given: Any) -> DryRunView:
        rule = RuleIn(**{**BUSY, **given})
        return DryRun(self.work, self.clock).try_new(self.organization_id, rule, days=1)


def test_a_dry_run_shows_each_alert_a_rule_would_have_opened_and_what_it_would_have_sent() -> None:
    past = Past(50, 95, 96, 50, 50, 99)
    found = past.try_it()
    assert (found.opened, found.resolved, found.notifications) == (2, 1, 3)
    newest, oldest = found.alerts
    assert (oldest.fired_at, oldest.resolved_at) == (NOON - 59 * MINUTE, NOON - 57 * MINUTE)
    assert (newest.fired_at, newest.resolved_at) == (NOON - 55 * MINUTE, None)
    assert newest.message == "core (198.51.100.5): CPU is 99 %, above 90 %"
    assert (found.devices, found.series, found.values) == (1, 1, 6)
    # nothing was written and nobody told
    assert past.work.alerts.rows == {}
    assert past.facts() == []


def test_a_dry_run_holds_and_counts_as_the_real_rule_does() -> None:
    values = (95, 96, 95, 50, 95, 50)
    assert Past(*values).try_it(for_seconds=120).opened == 1
    # between two values the timer rings
    (alert,) = Past(*values).try_it(for_seconds=90).alerts
    assert alert.fired_at - alert.began_at == 1.5 * MINUTE
    assert Past(*values).try_it(clears=3).resolved == 0
    # what has not lasted yet when the past ends would not have been told yet
    short = Past(*[50] * 59, 95).try_it(for_seconds=600)
    assert (short.opened, short.notifications, short.alerts) == (0, 0, [])
    worse = Past(95, 99, 99).try_it(critical_threshold=97)
    assert [(each.severity, each.notifications) for each in worse.alerts] == [("critical", 2)]
    assert Past(95).try_it(severity="info").notifications == 0


def test_outages_are_replayed_for_a_rule_of_devices_that_are_down() -> None:
    stage = Stage()
    core = stage.device("core")
    stage.take(up(core, NOON))
    stage.take(down(core, NOON + MINUTE))
    stage.take(up(core, NOON + 4 * MINUTE))
    run = DryRun(stage.work, stage.clock)
    rule = RuleIn(name="Down", kind="device_down", severity="critical")
    found = run.try_new(stage.organization_id, rule, days=1)
    assert [each.resolved_at for each in found.alerts] == [NOON + 4 * MINUTE]
    patient = rule.model_copy(update={"for_seconds": 600})
    assert run.try_new(stage.organization_id, patient, days=1).opened == 0


def test_gaps_are_replayed_for_a_rule_of_missing_data() -> None:
    past = Past(*([1.0] * 10))
    rule = {"kind": "missing_data", "comparison": None, "threshold": None, "window_seconds": 600}
    (alert,) = past.try_it(**rule).alerts
    # the last value came 51 minutes ago
    assert alert.fired_at == NOON - 41 * MINUTE
    assert alert.resolved_at is None


def test_a_kept_rule_is_tried_with_its_overrides_and_scope() -> None:
    past = Past(95)
    edge = past.device("edge", tags=frozenset({"quiet"}))
    past.remember(edge.id, [95])
    made = past.rules.create(past.organization_id, RuleIn(**BUSY), by=None)
    rule_id = RuleId(made.id)
    run = DryRun(past.work, past.clock)
    assert run.try_known(past.organization_id, rule_id, days=1).opened == 2
    own = OverrideIn(enabled=False)
    past.rules.override(past.organization_id, rule_id, edge.id, own, by=None)
    assert run.try_known(past.organization_id, rule_id, days=1).opened == 1


def test_a_dry_run_reads_no_more_than_it_may_and_says_what_it_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dry_run, "MAX_VALUES", 2000)
    past = Past(95)
    for number in range(3):
        past.remember(past.device(f"edge {number}").id, [95])
    found = past.try_it()
    assert (found.devices, found.devices_left_out) == (1, 3)


def test_what_comes_and_goes_and_what_never_lasts_are_replayed_as_they_would_be_told() -> None:
    found = Past(*([95, 10] * 30)).try_it()
    assert 0 < found.notifications < 30
    # the last value is bad, and nothing says for how long
    assert Past(10, 95, 95, *([10] * 56), 95).try_it(for_seconds=600).opened == 0
