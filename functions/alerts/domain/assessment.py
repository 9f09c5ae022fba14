"""One assessment: poll results in, statuses and alerts out, without a look at clock or database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from netpulse.ids import DeviceId

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain import status as standings
from functions.alerts.domain import texts
from functions.alerts.domain.alert import Alert, Reason, State
from functions.alerts.domain.device import Device, Result, Standing, Status, Verdict
from functions.alerts.domain.flaps import Recollection
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.lifecycle import MuteOf, not_muted
from functions.alerts.domain.memory import Memory
from functions.alerts.domain.opening import DEVICE_DOWN, new_alert
from functions.alerts.domain.rule import Rule, fingerprint
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.domain.status import StatusChange
from functions.alerts.domain.topology import Parents, Way, parents_first, way_to
from functions.alerts.domain.valuation import UsualOf, Valuation, nothing_usual


class Assessment:
    """What becomes of an organisation's devices and alerts by a batch of results.

    `known` holds the standing of every device that can matter: those of the batch, those held for
    news of their parents, and the ancestors of both.
    """

    def __init__(
        self,
        *,
        now: datetime,
        devices: Mapping[DeviceId, Device],
        known: Mapping[DeviceId, Standing],
        parents: Parents,
        rules: RuleBook,
        ledger: Ledger,
        memories: Mapping[str, Memory] | None = None,
        mute_of: MuteOf = not_muted,
        usual_of: UsualOf = nothing_usual,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._now = now
        self._devices = devices
        self._before = dict(known)
        self._standings = dict(known)
        self._parents = parents
        self._rules = rules
        self._new_id = new_id
        self.ledger = ledger
        self.recollection = Recollection(
            memories or {}, ledger=ledger, mute_of=mute_of, new_id=new_id
        )
        self._mute_of = self.recollection.mute_of
        self.values = Valuation(
            now=now,
            rules=rules,
            ledger=ledger,
            recollection=self.recollection,
            new_id=new_id,
            usual_of=usual_of,
        )
        self.changes: list[StatusChange] = []
        # devices that are polled no more
        self.gone: set[DeviceId] = set()

    def take(self, results: Iterable[Result]) -> None:
        """Take a batch of results, in the order of their slots."""
        waves: dict[DeviceId, list[Result]] = {}
        for result in sorted(results, key=lambda each: each.slot_at):
            if result.device_id in self._devices:
                waves.setdefault(result.device_id, []).append(result)
        while waves:
            first = {device_id: waiting.pop(0) for device_id, waiting in waves.items()}
            self._take_one_each(first)
            waves = {device_id: waiting for device_id, waiting in waves.items() if waiting}

    def settle(self) -> None:
        """Decide again what is held: its parents may have spoken, or its time is up."""
        held = [
            device_id
            for device_id, standing in self._standings.items()
            if standing.held_until is not None and device_id in self._devices
        ]
        for device_id in parents_first(held, self._parents):
            self._decide(device_id)

    def mark(self, device_id: DeviceId, after: Standing) -> None:
        """Give a device a standing that no result gave it."""
        self._put(device_id, after)

    def mark_maintenance(self, device_id: DeviceId, *, maintenance: bool) -> None:
        """Let a device be in maintenance or no more; its outage or uptime is parted there."""
        before = self._standings[device_id]
        after = replace(before, maintenance=maintenance, seq=before.seq + 1)
        self._standings[device_id] = after
        self.changes.append(
            StatusChange(device_id=device_id, before=before, after=after, at=self._now)
        )

    def standing_of(self, device_id: DeviceId) -> Standing | None:
        """Return the standing of a polled device, as far as it is known here."""
        return None if device_id in self.gone else self._standings.get(device_id)

    @property
    def parents(self) -> Parents:
        """Who hangs on whom."""
        return self._parents

    @property
    def touched(self) -> dict[DeviceId, Standing]:
        """The standings to write."""
        return {
            device_id: standing
            for device_id, standing in self._standings.items()
            if device_id in self._devices and standing != self._before.get(device_id)
        }

    @property
    def returned(self) -> list[DeviceId]:
        """The devices that were down and bar the way to others no more."""
        return [
            change.device_id
            for change in self.changes
            if change.before.status.is_down and not change.after.status.is_down
        ]

    def _take_one_each(self, results: Mapping[DeviceId, Result]) -> None:
        fresh = self._noted(results)
        were_offline = {each for each in fresh if self._is_offline(each)}
        # First the good news, then the bad, from the core outwards: a parent is judged before
        # what hangs on it.
        suspects = [each for each in fresh if standings.is_suspect(self._standings[each])]
        doubtful = set(suspects)
        for device_id in fresh:
            if device_id not in doubtful:
                self._decide(device_id)
        for device_id in parents_first(suspects, self._parents):
            self._decide(device_id)
        for device_id in fresh:
            self._look(device_id, was_offline=device_id in were_offline)
        for device_id, result in fresh.items():
            # A device that does not answer loses every packet: that is said once.
            if result.verdict is not Verdict.DOWN:
                self.values.take(self._devices[device_id], result)

    def _noted(self, results: Mapping[DeviceId, Result]) -> dict[DeviceId, Result]:
        """Return the results that are news, noted in the standings."""
        fresh = {}
        for device_id, result in results.items():
            standing = self._standings.get(device_id, Standing())
            if standings.is_news(standing, result):
                fresh[device_id] = result
                self._standings[device_id] = standings.noted(standing, result)
        return fresh

    def _is_offline(self, device_id: DeviceId) -> bool:
        standing = self._standings.get(device_id)
        return standing is not None and standing.status is Status.OFFLINE

    def _look(self, device_id: DeviceId, *, was_offline: bool) -> None:
        """Take note of a device that comes and goes; what a dead parent hides does neither."""
        changed = self._is_offline(device_id) is not was_offline
        if not changed and device_id not in self.recollection.devices:
            return
        device = self._devices[device_id]
        for rule in self._rules.down_rules(device):
            key = fingerprint(rule.id, device_id)
            self.recollection.look(key, device, rule, entity="", changed=changed, now=self._now)

    def _decide(self, device_id: DeviceId) -> None:
        standing = self._standings[device_id]
        way = Way.OPEN
        if standings.is_suspect(standing):
            way = way_to(device_id, self._parents, self._standings.get)
        self._put(device_id, standings.decided(standing, way, now=self._now))

    def _put(self, device_id: DeviceId, after: Standing) -> None:
        before = self._standings.get(device_id, Standing())
        self._standings[device_id] = after
        if after.status is not before.status:
            self.changes.append(StatusChange(device_id=device_id, before=before, after=after))
        device = self._devices[device_id]
        if after.status.is_up:
            self._is_back(device)
        elif after.status.is_down:
            self._is_away(device, after)

    def _is_back(self, device: Device) -> None:
        for alert in self.ledger.of_device(device.id):
            if alert.alert_type == DEVICE_DOWN:
                self.ledger.note(life.cleared(alert, now=self._now))

    def _is_away(self, device: Device, standing: Standing) -> None:
        since = standing.failing_since or standing.since or self._now
        is_hidden = standing.status is Status.UNREACHABLE
        if is_hidden:
            message = texts.is_unreachable(device)
        else:
            message = texts.is_down(device, reason=standing.verdict_reason)
        for rule in self._rules.down_rules(device):
            alert = self.ledger.find(fingerprint(rule.id, device.id))
            if alert is None:
                fresh = new_alert(
                    device, rule, message=message, began_at=since, new_id=self._new_id
                )
                change = life.opened(
                    replace(fresh, last_slot_at=standing.slot_at),
                    hold=rule.hold,
                    now=self._now,
                    suppressed=Reason.PARENT_DOWN if is_hidden else None,
                    mute_of=self._mute_of,
                )
                self.ledger.note(change)
            elif is_hidden:
                self._hide(alert)
            else:
                self._show(alert, rule, message, standing)

    def _hide(self, alert: Alert) -> None:
        # One that was told already stays told: its recovery must be, too.
        if alert.state is State.PENDING:
            self.ledger.note(life.suppressed(alert, Reason.PARENT_DOWN, now=self._now))

    def _show(self, alert: Alert, rule: Rule, message: str, standing: Standing) -> None:
        if alert.state is State.SUPPRESSED and alert.reason is Reason.PARENT_DOWN:
            change = life.released(
                alert,
                Reason.PARENT_RETURNED,
                message=message,
                hold=rule.hold,
                now=self._now,
                mute_of=self._mute_of,
            )
            self.ledger.note(change)
        elif alert.state is State.PENDING:
            slot_at = standing.slot_at or self._now
            change = life.breached(
                alert,
                value=None,
                slot_at=slot_at,
                hold=rule.hold,
                now=self._now,
                mute_of=self._mute_of,
            )
            self.ledger.note(change)


def recheck_after(device: Device) -> timedelta:
    """Return how long a device may take to speak for itself once its parent has returned."""
    return device.interval + standings.SETTLE
