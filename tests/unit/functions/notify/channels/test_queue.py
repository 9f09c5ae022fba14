"""Wake-ups through SQS."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from netpulse import aws
from netpulse.ids import DeliveryId, OrganizationId

from functions.notify.channels.queue import SqsQueue, woken
from tests.support.clock import NOON

ORGANIZATION = OrganizationId(uuid4())


class Sqs:
    def __init__(self, *, broken: bool = False) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self._broken = broken

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803 - AWS's names
        if self._broken:
            raise ConnectionError("away")
        self.calls.append(Entries)
        return {"Failed": []}


def sent(monkeypatch: pytest.MonkeyPatch, sqs: Sqs, delays: list[float]) -> None:
    monkeypatch.setattr(aws, "client", lambda _service: sqs)
    due = [(DeliveryId(uuid4()), NOON + timedelta(seconds=delay)) for delay in delays]
    SqsQueue("queue").send(ORGANIZATION, due, now=NOON)


def test_what_is_due_now_is_not_delayed_and_the_rest_comes_a_little_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sqs = Sqs()
    sent(monkeypatch, sqs, [0, -3, 15, 899.5, 900, 901, 86_400])
    [entries] = sqs.calls
    assert [entry["DelaySeconds"] for entry in entries] == [0, 0, 16, 900, 900]
    organization_id, _ = woken(json.loads(entries[0]["MessageBody"]))
    assert organization_id == ORGANIZATION


def test_many_go_in_tens(monkeypatch: pytest.MonkeyPatch) -> None:
    sqs = Sqs()
    sent(monkeypatch, sqs, [0] * 23)
    assert [len(call) for call in sqs.calls] == [10, 10, 3]


def test_a_queue_that_is_away_is_left_to_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    sent(monkeypatch, Sqs(broken=True), [0])
