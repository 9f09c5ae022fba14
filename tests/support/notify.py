"""Notify's world in memory, and news to tell in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from netpulse.ids import ChannelId, DeliveryId

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Delivery, DeliveryState
from functions.notify.domain.message import Answer, DeliveryError, Message, Receipt
from functions.notify.domain.news import Event, News
from functions.notify.domain.notice import ReportFile, ReportNotice
from tests.support.clock import NOON


def a_channel(kind: ChannelKind = ChannelKind.EMAIL, **changes: Any) -> Channel:
    configs: dict[ChannelKind, dict[str, Any]] = {
        ChannelKind.EMAIL: {"to": ["amina@example.org"]},
        ChannelKind.SMS: {"to": ["+254700000001"]},
        ChannelKind.WEBHOOK: {"url": "https://hooks.example.org/in/T0K3N"},
    }
    given: dict[str, Any] = {
        "id": ChannelId(uuid4()),
        "name": f"{kind} channel",
        "kind": kind,
        "config": configs[kind],
        "severities": ("warning", "critical"),
        "enabled": True,
        "created_at": NOON,
        "updated_at": NOON,
        "sealed_secret": b"sealed" if kind is ChannelKind.WEBHOOK else None,
    }
    return Channel(**{**given, **changes})


def a_problem(alert_id: UUID | None = None, **changes: Any) -> News:
    given: dict[str, Any] = {
        "event": Event.PROBLEM,
        "alert_id": alert_id or uuid4(),
        "alert_seq": 1,
        "severity": "critical",
        "state": "firing",
        "device_name": "core-sw1",
        "ip_address": "192.0.2.10",
        "rule_name": "Device down",
        "alert_type": "device_down",
        "reason": "no_answer",
        "message": "The device does not answer",
        "began_at": NOON,
    }
    return News(**{**given, **changes})


def its_recovery(problem: News, *, seq: int = 2, after: timedelta = timedelta(minutes=5)) -> News:
    return replace(
        problem,
        event=Event.RECOVERY,
        alert_seq=seq,
        state="resolved",
        ended_at=problem.began_at + after,
    )


def its_acknowledgement(problem: News, *, seq: int = 2) -> News:
    return replace(
        problem,
        event=Event.ACKNOWLEDGED,
        alert_seq=seq,
        state="acknowledged",
        acknowledged_by="Baraka",
        note="On my way",
    )


def a_delivery(channel: Channel, **changes: Any) -> Delivery:
    given: dict[str, Any] = {
        "id": DeliveryId(uuid4()),
        "channel_id": channel.id,
        "channel_kind": channel.kind.value,
        "channel_name": channel.name,
        "recipient": channel.recipients[0],
        "purpose": "problem",
        "state": DeliveryState.QUEUED,
        "due_at": NOON,
        "gives_up_at": NOON + timedelta(hours=24),
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Delivery(**{**given, **changes})


@dataclass
class FakeSender:
    """A provider that takes everything, unless it was given something to raise."""

    sent: list[Message] = field(default_factory=list)
    configs: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[DeliveryError] = field(default_factory=list)

    def send(self, message: Message, config: dict[str, Any]) -> Receipt:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append(message)
        self.configs.append(config)
        return Receipt(
            provider_message_id=f"id-{len(self.sent)}", answer=Answer(status=202, body="taken")
        )


class PlainVault:
    """Seals by writing down whose secret it is."""

    def seal(self, secret: dict[str, Any], *, organization_id: UUID, record_id: UUID) -> bytes:
        return f"{organization_id}/{record_id}/{secret['secret']}".encode()

    def open(self, ciphertext: bytes, *, organization_id: UUID, record_id: UUID) -> dict[str, Any]:
        owner, record, secret = ciphertext.decode().split("/", 2)
        assert (owner, record) == (str(organization_id), str(record_id))
        return {"secret": secret}


def a_notice(**changes: Any) -> ReportNotice:
    report_id = changes.get("report_id") or UUID(int=7)
    given: dict[str, Any] = {
        "report_id": report_id,
        "name": "Weekly uptime 2026-02-23 to 2026-03-01",
        "kind": "uptime",
        "begin_at": NOON - timedelta(days=7, hours=15),
        "end_at": NOON - timedelta(hours=15),
        "time_zone": "Africa/Nairobi",
        "highlights": (
            ("Devices", "42"),
            ("Availability", "99.953\u00a0%"),
            ("Outages", "3"),
            ("Down the longest", "<core> & edge (1\u00a0h 01\u00a0min 05\u00a0s)"),
        ),
        "files": (
            ReportFile(format="pdf", key=f"{report_id}.pdf", name="weekly.pdf", size_bytes=123_456),
        ),
    }
    return ReportNotice(**{**given, **changes})
