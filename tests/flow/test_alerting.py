"""An uplink dies, people keep alerts quiet, others send their own: who is told, how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tests.flow.house import House, Person, Poller
from tests.flow.test_outage import MAIL, amina, house, mails
from tests.support.http import Answer, an_event

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["amina", "house"]


def a_site(house: House, person: Person, *names: str) -> list[Poller]:
    """Register devices that hang on the first one, and a mail channel; see them up."""
    pollers: list[Poller] = []
    # one clock for all: however long registering them takes, they are polled in step
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    for number, name in enumerate(names, 1):
        parents: Sequence[str] = [str(pollers[0].device_id)] if pollers else []
        body = {"name": name, "ip_address": f"192.0.2.{number}", "device_type": "router"}
        device_id = house.made(
            person, "/devices", {**body, "interval_seconds": 10, "parent_ids": parents}
        )
        pollers.append(Poller(house, person.organization_id, UUID(device_id), slot_at=begin))
    channel = {"name": "mail", "kind": "email", "config": {"to": [MAIL]}}
    house.made(person, "/notification-channels", {**channel, "severities": ["critical"]})
    house.settle()
    for poller in pollers:
        poller.visit(reachable=True)
    return pollers


def test_an_uplink_that_dies_is_one_incident_and_one_mail(house: House, amina: Person) -> None:
    core, *others = a_site(house, amina, "core", "access-1", "access-2")
    core.visit(reachable=False, times=3)
    for poller in others:
        poller.visit(reachable=False, times=3)
    (subject,) = mails(house)
    assert "core" in subject
    (incident,) = house.call(amina, "GET", "/incidents").data
    assert (incident["root_name"], incident["affected"]) == ("core", 2)
    (alert,) = house.call(amina, "GET", "/alerts", query={"state": "firing"}).data
    assert alert["message"].endswith("; 2 devices behind it cut off")
    for poller in (core, *others):
        poller.visit(reachable=True)
    assert len(mails(house)) == 2
    assert house.call(amina, "GET", "/incidents").data[0]["state"] == "resolved"


def test_what_is_silenced_is_mailed_once_when_the_silence_ends(house: House, amina: Person) -> None:
    (core,) = a_site(house, amina, "core")
    silence = {
        "matchers": [{"name": "device", "value": "core"}],
        "ends_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }
    silence_id = house.made(amina, "/silences", silence)
    core.visit(reachable=False, times=3)
    assert mails(house) == []
    assert house.call(amina, "GET", "/alerts").data[0]["reason"] == "silenced"
    house.call(amina, "DELETE", f"/silences/{silence_id}")
    house.settle()
    assert len(mails(house)) == 1


def test_an_alert_that_prometheus_sends_is_mailed_and_so_is_its_end(
    house: House, amina: Person
) -> None:
    a_site(house, amina, "web")
    alert = {
        "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "web:9100"},
        "annotations": {"summary": "/var is full"},
    }

    def post(**given: str) -> None:
        path = "/alertmanager/api/v2/alerts"
        event = house.admitted(amina, an_event("POST", path, body=[{**alert, **given}]))
        assert Answer(house.invoke("alerts.http", event)).status == 200
        house.settle()

    post()
    post()
    assert len(mails(house)) == 1
    assert "/var is full" in mails(house)[0]
    post(endsAt=datetime.now(UTC).isoformat())
    assert len(mails(house)) == 2
