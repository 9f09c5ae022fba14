"""The alerts a transaction works on: what it found, and what it must write down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from netpulse.ids import AlertId, DeviceId

from functions.alerts.domain.alert import Alert, Change, State, Transition


class Ledger:
    """Alerts by fingerprint, with every change made to them since they were read.

    It holds the alerts that are open, or quiet after they were resolved by hand: the others no
    evaluation touches.
    """

    def __init__(self, alerts: Iterable[Alert] = ()) -> None:
        self._alerts = {alert.fingerprint: alert for alert in alerts}
        self._by_device: dict[DeviceId, dict[str, None]] = {}
        self._touched: dict[AlertId, Alert] = {}
        self.transitions: list[Transition] = []
        self.news: list[Change] = []
        for alert in self._alerts.values():
            self._index(alert)

    def find(self, fingerprint: str) -> Alert | None:
        """Return the alert of a fingerprint, if it is open or quiet."""
        return self._alerts.get(fingerprint)

    def __iter__(self) -> Iterator[Alert]:
        return iter(list(self._alerts.values()))

    def of_device(self, device_id: DeviceId) -> list[Alert]:
        """Return a device's open and quiet alerts."""
        return [self._alerts[each] for each in self._by_device.get(device_id, ())]

    def has_device(self, device_id: DeviceId) -> bool:
        """Return whether any alert of a device is open or quiet."""
        return bool(self._by_device.get(device_id))

    def note(self, change: Change | None) -> None:
        """Take a change, if there is one."""
        if change is None:
            return
        alert = change.alert
        self._touched[alert.id] = alert
        if alert.is_open or alert.is_quiet:
            self._alerts[alert.fingerprint] = alert
            self._index(alert)
        else:
            self._forget(alert)
        if change.transition:
            self.transitions.append(change.transition)
        if change.news:
            self.news.append(change)

    def reword(self, fingerprint: str, message: str) -> None:
        """Let an alert, and what is told of it, say something else."""
        alert = replace(self._alerts[fingerprint], message=message)
        self._alerts[fingerprint] = self._touched[alert.id] = alert
        self.news = [
            replace(each, alert=replace(each.alert, message=message))
            if each.alert.id == alert.id
            else each
            for each in self.news
        ]

    @property
    def saved(self) -> list[Alert]:
        """The alerts to write; those over first, so that a successor may take their fingerprint."""
        kept = [each for each in self._touched.values() if not _left_no_trace(each)]
        return sorted(kept, key=lambda alert: alert.is_open)

    @property
    def dropped(self) -> list[AlertId]:
        """The alerts to delete: pending ones that ended before anyone was told."""
        return [each.id for each in self._touched.values() if _left_no_trace(each)]

    @property
    def history(self) -> list[Transition]:
        """The steps to write, without those of dropped alerts."""
        dropped = set(self.dropped)
        return [step for step in self.transitions if step.alert_id not in dropped]

    @property
    def began_to_wait(self) -> list[Alert]:
        """The alerts that are pending now and were not before."""
        ids = {step.alert_id for step in self.transitions if step.to_state is State.PENDING}
        return [self._touched[each] for each in ids if self._touched[each].state is State.PENDING]

    @property
    def wait_no_longer(self) -> list[AlertId]:
        """The alerts that were pending before and are not now."""
        ids = {step.alert_id for step in self.transitions if step.from_state is State.PENDING}
        return [each for each in ids if self._touched[each].state is not State.PENDING]

    def _index(self, alert: Alert) -> None:
        if alert.subject.device_id is not None:
            of_device = self._by_device.setdefault(alert.subject.device_id, {})
            of_device[alert.fingerprint] = None

    def _forget(self, alert: Alert) -> None:
        self._alerts.pop(alert.fingerprint, None)
        if alert.subject.device_id is not None:
            self._by_device.get(alert.subject.device_id, {}).pop(alert.fingerprint, None)


def _left_no_trace(alert: Alert) -> bool:
    """Return whether an alert came and went without having been told or suppressed.

    A value that flickers around its threshold would leave a row each time, and nobody reads them.
    """
    return not alert.is_open and not alert.is_quiet and not alert.was_told and alert.seq <= 2  # noqa: PLR2004
