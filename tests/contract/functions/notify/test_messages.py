"""What people and machines read, word for word."""

from __future__ import annotations

import json

import pytest

from functions.notify.domain.sms import segments_of
from tests.contract.functions.notify.messages import GOLDENS, messages

MESSAGES = dict(messages())


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_message_reads_as_its_golden(name: str) -> None:
    assert MESSAGES[name] + "\n" == (GOLDENS / name).read_text(encoding="utf-8")


def test_there_is_no_golden_without_a_message() -> None:
    assert {path.name for path in GOLDENS.iterdir()} == set(MESSAGES)


def test_nothing_of_an_alert_becomes_markup_or_a_template() -> None:
    assert "<script>" not in MESSAGES["problem.html"]
    assert "&lt;script&gt;" in MESSAGES["problem.html"]
    assert "CPU {{ 7 * 7 }}" in MESSAGES["problem.html"]


@pytest.mark.parametrize("name", sorted(n for n in MESSAGES if n.endswith(".sms.txt")))
def test_an_sms_is_one_segment(name: str) -> None:
    assert segments_of(MESSAGES[name]) == 1


def test_a_webhook_speaks_alertmanagers_version_4() -> None:
    body = json.loads(MESSAGES["batch.json"])
    alertmanager = {
        "version",
        "groupKey",
        "truncatedAlerts",
        "status",
        "receiver",
        "groupLabels",
        "commonLabels",
        "commonAnnotations",
        "externalURL",
        "alerts",
    }
    assert set(body) == alertmanager | {"netpulse"}
    assert {alert["status"] for alert in body["alerts"]} == {"firing", "resolved"}
    assert {alert["endsAt"] for alert in body["alerts"]} == {
        "0001-01-01T00:00:00Z",
        "2026-03-02T12:05:00Z",
    }
