"""When nobody is told: what mutes alerts now, and what becomes of alerts when that changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netpulse.observability import logger

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Reason, State
from functions.alerts.domain.assessment import Assessment
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.matchers import all_match
from functions.alerts.domain.memory import NOTHING
from functions.alerts.domain.muting import ENDED, Mutes, labels_of, may_inhibit
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.domain.topology import cut_off_by
from functions.alerts.service.purposes import MUTE
from functions.alerts.service.recording import wake_ups

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId
    from netpulse.timers import Timer

    from functions.alerts.domain.alert import Alert, Change
    from functions.alerts.domain.device import Device, Standing
    from functions.alerts.domain.muting import Silence
    from functions.alerts.ports import OpenWork, Wakeups, Work
    from functions.alerts.service.recording import Recorder

_SUBJECT = "next"


def mutes_of(
    work: Work,
    *,
    now: datetime,
    devices: Mapping[DeviceId, Device],
    standings: Mapping[DeviceId, Standing],
) -> Mutes:
    """Return what mutes alerts of devices at an instant."""
    inhibitions = [each for each in work.inhibitions.all() if each.is_enabled]
    sources = work.alerts.unexplained() if inhibitions else []
    return Mutes(
        in_maintenance=lambda each: each in standings and standings[each].maintenance,
        silences=work.silences.active(now),
        inhibitions=inhibitions,
        sources=[labels_of(each) for each in sources if may_inhibit(each)],
        device_of=devices.get,
    )


class Quiet:
    """Lets alerts be quiet, and speak again, as silences and windows begin and end."""

    def __init__(self, work: OpenWork, recorder: Recorder, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._wakeups = wakeups
        self._clock = clock

    def refresh(self, organization_id: OrganizationId) -> None:
        """Look at all open alerts again."""
        with self._work(organization_id) as work:
            work.lock()
            timers = self.refresh_in(work)
        self._wakeups.send(wake_ups(timers), now=self._clock.now())

    def refresh_in(self, work: Work) -> list[Timer]:
        """Look at all open alerts again, in a transaction that has the organisation's lock."""
        now = self._clock.now()
        timers = self._follow_windows(work, now)
        alerts = work.alerts.unexplained()
        self._end_silences(work, alerts, now)
        seen = work.devices.seen(
            {each.subject.device_id for each in alerts if each.subject.device_id is not None}
        )
        mutes = mutes_of(
            work,
            now=now,
            devices={device_id: device for device_id, (device, _) in seen.items()},
            standings={device_id: standing for device_id, (_, standing) in seen.items()},
        )
        memories = work.memories.of_devices(seen)
        mutes = replace(mutes, is_flapping=lambda key: memories.get(key, NOTHING).flaps)
        rules = RuleBook(tuple(work.rules.all()))
        ledger = Ledger(alerts)
        for alert in alerts:
            ledger.note(_muted_or_heard(alert, mutes, rules, now))
        timers += self._recorder.ledger(work, ledger, rules)
        return [*timers, *self._set_alarm(work, now)]

    def _follow_windows(self, work: Work, now: datetime) -> list[Timer]:
        """Mark devices whose maintenance begins or ends."""
        wanted = in_maintenance(work, now)
        marked = work.devices.in_maintenance()
        changed = wanted ^ marked
        if not changed:
            return []
        seen = {
            device_id: pair
            for device_id, pair in work.devices.seen(changed).items()
            # of a device that was never judged there is nothing to mark yet
            if pair[1].since is not None
        }
        devices = {device_id: device for device_id, (device, _) in seen.items()}
        before = {device_id: standing for device_id, (_, standing) in seen.items()}
        rules = RuleBook(())
        done = Assessment(
            now=now,
            devices=devices,
            known=before,
            parents={},
            rules=rules,
            ledger=Ledger(),
        )
        for device_id in seen:
            done.mark_maintenance(device_id, maintenance=device_id in wanted)
        logger.info("maintenance changed", extra={"devices": len(seen)})
        return self._recorder.assessment(work, done, devices=devices, before=before, rules=rules)

    def _end_silences(self, work: Work, alerts: list[Alert], now: datetime) -> None:
        """End silences that were to last until all they matched is resolved."""
        lasting = [each for each in work.silences.active(now) if each.until_resolved]
        for silence in lasting:
            if not any(_matches(silence, alert) for alert in alerts):
                work.silences.save(replace(silence, ends_at=now), at=now)

    def _set_alarm(self, work: Work, now: datetime) -> list[Timer]:
        """See to it that this is done again when the next silence or window begins or ends."""
        instants = [
            at
            for silence in work.silences.upcoming(now)
            for at in (silence.starts_at, silence.ends_at)
            if at > now
        ]
        changes = (window.next_change(now) for window in work.windows.all())
        due = min([*instants, *(at for at in changes if at is not None)], default=None)
        if due is None:
            work.timers.clear_many(MUTE, [_SUBJECT])
            return []
        return work.timers.set_many(MUTE, {_SUBJECT: due})


def in_maintenance(work: Work, now: datetime) -> set[DeviceId]:
    """Return the devices that are worked on at an instant, with what hangs on them alone."""
    windows = [each for each in work.windows.all() if each.active(now)]
    if not windows:
        return set()
    polled = work.devices.polled()
    found: set[DeviceId] = set()
    for window in windows:
        own = {device.id for device in polled if window.scope.holds(device)}
        found |= own
        if window.with_children and own:
            below, parents = work.devices.below(own)
            found |= cut_off_by(own, parents, below=below).keys()
    return found


def newcomers_marked(
    work: Work, standings: Mapping[DeviceId, Standing], now: datetime
) -> dict[DeviceId, Standing]:
    """Return how devices stand, with those that are judged for the first time within a window.

    Until then there was nothing to mark; whoever builds a site is not to be woken by it.
    """
    found = dict(standings)
    fresh = {device_id for device_id, standing in found.items() if standing.since is None}
    for device_id in fresh & in_maintenance(work, now) if fresh else ():
        found[device_id] = replace(found[device_id], maintenance=True)
    return found


def _matches(silence: Silence, alert: Alert) -> bool:
    return all_match(silence.matchers, labels_of(alert))


def _muted_or_heard(alert: Alert, mutes: Mutes, rules: RuleBook, now: datetime) -> Change | None:
    cause = mutes(alert)
    if cause is not None:
        return life.suppressed(alert, cause, now=now)
    if alert.state is not State.SUPPRESSED or alert.reason not in ENDED:
        return None
    rule = rules.rules.get(alert.subject.rule_id) if alert.subject.rule_id else None
    hold = rule.hold if rule else life.NO_HOLD
    return life.released(alert, ENDED[Reason(alert.reason)], hold=hold, now=now)
