from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from netpulse.errors import InvalidError, NotFoundError
from netpulse.ids import RuleId

from functions.alerts.domain.hour import HOUR, whole_hour
from functions.alerts.models.rules import RuleIn, RulePatch
from functions.alerts.service import learning, usuals
from functions.alerts.service.bands import Asked, Bands, NoBaselineError
from functions.alerts.service.dry_run import DryRun
from functions.alerts.service.learning import BaselineWatch
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import up
from tests.unit.functions.alerts.domain.test_anomaly import a_rule
from tests.unit.functions.alerts.stage import Stage

if TYPE_CHECKING:
    from functions.alerts.domain.device import Device
    from functions.alerts.domain.rule import Rule

DAY = timedelta(days=1)


class Learning(Stage):
    """Two weeks of CPU at 20 to 24 percent, and a rule about the unusual."""

    def __init__(self, **given: Any) -> None:
        super().__init__()
        self.baselines = BaselineWatch(self.work, self.clock)
        self.bands = Bands(self.work, self.clock)
        self.core = self.measured("core")
        self.rule: Rule = a_rule(**given)
        self.work.rules.save(self.rule, at=NOON)

    def measured(self, name: str, *, days: int = 14) -> Device:
        device = self.device(name)
        end = whole_hour(self.clock.now())
        self.work.samples.past["cpu_usage", device.id, ""] = [
            (end - n * HOUR, 20.0 + n % 5) for n in range(days * 24, 0, -1)
        ]
        return device

    def learn(self) -> None:
        self.baselines.learn(self.organization_id)

    def value(self, value: float, device: Device | None = None) -> None:
        self.clock.advance(timedelta(minutes=1))
        self.take(up(device or self.core, self.clock.now(), cpu_usage=value))

    def show(self, **given: Any) -> Any:
        plain = {
            "rule_id": self.rule.id,
            "device_id": self.core.id,
            "entity": "",
            "since": None,
            "until": None,
        }
        return self.bands.show(self.organization_id, Asked(**{**plain, **given}))


def test_a_spike_fires_and_its_end_resolves_once_the_past_was_learnt() -> None:
    stage = Learning()
    stage.learn()
    stage.value(21)
    stage.value(90)
    (alert,) = stage.work.alerts.rows.values()
    assert alert.state == "firing"
    assert alert.value == 90
    assert "CPU is 90 %, expected 2" in alert.message
    stage.value(21)
    assert stage.states() == ["resolved"]


def test_without_such_a_rule_nothing_is_read_and_with_one_once_in_ten_minutes() -> None:
    plain = Stage()
    core = plain.device("core")
    plain.take(up(core, plain.clock.now(), cpu_usage=1.0))
    assert plain.work.baselines.reads == 0
    stage = Learning()
    stage.learn()
    for _ in range(9):
        stage.value(21)
    assert stage.work.baselines.reads == 1
    stage.value(21)
    stage.value(21)
    assert stage.work.baselines.reads == 2


def test_another_rule_makes_more_be_read() -> None:
    stage = Learning()
    stage.learn()
    stage.value(21)
    stage.work.rules.save(a_rule(name="Memory", metric="memory_usage"), at=NOON)
    stage.value(21)
    assert stage.work.baselines.reads == 2


def test_no_more_devices_are_remembered_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(usuals, "_MOST_DEVICES", 1)
    stage = Learning()
    edge = stage.measured("edge")
    stage.learn()
    stage.clock.advance(timedelta(minutes=1))
    now = stage.clock.now()
    stage.take(up(stage.core, now, cpu_usage=90.0), up(edge, now, cpu_usage=90.0))
    # what did not stay was known for its own batch all the same
    assert stage.states() == ["firing", "firing"]
    stage.value(21)
    assert stage.work.baselines.reads == 2


def test_a_value_of_an_hour_long_ago_is_held_against_nothing() -> None:
    stage = Learning()
    stage.learn()
    stage.take(up(stage.core, stage.clock.now() - 3 * HOUR, cpu_usage=90.0))
    assert stage.states() == []


def test_a_series_that_was_never_learnt_is_held_against_nothing() -> None:
    stage = Learning()
    stage.value(90)
    assert stage.states() == []


def test_an_hour_is_learnt_once_and_the_next_one_when_it_is_over() -> None:
    stage = Learning()
    stage.learn()
    ((_, before),) = stage.work.baselines.rows.values()
    assert before.baseline.hours == 14 * 24
    stage.learn()
    stage.clock.advance(HOUR)
    column = stage.work.samples.past["cpu_usage", stage.core.id, ""]
    column.append((whole_hour(stage.clock.now()) - HOUR, 22.0))
    stage.learn()
    ((_, after),) = stage.work.baselines.rows.values()
    assert after.baseline.hours == 14 * 24 + 1
    assert after.until == before.until + HOUR


def test_a_run_learns_as_much_as_it_may_and_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning, "MOST_HOURS", 28 * 24 * 2)
    monkeypatch.setattr(learning, "_CHUNK_HOURS", 28 * 24)
    stage = Learning()
    for n in range(4):
        stage.measured(f"edge-{n}")
    counts = []
    for _ in range(4):
        stage.learn()
        counts.append(len(stage.work.baselines.rows))
    assert counts == [2, 4, 5, 5]


def test_a_series_that_lacks_an_hour_does_not_wait_for_one_that_lacks_weeks() -> None:
    stage = Learning()
    stage.learn()
    stage.clock.advance(HOUR)
    stage.measured("edge")
    stage.learn()
    untils = {each.until for _, each in stage.work.baselines.rows.values()}
    assert untils == {whole_hour(stage.clock.now())}


def test_what_learnt_nothing_for_weeks_and_what_another_clock_taught_begins_anew() -> None:
    stage = Learning()
    stage.learn()
    stage.work.baselines.zone = ZoneInfo("Africa/Lagos")
    stage.clock.advance(HOUR)
    stage.learn()
    ((zone, _),) = stage.work.baselines.rows.values()
    assert zone == "Africa/Lagos"
    stage.clock.advance(29 * DAY)
    stage.learn()
    ((_, anew),) = stage.work.baselines.rows.values()
    assert anew.baseline.hours == 0


def test_series_a_rule_does_not_look_at_are_not_learnt() -> None:
    stage = Learning(entity="if:*")
    stage.learn()
    assert stage.work.baselines.rows == {}


def test_without_rules_nothing_is_learnt() -> None:
    stage = Stage()
    BaselineWatch(stage.work, stage.clock).learn(stage.organization_id)
    assert stage.work.baselines.rows == {}


def test_the_band_is_shown_hour_by_hour_around_now() -> None:
    stage = Learning()
    stage.learn()
    found = stage.show()
    assert (found.metric, found.time_zone, found.ready) == ("cpu_usage", "UTC", True)
    assert found.learnt_hours == 14 * 24
    assert found.learnt_until == whole_hour(NOON)
    assert len(found.points) == 48
    assert found.points[0].time == NOON - DAY
    for point in found.points:
        assert 15 < point.lower < 20 < point.expected < 24 < point.upper < 30


def test_the_band_of_what_is_not_known_yet_is_empty() -> None:
    stage = Learning(history=20 * DAY)
    assert (stage.show().points, stage.show().learnt_until) == ([], None)
    stage.learn()
    shown = stage.show()
    assert (shown.ready, len(shown.points)) == (False, 48)


def test_a_band_nobody_has_is_refused_with_why() -> None:
    stage = Learning()
    with pytest.raises(NotFoundError):
        stage.show(rule_id=RuleId(uuid4()))
    with pytest.raises(NotFoundError):
        stage.show(device_id=uuid4())
    with pytest.raises(NotFoundError):
        stage.show(entity="if:ge-0/0/0")
    for since, until in ((NOON, NOON), (NOON, NOON - DAY), (NOON, NOON + 32 * DAY)):
        with pytest.raises(InvalidError):
            stage.show(since=since, until=until)
    other = RuleIn(name="Down", kind="device_down", severity="critical")
    made = stage.rules.create(stage.organization_id, other, by=None)
    with pytest.raises(NoBaselineError):
        stage.show(rule_id=RuleId(made.id))


def test_a_dry_run_learns_from_the_weeks_before_it_and_nothing_ahead() -> None:
    stage = Learning()
    past = stage.work.samples.past["cpu_usage", stage.core.id, ""]
    past[-5] = (past[-5][0], 90.0)
    found = DryRun(stage.work, stage.clock).try_known(stage.organization_id, stage.rule.id, days=1)
    (alert,) = found.alerts
    assert alert.began_at == past[-5][0]
    assert alert.resolved_at == past[-4][0]


def test_a_rule_is_described_and_described_anew() -> None:
    stage = Stage()
    body = RuleIn(
        name="Odd traffic",
        kind="anomaly",
        metric="if_in_bps",
        severity="warning",
        sensitivity="low",
        direction="above",
        history_hours=48,
        least_deviation=1e6,
    )
    made = stage.rules.create(stage.organization_id, body, by=None)
    assert (made.sensitivity, made.direction, made.history_hours) == ("low", "above", 48)
    patch = RulePatch(sensitivity="high")
    after = stage.rules.amend(stage.organization_id, RuleId(made.id), patch, by=None)
    assert (after.sensitivity, after.least_deviation, after.version) == ("high", 1e6, 2)
    assert after.threshold is None


@pytest.mark.parametrize(
    ("given", "about"),
    [
        ({"metric": None}, "metric"),
        ({"metric": "ifOperStatus"}, "status_change"),
        ({"threshold": 5}, "threshold"),
        ({"window_seconds": 60}, "window_seconds"),
        ({"history_hours": 1}, "history_hours"),
        ({"history_hours": 10_000}, "history_hours"),
        ({"least_deviation": -1}, "least_deviation"),
        ({"sensitivity": "extreme"}, "sensitivity"),
        ({"direction": "sideways"}, "direction"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(given: dict[str, Any], about: str) -> None:
    plain = {"name": "Odd", "kind": "anomaly", "metric": "cpu_usage", "severity": "warning"}
    with pytest.raises(ValueError, match=about):
        RuleIn(**{**plain, **given})


def test_other_kinds_have_no_sensitivity() -> None:
    with pytest.raises(ValueError, match="sensitivity"):
        RuleIn(name="Down", kind="device_down", severity="critical", sensitivity="low")
