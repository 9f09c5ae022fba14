"""Memories of an assessment, and what flaps among the things they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from netpulse.ids import DeviceId

from functions.alerts.domain import flapping
from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Alert, Reason, Severity, State
from functions.alerts.domain.device import Device
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.lifecycle import MuteOf
from functions.alerts.domain.memory import NOTHING, Memory
from functions.alerts.domain.opening import new_alert
from functions.alerts.domain.rule import Rule, fingerprint_parts
from functions.alerts.domain.texts import named

FLAPPING = "flapping"
_AT_ONCE = timedelta(0)


class Recollection:
    """What rules remember, as it changes; one that flaps is told once, and nothing else of it."""

    def __init__(
        self,
        memories: Mapping[str, Memory],
        *,
        ledger: Ledger,
        mute_of: MuteOf,
        new_id: Callable[[], UUID],
    ) -> None:
        self._before = memories
        self._now = dict(memories)
        self._ledger = ledger
        self._outer = mute_of
        self._new_id = new_id
        self.devices: set[DeviceId] = {fingerprint_parts(key)[1] for key in memories}

    @property
    def changed(self) -> dict[str, Memory]:
        """The memories to write, by fingerprint; NOTHING where there is nothing left to keep."""
        return {
            key: memory
            for key, memory in self._now.items()
            if memory != self._before.get(key, NOTHING)
        }

    def of(self, key: str) -> Memory:
        """Return what is remembered under a fingerprint."""
        return self._now.get(key, NOTHING)

    def keep(self, key: str, device_id: DeviceId, memory: Memory) -> None:
        """Remember something else."""
        if memory != self.of(key):
            self._now[key] = memory
            self.devices.add(device_id)

    def mute_of(self, alert: Alert) -> Reason | None:
        """Return why nobody is to be told of an alert."""
        if (outer := self._outer(alert)) is not None:
            return outer
        return Reason.FLAPPING if self.of(alert.fingerprint).flaps else None

    def look(
        self, key: str, device: Device, rule: Rule, *, entity: str, changed: bool, now: datetime
    ) -> None:
        """Take note whether a state is another than at the last look."""
        memory = self.of(key)
        if not changed and not memory.changes:
            return
        ring = flapping.after_look(memory.changes, changed=changed)
        flaps = flapping.is_flapping(ring, was_flapping=memory.flaps)
        self.keep(key, device.id, replace(memory, changes=ring, flaps=flaps))
        if flaps and not memory.flaps:
            self._begin(key, device, rule, entity=entity, ring=ring, now=now)
        elif memory.flaps and not flaps:
            self._end(key, rule, now=now)

    def _begin(
        self, key: str, device: Device, rule: Rule, *, entity: str, ring: str, now: datetime
    ) -> None:
        place = f" of {entity.partition(':')[2] or entity}" if entity else ""
        fresh = new_alert(
            device,
            rule,
            message=f"{named(device)}: {rule.name}{place} comes and goes "
            f"({flapping.percent(ring):.0f} % of the last 20 looks)",
            began_at=now,
            entity=entity,
            new_id=self._new_id,
        )
        told = replace(
            fresh,
            fingerprint=_told_as(key),
            alert_type=FLAPPING,
            severity=Severity.WARNING if rule.severity is Severity.CRITICAL else rule.severity,
        )
        if self._ledger.find(told.fingerprint) is None:
            self._ledger.note(life.opened(told, hold=_AT_ONCE, now=now, mute_of=self._outer))
        if (alert := self._ledger.find(key)) is not None and alert.state is not State.PENDING:
            self._ledger.note(life.suppressed(alert, Reason.FLAPPING, now=now))

    def _end(self, key: str, rule: Rule, *, now: datetime) -> None:
        if (told := self._ledger.find(_told_as(key))) is not None:
            self._ledger.note(life.cleared(told, now=now))
        alert = self._ledger.find(key)
        if alert is not None and alert.reason is Reason.FLAPPING:
            self._ledger.note(
                life.released(
                    alert, Reason.FLAPPING_ENDED, hold=rule.hold, now=now, mute_of=self.mute_of
                )
            )


def _told_as(key: str) -> str:
    return f"{key}#{FLAPPING}"
