"""What was promised for one alert, and how much of its time is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from netpulse.ids import AlertId

from functions.alerts.domain.alert import Alert, Reason, State
from functions.alerts.domain.service_level import PERCENTS, Aim, ServiceLevel

_NOTHING = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A service level as it was when people were told of an alert, and its time."""

    alert_id: AlertId
    level: ServiceLevel
    # None: the time stands still, the alert's device is in maintenance or the alert is over
    running_since: datetime | None
    # what counted until then
    spent: timedelta = _NOTHING
    responded_at: datetime | None = None
    # what had counted when somebody responded
    response: timedelta | None = None
    ended_at: datetime | None = None
    # the highest percentage that people were warned of
    respond_warned: int = 0
    restore_warned: int = 0

    @property
    def is_paused(self) -> bool:
        """Whether its time stands still while the alert is not over."""
        return self.running_since is None and self.ended_at is None

    def spent_at(self, now: datetime) -> timedelta:
        """Return how much of the time that counts is gone."""
        if self.running_since is None:
            return self.spent
        return self.spent + self.level.between(self.running_since, now)

    def taken(self, aim: Aim, now: datetime) -> timedelta:
        """Return how long what an aim asks for took, or has taken until now."""
        if aim is Aim.RESPOND and self.response is not None:
            return self.response
        return self.spent_at(now)

    def done_at(self, aim: Aim) -> datetime | None:
        """Return when what an aim asks for was done."""
        return self.responded_at if aim is Aim.RESPOND else self.ended_at

    def is_late(self, aim: Aim, now: datetime) -> bool | None:
        """Return whether an aim was missed; None: it was not promised."""
        whole = self.level.within(aim)
        return None if whole is None else self.taken(aim, now) > whole

    def percent(self, aim: Aim, now: datetime) -> float | None:
        """Return how much of an aim's time is gone or was taken; None: it was not promised."""
        whole = self.level.within(aim)
        return None if whole is None else 100 * (self.taken(aim, now) / whole)

    def due_at(self, aim: Aim, *, percent: int = 100) -> datetime | None:
        """Return when so much of an aim's time is gone; None: never, as things stand."""
        whole = self.level.within(aim)
        if whole is None or self.running_since is None:
            return None
        left = whole * percent / 100 - self.spent
        return self.level.after(self.running_since, left) if left > _NOTHING else None

    def reached(self, aim: Aim, now: datetime) -> int:
        """Return the highest mark that was passed and nobody was warned of yet; 0: none."""
        gone = self.percent(aim, now)
        if gone is None or self.done_at(aim) is not None:
            return 0
        passed = [each for each in PERCENTS if self._warned(aim) < each <= gone]
        return max(passed, default=0)

    def warned(self, aim: Aim, percent: int) -> Promise:
        """Return the promise when people were warned."""
        if aim is Aim.RESPOND:
            return replace(self, respond_warned=percent)
        return replace(self, restore_warned=percent)

    def next_warning_at(self, now: datetime) -> datetime | None:
        """Return when people are to be warned next; None: never, as things stand."""
        if any(self.reached(aim, now) for aim in Aim):
            return now
        marks = (
            self.due_at(aim, percent=percent)
            for aim in Aim
            if self.done_at(aim) is None
            for percent in PERCENTS
            if percent > self._warned(aim)
        )
        return min((at for at in marks if at is not None), default=None)

    def following(self, alert: Alert, now: datetime) -> Promise:
        """Return the promise after a step of its alert: answered, over, or its time stopped."""
        if self.ended_at is not None:
            return self
        spent, after = self.spent_at(now), self
        if self.responded_at is None and not (alert.is_open and alert.acknowledged_at is None):
            after = replace(after, responded_at=now, response=spent)
        is_still = alert.state is State.SUPPRESSED and alert.reason is Reason.MAINTENANCE
        if not alert.is_open:
            return replace(after, spent=spent, running_since=None, ended_at=now)
        if is_still and self.running_since is not None:
            return replace(after, spent=spent, running_since=None)
        if not is_still and self.running_since is None:
            return replace(after, running_since=now)
        return after

    def _warned(self, aim: Aim) -> int:
        return self.respond_warned if aim is Aim.RESPOND else self.restore_warned


def most_pressing(promises: list[Promise], now: datetime) -> Promise | None:
    """Return the promise that is closest to be broken, or most broken; those that are over last."""

    def pressing(each: Promise) -> tuple[bool, float]:
        shares = (each.percent(aim, now) or 0.0 for aim in Aim if each.done_at(aim) is None)
        return each.ended_at is None, max(shares, default=0.0)

    return max(promises, key=pressing, default=None)
