"""The main job, from an empty inventory to the recovery of a device that died."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.client import Deadline, Session, newcomer
from tests.e2e.fleet import DOWN_AFTER, INTERVAL_S, added, latest
from tests.e2e.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)

TOLD_WITHIN_S = 30
LAST_LOST_PROBE_S = DOWN_AFTER * INTERVAL_S
# A burst of pings that are all lost takes its timeout before it is a lost probe.
PROBE_S = 3


@dataclass
class Operations:
    """An organisation with an address, a number and a listener."""

    stack: Stack
    session: Session
    email: str
    phone: str
    listener: Listener

    def mails(self, device: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the mails about a device."""
        found = self.stack.messages("email", self.email)
        return [each for each in found if device["name"] in each["subject"] + each["body"]]

    def texts(self, device: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the SMS about a device."""
        found = self.stack.messages("sms", self.phone)
        return [each for each in found if device["name"] in each["body"]]

    def alert(self, device: dict[str, Any], state: str) -> dict[str, Any] | None:
        """Return a device's newest alert if it is in this state."""
        found: list[dict[str, Any]] = self.session.get("/alerts", device_id=device["id"])
        return next((each for each in found if each["state"] == state), None)

    def status(self, device: dict[str, Any]) -> dict[str, Any]:
        """Return a device's status and since when it has it."""
        found: dict[str, Any] = self.session.get(f"/devices/{device['id']}/status")
        return found

    def push(self, type_: str, alert: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the listener was told about an alert."""
        return self.listener.find(type_, alert_id=alert["id"])


@pytest.fixture
def operations(stack: Stack) -> Iterator[Operations]:
    """An organisation that is told by mail, by SMS and on a WebSocket."""
    session = newcomer(stack.api_url)
    mark = secrets.token_hex(4)
    email, phone = f"noc-{mark}@isp.example", f"+25470{int(mark, 16) % 10**7:07d}"
    for kind, to in (("email", email), ("sms", phone)):
        body = {"name": kind, "kind": kind, "config": {"to": [to]}, "severities": ["critical"]}
        session.post("/notification-channels", body)
    with Listener(stack, session) as listener:
        yield Operations(stack, session, email, phone, listener)


@pytest.fixture
def simulated(stack: Stack) -> Iterator[list[dict[str, Any]]]:
    """Three simulated devices, up again afterwards."""
    chosen = stack.devices()[:3]
    yield chosen
    for device in chosen:
        stack.restore(device["name"])


def test_a_device_that_dies_is_told_everywhere_and_its_recovery_too(
    operations: Operations, simulated: list[dict[str, Any]]
) -> None:
    started = Deadline.after(TOLD_WITHIN_S)
    devices = [added(operations.session, each) for each in simulated]
    for device in devices:
        _assert_measured(operations, device, started)

    dead, taken_on, alive = devices
    silenced = Deadline.after(LAST_LOST_PROBE_S + PROBE_S + TOLD_WITHIN_S)
    for device in (dead, taken_on):
        operations.stack.silence(device["name"])
    alert = _assert_outage_told(operations, dead, silenced)
    _assert_taken_on(operations, taken_on, silenced)

    restored = Deadline.after(INTERVAL_S + PROBE_S + TOLD_WITHIN_S)
    for device in (dead, taken_on):
        operations.stack.restore(device["name"])
    _assert_recovery_told(operations, dead, alert, restored)
    assert operations.alert(alive, "firing") is None
    assert operations.mails(alive) == []
    _assert_gap_can_be_filled(operations)


def _assert_measured(operations: Operations, device: dict[str, Any], deadline: Deadline) -> None:
    def measured() -> bool:
        values = latest(operations.session, device)
        return len(values) > 1 and "response_time_ms" in values

    deadline.wait(measured, what=f"metrics of {device['name']}")
    deadline.wait(
        lambda: operations.status(device)["status"] == "online", what=f"{device['name']} online"
    )


def _assert_outage_told(
    operations: Operations, device: dict[str, Any], deadline: Deadline
) -> dict[str, Any]:
    alert = deadline.wait(lambda: operations.alert(device, "firing"), what="the alert by API")
    mail = deadline.wait(lambda: operations.mails(device), what="the mail")[0]
    text = deadline.wait(lambda: operations.texts(device), what="the SMS")[0]
    deadline.wait(lambda: operations.push("AlertOpened.v1", alert), what="the push")
    status = operations.status(device)
    assert alert["severity"] == "critical"
    assert status["status"] == "offline"
    # The outage begins at its first lost probe; the last one that the verdict needs comes later.
    began = datetime.fromisoformat(status["since"])
    last_lost = began + timedelta(seconds=(DOWN_AFTER - 1) * INTERVAL_S + PROBE_S)
    for message in (mail, text):
        told_at = datetime.fromisoformat(message["at"])
        assert told_at <= last_lost + timedelta(seconds=TOLD_WITHIN_S), message
    return alert


def _assert_taken_on(operations: Operations, device: dict[str, Any], deadline: Deadline) -> None:
    alert = deadline.wait(lambda: operations.alert(device, "firing"), what="the other alert")
    taken = operations.session.post(f"/alerts/{alert['id']}/acknowledge")
    assert taken["state"] == "acknowledged"
    Deadline.after(TOLD_WITHIN_S).wait(
        lambda: operations.push("AlertAcknowledged.v1", alert), what="the acknowledgement's push"
    )
    again = operations.session.send("POST", f"/alerts/{alert['id']}/acknowledge", json={})
    assert again.status_code in {200, 409}


def _assert_recovery_told(
    operations: Operations, device: dict[str, Any], alert: dict[str, Any], deadline: Deadline
) -> None:
    def resolved() -> bool:
        state: str = operations.session.get(f"/alerts/{alert['id']}")["state"]
        return state == "resolved"

    deadline.wait(resolved, what="the recovery by API")
    deadline.wait(lambda: operations.mails(device)[1:], what="the mail of the recovery")
    deadline.wait(lambda: operations.texts(device)[1:], what="the SMS of the recovery")
    deadline.wait(lambda: operations.push("AlertResolved.v1", alert), what="the recovery's push")
    assert operations.status(device)["status"] == "online"


def _assert_gap_can_be_filled(operations: Operations) -> None:
    told = operations.session.get("/events", since=0)
    types = {message["type"] for message in told["messages"]}
    assert {"AlertOpened.v1", "AlertResolved.v1"} <= types
