"""Nobody takes an outage on: who is on call is told, takes it on whole, and hears of its end."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.client import Deadline, Session, newcomer
from tests.e2e.fleet import INTERVAL_S, added

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(300)

PATIENCE_S = INTERVAL_S + 30


@pytest.fixture
def simulated(stack: Stack) -> Iterator[dict[str, Any]]:
    """A simulated device, up again afterwards."""
    chosen = stack.devices()[-1]
    yield chosen
    stack.restore(chosen["name"])


class Rota:
    """A NOC, somebody on call, and somebody who is asked last."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.session: Session = newcomer(stack.api_url)
        mark = secrets.token_hex(4)
        self.noc, self.on_call, self.last = (
            f"{who}-{mark}@isp.example" for who in ("noc", "on-call", "last")
        )
        self._channel(self.noc, "critical")
        member = {"name": "Amina", "channel_ids": [self._channel(self.on_call, "info")]}
        layer = {"members": [member], "starts_at": "2026-01-05T09:00:00"}
        schedule = {"name": "NOC", "time_zone": "Africa/Nairobi", "layers": [layer]}
        made = self.session.post("/on-call-schedules", schedule)
        steps = [
            {"after_seconds": 5, "schedule_ids": [made["id"]]},
            {"after_seconds": 20, "channel_ids": [self._channel(self.last, "info")]},
        ]
        self.session.post("/escalation-policies", {"name": "call", "steps": steps})
        self.session.post("/service-levels", {"name": "Gold", "respond_seconds": 600})

    def _channel(self, to: str, severity: str) -> str:
        body = {"name": to, "kind": "email", "config": {"to": [to]}, "severities": [severity]}
        made: dict[str, str] = self.session.post("/notification-channels", body)
        return made["id"]

    def mails(self, to: str, device: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what somebody was sent about a device."""
        found = self.stack.messages("email", to)
        return [each for each in found if device["name"] in each["subject"] + each["body"]]


def test_an_outage_is_escalated_until_it_is_taken_on_and_its_end_told_to_who_knows(
    stack: Stack, simulated: dict[str, Any]
) -> None:
    rota = Rota(stack)
    device = added(rota.session, simulated, down_after=1)

    def online() -> bool:
        status: str = rota.session.get(f"/devices/{device['id']}/status")["status"]
        return status == "online"

    Deadline.after(PATIENCE_S).wait(online, what="the device online")
    stack.silence(simulated["name"])
    outage = Deadline.after(PATIENCE_S)
    outage.wait(lambda: rota.mails(rota.noc, device), what="the mail to the NOC")
    outage.wait(lambda: rota.mails(rota.on_call, device), what="the mail to who is on call")

    (incident,) = rota.session.get("/incidents", state="open")
    path = f"/incidents/{incident['id']}"
    taken = rota.session.post(f"{path}/acknowledge", {"note": "on my way"})
    assert taken["acknowledged"]
    (alert,) = rota.session.get("/alerts", incident_id=incident["id"])
    assert (alert["state"], alert["acknowledge_note"]) == ("acknowledged", "on my way")
    promised = rota.session.get(f"{path}/service-level")
    assert (promised["name"], promised["is_response_late"]) == ("Gold", False)
    assert promised["responded_at"]

    stack.restore(simulated["name"])
    over = Deadline.after(PATIENCE_S)
    over.wait(lambda: rota.mails(rota.noc, device)[1:], what="the end told to the NOC")
    over.wait(lambda: rota.mails(rota.on_call, device)[1:], what="the end told to who is on call")
    kinds = [each["kind"] for each in rota.session.get(f"{path}/timeline")]
    assert kinds.count("acknowledged") == 2
    assert rota.session.get(path)["state"] == "resolved"
    assert rota.mails(rota.last, device) == []
