from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from tests.support.database import TestDatabase


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_dead_device_is_offline_alerted_and_told_and_comes_back(place: Place) -> None:
    router = place.device(address="198.51.100.5", interval_seconds=10)
    place.take(up(router, NOON))
    place.clock.advance(seconds(40))
    place.take(down(router, NOON + seconds(30), since=NOON + seconds(10)))

    assert place.status(router) == "offline"
    (alert,) = place.alerts()
    assert alert["state"] == "firing"
    assert alert["severity"] == "critical"
    assert alert["began_at"] == NOON + seconds(10)
    assert alert["message"] == ("core-router-1 (198.51.100.5) is down: no reply to 3 probes")

    place.take(up(router, NOON + seconds(60)))
    assert place.status(router) == "online"
    (alert,) = place.alerts()
    assert alert["state"] == "resolved"
    assert place.periods(router) == [
        ("online", NOON, NOON + seconds(10)),
        ("offline", NOON + seconds(10), NOON + seconds(60)),
        ("online", NOON + seconds(60), None),
    ]
    assert place.facts() == [
        "DeviceStatusChanged.v1",
        "DeviceStatusChanged.v1",
        "AlertOpened.v1",
        "DeviceStatusChanged.v1",
        "AlertResolved.v1",
    ]


def test_a_soft_failure_changes_nothing(place: Place) -> None:
    router = place.device()
    place.take(up(router, NOON))
    place.take(down(router, NOON + seconds(10), hard=False))
    assert place.status(router) == "online"
    assert place.alerts() == []


def test_a_late_or_repeated_result_changes_nothing(place: Place) -> None:
    router = place.device()
    place.take(up(router, NOON))
    place.take(up(router, NOON + seconds(50)))
    place.take(down(router, NOON + seconds(45), since=NOON + seconds(30)))
    place.take(down(router, NOON + seconds(50), since=NOON + seconds(30)))
    assert place.status(router) == "online"
    assert place.alerts() == []


def test_a_value_held_beyond_its_threshold_fires_and_clears_with_hysteresis(place: Place) -> None:
    router = place.device()
    place.take(up(router, NOON, cpu_usage=95.0))
    assert [alert["state"] for alert in place.alerts()] == ["pending"]
    assert len(place.wakeups.timers) == 1
    place.take(up(router, NOON + seconds(300), cpu_usage=96.0))
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    place.take(up(router, NOON + seconds(360), cpu_usage=85.0))
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    place.take(up(router, NOON + seconds(420), cpu_usage=79.0))
    assert [alert["state"] for alert in place.alerts()] == ["resolved"]
    assert (
        place.sql("SELECT * FROM netpulse.timers WHERE organization_id = %s", place.organization_id)
        == []
    )
    history = place.sql(
        "SELECT to_state, seq FROM netpulse.alert_history WHERE organization_id = %s ORDER BY seq",
        place.organization_id,
    )
    assert [row["to_state"] for row in history] == ["pending", "firing", "resolved"]


def test_a_short_breach_leaves_no_trace(place: Place) -> None:
    router = place.device()
    place.take(up(router, NOON, cpu_usage=95.0))
    place.take(up(router, NOON + seconds(60), cpu_usage=20.0))
    assert place.alerts() == []
    assert "AlertOpened.v1" not in place.facts()


def test_the_timer_fires_a_pending_alert_between_two_polls(place: Place) -> None:
    router = place.device(interval_seconds=300)
    place.take(up(router, NOON, cpu_usage=95.0))
    place.clock.advance(seconds(301))
    place.ring()
    assert [alert["state"] for alert in place.alerts()] == ["firing"]


def test_a_pending_alert_whose_values_stopped_does_not_fire(place: Place) -> None:
    router = place.device(interval_seconds=10)
    place.take(up(router, NOON, cpu_usage=95.0))
    place.clock.advance(seconds(301))
    place.ring()
    assert [alert["state"] for alert in place.alerts()] == ["pending"]


def test_a_child_of_a_dead_parent_is_unreachable_and_nobody_is_told(place: Place) -> None:
    core = place.device("core")
    child = place.device("access", parents=[core])
    place.take(up(core, NOON), up(child, NOON))
    place.take(
        down(child, NOON + seconds(30), since=NOON + seconds(10)),
        down(core, NOON + seconds(30), since=NOON + seconds(10)),
    )
    assert place.status(child) == "unreachable"
    states = {alert["device_id"]: alert["state"] for alert in place.alerts()}
    assert states == {core: "firing", child: "suppressed"}
    assert place.facts().count("AlertOpened.v1") == 1


def test_a_child_that_reports_before_its_parent_is_held_and_then_folded(place: Place) -> None:
    core = place.device("core")
    child = place.device("access", parents=[core])
    place.take(up(core, NOON), up(child, NOON))
    place.take(down(child, NOON + seconds(30), since=NOON + seconds(10)))
    assert place.status(child) == "online"
    assert place.alerts() == []
    place.take(down(core, NOON + seconds(40), since=NOON + seconds(12)))
    assert place.status(child) == "unreachable"
    assert place.facts().count("AlertOpened.v1") == 1
    assert place.periods(child)[-1] == ("unreachable", NOON + seconds(10), None)


def test_a_child_whose_parent_answers_is_told_at_once(place: Place) -> None:
    core = place.device("core")
    child = place.device("access", parents=[core])
    place.take(up(core, NOON), up(child, NOON))
    place.take(
        up(core, NOON + seconds(60)),
        down(child, NOON + seconds(60), since=NOON + seconds(40)),
    )
    assert place.status(child) == "offline"
    assert [alert["state"] for alert in place.alerts()] == ["firing"]


def test_a_held_child_is_told_after_thirty_seconds_when_no_news_of_its_parent_comes(
    place: Place,
) -> None:
    core = place.device("core")
    child = place.device("access", parents=[core])
    place.take(up(core, NOON), up(child, NOON))
    place.take(down(child, NOON + seconds(30), since=NOON + seconds(10)))
    place.clock.advance(seconds(31))
    place.ring()
    assert place.status(child) == "offline"
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    assert place.alerts()[0]["began_at"] == NOON + seconds(10)


def test_a_child_still_down_after_its_parent_returned_is_alerted_then(place: Place) -> None:
    core = place.device("core")
    child = place.device("access", parents=[core])
    place.take(up(core, NOON), up(child, NOON))
    place.take(
        down(core, NOON + seconds(30), since=NOON + seconds(10)),
        down(child, NOON + seconds(30), since=NOON + seconds(10)),
    )
    place.clock.advance(seconds(120))
    place.take(up(core, NOON + seconds(120)))
    assert place.status(child) == "unreachable"
    place.clock.advance(seconds(91))
    place.ring()
    assert place.status(child) == "offline"
    states = {alert["device_id"]: alert["state"] for alert in place.alerts()}
    assert states == {core: "resolved", child: "firing"}


def test_a_child_that_returns_with_its_parent_is_never_told(place: Place) -> None:
    core = place.device("core")
    child = place.device("access", parents=[core])
    place.take(up(core, NOON), up(child, NOON))
    place.take(
        down(core, NOON + seconds(30), since=NOON + seconds(10)),
        down(child, NOON + seconds(30), since=NOON + seconds(10)),
    )
    place.take(up(core, NOON + seconds(120)))
    place.take(up(child, NOON + seconds(140)))
    place.clock.advance(seconds(600))
    place.ring()
    assert place.status(child) == "online"
    assert place.facts().count("AlertOpened.v1") == 1
    assert place.facts().count("AlertResolved.v1") == 1


def test_another_organisations_devices_are_not_touched(
    place: Place, postgres: TestDatabase
) -> None:
    other = Place(postgres)
    foreign = other.device()
    place.take(down(foreign, NOON))
    assert other.status(foreign) == "none"
    assert place.alerts() == other.alerts() == []
    other.database.close()
