"""How an alert begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from netpulse.ids import AlertId

from functions.alerts.domain.alert import Alert, Reason, State, Subject
from functions.alerts.domain.device import Device
from functions.alerts.domain.rule import Rule, fingerprint

DEVICE_DOWN = "device_down"


def new_alert(
    device: Device,
    rule: Rule,
    *,
    message: str,
    began_at: datetime,
    new_id: Callable[[], UUID],
    entity: str = "",
) -> Alert:
    """Return a new alert of a rule about a device, before its first step."""
    return Alert(
        id=AlertId(new_id()),
        fingerprint=fingerprint(rule.id, device.id, entity),
        subject=Subject(
            device_id=device.id,
            device_name=device.name,
            ip_address=device.ip_address,
            rule_id=rule.id,
            rule_name=rule.name,
        ),
        alert_type=rule.kind.value,
        severity=rule.severity,
        state=State.PENDING,
        reason=Reason.BREACHED,
        message=message,
        began_at=began_at,
        metric=rule.metric,
        entity=entity,
    )
