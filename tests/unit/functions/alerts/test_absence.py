from __future__ import annotations

from datetime import timedelta

from functions.alerts.domain.rule import Kind
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_threshold, down, up
from tests.unit.functions.alerts.stage import Stage

MINUTE = timedelta(minutes=1)
WINDOW = 15 * MINUTE


def a_stage() -> Stage:
    stage = Stage()
    rule = a_threshold(
        name="No CPU",
        kind=Kind.MISSING_DATA,
        comparison=None,
        threshold=None,
        entity="",
        window=WINDOW,
    )
    stage.work.rules.save(rule, at=NOON)
    return stage


def messages(stage: Stage) -> list[str]:
    return [
        alert.message
        for alert in stage.work.alerts.rows.values()
        if alert.alert_type == "missing_data" and alert.is_open
    ]


def test_a_series_that_stays_away_while_its_device_answers_is_told_and_its_return_too() -> None:
    stage = a_stage()
    core = stage.device("core")
    stage.take(up(core, NOON))
    stage.work.samples.last["cpu_usage", core.id, ""] = NOON
    stage.clock.advance(WINDOW)
    stage.absence.check(stage.organization_id)
    assert messages(stage) == []
    stage.clock.advance(MINUTE)
    stage.absence.check(stage.organization_id)
    stage.absence.check(stage.organization_id)
    assert messages(stage) == ["core (198.51.100.5): no CPU for 15 min"]
    # so long ago that nothing is found any more: that is no sign of life
    stage.work.samples.last.clear()
    stage.clock.advance(timedelta(days=3))
    stage.absence.check(stage.organization_id)
    assert len(messages(stage)) == 1
    stage.work.samples.last["cpu_usage", core.id, ""] = stage.clock.now()
    stage.absence.check(stage.organization_id)
    assert messages(stage) == []
    assert stage.facts().count("AlertOpened") == stage.facts().count("AlertResolved") == 1


def test_nothing_is_missed_of_a_device_that_is_down_or_another_series() -> None:
    stage = a_stage()
    core, edge = stage.device("core"), stage.device("edge")
    stage.take(down(core, NOON))
    stage.take(up(edge, NOON))
    stage.work.samples.last["cpu_usage", core.id, ""] = NOON
    stage.work.samples.last["cpu_usage", edge.id, "cpu:1"] = NOON
    stage.clock.advance(WINDOW + MINUTE)
    stage.absence.check(stage.organization_id)
    assert messages(stage) == []


def test_data_that_must_be_missing_for_a_while_is_told_when_it_was() -> None:
    stage = Stage()
    rule = a_threshold(
        name="No CPU",
        kind=Kind.MISSING_DATA,
        comparison=None,
        threshold=None,
        entity="",
        window=WINDOW,
        hold=10 * MINUTE,
    )
    stage.work.rules.save(rule, at=NOON)
    core = stage.device("core")
    stage.take(up(core, NOON))
    stage.work.samples.last["cpu_usage", core.id, ""] = NOON
    stage.clock.advance(WINDOW + MINUTE)
    for _ in range(9):
        stage.absence.check(stage.organization_id)
        assert stage.states() == ["pending"]
        stage.clock.advance(MINUTE)
    stage.absence.check(stage.organization_id)
    assert stage.states() == ["firing"]
