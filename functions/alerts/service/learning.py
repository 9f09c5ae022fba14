"""Baselines: learnt once an hour, from the hour before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.alerts.domain.anomaly import LEARNT_PAST, taught
from functions.alerts.domain.baseline import Baseline
from functions.alerts.domain.hour import HOUR, whole_hour
from functions.alerts.domain.rule import Kind
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.ports.baselines import Learnt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.alerts.domain.rule import Rule
    from functions.alerts.ports import History, OpenWork, Work

# So many hours of series a run: a few seconds of a small function. The next minute goes on.
MOST_HOURS = 60_000
# So many of them a transaction.
_CHUNK_HOURS = 20_000


class BaselineWatch:
    """Teaches baselines the hours that are over."""

    def __init__(self, work: OpenWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock
        # up to where which rules' series have learnt all there is: then nobody looks again
        self._done: dict[OrganizationId, tuple[datetime, frozenset[tuple[object, int]]]] = {}

    def learn(self, organization_id: OrganizationId) -> None:
        """Teach the series of the organisation's rules about the unusual what they lack."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            rules = RuleBook(tuple(work.rules.all())).of_kind(Kind.ANOMALY)
            until = work.baselines.learnable_until(whole_hour(now))
            mark = (until, frozenset((rule.id, rule.version) for rule in rules))
            if not rules or self._done.get(organization_id) == mark:
                return
            work.baselines.forget(now - LEARNT_PAST)
            zone = work.baselines.time_zone()
            behind = _behind(work, rules, until=until, zone=zone)
            known = {
                each.series.series_id: each for each in work.baselines.learnt(behind, zone=zone)
            }
        todo = [
            known.get(each.series_id)
            or Learnt(series=each, baseline=Baseline(), until=until - LEARNT_PAST)
            for each in behind
        ]
        for chunk in _chunks(todo, until=until):
            with self._work(organization_id) as work:
                work.baselines.save(_taught(work, chunk, until=until, zone=zone), zone=zone)
        if sum(_hours(each, until) for each in todo) <= MOST_HOURS:
            self._done[organization_id] = mark


def _behind(work: Work, rules: Iterable[Rule], *, until: datetime, zone: ZoneInfo) -> list[History]:
    devices = work.devices.polled()
    found: dict[int, History] = {}
    for rule in rules:
        watched = [each.id for each in devices if rule.scope.holds(each)]
        series = work.baselines.behind(rule.metric or "", watched, until=until, zone=zone)
        found |= {each.series_id: each for each in series if rule.looks_at(each.entity)}
    return list(found.values())


def _hours(learnt: Learnt, until: datetime) -> int:
    return (until - learnt.until) // HOUR


def _chunks(todo: Iterable[Learnt], *, until: datetime) -> Iterator[list[Learnt]]:
    """Yield what one run may do, those that lack few hours first, a transaction's at a time."""
    chunk: list[Learnt] = []
    size = done = 0
    for each in sorted(todo, key=lambda each: each.until, reverse=True):
        cost = _hours(each, until)
        # what is read for one of a chunk is read for all: so they lack about as much
        if chunk and (size + cost > _CHUNK_HOURS or cost > 2 * _hours(chunk[0], until)):
            yield chunk
            chunk, size = [], 0
        if done + cost > MOST_HOURS:
            break
        chunk.append(each)
        size, done = size + cost, done + cost
    if chunk:
        yield chunk


def _taught(work: Work, chunk: list[Learnt], *, until: datetime, zone: ZoneInfo) -> list[Learnt]:
    """Return what the series of a chunk know once their hours were taken in."""
    by_id = {each.series.series_id: each for each in chunk}
    begin = min(each.until for each in chunk)
    made = []
    for series, hours in work.samples.hours([e.series for e in chunk], begin=begin, end=until):
        before = by_id[series.series_id]
        fresh = [hour for hour in hours if hour.begin >= before.until]
        baseline = taught(before.baseline, fresh, zone)
        made.append(Learnt(series=series, baseline=baseline, until=until))
    return made
