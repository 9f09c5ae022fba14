from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.alerts.domain.device import Value
from functions.alerts.repository import PostgresSweep
from functions.alerts.service.watch import Watch
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from netpulse.ids import DeviceId

SILENCE = timedelta(minutes=10)


@pytest.fixture
def watch(place: Place) -> Watch:
    return Watch(place.work, place.recorder, place.wakeups, place.clock)


def polled(place: Place, *names: str) -> list[DeviceId]:
    device_ids = [place.device(name) for name in names]
    place.take(*(up(device_id, NOON) for device_id in device_ids))
    return device_ids


def test_devices_of_a_silent_poller_are_unknown_and_one_alert_says_so(
    place: Place, watch: Watch
) -> None:
    devices = polled(place, "one", "two", "three")
    place.clock.advance(SILENCE)
    watch.check_silence(place.organization_id)
    assert {place.status(each) for each in devices} == {"unknown"}
    assert place.periods(devices[0])[-1] == ("unknown", NOON + timedelta(seconds=60), None)
    assert [alert["state"] for alert in place.alerts()] == ["pending"]
    place.clock.advance(timedelta(minutes=2))
    watch.check_silence(place.organization_id)
    (alert,) = place.alerts()
    assert (alert["alert_type"], alert["state"]) == ("poller_silent", "firing")
    assert alert["message"] == ("No poll results of 3 devices: the poller is silent")

    place.take(*(up(each, place.clock.now()) for each in devices))
    watch.check_silence(place.organization_id)
    assert {place.status(each) for each in devices} == {"online"}
    assert [alert["reason"] for alert in place.alerts()] == ["poller_returned"]


def test_a_short_silence_tells_nobody(place: Place, watch: Watch) -> None:
    devices = polled(place, "one")
    place.clock.advance(SILENCE)
    watch.check_silence(place.organization_id)
    place.take(up(devices[0], place.clock.now()))
    watch.check_silence(place.organization_id)
    assert place.alerts() == []


def test_a_device_that_was_down_keeps_its_alert_while_nothing_is_heard(
    place: Place, watch: Watch
) -> None:
    (device,) = polled(place, "one")
    place.take(down(device, NOON + timedelta(seconds=60)))
    place.clock.advance(SILENCE)
    watch.check_silence(place.organization_id)
    assert place.status(device) == "unknown"
    states = {alert["alert_type"]: alert["state"] for alert in place.alerts()}
    assert states == {"device_down": "firing", "poller_silent": "pending"}


def test_the_sweep_finds_silence_and_due_timers_of_every_organisation(
    place: Place, watch: Watch
) -> None:
    sweep = PostgresSweep(place.postgres.database("netpulse_system"))
    (device,) = polled(place, "one")
    place.take(up(device, NOON + timedelta(seconds=1), cpu_usage=99.0))
    assert place.organization_id not in sweep.troubled(now=NOON)
    assert place.organization_id not in sweep.due(now=NOON)
    later = NOON + SILENCE
    assert place.organization_id in sweep.troubled(now=later)
    assert place.organization_id in sweep.due(now=later)
    sweep._database.close()


def test_a_retired_device_lets_its_alerts_go(place: Place, watch: Watch) -> None:
    (device,) = polled(place, "one")
    place.take(down(device, NOON + timedelta(seconds=60)))
    place.sql("UPDATE netpulse.devices SET retired_at = %s WHERE id = %s", NOON, device)
    watch.device_changed(place.organization_id, [device])
    watch.device_changed(place.organization_id, [device])
    assert [alert["reason"] for alert in place.alerts()] == ["device_retired"]
    assert place.periods(device)[-1][2] is not None
    place.take(down(device, NOON + timedelta(seconds=600)))
    assert len(place.alerts()) == 1


def test_a_deactivated_device_is_unknown_and_lets_its_alerts_go(place: Place, watch: Watch) -> None:
    (device,) = polled(place, "one")
    place.take(down(device, NOON + timedelta(seconds=60)))
    place.clock.advance(timedelta(minutes=5))
    place.sql("UPDATE netpulse.devices SET is_active = false WHERE id = %s", device)
    watch.device_changed(place.organization_id, [device])
    assert place.status(device) == "unknown"
    assert [alert["reason"] for alert in place.alerts()] == ["device_deactivated"]
    assert place.facts()[-2:] == ["DeviceStatusChanged.v1", "AlertResolved.v1"]


def test_news_of_a_device_that_is_watched_changes_nothing(place: Place, watch: Watch) -> None:
    (device,) = polled(place, "one")
    place.take(down(device, NOON + timedelta(seconds=60)))
    watch.device_changed(place.organization_id, [device])
    assert [alert["state"] for alert in place.alerts()] == ["firing"]


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM netpulse.device_checks", "UPDATE netpulse.device_checks SET enabled = false"],
)
def test_a_check_that_is_made_no_more_lets_its_alert_go(
    place: Place, watch: Watch, change: str
) -> None:
    (device,) = polled(place, "one")
    place.sql(
        "INSERT INTO netpulse.device_checks (organization_id, device_id, name, kind) "
        "VALUES (%s, %s, 'web', 'tcp')",
        place.organization_id,
        device,
    )
    failed = (Value("check_ok", "check:web", 0.0),)
    for seconds in (60, 180):
        place.take(replace(up(device, NOON + timedelta(seconds=seconds)), values=failed))
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    watch.device_changed(place.organization_id, [device])
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    place.sql(f"{change} WHERE device_id = %s", device)
    watch.device_changed(place.organization_id, [device])
    assert [(a["state"], a["reason"]) for a in place.alerts()] == [("resolved", "check_removed")]
