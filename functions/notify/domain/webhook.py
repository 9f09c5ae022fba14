"""A webhook's body: Alertmanager's webhook version 4, and what is ours under `netpulse`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from functions.notify.domain.grouping import key_of
from functions.notify.domain.news import News

MAX_ALERTS = 500
_NOT_ENDED = "0001-01-01T00:00:00Z"


def payload(
    news: Sequence[News],
    *,
    event: str,
    channel: str,
    delivery_id: UUID,
    organization_id: UUID,
    public_url: str,
    group_labels: Mapping[str, str] | None = None,
    unlisted: int = 0,
) -> dict[str, Any]:
    """Return the body that tells of these events; at most 500 alerts, the rest is counted.

    `group_labels` are those of the group that speaks, None: each alert speaks for itself;
    `unlisted` is how many more alerts of the group fire.
    """
    shown = [_alert(one, public_url) for one in news[:MAX_ALERTS]]
    group = _group(news, delivery_id) if group_labels is None else key_of(group_labels)
    firing = any(not one.is_over for one in news)
    return {
        "version": "4",
        "groupKey": f"netpulse:{channel}:{group}",
        "truncatedAlerts": max(0, len(news) - MAX_ALERTS) + unlisted,
        "status": "firing" if firing else "resolved",
        "receiver": channel,
        "groupLabels": dict(group_labels or {}),
        "commonLabels": _common([alert["labels"] for alert in shown]),
        "commonAnnotations": _common([alert["annotations"] for alert in shown]),
        "externalURL": public_url,
        "alerts": shown,
        "netpulse": {
            "event": event,
            "delivery_id": str(delivery_id),
            "organization_id": str(organization_id),
            "alerts": [_own(one) for one in news[:MAX_ALERTS]],
        },
    }


def _group(news: Sequence[News], delivery_id: UUID) -> UUID:
    """Return what an alert's problem and recovery have in common; a batch stands for itself."""
    return news[0].alert_id if len(news) == 1 else delivery_id


def _alert(news: News, public_url: str) -> dict[str, Any]:
    return {
        "status": "resolved" if news.is_over else "firing",
        "labels": news.all_labels,
        "annotations": {
            "summary": f"{news.device_name}: {news.message}",
            "description": news.message,
            **({"value": f"{news.value:g}"} if news.value is not None else {}),
        },
        "startsAt": instant(news.began_at),
        "endsAt": instant(news.ended_at) if news.ended_at else _NOT_ENDED,
        "generatorURL": f"{public_url}/alerts/{news.alert_id}",
        "fingerprint": news.alert_id.hex[-16:],
    }


def _own(news: News) -> dict[str, Any]:
    return {
        "event": news.event.value,
        "alert_id": str(news.alert_id),
        "alert_seq": news.alert_seq,
        "state": news.state,
        "reason": news.reason,
        "acknowledged_by": news.acknowledged_by,
        "note": news.note,
    }


def _common(every: Sequence[dict[str, str]]) -> dict[str, str]:
    if not every:
        return {}
    first, *others = every
    return {n: v for n, v in first.items() if all(other.get(n) == v for other in others)}


def instant(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
