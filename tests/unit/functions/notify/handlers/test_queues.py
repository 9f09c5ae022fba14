"""Facts and wake-ups as the queues bring them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from netpulse.bus import entries
from netpulse.events import (
    AlertAcknowledged,
    AlertChanged,
    AlertOpened,
    AlertResolved,
    DeviceRegistered,
    Fact,
    Meta,
    Recorded,
)
from netpulse.ids import DeliveryId, OrganizationId

from functions.notify import wiring
from functions.notify.domain.news import Event, News
from functions.notify.handlers import every_minute, on_alert, on_delivery
from functions.notify.service.sweep import Sweep
from tests.support.clock import NOON, FakeClock
from tests.support.notify_memory import MemoryQueue

ORGANIZATION = uuid4()
SAME: dict[str, Any] = {
    "alert_id": UUID(int=1),
    "device_id": UUID(int=2),
    "device_name": "core-sw1",
    "ip_address": "192.0.2.10",
    "rule_id": UUID(int=3),
    "rule_name": "Device down",
    "alert_type": "device_down",
    "severity": "critical",
    "state": "firing",
    "reason": "no_answer",
    "message": "The device does not answer",
    "began_at": NOON,
}


def as_queued(*facts: Fact) -> dict[str, Any]:
    records = [
        Recorded(
            meta=Meta(
                event_id=uuid4(),
                occurred_at=NOON,
                correlation_id="c",
                organization_id=ORGANIZATION,
                seq=seq,
            ),
            type=fact.type_name(),
            source=fact.source(),
            data=fact.model_dump(mode="json"),
        )
        for seq, fact in enumerate(facts, 1)
    ]
    bodies = [
        {"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
        for entry in entries(records)
    ]
    return messages(*bodies)


def messages(*bodies: dict[str, Any]) -> dict[str, Any]:
    return {
        "Records": [
            {"messageId": str(number), "body": json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
    }


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[UUID, list[News]]] = []

    def tell(self, organization_id: OrganizationId, news: Sequence[News]) -> None:
        self.heard.append((organization_id, list(news)))


def test_each_kind_of_fact_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener()
    monkeypatch.setattr(wiring, "notifier", lambda: listener)
    answer = on_alert.handler(
        as_queued(
            AlertOpened(alert_seq=1, fired_at=NOON, **SAME),
            AlertOpened(alert_seq=1, fired_at=NOON, **{**SAME, "alert_id": UUID(int=9)}),
            AlertChanged(alert_seq=2, **SAME),
            AlertAcknowledged(
                alert_seq=3,
                acknowledged_by=uuid4(),
                acknowledged_by_name="Baraka",
                acknowledged_at=NOON,
                note="On my way",
                **SAME,
            ),
            AlertResolved(alert_seq=4, resolved_at=NOON, **SAME),
            DeviceRegistered(
                device_id=uuid4(), number=1, name="x", ip_address="192.0.2.1", device_type="router"
            ),
        ),
        None,
    )
    assert answer == {"batchItemFailures": []}
    assert {organization for organization, _ in listener.heard} == {ORGANIZATION}
    assert [len(news) for _, news in listener.heard] == [2, 1, 1, 1]
    opened, changed, acknowledged, resolved = (news[0] for _, news in listener.heard)
    assert (opened.event, opened.changed) == (Event.PROBLEM, False)
    assert (changed.event, changed.changed) == (Event.PROBLEM, True)
    assert (acknowledged.acknowledged_by, acknowledged.note) == ("Baraka", "On my way")
    assert (resolved.event, resolved.ended_at) == (Event.RECOVERY, NOON)


class Attempts:
    def __init__(self) -> None:
        self.tried: list[UUID] = []
        self.postponed: list[UUID] = []

    def attempt(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> None:
        self.tried.append(delivery_id)

    def postpone(self, organization_id: OrganizationId, delivery_id: DeliveryId) -> None:
        self.postponed.append(delivery_id)


class Context:
    def __init__(self, *remaining_ms: int) -> None:
        self._remaining_ms = list(remaining_ms)

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms.pop(0)


def test_wake_ups_are_attempted_while_there_is_time(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts()
    monkeypatch.setattr(wiring, "delivery_service", lambda: attempts)
    ids = [uuid4(), uuid4()]
    wake_ups = [{"organization_id": str(ORGANIZATION), "delivery_id": str(one)} for one in ids]
    answer = on_delivery.handler(messages(*wake_ups, {"nonsense": 1}), Context(59_000, 9_000, 1))
    assert attempts.tried == ids[:1]
    assert attempts.postponed == ids[1:]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}


def test_the_sweep_says_how_much_it_woke(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = MemoryQueue()
    found = [(OrganizationId(ORGANIZATION), DeliveryId(uuid4())) for _ in range(3)]
    sweep = Sweep(
        lambda _now, _limit: found,
        lambda _now: [OrganizationId(ORGANIZATION)],
        lambda _before, _limit: 0,
        queue,
        FakeClock(),
    )
    monkeypatch.setattr(wiring, "sweep", lambda: sweep)
    assert every_minute.handler({}, None) == {"woken": 3}
    assert (len(queue.sent), queue.woken) == (3, [NOON])


def test_a_wake_up_without_a_delivery_is_for_groups_that_are_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[object] = []
    notifier = SimpleNamespace(ring=rung.append)
    monkeypatch.setattr(wiring, "notifier", lambda: notifier)
    answer = on_delivery.handler(messages({"organization_id": str(ORGANIZATION)}), None)
    assert (rung, answer) == ([ORGANIZATION], {"batchItemFailures": []})
