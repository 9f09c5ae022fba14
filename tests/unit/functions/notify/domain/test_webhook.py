"""A webhook's body, as far as its golden does not show it."""

from __future__ import annotations

from uuid import UUID

from functions.notify.domain.signature import signature_of
from functions.notify.domain.webhook import MAX_ALERTS, payload
from tests.support.notify import a_problem

_ID = UUID(int=1)
_WHERE = {"channel": "ops", "delivery_id": _ID, "organization_id": _ID, "public_url": "https://x"}


def test_a_group_says_which_it_is_and_how_much_it_leaves_out() -> None:
    news = [a_problem(device_name=f"d-{n}") for n in range(MAX_ALERTS + 1)]
    labels = {"alertname": "Device down"}
    body = payload(news, event="batch", group_labels=labels, unlisted=3, **_WHERE)  # type: ignore[arg-type]
    assert body["groupKey"] == 'netpulse:ops:{alertname="Device down"}'
    assert (body["groupLabels"], body["truncatedAlerts"]) == (labels, 4)


def test_a_test_has_no_alerts_and_nothing_in_common() -> None:
    body = payload([], event="test", **_WHERE)  # type: ignore[arg-type]
    assert (body["alerts"], body["commonLabels"], body["status"]) == ([], {}, "resolved")
    assert body["groupKey"] == f"netpulse:ops:{_ID}"


def test_alerts_of_another_system_keep_their_own_labels() -> None:
    labels = {"alertname": "DiskFull", "cluster": "a"}
    posted = a_problem(alert_type="external", labels=labels)
    [shown] = payload([posted], event="problem", **_WHERE)["alerts"]  # type: ignore[arg-type]
    assert shown["labels"] == labels
    own = a_problem(labels={"tags": "x"})
    assert own.all_labels["tags"] == "x"
    assert own.all_labels["device"] == "core-sw1"


def test_a_body_is_signed_with_its_time() -> None:
    once = signature_of(b"{}", secret="hush", timestamp=1)
    assert once.startswith("v1=")
    assert once != signature_of(b"{}", secret="hush", timestamp=2)
