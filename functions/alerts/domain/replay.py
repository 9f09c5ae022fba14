"""A rule tried on what was measured: the alerts it would have opened, by the same judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from functions.alerts.domain import lifecycle as life
from functions.alerts.domain import texts
from functions.alerts.domain.alert import Alert, News, Severity, State
from functions.alerts.domain.device import Device, Result, Value, Verdict
from functions.alerts.domain.flaps import Recollection
from functions.alerts.domain.forecast import PAST
from functions.alerts.domain.foresight import look_ahead
from functions.alerts.domain.hour import HOUR, Hour
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.lifecycle import not_muted
from functions.alerts.domain.opening import new_alert
from functions.alerts.domain.rule import Rule
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.domain.valuation import UsualOf, Valuation, nothing_usual

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Sample = tuple[datetime, str, float]


@dataclass(frozen=True, kw_only=True)
class Episode:
    """An alert as it would have been."""

    device: Device
    entity: str
    severity: Severity
    message: str
    began_at: datetime
    fired_at: datetime
    resolved_at: datetime | None
    # times people would have been told: it fired, it grew worse, it was over
    messages: int


class Replay:
    """One rule over one device's past."""

    def __init__(self, rule: Rule, device: Device, *, new_id: Callable[[], UUID] = uuid4) -> None:
        self._rule = rule.for_device(device.id)
        self._device = device
        self._new_id = new_id
        self._ledger = Ledger()
        self._alerts: dict[UUID, Alert] = {}
        self._told: dict[UUID, int] = {}
        self.evaluations = 0

    def values(self, samples: Iterable[Sample], usual_of: UsualOf = nothing_usual) -> list[Episode]:
        """Return the alerts that samples, in time, would have opened."""
        book = RuleBook((replace(self._rule, overrides=()),))
        judge = Valuation(
            now=_LONG_AGO,
            rules=book,
            ledger=self._ledger,
            recollection=Recollection(
                {}, ledger=self._ledger, mute_of=not_muted, new_id=self._new_id
            ),
            new_id=self._new_id,
            usual_of=usual_of,
        )
        for slot_at, entity, value in samples:
            self._ring(slot_at)
            judge.now = slot_at
            seen = Value(self._rule.metric or "", entity, value)
            judge.take(
                self._device,
                Result(
                    device_id=self._device.id,
                    slot_at=slot_at,
                    verdict=Verdict.UP,
                    values=(seen,),
                ),
            )
            self._listen()
        self.evaluations += judge.evaluations
        return self._episodes()

    def outages(self, periods: Sequence[tuple[datetime, datetime | None]]) -> list[Episode]:
        """Return the alerts that outages would have opened."""
        for began_at, ended_at in periods:
            message = texts.is_down(self._device, reason="")
            self._last(began_at, ended_at, message=message)
        return self._episodes()

    def gaps(self, slots: Sequence[datetime], entity: str, *, end: datetime) -> list[Episode]:
        """Return the alerts that gaps between a series' slots would have opened."""
        for before, after in zip(slots, [*slots[1:], None], strict=True):
            is_gap = (after or end) - before > self._rule.window
            if is_gap:
                message = texts.is_missing(self._device, self._rule, entity=entity)
                self._last(before + self._rule.window, after, message=message, entity=entity)
        return self._episodes()

    def outlooks(self, hours: Sequence[Hour], entity: str, *, begin: datetime) -> list[Episode]:
        """Return the alerts that looks ahead, once an hour, would have opened."""
        first = 0
        for past, hour in enumerate(hours, 1):
            now = hour.begin + HOUR
            while hours[first].begin < now - PAST:
                first += 1
            if now >= begin:
                look_ahead(
                    self._ledger,
                    self._rule,
                    self._device,
                    entity,
                    hours[first:past],
                    now=now,
                    new_id=self._new_id,
                )
                self._listen()
        return self._episodes()

    def _last(
        self, began_at: datetime, ended_at: datetime | None, *, message: str, entity: str = ""
    ) -> None:
        """Let a trouble of known length be."""
        hold = self._rule.hold
        if ended_at is not None and ended_at - began_at < hold:
            return
        fresh = new_alert(
            self._device,
            self._rule,
            message=message,
            began_at=began_at,
            entity=entity,
            new_id=self._new_id,
        )
        fires_at = began_at + hold
        fired = replace(fresh, last_slot_at=fires_at)
        self._ledger.note(life.opened(fired, hold=hold, now=fires_at))
        self._listen()
        found = self._ledger.find(fresh.fingerprint)
        if ended_at is not None and found is not None:
            self._ledger.note(life.cleared(found, now=ended_at))
            self._listen()

    def _ring(self, now: datetime) -> None:
        """Let what was pending fire when its time came between two values."""
        for alert in self._ledger:
            due_at, seen_at = alert.began_at + self._rule.hold, alert.last_slot_at
            is_due = alert.state is State.PENDING and due_at < now
            if is_due and seen_at is not None and due_at - seen_at <= self._device.patience:
                self._ledger.note(life.elapsed(alert, hold=self._rule.hold, now=due_at))
        self._listen()

    def _listen(self) -> None:
        """Count what people would have been told of."""
        for change in self._ledger.news:
            alert, before = change.alert, self._alerts.get(change.alert.id)
            is_worse = before is not None and alert.severity is Severity.CRITICAL
            if change.news in (News.OPENED, News.RESOLVED) or is_worse:
                self._told[alert.id] = self._told.get(alert.id, 0) + 1
            self._alerts[alert.id] = alert
        self._ledger.news.clear()

    def _episodes(self) -> list[Episode]:
        found = [self._episode(alert) for alert in self._alerts.values()]
        return sorted(found, key=lambda each: each.fired_at)

    def _episode(self, alert: Alert) -> Episode:
        return Episode(
            device=self._device,
            entity=alert.entity,
            severity=alert.severity,
            message=alert.message,
            began_at=alert.began_at,
            # only what fired is news
            fired_at=alert.fired_at or alert.began_at,
            resolved_at=alert.resolved_at,
            # nobody is told of what is only to be known
            messages=0 if alert.severity is Severity.INFO else self._told[alert.id],
        )
