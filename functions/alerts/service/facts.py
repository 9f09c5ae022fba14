"""From changes to the facts that announce them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.events import (
    AlertAcknowledged,
    AlertChanged,
    AlertEscalated,
    AlertOpened,
    AlertResolved,
    DeviceStatusChanged,
)

from functions.alerts.domain.alert import Change, News
from functions.alerts.domain.muting import device_labels

if TYPE_CHECKING:
    from netpulse.events import Fact

    from functions.alerts.domain.alert import Alert
    from functions.alerts.domain.device import Device
    from functions.alerts.domain.status import StatusChange


def status_fact(change: StatusChange, device: Device) -> DeviceStatusChanged:
    """Return the fact of a device's new status."""
    after = change.after
    assert after.since is not None  # noqa: S101 - a status that changed has a beginning
    return DeviceStatusChanged(
        device_id=device.id,
        number=device.number,
        name=device.name,
        status=after.status.value,
        previous=change.before.status.value,
        maintenance=after.maintenance,
        reason=after.reason,
        since=after.since,
        response_time_ms=after.response_time_ms,
    )


def alert_fact(change: Change, device: Device | None = None) -> Fact:
    """Return the fact of a change that is news."""
    alert = change.alert
    common = _common(alert, device)
    match change.news:
        case News.OPENED:
            return AlertOpened(**common, fired_at=alert.fired_at)
        case News.ACKNOWLEDGED:
            return AlertAcknowledged(
                **common,
                acknowledged_by=alert.acknowledged_by,
                acknowledged_by_name=alert.acknowledged_by_name,
                acknowledged_at=alert.acknowledged_at,
                note=alert.acknowledge_note,
            )
        case News.RESOLVED:
            return AlertResolved(
                **common, resolved_at=alert.resolved_at, resolved_by=alert.resolved_by
            )
        case News.ESCALATED:
            note = change.transition.note if change.transition else ""
            return AlertEscalated(**common, channel_ids=change.channel_ids, step=note)
        case _:
            return AlertChanged(**common)


def _common(alert: Alert, device: Device | None) -> dict[str, Any]:
    return {
        "alert_id": alert.id,
        "alert_seq": alert.seq,
        "device_id": alert.subject.device_id,
        "device_name": alert.subject.device_name,
        "ip_address": alert.subject.ip_address,
        "rule_id": alert.subject.rule_id,
        "rule_name": alert.subject.rule_name,
        "alert_type": alert.alert_type,
        "severity": alert.severity.value,
        "state": alert.state.value,
        "reason": alert.reason.value,
        "message": alert.message,
        "metric": alert.metric,
        "entity": alert.entity,
        "value": alert.value,
        "began_at": alert.began_at,
        "labels": dict(alert.external.labels) if alert.external else device_labels(device),
    }
