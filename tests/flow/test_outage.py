"""A device dies and comes back, and everybody who should know is told once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
import pytest

from tests.flow.house import House, Person, Poller
from tests.support.recorder import recording
from tests.support.websockets import callback_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase

PHONE, MAIL = "+254700000001", "amina@example.org"
_TAKEN = {
    "statusCode": 101,
    "number": PHONE,
    "status": "Success",
    "cost": "KES 0.8000",
    "messageId": "ATXid_1",
    "messageParts": 1,
}


@pytest.fixture
def house(
    aws_in_process: None, own_postgres: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    with recording() as mail, recording() as sms, callback_server() as (url, gateway):
        mail.will_answer(202, X_Message_Id="sg-1")
        answer = {"SMSMessageData": {"Message": "Sent", "Recipients": [_TAKEN]}}
        sms.will_answer(201, json.dumps(answer).encode(), Content_Type="application/json")
        found = House(monkeypatch, mail, sms, gateway)
        found.deploy(own_postgres, url)
        yield found


@pytest.fixture
def amina(house: House) -> Person:
    return house.register("Kilimo Net")


def a_watched_device(house: House, person: Person) -> Poller:
    """Register a device and channels over the API, and see it up."""
    device = {"name": "edge-nairobi-1", "ip_address": "192.0.2.7", "device_type": "router"}
    device_id = house.made(person, "/devices", {**device, "interval_seconds": 10})
    for kind, to in (("email", MAIL), ("sms", PHONE)):
        channel = {"name": kind, "kind": kind, "config": {"to": [to]}}
        house.made(person, "/notification-channels", {**channel, "severities": ["critical"]})
    house.settle()
    poller = Poller(house, person.organization_id, UUID(device_id))
    poller.visit(reachable=True)
    return poller


def mails(house: House) -> list[str]:
    return [json.loads(request.body)["subject"] for request in house.sendgrid.requests]


def texts(house: House) -> list[str]:
    return [
        parse_qs(request.body.decode())["message"][0] for request in house.africastalking.requests
    ]


def told(house: House, connection_id: str = "amina") -> list[Any]:
    return house.gateway.messages_to(connection_id)


def test_an_outage_is_an_alert_a_mail_a_text_and_a_push_and_so_is_its_end(
    house: House, amina: Person
) -> None:
    poller = a_watched_device(house, amina)
    house.listen(amina, "amina")

    poller.visit(reachable=False, times=2)
    assert (mails(house), texts(house)) == ([], [])

    poller.visit(reachable=False)
    [alert] = house.call(amina, "GET", "/alerts").data
    assert (alert["state"], alert["severity"]) == ("firing", "critical")
    assert alert["device_id"] == str(poller.device_id)
    assert len(mails(house)) == len(texts(house)) == 1
    assert "edge-nairobi-1" in mails(house)[0]
    assert "edge-nairobi-1" in texts(house)[0]
    types = [message["type"] for message in told(house)]
    assert types.index("status") >= 0
    assert "AlertOpened.v1" in types

    poller.visit(reachable=False, times=3)
    assert len(mails(house)) == len(texts(house)) == 1

    poller.visit(reachable=True)
    assert house.call(amina, "GET", f"/alerts/{alert['id']}").data["state"] == "resolved"
    assert len(mails(house)) == len(texts(house)) == 2
    last = [message for message in told(house) if message["type"] == "status"][-1]
    assert last["devices"][0][1] == "online"
    assert "AlertResolved.v1" in [message["type"] for message in told(house)]


def test_what_the_socket_told_can_be_read_again_without_gaps(house: House, amina: Person) -> None:
    house.listen(amina, "amina")
    poller = a_watched_device(house, amina)
    poller.visit(reachable=False, times=3)
    poller.visit(reachable=True)
    live = told(house)
    covered = [seq for m in live for seq in range(m.get("from_seq", m["seq"]), m["seq"] + 1)]
    assert sorted(covered) == list(range(1, max(covered) + 1))
    read = house.call(amina, "GET", "/events", query={"since": "0"}).data
    assert read["last_seq"] == max(covered)
    facts = {m["seq"] for m in live if "data" in m}
    assert facts == {m["seq"] for m in read["messages"] if "data" in m}


def test_messages_that_arrive_twice_tell_nobody_twice(house: House, amina: Person) -> None:
    house.deliveries = 2
    poller = a_watched_device(house, amina)
    poller.visit(reachable=False, times=3)
    poller.visit(reachable=True)
    assert len(mails(house)) == len(texts(house)) == 2
    assert len(house.call(amina, "GET", "/alerts").data) == 1


def test_an_acknowledgement_is_pushed_and_stays_with_the_alert(house: House, amina: Person) -> None:
    poller = a_watched_device(house, amina)
    poller.visit(reachable=False, times=3)
    house.listen(amina, "amina")
    [alert] = house.call(amina, "GET", "/alerts").data
    path = f"/alerts/{alert['id']}/acknowledge"
    answer = house.call(amina, "POST", path, body={"note": "on my way"})
    assert answer.status == 200, answer.text
    house.settle()
    [message] = [m for m in told(house) if m["type"] == "AlertAcknowledged.v1"]
    assert message["data"]["alert_id"] == alert["id"]


def test_another_organisation_hears_and_sees_nothing(house: House, amina: Person) -> None:
    other = house.register("Another")
    house.listen(other, "other")
    poller = a_watched_device(house, amina)
    poller.visit(reachable=False, times=3)
    [alert] = house.call(amina, "GET", "/alerts").data
    assert told(house, "other") == []
    assert house.call(other, "GET", "/alerts").data == []
    for path in (f"/alerts/{alert['id']}", f"/devices/{poller.device_id}"):
        assert house.call(other, "GET", path).status == 404
    assert house.call(other, "GET", "/events", query={"since": "0"}).data["messages"] == []


def make_old(postgres: TestDatabase, table: str, column: str) -> None:
    """Let ten minutes go by for rows of a table."""
    with psycopg.connect(postgres.owner_url) as connection:
        sql = f"UPDATE netpulse.{table} SET {column} = {column} - interval '10 minutes'"
        connection.execute(sql.encode())


def test_facts_that_the_bus_did_not_take_are_told_by_the_sweep(
    house: House, amina: Person, own_postgres: TestDatabase
) -> None:
    poller = a_watched_device(house, amina)
    house.listen(amina, "amina")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("NETPULSE_BUS_NAME", "no-such-bus")
        poller.visit(reachable=False, times=3)
    [alert] = house.call(amina, "GET", "/alerts").data
    assert (alert["state"], mails(house), told(house)) == ("firing", [], [])

    make_old(own_postgres, "outbox", "recorded_at")
    house.minute()
    assert len(mails(house)) == len(texts(house)) == 1
    assert "AlertOpened.v1" in [message["type"] for message in told(house)]
    house.minute()
    assert len(mails(house)) == len(texts(house)) == 1


def test_deliveries_whose_wake_up_was_lost_are_made_by_the_sweep(
    house: House, amina: Person, own_postgres: TestDatabase
) -> None:
    poller = a_watched_device(house, amina)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("NETPULSE_DELIVERIES_QUEUE_URL", "http://127.0.0.1/no-such-queue")
        poller.visit(reachable=False, times=3)
    assert (mails(house), texts(house)) == ([], [])

    make_old(own_postgres, "deliveries", "due_at")
    house.minute()
    assert len(mails(house)) == len(texts(house)) == 1


def test_who_logs_out_is_cut_off_at_once(house: House, amina: Person) -> None:
    house.listen(amina, "amina")
    assert house.call(amina, "POST", "/auth/logout").status == 200
    house.settle()
    assert house.gateway.closed == ["amina"]
    for path in ("/devices", "/events", "/notification-channels"):
        answer = house.call(amina, "GET", path)
        assert (answer.status, answer.code) == (401, "INVALID_CREDENTIALS"), path


def test_strangers_are_let_into_nothing(house: House) -> None:
    forged = Person(UUID(int=1), "eyJhbGciOiJub25lIn0.e30.")
    for person in (None, forged):
        for path in ("/devices", "/events", "/notification-channels", "/me"):
            assert house.call(person, "GET", path).status == 401, path
