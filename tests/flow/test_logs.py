"""What the processes write while a day goes by: whose words they are, and no secret among them."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from netpulse.observability import logger

from tests.flow.house import House, Person, Poller
from tests.support.recorder import recording
from tests.support.websockets import callback_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase

PASSWORD = "canary-password-horse-staples"
WRONG = "canary-wrong-password-horse"
COMMUNITY = "canary-community"
HOOK = "https://hooks.slack.com/services/T0/B0/canaryhook"


@pytest.fixture
def house(
    aws_in_process: None, own_postgres: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    with recording() as mail, recording() as sms, callback_server() as (url, gateway):
        mail.will_answer(202, X_Message_Id="sg-1")
        found = House(monkeypatch, mail, sms, gateway)
        found.deploy(own_postgres, url)
        yield found


@contextmanager
def written() -> Iterator[io.StringIO]:
    """Everything the processes write to their logs."""
    lines = io.StringIO()
    handler: Any = logger.registered_handler
    before = handler.setStream(lines)
    try:
        with redirect_stdout(lines):
            yield lines
    finally:
        handler.setStream(before)


def a_day(house: House) -> list[str]:
    """Send every kind of secret there is, see an outage and its end; return the secrets."""
    email = f"{uuid4().hex}@example.org"
    body = {
        "organization_name": "Kilimo Net",
        "email": email,
        "password": PASSWORD,
        "full_name": "Amina",
    }
    answer = house.call(None, "POST", "/auth/register", body=body)
    assert answer.status == 201
    person = Person(UUID(answer.data["organization"]["id"]), answer.data["access_token"])
    for password in (PASSWORD, WRONG):
        house.call(None, "POST", "/auth/login", body={"email": email, "password": password})
    key = house.call(person, "POST", "/api-keys", body={"name": "ci", "role": "viewer"})
    assert key.status == 201, key.text
    device = {"name": "edge", "ip_address": "192.0.2.7", "device_type": "router"}
    snmp = {"snmp": {"community": COMMUNITY, "version": "2c"}}
    device_id = house.made(person, "/devices", {**device, **snmp, "interval_seconds": 10})
    # refused bodies hold secrets too
    house.call(person, "POST", "/devices", body={**snmp, "device_type": "toaster"})
    house.call(person, "POST", "/devices", body=json.dumps(snmp)[:-1])
    channels = {"email": {"to": ["amina@example.org"]}, "slack": {"url": HOOK}}
    for kind, config in channels.items():
        channel = {"name": kind, "kind": kind, "config": config}
        answer = house.call(person, "POST", "/notification-channels", body=channel)
        assert answer.status in {201, 422}, answer.text
    ticket = house.call(person, "POST", "/ws-tickets").data["ticket"]
    house.listen(person, "amina")
    house.settle()
    poller = Poller(house, person.organization_id, UUID(device_id))
    poller.visit(reachable=True)
    poller.visit(reachable=False, times=3)
    poller.visit(reachable=True)
    house.minute()
    api_key = key.data["key"]
    return [PASSWORD, WRONG, COMMUNITY, "canaryhook", ticket, api_key, person.access_token]


def test_no_secret_is_ever_logged(house: House) -> None:
    with written() as log:
        secrets = a_day(house)
    text = log.getvalue()
    assert len(text.splitlines()) > 50
    leaked = [line for line in text.splitlines() for secret in secrets if secret in line]
    assert leaked == []
    for providers in ("SG.key", "atsk_key", "PRIVATE KEY"):
        assert providers not in text


def test_every_line_is_json_and_says_which_request_it_belongs_to(house: House) -> None:
    with written() as log:
        a_day(house)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    logged = [line for line in lines if "_aws" not in line]
    answered = [line for line in logged if line["message"] == "request answered"]
    assert answered
    assert all(line["correlation_id"] for line in answered)
    # a sweep belongs to no request, and finds nothing left of one
    (upkeep,) = [line for line in logged if line["message"] == "upkeep done"]
    assert "correlation_id" not in upkeep
    told = [line for line in logged if line["message"] == "alert changed"]
    assert told
    assert all(line["correlation_id"] for line in told)
