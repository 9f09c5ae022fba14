"""A rule tried on the last days before anybody is woken by it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import RuleId

from functions.alerts.domain.anomaly import LEARNT_PAST, Learner
from functions.alerts.domain.forecast import PAST
from functions.alerts.domain.hour import HOUR
from functions.alerts.domain.replay import Replay
from functions.alerts.domain.rule import Kind
from functions.alerts.domain.valuation import nothing_usual
from functions.alerts.models.dry_run import DryRunView, EpisodeView
from functions.alerts.service.rules import check_rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.alerts.domain.device import Device
    from functions.alerts.domain.replay import Episode
    from functions.alerts.domain.rule import Rule
    from functions.alerts.domain.valuation import UsualOf
    from functions.alerts.models.rules import RuleIn
    from functions.alerts.ports import History, OpenWork, Work

# What one request may take: some seconds of a Lambda.
MAX_VALUES = 200_000
MAX_SHOWN = 200
# To look ahead once costs as much as so many values.
_LOOK_COSTS = 30


@dataclass
class _Tally:
    """What was tried so far."""

    episodes: list[Episode] = field(default_factory=list)
    devices: int = 0
    series: int = 0
    values: int = 0
    left_out: int = 0


class DryRun:
    """Tries rules on history; nothing is written and nobody is told."""

    def __init__(self, work: OpenWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def try_new(self, organization_id: OrganizationId, body: RuleIn, *, days: int) -> DryRunView:
        """Try a rule that is not kept yet; raise InvalidError."""
        rule = body.rule(RuleId(uuid4()))
        with self._work(organization_id) as work:
            check_rule(work, rule)
            return self._try(work, rule, days)

    def try_known(
        self, organization_id: OrganizationId, rule_id: RuleId, *, days: int
    ) -> DryRunView:
        """Try a rule as it stands, with its overrides; raise NotFoundError."""
        with self._work(organization_id) as work:
            return self._try(work, work.rules.get(rule_id).rule, days)

    def _try(self, work: Work, rule: Rule, days: int) -> DryRunView:
        end = self._clock.now()
        begin = end - timedelta(days=days)
        devices = [each for each in work.devices.polled() if _is_watched(rule, each)]
        tally = _Tally()
        if rule.kind is Kind.DEVICE_DOWN:
            self._on_outages(work, rule, devices, begin, tally)
        elif rule.kind is Kind.FORECAST:
            self._on_hours(work, rule, devices, (begin, end), tally)
        else:
            self._on_series(work, rule, devices, (begin, end), tally)
        return _view(tally, begin=begin, end=end)

    def _on_outages(
        self, work: Work, rule: Rule, devices: Sequence[Device], begin: datetime, tally: _Tally
    ) -> None:
        periods = defaultdict(list)
        for device_id, began_at, ended_at in work.devices.outages(
            [each.id for each in devices], since=begin
        ):
            periods[device_id].append((began_at, ended_at))
        for device in devices:
            tally.devices += 1
            tally.episodes += Replay(rule, device).outages(periods[device.id])

    def _on_hours(
        self,
        work: Work,
        rule: Rule,
        devices: Sequence[Device],
        when: tuple[datetime, datetime],
        tally: _Tally,
    ) -> None:
        by_id = {each.id: each for each in devices}
        looks = (when[1] - when[0]) / HOUR
        chosen = _chosen(work, rule, by_id, lambda _: looks * _LOOK_COSTS, tally)
        tally.devices = len({each.device_id for each in chosen})
        for each, hours in work.samples.hours(chosen, begin=when[0] - PAST, end=when[1]):
            tally.series += 1
            tally.values += len(hours)
            replay = Replay(rule, by_id[each.device_id])
            tally.episodes += replay.outlooks(hours, each.entity, begin=when[0])

    def _on_series(
        self,
        work: Work,
        rule: Rule,
        devices: Sequence[Device],
        when: tuple[datetime, datetime],
        tally: _Tally,
    ) -> None:
        by_id = {each.id: each for each in devices}
        length = (when[1] - when[0]).total_seconds()
        learnt = LEARNT_PAST // HOUR if rule.kind is Kind.ANOMALY else 0

        def cost(device: Device) -> float:
            return length / device.interval_seconds + learnt

        chosen = _chosen(work, rule, by_id, cost, tally)
        usual_of = _usual_of(work, rule, chosen, when)
        for device_id, found in work.samples.read(chosen, begin=when[0], end=when[1]).items():
            tally.devices += 1
            tally.series += len(found)
            tally.values += sum(len(samples) for samples in found.values())
            tally.episodes += _replayed(
                rule, by_id[device_id], found, end=when[1], usual_of=usual_of
            )


def _chosen(
    work: Work,
    rule: Rule,
    devices: Mapping[DeviceId, Device],
    cost: Callable[[Device], float],
    tally: _Tally,
) -> list[History]:
    """Return as many devices' series as one request may try, by what a series of each costs."""
    chosen: list[History] = []
    expected = 0.0
    for series in _by_device(work.samples.series(rule.metric or "", devices), rule):
        expected += len(series) * cost(devices[series[0].device_id])
        if chosen and expected > MAX_VALUES:
            tally.left_out += 1
        else:
            chosen += series
    return chosen


def _replayed(
    rule: Rule,
    device: Device,
    found: dict[str, list[tuple[datetime, float]]],
    *,
    end: datetime,
    usual_of: UsualOf,
) -> list[Episode]:
    if rule.kind is Kind.MISSING_DATA:
        return [
            each
            for entity, samples in found.items()
            for each in Replay(rule, device).gaps([at for at, _ in samples], entity, end=end)
        ]
    samples = [(at, entity, value) for entity, seen in found.items() for at, value in seen]
    return Replay(rule, device).values(sorted(samples), usual_of)


def _usual_of(
    work: Work, rule: Rule, series: Sequence[History], when: tuple[datetime, datetime]
) -> UsualOf:
    """Return who learns what is usual as the replay goes on, from weeks before it."""
    if rule.kind is not Kind.ANOMALY:
        return nothing_usual
    zone = work.baselines.time_zone()
    learners = {
        (each.device_id, each.entity): Learner(hours, zone)
        for each, hours in work.samples.hours(series, begin=when[0] - LEARNT_PAST, end=when[1])
    }
    return lambda device_id, _metric, entity, at: learners[device_id, entity].usual(at)


def _by_device(series: Iterable[History], rule: Rule) -> list[list[History]]:
    found: dict[DeviceId, list[History]] = defaultdict(list)
    for each in series:
        if rule.looks_at(each.entity):
            found[each.device_id].append(each)
    return list(found.values())


def _is_watched(rule: Rule, device: Device) -> bool:
    return rule.scope.holds(device) and rule.for_device(device.id).is_enabled


def _view(tally: _Tally, *, begin: datetime, end: datetime) -> DryRunView:
    episodes = sorted(tally.episodes, key=lambda each: each.fired_at, reverse=True)
    return DryRunView(
        begin=begin,
        end=end,
        devices=tally.devices,
        series=tally.series,
        values=tally.values,
        devices_left_out=tally.left_out,
        opened=len(episodes),
        resolved=sum(each.resolved_at is not None for each in episodes),
        notifications=sum(each.messages for each in episodes),
        alerts=[EpisodeView.of(each) for each in episodes[:MAX_SHOWN]],
    )
