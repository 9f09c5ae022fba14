"""The Lambda entries, with the settings they read, against PostgreSQL and AWS in process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from netpulse.events import DeviceUpdated

from functions.alerts.handlers import every_minute, on_device, on_poll_results, on_timer
from tests.integration.functions.alerts.place import Place
from tests.support import aws as fake_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.ids import DeviceId

    from tests.support.database import TestDatabase


@pytest.fixture
def queue(
    place: Place,
    postgres: TestDatabase,
    aws_in_process: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The timers queue of a stage whose database is the test's."""
    fake_aws.forget_wiring("alerts")
    url = urlsplit(postgres.url("netpulse_app"))
    fake_aws.make_bus("facts")
    timers = fake_aws.make_queue("timers")
    login = {"username": "netpulse_app", "password": "x"}
    fake_aws.make_secret("app", login)
    fake_aws.make_secret("system", {**login, "username": "netpulse_system"})
    fake_aws.set_settings(
        monkeypatch,
        database_host=parse_qs(url.query)["host"][0],
        database_port="5432",
        database_name=url.path.lstrip("/"),
        database_secret="app",
        system_database_secret="system",
        database_tls="disable",
        bus_name="facts",
        timers_queue_url=timers,
    )
    yield timers
    fake_aws.forget_wiring("alerts")


def a_message(place: Place, device_id: DeviceId, *, at: datetime, **given: Any) -> dict[str, Any]:
    return {
        "organization_id": str(place.organization_id),
        "poller": "poller-1",
        "epoch": 0,
        "results": [
            {
                "device_id": str(device_id),
                "slot_at": at.isoformat(),
                "state": "up",
                "hard": True,
                "first_failed_at": None,
                "rtt_ms": 3.5,
                "loss_ratio": 0.0,
                "reason": "",
                "values": [{"metric": "cpu_usage", "entity": "", "value": 97.0, "unit": "%"}],
                **given,
            }
        ],
    }


def test_a_message_becomes_a_status_and_a_timer_that_fires_its_alert(
    place: Place, queue: str
) -> None:
    device = place.device()
    began = datetime.now(UTC) - timedelta(seconds=299)
    message = a_message(place, device, at=began)
    assert on_poll_results.handler(fake_aws.sqs_event(message), None) == {"batchItemFailures": []}
    assert place.status(device) == "online"
    assert [alert["state"] for alert in place.alerts()] == ["pending"]
    wake_ups = place.sql(
        "SELECT id, due_at FROM netpulse.timers WHERE organization_id = %s", place.organization_id
    )
    assert len(wake_ups) == 1
    place.sql(
        "UPDATE netpulse.timers SET due_at = now() - interval '1 second' WHERE id = %s",
        wake_ups[0]["id"],
    )
    place.sql(
        "UPDATE netpulse.alerts SET began_at = began_at - interval '5 minutes' "
        "WHERE organization_id = %s",
        place.organization_id,
    )
    place.sql(
        "UPDATE netpulse.alerts SET last_slot_at = now() WHERE organization_id = %s",
        place.organization_id,
    )
    body = {"organization_id": str(place.organization_id), "timer_id": str(wake_ups[0]["id"])}
    assert on_timer.handler(fake_aws.sqs_event(body, body), None) == {"batchItemFailures": []}
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    waiting = place.sql(
        "SELECT 1 AS one FROM netpulse.outbox WHERE organization_id = %s AND published_at IS NULL",
        place.organization_id,
    )
    assert waiting == []


def test_a_broken_message_fails_alone(place: Place, queue: str) -> None:
    device = place.device()
    good = a_message(place, device, at=datetime.now(UTC))
    event = fake_aws.sqs_event({"organization_id": "x"}, good)
    answer = on_poll_results.handler(event, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert place.status(device) == "online"


def test_values_that_are_no_numbers_are_left_out(place: Place, queue: str) -> None:
    device = place.device()
    values = [{"metric": "cpu_usage", "entity": "", "value": float("nan"), "unit": "%"}]
    message = a_message(place, device, at=datetime.now(UTC), values=values, rtt_ms=float("inf"))
    assert on_poll_results.handler(fake_aws.sqs_event(message), None) == {"batchItemFailures": []}
    assert place.alerts() == []


def test_the_minute_sweep_rings_what_nobody_woke(place: Place, queue: str) -> None:
    device = place.device()
    on_poll_results.handler(
        fake_aws.sqs_event(a_message(place, device, at=datetime.now(UTC))), None
    )
    place.sql(
        "UPDATE netpulse.timers SET due_at = now() - interval '1 second' "
        "WHERE organization_id = %s",
        place.organization_id,
    )
    place.sql(
        "UPDATE netpulse.alerts SET began_at = now() - interval '6 minutes' "
        "WHERE organization_id = %s",
        place.organization_id,
    )
    every_minute.handler({}, None)
    assert [alert["state"] for alert in place.alerts()] == ["firing"]


def test_the_minute_sweep_notices_silence(place: Place, queue: str) -> None:
    device = place.device()
    on_poll_results.handler(
        fake_aws.sqs_event(a_message(place, device, at=datetime.now(UTC), values=[])), None
    )
    place.sql(
        "UPDATE netpulse.device_status SET slot_at = now() - interval '1 hour', "
        "since = now() - interval '2 hours' WHERE device_id = %s",
        device,
    )
    place.sql(
        "UPDATE netpulse.devices SET updated_at = now() - interval '1 day', "
        "created_at = now() - interval '1 day' WHERE id = %s",
        device,
    )
    every_minute.handler({}, None)
    assert place.status(device) == "unknown"


def test_news_of_the_inventory_reach_the_alerts(place: Place, queue: str) -> None:
    device = place.device()
    on_poll_results.handler(
        fake_aws.sqs_event(
            a_message(place, device, at=datetime.now(UTC), state="down", reason="icmp timeout")
        ),
        None,
    )
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    place.sql("UPDATE netpulse.devices SET is_active = false WHERE id = %s", device)
    fact = DeviceUpdated(
        device_id=device,
        number=1,
        name="core-router-1",
        ip_address="198.51.100.1",
        device_type="router",
        is_active=False,
    )
    meta = {
        "event_id": "00000000-0000-0000-0000-000000000001",
        "occurred_at": "2026-03-02T12:00:00Z",
        "correlation_id": "c",
        "organization_id": str(place.organization_id),
        "seq": 1,
    }
    body = {
        "detail-type": fact.type_name(),
        "detail": {"facts": [{"meta": meta, "data": fact.model_dump(mode="json")}]},
    }
    assert on_device.handler(fake_aws.sqs_event(body), None) == {"batchItemFailures": []}
    assert [alert["reason"] for alert in place.alerts()] == ["device_deactivated"]


def test_an_organisation_that_cannot_be_swept_stops_no_other(
    place: Place, postgres: TestDatabase, queue: str
) -> None:
    broken = Place(postgres)
    broken.sql(
        "INSERT INTO netpulse.timers (organization_id, purpose, subject, due_at) "
        "VALUES (%s, 'alerts.for', 'no id', now() - interval '1 day')",
        broken.organization_id,
    )
    device = place.device()
    on_poll_results.handler(
        fake_aws.sqs_event(a_message(place, device, at=datetime.now(UTC))), None
    )
    place.sql(
        "UPDATE netpulse.timers SET due_at = now() - interval '1 second' "
        "WHERE organization_id = %s",
        place.organization_id,
    )
    place.sql(
        "UPDATE netpulse.alerts SET began_at = now() - interval '6 minutes' "
        "WHERE organization_id = %s",
        place.organization_id,
    )
    assert every_minute.handler({}, None)["failed"] >= 1
    assert [alert["state"] for alert in place.alerts()] == ["firing"]
    broken.sql("DELETE FROM netpulse.timers WHERE organization_id = %s", broken.organization_id)
    broken.database.close()
