"""What a forecast does to alerts, each hour anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain import texts
from functions.alerts.domain.alert import State
from functions.alerts.domain.device import Device
from functions.alerts.domain.forecast import outlook
from functions.alerts.domain.hour import Hour
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.lifecycle import MuteOf, not_muted
from functions.alerts.domain.opening import new_alert
from functions.alerts.domain.rule import Rule, fingerprint


def look_ahead(
    ledger: Ledger,
    rule: Rule,
    device: Device,
    entity: str,
    hours: Sequence[Hour],
    *,
    now: datetime,
    mute_of: MuteOf = not_muted,
    new_id: Callable[[], UUID] = uuid4,
) -> None:
    """Open, keep or resolve the alert of a series by the hours it had; `rule` is the device's."""
    found = outlook(rule, hours, now=now) if rule.is_enabled else None
    alert = ledger.find(fingerprint(rule.id, device.id, entity))
    if found is None or found.is_clear(rule):
        if alert is not None:
            ledger.note(life.cleared(alert, now=now))
        return
    left = found.left.total_seconds()
    message = texts.is_expected(device, rule, entity=entity, left=found.left)
    if alert is None:
        if found.is_breach(rule):
            fresh = new_alert(
                device, rule, message=message, began_at=now, entity=entity, new_id=new_id
            )
            fresh = replace(fresh, last_slot_at=now, value=left)
            ledger.note(life.opened(fresh, hold=rule.hold, now=now, mute_of=mute_of))
    elif alert.state is State.PENDING and not found.is_breach(rule):
        # what has not fired is no trouble yet
        ledger.note(life.cleared(alert, now=now))
    else:
        told = replace(alert, message=message)
        ledger.note(
            life.breached(told, value=left, slot_at=now, hold=rule.hold, now=now, mute_of=mute_of)
        )
