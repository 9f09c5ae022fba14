from __future__ import annotations

import pytest

from functions.alerts.models.maintenance import WindowIn
from functions.alerts.models.service_levels import ServiceLevelIn
from tests.support.clock import NOON
from tests.unit.functions.alerts.desk import AMINA, FIRST, MINUTE, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_people_are_warned_as_the_time_to_respond_and_to_restore_runs_out(desk: Desk) -> None:
    desk.level(channel_ids=[FIRST])
    alert_id = desk.slow()
    for minutes in (10, 15, 20):
        desk.at(minutes)
    assert desk.notes(alert_id) == [
        "Gold: 50 % of 20 min to be taken on are gone",
        "Gold: 75 % of 20 min to be taken on are gone",
        "Gold: not taken on within 20 min",
    ]
    assert desk.escalated() == [(FIRST,)] * 3
    desk.take_on(alert_id)
    for minutes in (30, 45, 60):
        desk.at(minutes)
    assert desk.notes(alert_id)[-1] == "Gold: not restored within 1 h"
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert (shown.is_response_late, shown.restore_by) == (False, NOON + 60 * MINUTE)
    desk.clock.advance(MINUTE)
    assert desk.service_levels.of_alert(desk.organization_id, alert_id).is_restoration_late


def test_nobody_is_warned_of_what_is_taken_on_or_over_in_time(desk: Desk) -> None:
    desk.level()
    alert_id = desk.slow()
    desk.take_on(alert_id)
    desk.at(20)
    assert desk.notes(alert_id) == []
    desk.slow(25, 10.0)
    desk.at(90)
    assert desk.notes(alert_id) == []
    assert desk.work.timers.rows == {}


def test_only_business_hours_count(desk: Desk) -> None:
    # noon in UTC on Monday 2 March is 15:00 in Nairobi: two hours until the end of the day
    hours = {
        "time_zone": "Africa/Nairobi",
        "weekdays": [0, 1, 2, 3, 4],
        "from_time": "08:00",
        "to_time": "17:00",
    }
    desk.level(respond_seconds=4 * 3600, hours=hours)
    alert_id = desk.slow()
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert shown.respond_by == NOON.replace(day=3, hour=7)


def in_maintenance(desk: Desk, *, minutes: int) -> None:
    """Work on the device for so many minutes from now on."""
    begin = desk.clock.now().replace(tzinfo=None).isoformat()
    body = {
        "name": "cabling",
        "time_zone": "UTC",
        "starts_at": begin,
        "duration_seconds": minutes * 60,
        "scope": {"device_ids": [desk.core.id]},
    }
    window = WindowIn.model_validate(body)
    desk.silencing.save_window(desk.organization_id, None, window, by=AMINA)


def test_the_time_stands_still_in_maintenance(desk: Desk) -> None:
    desk.level(channel_ids=[FIRST], restore_seconds=None)
    alert_id = desk.slow()
    desk.at(10)
    assert desk.notes(alert_id) == ["Gold: 50 % of 20 min to be taken on are gone"]
    in_maintenance(desk, minutes=60)
    assert desk.state(alert_id) == "suppressed: maintenance"
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert (shown.is_paused, shown.respond_by, shown.respond_percent) == (True, None, 50.0)
    desk.at(69)
    assert len(desk.notes(alert_id)) == 1
    desk.at(70)
    assert desk.state(alert_id) == "firing: maintenance_ended"
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert (shown.is_paused, shown.respond_by) == (False, NOON + 80 * MINUTE)
    desk.at(75)
    assert desk.notes(alert_id)[-1] == "Gold: 75 % of 20 min to be taken on are gone"
    desk.at(80)
    assert desk.notes(alert_id)[-1] == "Gold: not taken on within 20 min"
    assert desk.escalated() == [(FIRST,)] * 3


def test_a_mark_that_is_passed_as_maintenance_begins_is_still_told(desk: Desk) -> None:
    desk.level(restore_seconds=None)
    alert_id = desk.slow()
    desk.clock.advance(11 * MINUTE)
    in_maintenance(desk, minutes=60)
    desk.at(12)
    assert desk.notes(alert_id) == ["Gold: 50 % of 20 min to be taken on are gone"]
    # nobody wants to hear of it now: it stands in its history
    assert desk.facts().count("AlertEscalated") == 0


def test_marks_that_were_slept_through_are_one_warning(desk: Desk) -> None:
    desk.level(channel_ids=[FIRST], restore_seconds=None)
    alert_id = desk.slow()
    desk.at(30)
    assert desk.notes(alert_id) == ["Gold: not taken on within 20 min"]


def test_a_response_stays_one_when_the_alert_is_given_back(desk: Desk) -> None:
    desk.level()
    alert_id = desk.slow()
    desk.at(5)
    desk.take_on(alert_id)
    desk.at(15)
    desk.desk.unacknowledge(desk.organization_id, alert_id, by=AMINA)
    desk.at(25)
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert (shown.responded_at, shown.is_response_late) == (NOON + 5 * MINUTE, False)
    assert shown.respond_percent == 25.0
    assert desk.notes(alert_id) == []


def test_what_was_promised_holds_whatever_becomes_of_the_service_level(desk: Desk) -> None:
    level_id = desk.level(channel_ids=[FIRST])
    alert_id = desk.slow()
    longer = ServiceLevelIn.model_validate({"name": "Gold", "respond_seconds": 86_400})
    desk.service_levels.save(desk.organization_id, level_id, longer)
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert shown.respond_by == NOON + 20 * MINUTE
    desk.service_levels.remove(desk.organization_id, level_id)
    desk.at(20)
    assert desk.notes(alert_id) == []
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert (shown.service_level_id, shown.name, shown.respond_percent) == (None, "Gold", 100.0)


def test_an_alert_that_grows_critical_is_promised_what_is_promised_for_that(desk: Desk) -> None:
    grave = [{"name": "severity", "value": "critical"}]
    desk.level(name="All", respond_seconds=36_000, priority=9)
    desk.level(name="Grave", respond_seconds=600, matchers=grave, priority=1)
    alert_id = desk.slow()
    desk.slow(30, 250.0)
    shown = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert (shown.name, shown.respond_by) == ("Grave", NOON + 40 * MINUTE)
    desk.slow(31, 251.0)
    again = desk.service_levels.of_alert(desk.organization_id, alert_id)
    assert again.respond_by == shown.respond_by


def test_nothing_is_promised_where_no_service_level_fits(desk: Desk) -> None:
    desk.level(matchers=[{"name": "severity", "value": "critical"}])
    alert_id = desk.slow()
    assert desk.service_levels.of_alert(desk.organization_id, alert_id).name == ""
