from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from netpulse.events import AlertAcknowledged, AlertOpened, AlertResolved, DeviceStatusChanged

from functions.alerts.handlers.http import application
from functions.alerts.handlers.services import Services
from functions.alerts.service.recording import wake_ups
from tests.support.clock import NOON
from tests.support.http import Client, FakeAccess, a_principal
from tests.unit.functions.alerts.domain.builders import down, seconds, up
from tests.unit.functions.alerts.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def client(stage: Stage) -> Client:
    access = FakeAccess(a_principal())
    services = Services(desk=lambda: stage.desk, rules=lambda: stage.rules)
    return Client(application(lambda: access, services, clock=stage.clock))


def test_the_facts_of_an_outage_say_all_that_a_message_needs(stage: Stage) -> None:
    router = stage.device("core-router-1")
    stage.take(up(router, NOON))
    stage.take(down(router, NOON + seconds(60), since=NOON + seconds(20)))
    stage.take(up(router, NOON + seconds(120)))
    changed, opened = stage.work.outbox.facts[1:3]
    assert isinstance(changed, DeviceStatusChanged)
    assert (changed.previous, changed.status, changed.since) == (
        "online",
        "offline",
        NOON + seconds(20),
    )
    assert isinstance(opened, AlertOpened)
    assert (opened.device_name, opened.rule_name, opened.severity, opened.state) == (
        "core-router-1",
        "Device down",
        "critical",
        "firing",
    )
    (resolved,) = [f for f in stage.work.outbox.facts if isinstance(f, AlertResolved)]
    assert (resolved.alert_id, resolved.alert_seq) == (opened.alert_id, 2)
    assert stage.meter.opened == [("critical", "device_down")]
    assert stage.meter.online == [True, False, True]


def test_each_batch_is_taken_under_the_organisations_lock(stage: Stage) -> None:
    stage.take(up(stage.device(), NOON))
    assert stage.work.locks == 1


def test_the_default_rules_are_made_once_and_stay_as_people_leave_them(stage: Stage) -> None:
    router = stage.device()
    stage.take(up(router, NOON))
    count = len(stage.work.rules.rows)
    (rule,) = [each for each in stage.work.rules.all() if each.name == "CPU busy"]
    stage.work.rules.save(replace(rule, is_enabled=False), at=NOON)
    stage.take(up(router, NOON + seconds(60), cpu_usage=99.0))
    assert len(stage.work.rules.rows) == count
    assert stage.states() == []


def test_results_of_devices_that_are_not_polled_are_not_taken(stage: Stage) -> None:
    asleep = stage.device(is_polled=False)
    stage.take(down(asleep, NOON))
    assert stage.work.devices.standings == {}


def test_a_storm_asks_for_one_wake_up(stage: Stage) -> None:
    core = stage.device("core")
    children = [stage.device(f"d{n}", parents=[core.id]) for n in range(50)]
    stage.take(*(up(each, NOON) for each in [core, *children]))
    stage.take(*(down(each, NOON + seconds(60)) for each in children))
    assert len(stage.work.timers.rows) == 50
    assert len(stage.wakeups.timers) == 1
    stage.take(down(core, NOON + seconds(70), since=NOON + seconds(55)))
    assert stage.work.timers.rows == {}
    assert stage.facts().count("AlertOpened") == 1


def test_wake_ups_of_different_seconds_are_all_kept(stage: Stage) -> None:
    due = {"a": NOON, "b": NOON + seconds(0.4), "c": NOON + seconds(2)}
    timers = stage.work.timers.set_many("alerts.for", due)
    assert [each.subject for each in wake_ups(timers)] == ["b", "c"]


def test_a_timer_that_rings_after_its_alert_ended_does_nothing(stage: Stage) -> None:
    router = stage.device()
    stage.take(up(router, NOON, cpu_usage=99.0))
    stage.take(up(router, NOON + seconds(60), cpu_usage=9.0))
    stage.work.timers.set_many("alerts.for", {str(router.id): NOON})
    stage.clock.advance(timedelta(minutes=10))
    stage.ring()
    assert stage.states() == []


def test_a_pending_alert_of_a_disabled_rule_does_not_fire(stage: Stage) -> None:
    router = stage.device(interval_seconds=600)
    stage.take(up(router, NOON, cpu_usage=99.0))
    (rule,) = [each for each in stage.work.rules.all() if each.name == "CPU busy"]
    stage.work.rules.save(replace(rule, is_enabled=False), at=NOON)
    stage.clock.advance(timedelta(minutes=6))
    stage.ring()
    assert stage.states() == ["pending"]


def test_one_alert_says_that_the_poller_is_silent(stage: Stage) -> None:
    devices = [stage.device(f"d{n}") for n in range(3)]
    stage.take(*(up(each, NOON) for each in devices))
    stage.clock.advance(timedelta(minutes=10))
    stage.watch.check_silence(stage.organization_id)
    assert {stage.status(each) for each in devices} == {"unknown"}
    assert stage.states() == ["pending"]
    stage.clock.advance(timedelta(minutes=2))
    stage.watch.check_silence(stage.organization_id)
    assert stage.states() == ["firing"]
    stage.take(*(up(each, stage.clock.now()) for each in devices))
    stage.watch.check_silence(stage.organization_id)
    assert stage.states() == ["resolved"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"is_polled": False}, "device_deactivated"),
        ({"is_polled": False, "is_retired": True}, "device_retired"),
    ],
)
def test_devices_that_are_watched_no_more_let_their_alerts_go(
    stage: Stage, given: dict[str, Any], reason: str
) -> None:
    router = stage.device()
    stage.take(down(router, NOON))
    stage.work.devices.devices[router.id] = replace(router, **given)
    stage.watch.device_changed(stage.organization_id, [router.id])
    assert [each.reason for each in stage.work.alerts.rows.values()] == [reason]


def test_an_alert_is_taken_on_by_name(stage: Stage, client: Client) -> None:
    stage.take(down(stage.device(), NOON))
    (alert_id,) = stage.work.alerts.rows
    answer = client.call("POST", f"/alerts/{alert_id}/acknowledge", body={"note": "mine"})
    assert answer.data["state"] == "acknowledged"
    fact = stage.work.outbox.facts[-1]
    assert isinstance(fact, AlertAcknowledged)
    assert (fact.acknowledged_by_name, fact.note) == ("Amina", "mine")


def test_what_nobody_was_told_of_nobody_can_take_on(stage: Stage, client: Client) -> None:
    stage.take(up(stage.device(), NOON, cpu_usage=99.0))
    (alert_id,) = stage.work.alerts.rows
    answer = client.call("POST", f"/alerts/{alert_id}/acknowledge")
    assert (answer.status, answer.code) == (409, "ALERT_NOT_FIRING")
    assert client.call("GET", "/alerts").data == []
    assert len(client.call("GET", "/alerts", query={"state": "pending"}).data) == 1


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"note": 1}', '{"note": "a", "state": "resolved"}', '"x"']
)
def test_bodies_that_make_no_sense_are_refused(stage: Stage, client: Client, body: str) -> None:
    stage.take(down(stage.device(), NOON))
    (alert_id,) = stage.work.alerts.rows
    assert client.call("POST", f"/alerts/{alert_id}/acknowledge", body=body).status in (400, 422)
    assert stage.states() == ["firing"]


@pytest.mark.parametrize("cursor", ["x", "c2VxOmE=", "é", "c2VxOjk5OTk5OTk5OTk5OTk5OTk5OTk="])
def test_cursors_that_are_not_ours_are_refused(stage: Stage, client: Client, cursor: str) -> None:
    stage.take(down(stage.device(), NOON))
    (alert_id,) = stage.work.alerts.rows
    answer = client.call("GET", f"/alerts/{alert_id}/history", query={"cursor": cursor})
    assert (answer.status, answer.code) == (422, "INVALID_INPUT")


def test_a_rule_keeps_its_kind(client: Client) -> None:
    made = client.call(
        "POST", "/alert-rules", body={"name": "x", "kind": "device_down", "severity": "info"}
    ).data
    body = {
        "name": "x",
        "severity": "info",
        "metric": "cpu_usage",
        "comparison": ">",
        "threshold": 1,
    }
    assert client.call("PUT", f"/alert-rules/{made['id']}", body=body).status == 422
