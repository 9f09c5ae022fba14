"""Channels that want to be left alone at times, on a clock that the test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Reason
from functions.notify.domain.news import News
from functions.notify.domain.quiet_hours import QuietHours
from tests.support.notify import a_channel, a_problem, its_recovery
from tests.unit.functions.notify.world import GROUP_WAIT, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# the clock shows 12:00 when it begins
SIESTA = QuietHours(time_zone="UTC", from_time=time(12, 10), to_time=time(15))


def a_warning(name: str = "edge-1", **changes: Any) -> News:
    return a_problem(**{"severity": "warning", "device_name": name, **changes})


def a_quiet_channel(**changes: Any) -> Channel:
    return a_channel(ChannelKind.SMS, **{"quiet_hours": SIESTA, **changes})


@pytest.fixture
def quiet() -> World:
    """Return a world in which it has just become quiet."""
    world = World().with_channels(a_quiet_channel())
    world.later(10 * MINUTE)
    return world


def test_what_still_fires_when_the_quiet_is_over_is_told_then_and_once(quiet: World) -> None:
    quiet.tell(a_warning())
    for _ in range(16):
        quiet.later(10 * MINUTE)
    assert quiet.texts == []
    quiet.later(10 * MINUTE)
    (text,) = quiet.texts
    assert text.startswith(
        "WARNING edge-1 (192.0.2.10): The device does not answer. Since 15:00 EAT"
    )
    quiet.later(HOUR)
    assert len(quiet.texts) == 1


def test_what_is_over_by_then_is_not_told_at_all(quiet: World) -> None:
    warning = a_warning()
    quiet.tell(warning)
    quiet.later(HOUR)
    quiet.tell(its_recovery(warning))
    quiet.later(3 * HOUR)
    assert quiet.texts == []
    (dropped,) = quiet.work.deliveries.rows.values()
    assert dropped.reason == Reason.OVER_BEFORE_TOLD


def test_that_a_warning_of_the_day_is_over_is_told_in_the_morning_too() -> None:
    world = World().with_channels(a_quiet_channel())
    warning = a_warning()
    world.tell(warning)
    world.later(GROUP_WAIT)
    world.later(9.5 * MINUTE)
    world.tell(its_recovery(warning, after=20 * MINUTE))
    world.later(2 * HOUR)
    assert len(world.texts) == 1
    world.later(HOUR)
    assert world.texts[1].startswith("RESOLVED edge-1")


def test_a_critical_alert_and_its_end_are_told_at_any_hour(quiet: World) -> None:
    problem = a_problem()
    quiet.tell(problem)
    quiet.work_off()
    quiet.tell(its_recovery(problem))
    quiet.work_off()
    assert [text.split()[0] for text in quiet.texts] == ["CRITICAL", "RESOLVED"]


def test_a_warning_that_grows_critical_is_told_at_once(quiet: World) -> None:
    warning = a_warning()
    quiet.tell(warning)
    quiet.later(HOUR)
    quiet.tell(replace(warning, severity="critical", alert_seq=2, changed=True))
    quiet.work_off()
    assert [text.split()[0] for text in quiet.texts] == ["CRITICAL"]


def test_not_even_critical_alerts_are_told_where_that_is_asked_for() -> None:
    hours = replace(SIESTA, even_critical=True)
    world = World().with_channels(a_quiet_channel(quiet_hours=hours))
    world.later(10 * MINUTE)
    world.tell(a_problem())
    world.later(2 * HOUR)
    assert world.texts == []
    world.later(HOUR)
    assert len(world.texts) == 1


def test_whoever_is_asked_by_an_escalation_is_asked_at_any_hour() -> None:
    channel = a_quiet_channel()
    world = World().with_channels(channel)
    world.later(10 * MINUTE)
    world.tell(a_warning(channel_ids=(channel.id,), note="Nobody is on it: NOC, step 1"))
    world.work_off()
    assert "Nobody is on it: NOC, step 1" in world.texts[0]


def test_who_takes_the_quiet_hours_away_hears_within_a_quarter_of_an_hour() -> None:
    channel = a_quiet_channel()
    world = World().with_channels(channel)
    world.later(10 * MINUTE)
    world.tell(a_warning())
    world.later(MINUTE)
    world.with_channels(replace(channel, quiet_hours=None))
    world.later(15 * MINUTE)
    assert len(world.texts) == 1
